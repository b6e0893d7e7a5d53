"""References: what a pronoun or description is, and that the choice among candidates follows the scores."""

from __future__ import annotations

import numpy as np
import pytest
import spacy

from kg.extract import sentences as _component  # noqa: F401  registers kg_sentences
from kg.extract.annotate import Reading
from kg.extract.link import Linker
from kg.extract.pointer import FEATURES, Candidate, Pointer, choose, features
from kg.extract.reference import Reference

TEXT = "Merkel traf Putin. Danach reiste sie ab."


@pytest.fixture
def reading() -> Reading:
    nlp = spacy.blank("de")
    nlp.add_pipe("kg_sentences")
    words = list(nlp(TEXT))
    return Reading(words, [(0, 4), (4, 9)], [])


MERKEL = Candidate(0, 1, "Angela Merkel", "Person", "f")
PUTIN = Candidate(2, 3, "Wladimir Putin", "Person", "m")
SHE = Reference("she", "f")


def pointer(*, agreement: float, none: float) -> Pointer:
    weights = np.zeros(FEATURES, dtype=np.float32)
    weights[9], weights[10] = agreement, -agreement
    empty = np.zeros((4, 2), dtype=np.float32)
    return Pointer(empty, empty, weights, np.array([0, 0, 0, 0, none], dtype=np.float32))


def test_gender_decides_where_the_weights_say_so(reading: Reading) -> None:
    states = np.zeros((9, 4), dtype=np.float32)
    assert choose(pointer(agreement=2, none=0), reading, states, 6, SHE, [MERKEL, PUTIN]) == MERKEL
    assert choose(pointer(agreement=-2, none=0), reading, states, 6, SHE, [MERKEL, PUTIN]) == PUTIN


def test_none_may_win_and_later_names_do_not_count(reading: Reading) -> None:
    states = np.zeros((9, 4), dtype=np.float32)
    assert choose(pointer(agreement=2, none=9), reading, states, 6, SHE, [MERKEL, PUTIN]) is None
    assert choose(pointer(agreement=2, none=-9), reading, states, 1, SHE, [PUTIN]) is None


def test_features_tell_distance_agreement_and_kind(reading: Reading) -> None:
    rows = features(reading, 6, SHE, [MERKEL, PUTIN])
    assert rows.shape == (2, FEATURES)
    assert rows[0, 2] == rows[1, 2] == 1  # one sentence back
    assert (rows[0, 9], rows[0, 10]) == (1, 0)
    assert (rows[1, 9], rows[1, 10]) == (0, 1)
    assert rows[0, 0] > rows[1, 0]


@pytest.mark.parametrize(
    ("text", "kind", "gender"),
    [
        ("er", "he", "m"),
        ("Sie", "she", "f"),
        ("ihrer", "possessive", "f"),
        ("die Ministerin", "person", "f"),
        ("der Präsident", "person", "m"),
        ("das Land", "place", ""),
        ("die Regierung", "government", ""),
        ("die Organisation", "body", ""),
    ],
)
def test_what_words_may_stand_for(text: str, kind: str, gender: str) -> None:
    links = Linker("de").article(text, [])
    assert links.reference((0, len(text))) == Reference(kind, gender)
