"""The confidence of what was found, by hand-made outputs of the network."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import spacy
from extract.test_decode import LABELS, OPPOSES, TELLS_ALL, outputs, reading_of, relation
from spacy.tokens import Doc

from kg.extract.annotate import HOLDER, TOPIC, Reading
from kg.extract.confidence import POSITION, Confidence, End
from kg.extract.decode import FoundPosition, decode, score_of
from kg.iri import actor_iri
from kg.model import Actor

TURKEY = End(Actor(iri=actor_iri("Türkei"), label="Türkei", type="State", resolved=True), refers=False)
SHE = End(Actor(iri=actor_iri("sie"), label="sie", type="Group"), refers=True)


def found_in(reading: Reading) -> FoundPosition:
    return decode(reading, LABELS, TELLS_ALL)[0][0]


def test_without_weights_the_score_is_the_confidence() -> None:
    reading = reading_of(OPPOSES)
    assert Confidence(reading, LABELS, {}).of(found_in(reading), [TURKEY]) == score_of(OPPOSES)


def test_confidence_is_the_logistic_of_the_weighed_features() -> None:
    reading = reading_of(OPPOSES)
    found = found_in(reading)
    count = len(Confidence(reading, LABELS, {}).features(found, [TURKEY]))
    weights = [0.0, 1.0, *[0.0] * (count - 2), 0.5]  # the second is the logit of the reader's chance that the cue holds
    odds = 0.95 / 0.05 * math.exp(0.5)
    told = Confidence(reading, LABELS, {POSITION: weights}).of(found, [TURKEY])
    assert told == pytest.approx(odds / (1 + odds), rel=1e-5)


def test_weights_for_other_features_are_refused() -> None:
    reading = reading_of(OPPOSES)
    with pytest.raises(ValueError, match="zip"):
        Confidence(reading, LABELS, {POSITION: [0.0, 1.0]}).of(found_in(reading), [TURKEY])


def test_who_the_actor_is_and_whether_words_only_refer_counts() -> None:
    reading = reading_of(OPPOSES)
    confidence, found = Confidence(reading, LABELS, {}), found_in(reading)
    known, referred = (confidence.features(found, [end])[-9:] for end in (TURKEY, replace(SHE, share=0.5)))
    assert known == [0, 1, 0, 0, 0, 1, 0, 1, 0]
    assert referred == [0, 0, 0, 0, 1, 0, 1, 0.5, math.log(0.5)]


def test_an_earlier_sentence_and_pronouns_count() -> None:
    words = ["Er", "geht", ".", "Den", "Beitritt", "lehnt", "er", "ab", "."]
    tags = ["PRON", "VERB", "PUNCT", "DET", "NOUN", "VERB", "PRON", "ADP", "PUNCT"]
    doc = Doc(spacy.blank("de").vocab, words=words, pos=tags)
    told = []
    for holder in ((0, 1), (6, 7)):
        cue = replace(OPPOSES, outputs=outputs({HOLDER: [holder], TOPIC: [(4, 5)]}, [0, 1, 0, 0]))
        cue.frame = replace(cue.frame, own=3, cue=5, end=9)
        reading = Reading(list(doc), [(0, 3), (3, 9)], [], cues=[cue])
        told.append(Confidence(reading, LABELS, {}).features(found_in(reading), [SHE]))
    earlier, own = told
    differ = [(a, b) for a, b in zip(earlier, own, strict=True) if a != b]
    assert differ == [(0, 1)]


def test_other_cues_of_the_sentence_count() -> None:
    surer = replace(OPPOSES, chance=0.95)
    reading = reading_of(OPPOSES)
    alone = Confidence(reading, LABELS, {}).features(found_in(reading), [TURKEY])
    reading.cues.append(surer)
    beside = Confidence(reading, LABELS, {}).features(found_in(reading), [TURKEY])
    assert [(a, b) for a, b in zip(alone, beside, strict=True) if a != b] == [(1, 2), (0, 1)]


def test_what_is_told_again_counts() -> None:
    reading = reading_of(OPPOSES)
    confidence, found = Confidence(reading, LABELS, {}), found_in(reading)
    once, again = (confidence.features(found, [TURKEY], score) for score in (0.0, 0.8))
    assert [(a, b) for a, b in zip(once, again, strict=True) if a != b] == [(0, 0.8)]


def test_a_relation_has_two_actors_and_its_label() -> None:
    reading = reading_of(relation(3, {HOLDER: [(1, 2)], TOPIC: [(3, 4)]}))
    found = decode(reading, LABELS, TELLS_ALL)[1][0]
    told = Confidence(reading, LABELS, {}).features(found, [replace(TURKEY, serves=False), SHE])
    assert told[-4:] == [0, 1, 1, 0]  # in offices of others alone; the labels
    assert told[-22:-4] == [0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0]
