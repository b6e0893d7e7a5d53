"""How sure a position or a relation is: numbers that tell it, and the chance of being right that they add up to.

A logistic regression (Platt 1999) whose weights were learnt on articles that the network never saw
(``training.calibrate``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.annotate import HOLDER, TOPIC, Cue, Reading
from kg.extract.decode import FoundPosition, FoundRelation, Stretch, score_of
from kg.extract.inference import Labels
from kg.extract.pointer import TYPES
from kg.model import Actor

Found = FoundPosition | FoundRelation
POSITION, RELATION = "position", "relation"

_OUTSIDE = 0


@dataclass(frozen=True, slots=True)
class End:
    """Who an end of what was found is, whether its words only refer to somebody ("er", "die Ministerin"), how sure
    the pointer is of whom they stand for (1 where they name somebody), and whether the registry knows somebody in an
    office of the other end, or in offices of others alone (None where it knows of none)."""

    actor: Actor
    refers: bool
    share: float = 1.0
    serves: bool | None = None


class Confidence:
    """The confidences of one article's finds. ``weights`` are by kind ("position", "relation"), a constant last."""

    def __init__(self, reading: Reading, labels: Labels, weights: Mapping[str, Sequence[float]]) -> None:
        self._reading, self._labels, self._weights = reading, labels, weights
        self._scores: dict[tuple[bool, int], list[float]] = {}
        for cue in reading.cues:
            self._scores.setdefault((cue.label > 0, cue.frame.own), []).append(score_of(cue))

    def of(self, found: Found, ends: Sequence[End], again: float = 0.0) -> float:
        """The chance, in [0, 1], that what was found is right; its score where no weights are known. For ``again`` see
        :meth:`features`."""
        weights = self._weights.get(POSITION if isinstance(found, FoundPosition) else RELATION)
        if not weights:
            return score_of(found.source)
        numbers = [*self.features(found, ends, again), 1.0]
        return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, numbers, strict=True))))

    def features(self, found: Found, ends: Sequence[End], again: float = 0.0) -> list[float]:
        """What tells how sure it is: as many numbers for each position, as many for each relation. ``ends`` are the
        holder of a position, both ends of a relation; ``again`` is the highest score of what tells the same, 0 where
        nothing does."""
        first, second = found.ends
        numbers = [*self._cue(found), again]
        for stretch, role in ((first, HOLDER), (second, TOPIC)):
            numbers += self._words(found.source, stretch, role)
        for end in ends:
            numbers += [*(float(end.actor.type == t) for t in TYPES), float(end.actor.resolved), float(end.refers)]
            numbers += [end.share, _log(end.share)]
        if isinstance(found, FoundRelation):
            numbers += [float(ends[0].serves is True), float(ends[0].serves is False)]
            numbers += [float(found.relation == name) for name in self._labels.relations]
        return numbers

    def _cue(self, found: Found) -> list[float]:
        """The chances of cue finder and reader, the label's share in them, how many other cues the sentence has and how
        many are surer, how many ends the cue has, and whether the sentence before was read, too."""
        cue = found.source
        assert cue.outputs is not None
        none = float(cue.outputs.verdict[-1])
        label = float(cue.outputs.verdict[:-2].max()) if cue.label == 0 else float(cue.outputs.verdict[-2])
        score, rivals = score_of(cue), self._scores[cue.label > 0, cue.frame.own]
        return [
            _logit(cue.chance),
            _logit(1 - none),
            score,
            _log(label / max(1 - none, 1e-4)),
            float(len(rivals)),
            float(sum(other > score for other in rivals)),
            *(float(count) for count in found.counts),
            float(cue.frame.begin < cue.frame.own),
            *(float(flag) for flag in cue.outputs.flags),
        ]

    def _words(self, cue: Cue, stretch: Stretch, role: int) -> list[float]:
        """How sure the reader is of an end's words, how much of the role's chances they have, what other roles could be
        theirs; whether they stand in the cue's sentence and are a pronoun."""
        assert cue.outputs is not None
        begin = cue.frame.begin
        inside = 1 - cue.outputs.roles[:, :, _OUTSIDE]
        words = [k for b, e in stretch for k in range(b, e)]
        own = inside[[k - begin for k in words if k - begin < len(inside)]]  # an infinitive may end behind the frame
        mean = float(own[:, role].mean())
        return [
            mean,
            _log(mean),
            float(own[:, role].min()),
            float(own[:, role].sum() / max(float(inside[:, role].sum()), 1e-3)),
            *(float(own[:, other].max()) for other in range(own.shape[1]) if other != role),
            float(words[-1] >= cue.frame.own),
            float(all(self._reading.words[k].pos_ == "PRON" for k in words)),
        ]


def _log(chance: float) -> float:
    return math.log(max(chance, 1e-4))


def _logit(chance: float) -> float:
    chance = float(np.clip(chance, 1e-4, 1 - 1e-4))
    return math.log(chance / (1 - chance))
