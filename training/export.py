"""Writes a trained checkpoint as the files under models/: two int8 ONNX graphs, the tokenizer and the label lists.

    python -m training.export --work WORK --checkpoint WORK/1/final.pt --out models
    python -m training.export --work WORK --reader WORK/reader.pt --out models    (the reader alone, anew)

annotator.onnx: ids, mask [B, L], first, sentence [B, N] -> split [B, L, H], states [B, N, H], names [B, N, 9], upos
[B, N], heads [B, N], labels [B, N], cues [B, N, 22] (chances). reader.onnx: frames of one cue -> roles, verdict,
flags (chances). Weights are stored as int8 with a scale for each column, and computed with as fp32.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from training.arguments import parser_of
from training.checkpoint import read_checkpoint
from training.network import (
    CUES,
    FLAGS,
    LAYERS,
    NAMES,
    RELATIONS,
    ROLES,
    SPLIT,
    STANCES,
    WIDTH,
    Annotator,
    Reader,
    word_states,
)
from training.start import module_of


class WordGraph(nn.Module):
    """Encoder and word heads as one graph; word 0 is the root."""

    def __init__(self, model: Annotator) -> None:
        super().__init__()
        self.encoder, self.heads = model.encoder, model.heads

    def forward(self, ids: Tensor, mask: Tensor, first: Tensor, sentence: Tensor) -> tuple[Tensor, ...]:
        split, mixed = self.encoder(ids, mask)
        states = word_states(mixed, first)
        heads = self.heads.arc_scores(states, sentence).argmax(-1)
        labels = self.heads.label_scores(states, heads).argmax(-1)
        chances = self.heads.names(states).softmax(-1)
        return (
            split,
            states,
            chances,
            self.heads.upos(states).argmax(-1),
            heads,
            labels,
            self.heads.cues(states).sigmoid(),
        )


class FrameGraph(nn.Module):
    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(
        self, x: Tensor, mask: Tensor, mark: Tensor, label: Tensor, first: Tensor, cue: Tensor
    ) -> tuple[Tensor, ...]:
        roles, verdict, flags = self.reader(x, mask, mark, label, first, cue)
        return roles.softmax(-1), verdict.softmax(-1), flags.sigmoid()


def _write(
    graph: nn.Module,
    inputs: tuple[Tensor, ...],
    path: Path,
    names: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
) -> None:
    target = {"input_names": names, "output_names": outputs, "dynamic_axes": axes}
    torch.onnx.export(graph, inputs, str(path), **target, dynamo=False, opset_version=17)


def export_words(model: Annotator, path: Path) -> None:
    ids = torch.randint(4, 1000, (2, 12))
    first = torch.tensor([[0, 1, 3, 5, 7], [0, 1, 2, 4, 6]])
    inputs = (ids, torch.ones(2, 12, dtype=torch.long), first, torch.tensor([[0, 1, 1, 2, 2], [0, 1, 1, 1, 1]]))
    names = ["ids", "mask", "first", "sentence"]
    outputs = ["split", "states", "names", "upos", "heads", "labels", "cues"]
    pieces, words = {0: "batch", 1: "pieces"}, {0: "batch", 1: "words"}
    axes = {"ids": pieces, "mask": pieces, "split": pieces} | dict.fromkeys(("first", "sentence", *outputs[1:]), words)
    _write(WordGraph(model), inputs, path, names, outputs, axes)


def export_reader(reader: Reader, path: Path) -> None:
    mark = torch.tensor([[0, 0, 1, 2, 1, 1], [0, 1, 1, 3, 3, 1]])
    inputs = (
        torch.randn(2, 6, WIDTH),
        torch.ones(2, 6, dtype=torch.long),
        mark,
        torch.tensor([0, 12]),
        torch.tensor([[0, 1, 2, 3], [0, 1, 3, 5]]),
        torch.tensor([3, 2]),
    )
    names, outputs = ["x", "mask", "mark", "label", "first", "cue"], ["roles", "verdict", "flags"]
    pieces, words, rows = {0: "frames", 1: "pieces"}, {0: "frames", 1: "words"}, {0: "frames"}
    axes = {"x": pieces, "mask": pieces, "mark": pieces, "first": words, "roles": words} | dict.fromkeys(
        ("label", "cue", "verdict", "flags"), rows
    )
    _write(FrameGraph(reader), inputs, path, names, outputs, axes)


def quantise(source: Path, target: Path) -> None:
    """Store the weights of MatMul and of embeddings as int8, one scale a column or row; they are computed with as fp32.

    Quantising activations too would halve the time and cost 0.03 of linked F1 (docs/extraction.md).
    """
    prepared = source.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    model = onnx.load(str(prepared))
    weights = {w.name: w for w in model.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        weight = weights.get(node.input[1 if node.op_type == "MatMul" else 0]) if node.input else None
        if (
            node.op_type not in ("MatMul", "Gather")
            or weight is None
            or len(weight.dims) != 2
            or min(weight.dims) < WIDTH // 4
        ):
            nodes.append(node)
            continue
        axis = 0 if node.op_type == "MatMul" else 1
        packed = _packed(weight.name, numpy_helper.to_array(weight), axis)
        weights[weight.name] = packed[0]
        model.graph.initializer.remove(weight)
        model.graph.initializer.extend(packed)
        nodes += _dequantised_matmul(node, weight.name) if axis == 0 else _dequantised_rows(node, weight.name)
    model.graph.initializer.append(numpy_helper.from_array(np.array([-1], dtype=np.int64), "last_axis"))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(target))


def _packed(name: str, values: NDArray[np.float32], axis: int) -> list[onnx.TensorProto]:
    """A matrix as int8, and the scale of each of its columns (``axis`` 0) or rows."""
    scale = np.maximum(np.abs(values).max(axis), 1e-8).astype(np.float32) / 127
    rounded = np.round(values / np.expand_dims(scale, axis)).astype(np.int8)
    return [numpy_helper.from_array(a, name + end) for a, end in ((rounded, "_int8"), (scale, "_scale"))]


def _dequantised_matmul(node: onnx.NodeProto, name: str) -> list[onnx.NodeProto]:
    """Weights are unpacked before use; the runtime does it once, at load (kg.extract.inference)."""
    unpacked = helper.make_node("DequantizeLinear", [f"{name}_int8", f"{name}_scale"], [f"{name}_fp32"], axis=1)
    node.input[1] = f"{name}_fp32"
    return [unpacked, node]


def _dequantised_rows(node: onnx.NodeProto, name: str) -> list[onnx.NodeProto]:
    """Only the rows looked up are unpacked: value times the row's scale."""
    out, ids = node.output[0], node.input[1]
    return [
        helper.make_node("Gather", [f"{name}_int8", ids], [f"{out}_int8"]),
        helper.make_node("Cast", [f"{out}_int8"], [f"{out}_rounded"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}_scale", ids], [f"{out}_scale"]),
        helper.make_node("Unsqueeze", [f"{out}_scale", "last_axis"], [f"{out}_scales"]),
        helper.make_node("Mul", [f"{out}_rounded", f"{out}_scales"], [out]),
    ]


def write_labels(folder: Path, lists: dict[str, list[str]]) -> None:
    """Write the label lists, with a version that names the bytes of the network's files."""
    digest = hashlib.sha256()
    for name in ("annotator.onnx", "reader.onnx", "tokenizer.json"):
        digest.update((folder / name).read_bytes())
    lists = lists | {"names": NAMES, "stances": STANCES, "relations": RELATIONS, "roles": ROLES, "flags": FLAGS}
    lists |= {"layers": [str(LAYERS), str(SPLIT)], "version": [f"de-{digest.hexdigest()[:12]}"]}
    (folder / "labels.json").write_text(json.dumps(lists, ensure_ascii=False, indent=1) + "\n")


def replace_reader(weights: Path, folder: Path) -> None:
    """Put a reader that was trained alone in the place of the one in ``folder``."""
    reader = Reader(0.0)
    reader.load_state_dict(torch.load(weights))
    with tempfile.TemporaryDirectory() as temporary:
        raw = Path(temporary) / "reader.onnx"
        export_reader(reader.eval(), raw)
        quantise(raw, folder / "reader.onnx")
    write_labels(folder, json.loads((folder / "labels.json").read_text()))


def replace_weights(folder: Path, weights: dict[str, Tensor]) -> None:
    """Put some linear layers' weights and biases, by their modules' names, in the place of those in annotator.onnx."""
    model = onnx.load(str(folder / "annotator.onnx"))
    fresh = {name: numpy_helper.from_array(w.numpy(), name) for name, w in weights.items() if name.endswith(".bias")}
    for node in model.graph.node:
        weight = weights.get(f"{module_of(node.name)}.weight") if node.op_type == "MatMul" else None
        if weight is not None:
            name, values = node.input[1].removesuffix("_fp32"), np.ascontiguousarray(weight.T.numpy())
            plain = name == node.input[1]
            tensors = [numpy_helper.from_array(values, name)] if plain else _packed(name, values, 0)
            fresh |= {tensor.name: tensor for tensor in tensors}
    old = {tensor.name: tensor for tensor in model.graph.initializer}
    for name, tensor in fresh.items():
        old[name].CopyFrom(tensor)
    onnx.save(model, str(folder / "annotator.onnx"))
    write_labels(folder, json.loads((folder / "labels.json").read_text()))


def export(args: argparse.Namespace) -> None:
    """Write all of a checkpoint."""
    args.out.mkdir(parents=True, exist_ok=True)
    model, labels = read_checkpoint(args.checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("annotator", "reader"):
            raw = Path(folder) / f"{name}.onnx"
            if name == "annotator":
                export_words(model, raw)
            else:
                export_reader(model.reader, raw)
            if args.full:
                shutil.copy(raw, args.out / raw.name)
            else:
                quantise(raw, args.out / raw.name)
    shutil.copy(args.work / "tokenizer.json", args.out / "tokenizer.json")
    write_labels(args.out, labels)


def main() -> None:
    parser = parser_of(__doc__, "work")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, help="of training.train")
    source.add_argument("--reader", type=Path, help="of training.reader")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--full", action="store_true", help="keep fp32 weights (for comparison; 4 times the size)")
    args = parser.parse_args()
    if args.reader:
        replace_reader(args.reader, args.out)
    else:
        export(args)
    print({p.name: p.stat().st_size for p in sorted(args.out.iterdir())}, len(CUES))


if __name__ == "__main__":
    main()
