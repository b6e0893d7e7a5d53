"""Which words of an article are read as cues, given the cue finder's chances."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.extract.annotate import CANDIDATE, HOLDER, TOPIC, Reading, _find_cues, read_cues
from kg.extract.inference import FrameInput, FrameOutputs, Network, WordOutputs
from kg.extract.windows import ALONE, Window

STANCES, RELATIONS = 11, 11


def reading_of(chances: dict[int, float]) -> Reading:
    """Two sentences; ``chances`` are those of the cues of "fordert"."""
    cues = np.zeros((7, STANCES + RELATIONS), dtype=np.float32)
    for cue, chance in chances.items():
        cues[4, cue] = chance
    nothing, numbers = np.zeros((7, 1), dtype=np.float32), np.zeros(8, dtype=np.int64)
    outputs = WordOutputs(nothing, nothing, nothing, numbers, numbers, numbers, cues, numbers)
    doc = Doc(spacy.blank("de").vocab, words=["Berlin", "warnte", ".", "Macron", "fordert", "Waffen", "."])
    return Reading(list(doc), [(0, 3), (3, 7)], [Window(0, 0, 7)], [outputs])


def labels_read(chances: dict[int, float]) -> list[int]:
    """The labels as which the word "fordert" is read; 0 stands for all stances."""
    reading = reading_of(chances)
    places = list(_find_cues(reading, STANCES, [ALONE] * 23))
    assert all(window == Window(0, 0, 7) for window, _ in places)
    assert {cue.frame.cue for cue in reading.cues} <= {4}
    return [cue.label for cue in reading.cues]


def test_a_word_is_read_once_for_all_stances() -> None:
    assert labels_read({0: 0.3, 2: 0.6}) == [0]


def test_unlikely_cues_are_not_read() -> None:
    assert labels_read({2: CANDIDATE - 0.1, STANCES: CANDIDATE - 0.01}) == []


def test_a_word_is_read_for_each_likely_relation() -> None:
    chances = {1: 0.9, STANCES: CANDIDATE, STANCES + 1: CANDIDATE + 0.1, STANCES + 2: CANDIDATE - 0.1}
    assert labels_read(chances) == [0, 1 + STANCES, 2 + STANCES]


class Reader:
    """Stands in for the network: says of every frame that its cue holds; finds some roles in its sentence, the others
    where there is an earlier one."""

    labels = SimpleNamespace(stances=["s"] * STANCES, relations=["r"] * RELATIONS)

    def __init__(self, *told: int) -> None:
        self.told = told
        self.frames: list[list[int]] = []

    def read_frames(self, frames: Sequence[FrameInput]) -> list[FrameOutputs]:
        self.frames.append([frame.begin for frame in frames])
        return [self._read(frame) for frame in frames]

    def _read(self, frame: FrameInput) -> FrameOutputs:
        roles = np.zeros((frame.end - frame.begin, 4, 3), dtype=np.float32)
        roles[:, :, 0] = 1
        for role in (HOLDER, TOPIC):
            if role in self.told or frame.begin < frame.own:
                roles[0, role] = [0, 1, 0]
        return FrameOutputs(roles, np.eye(13, dtype=np.float32)[0], np.zeros(2, dtype=np.float32))


@pytest.mark.parametrize("told", [(), (HOLDER,), (TOPIC,)])
def test_a_position_without_holder_or_topic_is_read_once_more_with_earlier_sentences(told: tuple[int, ...]) -> None:
    reader, reading = Reader(*told), reading_of({2: 0.6})
    read_cues(reading, cast(Network, reader))
    assert reader.frames == [[3], [0]]
    assert (reading.cues[0].frame.begin, reading.cues[0].frame.own) == (0, 3)


def test_a_position_with_holder_and_topic_is_read_once() -> None:
    reader, reading = Reader(HOLDER, TOPIC), reading_of({2: 0.6})
    read_cues(reading, cast(Network, reader))
    assert reader.frames == [[3], []]
    assert reading.cues[0].frame.begin == 3
