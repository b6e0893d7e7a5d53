"""Writes a trained checkpoint as the files under models/: two int8 ONNX graphs, the tokenizer and the label lists.

    python -m training.export --work WORK --checkpoint WORK/1/final.pt --out models

annotator.onnx: ids, mask [B, L], first, sentence [B, N] -> split [B, L, H], states [B, N, H], names [B, N, 9], upos
[B, N], heads [B, N], labels [B, N], cues [B, N, 22] (chances). reader.onnx: frames of one cue -> roles, verdict,
flags (chances). Weights are int8 per channel, activations quantised at run time (onnxruntime's dynamic quantisation).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import onnxruntime.quantization as quantization
import torch
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from training.network import CUES, FLAGS, LAYERS, NAMES, RELATIONS, ROLES, SPLIT, STANCES, WIDTH, Annotator, word_states


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
    def __init__(self, model: Annotator) -> None:
        super().__init__()
        self.reader = model.reader

    def forward(
        self, x: Tensor, mask: Tensor, mark: Tensor, label: Tensor, first: Tensor, cue: Tensor
    ) -> tuple[Tensor, ...]:
        roles, verdict, flags = self.reader(x, mask, mark, label, first, cue)
        return roles.softmax(-1), verdict.softmax(-1), flags.sigmoid()


def load_checkpoint(path: Path) -> tuple[Annotator, dict[str, list[str]]]:
    saved = torch.load(path)
    pieces = saved["model"]["encoder.word.weight"].size(0)
    model = Annotator(pieces, len(saved["upos"]), len(saved["labels"]))
    model.load_state_dict(saved["model"], strict=False)  # the pointer may be trained later (training.pointer)
    return model.eval(), {"upos": saved["upos"], "labels": saved["labels"]}


def export_words(model: Annotator, path: Path) -> None:
    ids = torch.randint(4, 1000, (2, 12))
    first = torch.tensor([[0, 1, 3, 5, 7], [0, 1, 2, 4, 6]])
    inputs = (ids, torch.ones(2, 12, dtype=torch.long), first, torch.tensor([[0, 1, 1, 2, 2], [0, 1, 1, 1, 1]]))
    names = ["ids", "mask", "first", "sentence"]
    outputs = ["split", "states", "names", "upos", "heads", "labels", "cues"]
    pieces, words = {0: "batch", 1: "pieces"}, {0: "batch", 1: "words"}
    axes = {"ids": pieces, "mask": pieces, "split": pieces} | dict.fromkeys(("first", "sentence", *outputs[1:]), words)
    torch.onnx.export(
        WordGraph(model),
        inputs,
        str(path),
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        dynamo=False,
        opset_version=17,
    )


def export_reader(model: Annotator, path: Path) -> None:
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
    torch.onnx.export(
        FrameGraph(model),
        inputs,
        str(path),
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        dynamo=False,
        opset_version=17,
    )


def quantise(source: Path, target: Path) -> None:
    """Fold constants and infer shapes, then store MatMul and embedding weights as int8."""
    prepared = source.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantization.quantize_dynamic(
        str(prepared),
        str(target),
        weight_type=quantization.QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather", "Gemm"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--full", action="store_true", help="keep fp32 weights (for comparison; 4 times the size)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model, labels = load_checkpoint(args.checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        for name, export in (("annotator", export_words), ("reader", export_reader)):
            raw = Path(folder) / f"{name}.onnx"
            export(model, raw)
            if args.full:
                shutil.copy(raw, args.out / f"{name}.onnx")
            else:
                quantise(raw, args.out / f"{name}.onnx")
    shutil.copy(args.work / "tokenizer.json", args.out / "tokenizer.json")
    digest = hashlib.sha256()
    for name in ("annotator.onnx", "reader.onnx", "tokenizer.json"):
        digest.update((args.out / name).read_bytes())
    lists = labels | {"names": NAMES, "stances": STANCES, "relations": RELATIONS, "roles": ROLES, "flags": FLAGS}
    lists |= {"layers": [str(LAYERS), str(SPLIT)], "version": [f"de-{digest.hexdigest()[:12]}"]}
    (args.out / "labels.json").write_text(json.dumps(lists, ensure_ascii=False, indent=1) + "\n")
    print({p.name: p.stat().st_size for p in sorted(args.out.iterdir())}, len(CUES))


if __name__ == "__main__":
    main()
