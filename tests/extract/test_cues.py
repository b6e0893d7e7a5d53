"""Which words of an article are read as cues, given the cue finder's chances."""

from __future__ import annotations

import numpy as np
import spacy
from spacy.tokens import Doc

from kg.extract.annotate import Reading, _find_cues
from kg.extract.inference import WordOutputs
from kg.extract.windows import Window

STANCES, RELATIONS = 11, 11


def labels_read(chances: dict[int, float]) -> list[int]:
    """The labels as which the word "fordert" is read, given the chances of its cues; 0 stands for all stances."""
    cues = np.zeros((7, STANCES + RELATIONS), dtype=np.float32)
    for cue, chance in chances.items():
        cues[4, cue] = chance
    nothing, numbers = np.zeros((7, 1), dtype=np.float32), np.zeros(8, dtype=np.int64)
    outputs = WordOutputs(nothing, nothing, nothing, numbers, numbers, numbers, cues, numbers)
    doc = Doc(spacy.blank("de").vocab, words=["Berlin", "warnte", ".", "Macron", "fordert", "Waffen", "."])
    reading = Reading(list(doc), [(0, 3), (3, 7)], [Window(0, 0, 7)], [outputs])
    frames = list(_find_cues(reading, STANCES, np.full(STANCES + RELATIONS, 0.25), [False] * 23))
    assert {frame.cue for frame in frames} <= {4}
    return [frame.label for frame in frames]


def test_a_word_is_read_once_for_all_stances() -> None:
    assert labels_read({0: 0.3, 2: 0.6}) == [0]


def test_unlikely_cues_are_not_read() -> None:
    assert labels_read({2: 0.2, STANCES: 0.24}) == []


def test_a_word_is_read_for_each_likely_relation() -> None:
    assert labels_read({1: 0.5, STANCES: 0.3, STANCES + 1: 0.4, STANCES + 2: 0.1}) == [0, 1 + STANCES, 2 + STANCES]
