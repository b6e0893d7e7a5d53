"""What a cue's word tells of the stance, on hand-made counts and on the shipped ones."""

from __future__ import annotations

import numpy as np
import pytest

from kg.extract.cue_words import CueWords, beginnings, read_cue_words
from kg.extract.inference import Network
from kg.resources import resource

STANCES = 2
COUNTS = {"": [30, 10], "0droh": [0, 4], "1drohte": [0, 4], "2drohte": [0, 4], "3droht": [0, 4]}
FEATURES = 2 * STANCES + len(beginnings("drohte")) * STANCES


def words_of(weights: np.ndarray) -> CueWords:
    return CueWords({text: k for k, text in enumerate(COUNTS)}, np.array(list(COUNTS.values()), dtype=float), weights)


def test_inflected_words_share_beginnings() -> None:
    assert set(beginnings("Drohte")) & set(beginnings("drohen")) == {"0droh"}
    assert "3fordert" not in beginnings("gefordert") and "3forde" in beginnings("gefordert")
    assert "3forde" in beginnings("forderte")


def test_evidence_is_how_much_oftener_than_other_words_it_heads_a_stance() -> None:
    row = words_of(np.zeros((FEATURES + 1, STANCES))).evidence("drohte", np.array([0.5, 0.25]), np.array([1.0, 0.0]))
    assert len(row) == FEATURES + 1 and row[-1] == 1
    assert row[:4] == pytest.approx(np.log([0.5, 0.25, 1.0, 1e-4]))
    supports, threatens = np.log(2 / 6), np.log((4 / 0.25 + 2) / 6)
    assert row[4:-1].reshape(-1, STANCES) == pytest.approx(np.tile([supports, threatens], (4, 1)))


def test_of_an_unknown_word_nothing_is_told() -> None:
    row = words_of(np.zeros((FEATURES + 1, STANCES))).evidence("begrüßt", np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    assert row[4:-1] == pytest.approx(0)


def test_chances_are_those_of_the_weighed_evidence() -> None:
    weights = np.zeros((FEATURES + 1, STANCES))
    weights[0, 0] = weights[1, 1] = 1.0
    chances = words_of(weights).stances("begrüßt", np.array([0.6, 0.2]), np.array([0.0, 0.0]))
    assert chances == pytest.approx([0.75, 0.25])


def test_the_shipped_counts_and_weights_fit_the_network() -> None:
    words, labels = read_cue_words(resource("models") / "cue_words.npz"), Network().labels
    assert words.heads.shape == (len(words.rows), len(labels.stances)) and words.rows[""] == 0
    even = np.full(len(labels.stances), 1 / len(labels.stances))
    told = {w: labels.stances[int(words.stances(w, even, even).argmax())] for w in ("fordert", "begrüßte")}
    assert told == {"fordert": "demands", "begrüßte": "supports"}
