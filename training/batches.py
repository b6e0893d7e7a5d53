"""Pads examples into tensors. B rows, L pieces, N words; word 0 of a window stands for the root of its trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Self

import numpy as np
import torch
from torch import Tensor

from kg.extract.windows import PAD
from training.examples import IGNORED, FrameExample, WindowExample
from training.network import CUES, ROLES


@dataclass(slots=True)
class Batch:
    """Tensors that go together."""

    def to(self, device: torch.device) -> Self:
        """The same on another device."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return type(self)(**{n: v if v is None else v.to(device, non_blocking=True) for n, v in values.items()})


@dataclass(slots=True)
class WindowBatch(Batch):
    ids: Tensor
    mask: Tensor
    first: Tensor
    sentence: Tensor
    names: Tensor | None = None
    upos: Tensor | None = None
    heads: Tensor | None = None
    labels: Tensor | None = None
    cues: Tensor | None = None
    cue_weight: Tensor | None = None


def _pad(rows: Sequence[Sequence[int]], value: int) -> Tensor:
    """Rows of unlike lengths as one [rows, longest]; one array for all, as a tensor for each row takes
    two and a half times as long."""
    sizes = np.array([len(row) for row in rows])
    padded = np.full((len(rows), sizes.max()), value, np.int64)
    padded[np.arange(sizes.max()) < sizes[:, None]] = np.fromiter(chain.from_iterable(rows), np.int64, sizes.sum())
    return torch.from_numpy(padded)


def window_batch(windows: Sequence[WindowExample]) -> WindowBatch:
    ids = _pad([w.ids for w in windows], PAD)
    batch = WindowBatch(
        ids,
        (ids != PAD).long(),
        _pad([[0, *w.first] for w in windows], 0),
        _pad([[0, *w.sentence] for w in windows], -1),
    )
    for name in ("names", "upos", "heads", "labels"):
        if getattr(windows[0], name) is not None:
            setattr(batch, name, _pad([[IGNORED, *getattr(w, name)] for w in windows], IGNORED))
    if windows[0].cues is not None:
        words = batch.first.size(1) - 1
        batch.cues = torch.zeros(len(windows), words, len(CUES))
        batch.cue_weight = torch.zeros(len(windows), words, len(CUES))
        for row, window in enumerate(windows):
            batch.cue_weight[row, window.own : len(window.first)] = 1
            for (word, cue), weight in (window.cues or {}).items():
                batch.cues[row, word, cue] = 1
                batch.cue_weight[row, word, cue] = weight
    return batch


@dataclass(slots=True)
class FrameBatch(Batch):
    row: Tensor
    begin: Tensor
    mask: Tensor
    mark: Tensor
    label: Tensor
    first: Tensor
    cue: Tensor
    tags: Tensor
    verdict: Tensor
    flags: Tensor
    weight: Tensor
    positive: Tensor

    def gather(self, split: Tensor) -> Tensor:
        """The frames' piece states [F, L, H] out of the windows' [B, L, H]."""
        steps = torch.arange(self.mask.size(1), device=split.device)
        places = (self.begin[:, None] + steps).clamp(max=split.size(1) - 1)
        return split[self.row[:, None], places]


def frame_batch(windows: Sequence[WindowExample], frames: Sequence[tuple[int, FrameExample]]) -> FrameBatch:
    marks, masks, firsts = [], [], []
    begins = []
    for row, f in frames:
        first = [*windows[row].first, len(windows[row].ids) - 1]
        base = first[f.begin]
        begins.append(base)
        mark = [0] * (first[f.own] - base) + [1] * (first[f.end] - first[f.own])
        cue = 3 if f.label else 2
        mark[first[f.cue] - base : first[f.cue + 1] - base] = [cue] * (first[f.cue + 1] - first[f.cue])
        marks.append(mark)
        masks.append([1] * len(mark))
        firsts.append([k - base for k in first[f.begin : f.end]])
    return FrameBatch(
        row=torch.tensor([row for row, _ in frames]),
        begin=torch.tensor(begins),
        mask=_pad(masks, 0),
        mark=_pad(marks, 0),
        label=torch.tensor([f.label for _, f in frames]),
        first=_pad(firsts, 0),
        cue=torch.tensor([f.cue - f.begin for _, f in frames]),
        tags=torch.stack([_pad([_tags(f, role) for _, f in frames], IGNORED) for role in range(len(ROLES))], -1),
        verdict=torch.tensor([f.verdict for _, f in frames]),
        flags=torch.tensor([f.flags for _, f in frames]),
        weight=torch.tensor([f.weight for _, f in frames]),
        positive=torch.tensor([float(f.tags is not None) for _, f in frames]),
    )


def _tags(frame: FrameExample, role: int) -> list[int]:
    """One role's tags of a frame's words."""
    if frame.tags is None or not frame.known[role]:
        return [IGNORED] * (frame.end - frame.begin)
    return [tags[role] for tags in frame.tags]
