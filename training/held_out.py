"""A quick measure of a network on annotated windows that it never saw: what cue finder and reader find, before linking.

A frame that is read counts as right where an annotated frame of the same window, not yet counted, has the same sign (a
relation: the same label) and shares at least half of the words of holder and of topic (Dice). Frames whose holder or
topic stands in earlier sentences are missed. For comparing networks while they are trained; the figures of the product
are those of training.gate and training.calibrate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from kg.extract.annotate import HOLDER, TOPIC, chance_of, labels_read
from kg.vocabulary import load_vocabulary
from training.batches import frame_batch, window_batch
from training.examples import FrameExample, WindowExample, none_frame
from training.losses import encode, read_frames
from training.network import STANCES, Annotator

WINDOWS, FRAMES = 32, 256
"""In a batch."""
DICE = 0.5

Ends = tuple[frozenset[int], frozenset[int]]
"""The words of holder and topic."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a frame tells: ``label`` and ``verdict`` as in FrameExample, the chance that it is told rightly."""

    label: int
    verdict: int
    ends: Ends
    chance: float = 1.0


Rows = Sequence[Sequence[Told]]
"""What each window tells."""


def measure(model: Annotator, windows: Sequence[WindowExample]) -> dict[str, float]:
    """Return the F1 at the best threshold for positions by sign, for positions by stance, and for relations."""
    model.eval()
    found = [row for at in range(0, len(windows), WINDOWS) for row in _read(model, windows[at : at + WINDOWS])]
    model.train()
    gold = [[_annotated(frame) for frame in window.frames if not frame.tells_earlier] for window in windows]
    stances = load_vocabulary().stances
    signs = {number: stances[name].sign for number, name in enumerate(STANCES)}
    return {
        "sign": _best_f1(_positions(found), _positions(gold), lambda told: signs.get(told.verdict)),
        "stance": _best_f1(_positions(found), _positions(gold), lambda told: told.verdict),
        "relation": _best_f1(_relations(found), _relations(gold), lambda told: told.label),
    }


def _positions(rows: Rows) -> Rows:
    return [[told for told in row if not told.label] for row in rows]


def _relations(rows: Rows) -> Rows:
    return [[told for told in row if told.label] for row in rows]


def _annotated(frame: FrameExample) -> Told:
    holder, topic = (
        frozenset(frame.begin + k for k, tags in enumerate(frame.tags or ()) if tags[role]) for role in (HOLDER, TOPIC)
    )
    return Told(frame.label, frame.verdict, (holder, topic))


@torch.no_grad()
def _read(model: Annotator, windows: Sequence[WindowExample]) -> Rows:
    device = next(model.parameters()).device
    batch = window_batch(windows).to(device)
    encoded = encode(model, batch)
    chances = model.heads.cues(encoded.states)[:, 1:].sigmoid().float().cpu().numpy()
    frames = [
        (row, none_frame(window, word, label))
        for row, window in enumerate(windows)
        for word in range(window.own, len(window.first))
        for label in labels_read(chances[row, word], len(STANCES))
    ]
    frames.sort(key=lambda numbered: numbered[1].end - numbered[1].begin)
    rows: list[list[Told]] = [[] for _ in windows]
    for at in range(0, len(frames), FRAMES):
        part = frames[at : at + FRAMES]
        reading = read_frames(model.reader, frame_batch(windows, part).to(device), encoded.split)
        tags, verdicts = reading[0].argmax(-1).cpu().numpy(), reading[1].softmax(-1).cpu().numpy()
        for (row, frame), tagged, verdict in zip(part, tags, verdicts, strict=True):
            own = tagged[: frame.end - frame.begin]
            holder, topic = (frozenset((frame.begin + np.flatnonzero(own[:, r])).tolist()) for r in (HOLDER, TOPIC))
            chance = chance_of(chances[row, frame.cue], frame.label, len(STANCES)) * float(1 - verdict[-1])
            rows[row].append(Told(frame.label, int(verdict[:-1].argmax()), (holder, topic), chance))
    return rows


def _overlap(one: Ends, other: Ends) -> bool:
    return all(2 * len(a & b) >= DICE * max(1, len(a) + len(b)) for a, b in zip(one, other, strict=True))


def _best_f1(found: Rows, gold: Rows, same: Callable[[Told], object]) -> float:
    left, total = [list(row) for row in gold], sum(map(len, gold))
    right, best = 0, 0.0
    order = sorted(((told, row) for row, all_told in enumerate(found) for told in all_told), key=lambda x: -x[0].chance)
    for number, (told, row) in enumerate(order, 1):
        match = next((g for g in left[row] if same(g) == same(told) and _overlap(g.ends, told.ends)), None)
        if match:
            left[row].remove(match)
            right += 1
        best = max(best, 2 * right / (number + total))
    return round(best, 4)
