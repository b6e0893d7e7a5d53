"""What a cue's word by itself tells of the stance: counts over annotated articles, and a small regression.

The network learnt stances from a few hundred articles; the counts are of three times as many, and of beginnings of
words, where the network sees pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

LENGTHS = (4, 6, 9)
"""Letters of a word's beginnings that are counted: German inflects at the end."""

_PREFIX, _PARTICIPLE, _STEM = "ge", 6, 5
_SMOOTHING = 2.0
"""Cues of the usual kinds that are added to the counts of each beginning."""
_LEAST = 1e-4


def beginnings(word: str) -> list[str]:
    """The beginnings by which a word is counted, and the one behind a participle's "ge-", each marked by its place."""
    word = word.lower()
    stem = word.removeprefix(_PREFIX) if len(word) > _PARTICIPLE else word
    return [f"{place}{part}" for place, part in enumerate([*(word[:size] for size in LENGTHS), stem[:_STEM]])]


@dataclass(frozen=True, slots=True)
class CueWords:
    """``rows`` says where a beginning's counts are; ``heads`` [K, S] how often it headed cues of each of S stances, row
    0 all words; ``weights`` [F + 1, S] name a stance."""

    rows: dict[str, int]
    heads: Floats
    weights: Floats

    def stances(self, word: str, read: Floats, found: Floats) -> Floats:
        """Chances [S] of the stances whose cue ``word`` is: ``read`` [S] as the reader says, ``found`` [S] as the cue
        finder does."""
        logits = self.evidence(word, read, found) @ self.weights
        chances: Floats = np.exp(logits - logits.max())
        chances /= chances.sum()
        return chances

    def evidence(self, word: str, read: Floats, found: Floats) -> Floats:
        """What the regression weighs [F + 1]: the logarithms of both chances, for each beginning how much oftener than
        other words it heads each stance (0 where nothing is known), and a 1."""
        usual = self.heads[0] / self.heads[0].sum()
        at = [self.rows.get(beginning) for beginning in beginnings(word)]
        heads = np.array([np.zeros_like(usual) if k is None else self.heads[k] for k in at])
        ratios = np.log((heads / usual + _SMOOTHING) / (heads.sum(1, keepdims=True) + _SMOOTHING))
        told = [np.log(np.maximum(chances, _LEAST)) for chances in (read, found)]
        row: Floats = np.concatenate([*told, ratios.ravel(), [1.0]])
        return row


@lru_cache(maxsize=4)
def read_cue_words(path: Path) -> CueWords:
    """Read cue_words.npz."""
    with np.load(path) as table:
        rows = {str(text): k for k, text in enumerate(table["beginnings"])}
        return CueWords(rows, table["heads"].astype(np.float64), table["weights"].astype(np.float64))
