"""Reads exported files back as weights to go on training from, and what they say of annotated articles.

A matrix lies in a graph under the node that multiplies with it ("/encoder/layers.0/qkv/MatMul"), as int8 with a scale
for each column; embeddings as int8 with a scale for each row; everything else under its module's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor
from tqdm import tqdm

from kg.extract.inference import Network, WordOutputs
from training.corpora import GoldArticle
from training.examples import ArticleExamples, WindowExample

Arrays = dict[str, NDArray[np.generic]]


def read_exported(folder: Path) -> dict[str, Tensor]:
    """Return the weights of annotator.onnx and reader.onnx by the names of the network's modules, as fp32."""
    weights: dict[str, Tensor] = {}
    for name in ("annotator", "reader"):
        graph = onnx.load(str(folder / f"{name}.onnx")).graph
        arrays = {w.name: numpy_helper.to_array(w) for w in graph.initializer}
        for key in arrays:
            if key.split(".")[0] in ("encoder", "heads", "reader") and not key.endswith("_scale"):
                weights[key.removesuffix("_int8")] = _tensor(arrays, key.removesuffix("_int8"), columns="heads" in key)
        for node in graph.node:
            source = node.input[1].removesuffix("_fp32") if node.op_type == "MatMul" else ""
            if source.startswith("onnx::"):
                weights[module_of(node.name) + ".weight"] = _tensor(arrays, source, columns=True).T.contiguous()
        if name == "annotator":
            weights["encoder.mix"] = _mix(graph.node, arrays)
    return weights


def _mix(nodes: Sequence[onnx.NodeProto], arrays: Arrays) -> Tensor:
    """How the states of the last layers are mixed, the last one's share first. The export folds it into constants."""
    shares: dict[int, float] = {}
    for node in nodes:
        source = re.match(r"/encoder/layers\.(\d+)/output_norm/", node.input[1]) if node.op_type == "Mul" else None
        if source and node.input[0] in arrays:
            shares[int(source[1])] = float(arrays[node.input[0]].item())
    return torch.tensor([shares[number] for number in sorted(shares, reverse=True)]).log()


def exported_part(folder: Path, name: str) -> dict[str, Tensor]:
    """Return the weights of one module ("reader", "heads.cues") by the names they have within it."""
    return {key.removeprefix(f"{name}."): w for key, w in read_exported(folder).items() if key.startswith(f"{name}.")}


def read_windows(
    network: Network, articles: Sequence[GoldArticle], maker: ArticleExamples
) -> Iterator[tuple[WindowExample, WordOutputs]]:
    """Yield the windows of annotated articles, each with what the exported network says of its words."""
    for article in tqdm(articles, desc="reading", unit="article", mininterval=10):
        for window in maker.windows(article):
            assert window.place is not None
            words = [word for _, _, word in article.words[window.place[1].begin : window.place[1].end]]
            (outputs,) = network.read_words([words], [window.sentence])
            yield window, outputs


def _tensor(arrays: Arrays, name: str, *, columns: bool) -> Tensor:
    if name in arrays:
        return torch.from_numpy(arrays[name].copy())
    scale = arrays[f"{name}_scale"]
    return torch.from_numpy(arrays[f"{name}_int8"].astype(np.float32) * (scale if columns else scale[:, None]))


def module_of(node: str) -> str:
    """Return the name of the module whose matrix a graph's node multiplies with.

    "/reader/roles/roles.3/MatMul" -> "reader.roles.3"; the heads' own name is not in the graph.
    """
    parts = node.strip("/").removesuffix("/MatMul").split("/")
    parts = [p for p, following in zip(parts, [*parts[1:], ""], strict=True) if not following.startswith(p + ".")]
    return ".".join(parts if parts[0] in ("encoder", "reader") else ["heads", *parts])
