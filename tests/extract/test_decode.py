"""Decoding by hand-made outputs of the network: what becomes a position, what a relation, what neither."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.extract.annotate import HOLDER, TOPIC, Cue, Reading
from kg.extract.decode import (
    READER_SHARE,
    Decoding,
    decode,
    score_of,
    split_holders,
    split_topics,
    surest,
    tell_the_same,
    told_again,
    trim,
)
from kg.extract.inference import FrameOutputs, Labels
from kg.extract.windows import Frame

WORDS = "Die Türkei und Ungarn lehnen den Beitritt und die Erweiterung ab ."
LABELS = Labels([], [], [], ["supports", "opposes"], ["meets", "holds_office"], [], "test")
TELLS_ALL = Decoding()


def reading_of(cue: Cue) -> Reading:
    words = list(spacy.blank("de")(WORDS))
    return Reading(words, [(0, len(words))], [], cues=[cue])


def outputs(
    tags: dict[int, list[tuple[int, int]]], verdict: list[float], flags: tuple[float, float] = (0, 0)
) -> FrameOutputs:
    roles = np.zeros((12, 4, 3), dtype=np.float32)
    roles[:, :, 0] = 1
    for role, spans in tags.items():
        for begin, end in spans:
            for k in range(begin, end):
                roles[k, role] = (0, 1, 0) if k == begin else (0, 0, 1)
    return FrameOutputs(roles, np.array(verdict, dtype=np.float32), np.array(flags, dtype=np.float32))


OPPOSES = Cue(
    frame=Frame(0, 0, 4, 12), label=0, chance=0.81, chances=np.array([0.2, 0.81, 0, 0], dtype=np.float32),
    outputs=outputs({HOLDER: [(0, 2), (3, 4)], TOPIC: [(5, 7), (8, 10)]}, [0.05, 0.9, 0, 0.05]),
)  # fmt: skip


def test_each_holder_with_each_topic_and_no_leading_article() -> None:
    positions, relations = decode(reading_of(OPPOSES), LABELS, TELLS_ALL)
    assert relations == []
    assert [(p.holder, p.stance, p.topic) for p in positions] == [
        ([(1, 2)], "opposes", [(6, 7)]),
        ([(1, 2)], "opposes", [(9, 10)]),
        ([(3, 4)], "opposes", [(6, 7)]),
        ([(3, 4)], "opposes", [(9, 10)]),
    ]
    assert {p.counts for p in positions} == {(2, 2)}
    assert score_of(positions[0].source) == pytest.approx(0.81 ** (1 - READER_SHARE) * 0.95**READER_SHARE)


def test_what_nobody_believes_in_is_not_found() -> None:
    unlikely = replace(OPPOSES, outputs=outputs({HOLDER: [(0, 2)], TOPIC: [(5, 7)]}, [0, 0.01, 0, 0.99]))
    assert decode(reading_of(unlikely), LABELS, TELLS_ALL) == ([], [])


def test_two_cues_tell_the_same_where_holder_and_half_the_topic_agree() -> None:
    first, second, third, _ = decode(reading_of(OPPOSES), LABELS, TELLS_ALL)[0]
    assert tell_the_same(first, replace(first, cue=11, topic=[(6, 8)]))
    assert not tell_the_same(first, second)
    assert not tell_the_same(first, third)
    assert not tell_the_same(first, replace(first, sentence=1))


def test_of_two_that_tell_the_same_the_surer_is_told() -> None:
    first, second, *_ = decode(reading_of(OPPOSES), LABELS, TELLS_ALL)[0]
    again = replace(first, cue=11)
    assert surest([first, second, again], [0.6, 0.3, 0.9]) == [1, 2]
    assert surest([first, second, again], [0.6, 0.3, 0.5]) == [0, 1]


def test_told_again_is_the_score_of_another_cue_of_the_same_sign() -> None:
    signs = Decoding(signs={"supports": 1, "opposes": -1})
    first, second, *_ = decode(reading_of(OPPOSES), LABELS, signs)[0]
    assert (first.sign, told_again(first, [first, second])) == (-1, 0)
    again = replace(first, cue=11, source=replace(OPPOSES, chance=0.5))
    assert told_again(first, [first, second, again]) == score_of(again.source)
    assert told_again(first, [first, replace(again, sign=1)]) == 0


def test_an_infinitive_is_told_whole() -> None:
    words = "Paris will Truppen zu entsenden ."
    doc = Doc(
        spacy.blank("de").vocab,
        words=words.split(),
        pos=["PROPN", "AUX", "NOUN", "PART", "VERB", "PUNCT"],
        heads=[1, 1, 4, 4, 1, 1],
        deps=["nsubj", "ROOT", "obj", "mark", "xcomp", "punct"],
    )
    cue = replace(OPPOSES, frame=Frame(0, 0, 1, 6), outputs=outputs({HOLDER: [(0, 1)], TOPIC: [(2, 4)]}, [0, 1, 0, 0]))
    reading = Reading(list(doc), [(0, 6)], [], cues=[cue])
    assert [p.topic for p in decode(reading, LABELS, TELLS_ALL)[0]] == [[(2, 5)]]


def test_a_cue_without_holder_or_topic_is_no_position() -> None:
    alone = replace(OPPOSES, outputs=outputs({TOPIC: [(5, 7)]}, [0, 1, 0, 0]))
    assert decode(reading_of(alone), LABELS, TELLS_ALL) == ([], [])


@pytest.mark.parametrize(
    ("text", "names", "holders"),
    [
        ("Frank Weise , Frank Bsirske und Leyen", ["Frank Weise", "Frank Bsirske", "Leyen"], None),
        ("Dominic Raab , der 2018 zurücktrat", ["Dominic Raab"], ["Dominic Raab"]),
        ("Angela Merkel ( CDU )", ["Angela Merkel"], ["Angela Merkel"]),
        ("Trinidad und Tobago", ["Trinidad und Tobago"], None),
        ("Studenten und Lehrer", [], ["Studenten und Lehrer"]),
        ("Viele der Städte", [], ["Viele der Städte"]),
    ],
)
def test_holders_are_cut_where_names_are_joined(text: str, names: list[str], holders: list[str] | None) -> None:
    doc = spacy.blank("de")(text)
    spans = [s for name in names if (s := doc.char_span(text.index(name), text.index(name) + len(name)))]
    found = split_holders([(0, len(doc))], list(doc), [(s.start, s.end) for s in spans])
    assert [doc[part[0][0] : part[-1][1]].text for part in found] == (holders or names)


def relation(label: int, tags: dict[int, list[tuple[int, int]]], flags: tuple[float, float] = (0, 0)) -> Cue:
    return replace(OPPOSES, label=label, outputs=outputs(tags, [0, 0, 1, 0], flags))


def test_ends_of_a_symmetric_relation_tagged_alike_are_paired() -> None:
    ends = {HOLDER: [(1, 2), (3, 4)]}
    meets = decode(reading_of(relation(3, ends)), LABELS, replace(TELLS_ALL, symmetric=frozenset({"meets"})))[1]
    assert [(r.relation, r.a, r.b) for r in meets] == [("meets", [(1, 2)], [(3, 4)])]
    assert decode(reading_of(relation(3, ends)), LABELS, TELLS_ALL) == ([], [])


def test_an_office_without_its_body_takes_the_cue() -> None:
    holds = decode(
        reading_of(relation(4, {HOLDER: [(1, 2)]})), LABELS, replace(TELLS_ALL, bodies=frozenset({"holds_office"}))
    )[1]
    assert [(r.a, r.b) for r in holds] == [([(1, 2)], [(4, 5)])]


def test_negation_is_kept() -> None:
    found = decode(reading_of(relation(3, {HOLDER: [(1, 2)], TOPIC: [(3, 4)]}, (0, 0.9))), LABELS, TELLS_ALL)[1]
    assert found[0].negated


@pytest.mark.parametrize(
    ("words", "pos", "parts"),
    [
        ("den Pakt zu kündigen und die Hilfe zu verdoppeln", "VERB", [[(1, 4)], [(6, 9)]]),
        ("der Pakt gekündigt und die Hilfe verdoppelt", "VERB", [[(0, 7)]]),
        ("das Kündigen und das Verdoppeln", "NOUN", [[(0, 5)]]),
    ],
)
def test_a_topic_of_two_infinitives_is_two(words: str, pos: str, parts: list[list[tuple[int, int]]]) -> None:
    texts = words.split()
    first, join, last = 3 if "zu" in texts else 2, texts.index("und"), len(texts) - 1
    if pos == "NOUN":
        first = 1
    tags = [pos if k in (first, last) else "CCONJ" if k == join else "X" for k in range(len(texts))]
    heads = [first if k == last else last for k in range(len(texts))]
    heads[first] = first
    deps = ["conj" if k == last else "cc" if k == join else "ROOT" if k == first else "dep" for k in range(len(texts))]
    doc = Doc(spacy.blank("de").vocab, words=texts, pos=tags, heads=heads, deps=deps)
    assert split_topics([(0, len(texts))], list(doc)) == parts


@pytest.mark.parametrize(
    ("words", "given", "kept"),
    [
        ("„ Blaue “ Mehrheit", (1, 4), (0, 4)),
        ("„ Blaue Mehrheit “", (1, 3), (1, 3)),
        ("den Posten „ aufgegeben “", (1, 4), (1, 5)),
    ],
)
def test_a_quotation_mark_does_not_stand_alone(words: str, given: tuple[int, int], kept: tuple[int, int]) -> None:
    doc = Doc(spacy.blank("de").vocab, words=words.split(" "))
    assert trim([given], list(doc)) == [kept]
