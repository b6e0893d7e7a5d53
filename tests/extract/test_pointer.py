"""References: what a pronoun or description is, and that the choice among candidates follows the scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.extract import sentences as _component  # noqa: F401  registers kg_sentences
from kg.extract.actors import ArticleActors
from kg.extract.annotate import Reading
from kg.extract.candidates import Candidate, Place, candidates, number_of_verb, places
from kg.extract.inference import Floats
from kg.extract.link import Linker, Name
from kg.extract.pointer import FEATURES, LEAST, Pointer, Query, choose, features, window, with_number
from kg.extract.reference import KINDS, Reference, reference_of
from kg.extract.tables import load_registry

FIRST, SECOND = Place(0, 0, 1, False), Place(1, 0, 5, False)
MERKEL = Candidate(0, 1, "Angela Merkel", "Person", "f", "s", place=FIRST)
PUTIN = Candidate(2, 3, "Wladimir Putin", "Person", "m", "s", place=Place(0, 1, 1, False))
SHE = Query(6, Reference("she", "f"), SECOND)
STATES = np.zeros((9, 4), dtype=np.float32)
AGREES, CLASHES = 12, 13


def pointer(*, agreement: float, none: float) -> Pointer:
    """Weights by which only the agreement of gender counts."""
    inner = np.zeros((FEATURES + 1, 2), dtype=np.float32)
    inner[AGREES, 0], inner[CLASHES, 1] = 1, 1
    outer = np.array([agreement, -agreement], dtype=np.float32)
    empty = np.zeros((4, 2), dtype=np.float32)
    rest = np.zeros(4 + len(KINDS) + 1, dtype=np.float32)
    rest[-1] = none
    return Pointer(empty, empty, inner, outer, rest)


def chosen(
    weights: Pointer, states: Floats, query: Query, found: list[Candidate], least: float = LEAST
) -> Candidate | None:
    return choose(weights, states, query, found, least=least)[0]


def test_the_share_tells_how_near_none_was() -> None:
    sure, unsure = pointer(agreement=2, none=-9), pointer(agreement=2, none=1.9)
    assert choose(sure, STATES, SHE, [MERKEL])[1] > choose(unsure, STATES, SHE, [MERKEL])[1] > LEAST
    assert choose(pointer(agreement=2, none=9), STATES, SHE, [MERKEL])[1] > LEAST
    assert choose(sure, STATES, SHE, []) == (None, 1)


def test_gender_decides_where_the_weights_say_so() -> None:
    assert chosen(pointer(agreement=2, none=0), STATES, SHE, [MERKEL, PUTIN]) == MERKEL
    assert chosen(pointer(agreement=-2, none=0), STATES, SHE, [MERKEL, PUTIN]) == PUTIN


def test_none_may_win_and_nothing_is_chosen_among_nobody() -> None:
    assert chosen(pointer(agreement=2, none=9), STATES, SHE, [MERKEL, PUTIN]) is None
    assert chosen(pointer(agreement=2, none=-9), STATES, SHE, []) is None


def test_seven_countries_are_no_single_state() -> None:
    state = replace(MERKEL, label="Iran", type="State", gender="n")
    seven = Query(6, Reference("place", "", "p", "Länder", counted=True), SECOND)
    assert chosen(pointer(agreement=2, none=-9), STATES, seven, [state, PUTIN]) is None
    one = replace(seven, reference=Reference("place", ""))
    assert chosen(pointer(agreement=2, none=-9), STATES, one, [state]) == state


@pytest.mark.parametrize(
    ("before", "head", "gender", "number"),
    [
        ("die", "Vorsitzende", "f", "s"),
        ("der", "Vorsitzende", "m", "s"),
        ("die", "Vorsitzenden", "m", "p"),
        ("die", "Abgeordnete", "f", "s"),
        ("eine", "Ministerin", "f", "s"),
        ("die", "Minister", "m", "p"),
    ],
)
def test_an_article_tells_whether_one_woman_is_meant(before: str, head: str, gender: str, number: str) -> None:
    reference = reference_of([head], head, before, load_registry("de"))
    assert (reference.kind, reference.gender, reference.number) == ("person", gender, number)


def test_several_office_holders_are_no_single_person() -> None:
    union = replace(MERKEL, label="EU", type="Organisation", gender="f")
    ministers = Query(6, Reference("person", "f", "p", "Außenminister"), SECOND)
    assert chosen(pointer(agreement=2, none=-9), STATES, ministers, [MERKEL, union, PUTIN]) == union
    assert chosen(pointer(agreement=2, none=-9), STATES, ministers, [MERKEL]) is None


def test_a_higher_bar_leaves_more_unlinked() -> None:
    weights = pointer(agreement=2, none=1)
    assert chosen(weights, STATES, SHE, [MERKEL]) == MERKEL
    assert chosen(weights, STATES, SHE, [MERKEL], least=0.9) is None


def test_candidates_after_the_words_are_looked_at_but_none_that_holds_them() -> None:
    query = Candidate(3, 5, "Kanzlerin", "Person", "f")
    assert window([MERKEL, query, PUTIN], 4) == [MERKEL, PUTIN]
    later = Candidate(7, 8, "Emmanuel Macron", "Person", "m", "s", place=SECOND)
    assert window([MERKEL, later], 4) == [MERKEL, later]


def test_features_tell_distance_agreement_and_kind() -> None:
    rows = features(SHE, [MERKEL, PUTIN])
    assert rows.shape == (2, FEATURES)
    assert rows[0, 2] == rows[1, 2] == 1  # one sentence back
    assert (rows[0, AGREES], rows[0, CLASHES]) == (1, 0)
    assert (rows[1, AGREES], rows[1, CLASHES]) == (0, 1)
    assert rows[0, 0] > rows[1, 0]
    assert rows[0, -len(KINDS) + KINDS.index("she")] == 1


def test_an_office_tells_its_holder_from_the_holder_of_another() -> None:
    office = Query(
        6, Reference("person", "f"), SECOND, "USA", frozenset({"Angela Merkel"}), frozenset({"Wladimir Putin"})
    )
    one, other = features(office, [MERKEL, PUTIN])
    plain, same = features(Query(6, Reference("person", "f"), SECOND), [MERKEL, PUTIN])
    assert (one - plain).sum() == 1  # fits
    assert (other - same).sum() == 2  # holds another, while somebody fits


@pytest.fixture
def doc() -> Doc:
    nlp = spacy.blank("de")
    words = ["Merkel", "traf", "iranische", "Diplomaten", ".", "Britische", "Moslems", "protestierten", "."]
    heads = [1, 1, 3, 1, 1, 6, 7, 7, 7]
    deps = ["nsubj", "ROOT", "amod", "obj", "punct", "amod", "nsubj", "ROOT", "punct"]
    pos = ["PROPN", "VERB", "ADJ", "NOUN", "PUNCT", "ADJ", "NOUN", "VERB", "PUNCT"]
    starts = [k in (0, 5) for k in range(len(words))]
    doc = Doc(nlp.vocab, words, heads=heads, deps=deps, pos=pos, sent_starts=None)
    assert [t.is_sent_start for t in doc] == starts
    doc.ents = [Span(doc, 0, 1, label="PER")]
    return doc


def test_names_adjectives_and_groups_are_candidates(doc: Doc) -> None:
    reading = Reading(list(doc), [(0, 5), (5, 9)], [])
    links = Linker("de").article(doc.text, [Name("Merkel", (0, 6), "PER")])
    found = candidates(doc, reading, links, places(reading))
    assert [(c.begin, c.end, c.label, c.type, c.number, c.entity) for c in found] == [
        (0, 1, "Angela Merkel", "Person", "s", True),
        (2, 3, "Iran", "State", "s", False),
        (5, 7, "Britische Moslems", "Group", "p", False),
    ]


def _wehner_said(possessive: str) -> Doc:
    words = ["Der", "georgische", "Minister", "Karl", "Wehner", "sagte", ",", possessive, "Land", "zögere", "."]
    heads = [2, 2, 5, 2, 3, 5, 9, 8, 9, 5, 5]
    deps = ["det", "amod", "nsubj", "appos", "flat", "ROOT", "punct", "det:poss", "nsubj", "ccomp", "punct"]
    pos = ["DET", "ADJ", "NOUN", "PROPN", "PROPN", "VERB", "PUNCT", "DET", "NOUN", "VERB", "PUNCT"]
    doc = Doc(spacy.blank("de").vocab, words, heads=heads, deps=deps, pos=pos)
    doc.ents = [Span(doc, 3, 5, label="PER")]
    return doc


@pytest.mark.parametrize(("word", "states"), [("sein", {"Georgien"}), ("das", set())])
def test_a_country_is_the_one_that_its_owner_is_in_office_for(word: str, states: set[str]) -> None:
    doc = _wehner_said(word)
    empty = pointer(agreement=0, none=0)
    actors = ArticleActors(doc, Reading(list(doc), [(0, 11)], []), None, Linker("de"), empty, None)
    land = doc[8]
    assert actors.query((land.idx, land.idx + len(land.text)), 8).fitting == states


def test_the_subject_of_a_verb_in_the_singular_is_one_of_a_nation() -> None:
    doc = Doc(
        spacy.blank("de").vocab,
        ["Das", "sagte", "der", "Norweger", "."],
        heads=[1, 1, 3, 1, 1],
        deps=["obj", "ROOT", "det", "nsubj", "punct"],
        pos=["PRON", "VERB", "DET", "NOUN", "PUNCT"],
    )
    actors = ArticleActors(
        doc, Reading(list(doc), [(0, 5)], []), None, Linker("de"), pointer(agreement=0, none=0), None
    )
    assert actors.links.refers_back((doc[3].idx, doc[3].idx + 8))


def test_places_tell_sentence_role_and_clause(doc: Doc) -> None:
    found = places(Reading(list(doc), [(0, 5), (5, 9)], []))
    assert (found[0].sentence, found[0].role, found[0].clause) == (0, 0, 1)
    assert (found[3].sentence, found[3].role) == (0, 1)
    assert found[6].sentence == 1


@pytest.mark.parametrize(("verb", "number"), [("fordern", "p"), ("fordert", "s"), ("sind", "p"), ("ist", "s")])
def test_the_verb_tells_the_number_of_its_subject(verb: str, number: str) -> None:
    doc = Doc(spacy.blank("de").vocab, ["Sie", verb], heads=[1, 1], deps=["nsubj", "ROOT"], pos=["PRON", "VERB"])
    assert number_of_verb(doc[1]) == number
    assert with_number(Reference("she", "f"), doc[0]).number == number


@pytest.mark.parametrize(
    ("text", "kind", "gender"),
    [
        ("er", "he", "m"),
        ("Sie", "she", "f"),
        ("ich", "speaker", ""),
        ("wir", "speakers", ""),
        ("ihrer", "possessive", "f"),
        ("die Ministerin", "person", "f"),
        ("der Präsident", "person", "m"),
        ("das Land", "place", ""),
        ("die Regierung", "government", ""),
        ("Regierungsvertreter", "government", ""),
        ("die Organisation", "body", ""),
    ],
)
def test_what_words_may_stand_for(text: str, kind: str, gender: str) -> None:
    found = Linker("de").article(text, []).reference((0, len(text)))
    assert (found.kind, found.gender) == (kind, gender)


@pytest.mark.parametrize(("text", "number"), [("die Minister", "p"), ("der Minister", "s"), ("die Ministerin", "s")])
def test_the_article_before_a_noun_tells_its_number(text: str, number: str) -> None:
    links = Linker("de").article(text, [])
    begin = text.index("M")
    assert links.reference((0, len(text))).number == links.reference((begin, len(text))).number == number


def test_the_mean_of_pointers_scores_as_they_do_on_average() -> None:
    from training.together import together

    rng = np.random.default_rng(3)
    sizes = {"query": (6, 2), "key": (6, 2), "inner": (FEATURES + 1, 4), "outer": (4,), "none": (6 + len(KINDS) + 1,)}
    some = [{n: rng.normal(size=s).astype(np.float32) for n, s in sizes.items()} for _ in range(3)]
    state, keys, told = (rng.normal(size=s).astype(np.float32) for s in ((6,), (5, 6), (5, FEATURES)))
    mean = Pointer(**together(some, ("query", "key"))).scores(state, keys, told)
    apart = np.mean([Pointer(**weights).scores(state, keys, told) for weights in some], 0)
    assert np.allclose(mean, apart, atol=1e-4)
