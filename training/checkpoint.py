"""A trained network in a file: its weights, and the parts of speech and labels of trees by number."""

from __future__ import annotations

from pathlib import Path

import torch

from training.network import Annotator


def write_checkpoint(path: Path, model: Annotator, upos: list[str], labels: list[str]) -> None:
    """Write a checkpoint; a run that is cut while writing leaves the one before as it was."""
    temporary = path.with_suffix(".tmp")
    torch.save({"model": model.state_dict(), "upos": upos, "labels": labels}, temporary)
    temporary.replace(path)


def read_checkpoint(path: Path) -> tuple[Annotator, dict[str, list[str]]]:
    """Return the network, as it is used and not trained, and its lists."""
    saved = torch.load(path, map_location="cpu")
    pieces = saved["model"]["encoder.word.weight"].size(0)
    model = Annotator(pieces, len(saved["upos"]), len(saved["labels"]))
    model.load_state_dict(saved["model"])
    return model.eval(), {"upos": saved["upos"], "labels": saved["labels"]}
