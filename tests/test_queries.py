"""The shipped questions: each parses, and gives the right answer on a handful of invented articles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadParameter, OntologyError
from kg.iri import BASE, NS, actor_iri, topic_iri
from kg.model import Actor, Article, Extraction, Position, Relation, Spans, Topic
from kg.questions import load_questions, read_question
from kg.rdf import actor_quads, article_quads, edge_quads, ontology_quads
from kg.shapes import check
from kg.vocabulary import load_vocabulary

QUESTIONS = load_questions()
VOCABULARY = load_vocabulary()
ITEMS = {"Chile": "Q298", "Peru": "Q419", "Kenia": "Q114", "Ghana": "Q117"}

# One sentence a line, "text | stance or relation | options"; the words for actors, cue and topic stand between _.
# Of a position the marked word with a capital that is no actor is the topic; the rest is the cue.
MARCH = """
_Chile_ _begrüßt_ den _Hafenpakt_.                        | supports
_Peru_ _lehnt_ den _Hafenpakt_ _ab_.                      | opposes
Laut Ghana _lehnt_ _Kenia_ den _Hafenpakt_ _ab_.          | opposes | reported_by=Ghana
_Chile_ _fordert_ von Peru eine _Öffnung der Häfen_.      | demands | addressee=Peru
_Chile_ _trifft_ _Peru_.                                  | meets
"""
JUNE = """
_Chile_ _kritisiert_ den _Hafenpakt_.                     | opposes
_Ghana_ _bleibt unentschieden_ beim _Hafenpakt_.          | undecided
_Peru_ _wirft_ Kenia einen _Vertragsbruch_ _vor_.         | accuses | addressee=Kenia
_Kenia_ _droht_ Peru mit einer _Blockade_.                | threatens | addressee=Peru
_Peru_ _trifft_ _Chile_ erneut.                           | meets
_Kenia_ _trifft_ _Ghana_ nicht.                           | meets | negated
_Peru_ _sanktioniert_ _Kenia_.                            | sanctions
_Ghana_ entsendet einen _Gesandten_ nach _Kenia_.         | holds_office | office=Gesandten
"""
UNDATED = "_Kenia_ _begrüßt_ _Radwege_. | supports"


def actor(name: str) -> Actor:
    item = ITEMS[name]
    return Actor(iri=actor_iri(name, item), label=name, type="State", resolved=True, wikidata=item)


def told(article_id: str, day: date | None, lines: str) -> Extraction:
    """Return the extraction that the notation above stands for."""
    text, positions, relations = "", [], []
    for line in lines.strip().splitlines():
        marked, kind, *options = (part.strip() for part in line.split("|"))
        begin = len(text)
        spans = _marks(marked, begin)
        text += marked.replace("_", "") + " "
        found = dict(option.partition("=")[::2] for option in options)
        sentence = (begin, len(text) - 1)
        names = [span for span in spans if text[span[0] : span[1]] in ITEMS]
        others = tuple(span for span in spans if span not in names)
        if kind in VOCABULARY.stances:
            positions.append(_position(text, kind, names[0], others, sentence, found))
        else:
            a, b = (actor(text[begin:end]) for begin, end in names[:2])
            relations.append(
                Relation(
                    relation=kind,
                    a=a,
                    a_spans=(names[0],),
                    b=b,
                    b_spans=(names[1],),
                    cue=others,
                    sentence=sentence,
                    confidence=0.9,
                    negated="negated" in found,
                    office=found.get("office"),
                )
            )
    article = Article(id=article_id, text=text, date=day, title=article_id)
    return Extraction(article=article, positions=tuple(positions), relations=tuple(relations), model="test")


def _marks(marked: str, begin: int) -> list[tuple[int, int]]:
    return [
        (begin + found.start() - 2 * number, begin + found.end() - 2 * number - 2)
        for number, found in enumerate(re.finditer(r"_([^_]+)_", marked))
    ]


def _position(
    text: str, stance: str, name: tuple[int, int], others: Spans, sentence: tuple[int, int], found: Mapping[str, str]
) -> Position:
    topic = next(span for span in others if text[span[0]].isupper())
    label = text[topic[0] : topic[1]]
    return Position(
        actor=actor(text[name[0] : name[1]]),
        actor_spans=(name,),
        stance=stance,
        topic=Topic(iri=topic_iri(label), label=label),
        topic_spans=(topic,),
        cue=tuple(span for span in others if span != topic),
        sentence=sentence,
        confidence=0.9,
        addressees=(actor(found["addressee"]),) if "addressee" in found else (),
        reported_by=actor(found["reported_by"]) if "reported_by" in found else None,
    )


ARTICLES = (
    told("maerz", date(2025, 3, 1), MARCH),
    told("juni", date(2025, 6, 1), JUNE),
    told("ohne-tag", None, UNDATED),
)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    for extraction in ARTICLES:
        store.extend(article_quads(extraction, vocabulary=VOCABULARY))
        store.extend(edge_quads(extraction, vocabulary=VOCABULARY))
    store.extend(ontology_quads())
    store.extend(actor_quads())
    return store


def ask(store: ox.Store, name: str, columns: str, **values: str) -> list[tuple[str | None, ...]]:
    """Return some columns of the answer to a question."""
    solutions = store.query(QUESTIONS[name].bound(values), use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return [
        tuple(None if row[column] is None else row[column].value for column in columns.split()) for row in solutions
    ]


def test_the_invented_articles_conform() -> None:
    for extraction in ARTICLES:
        check(article_quads(extraction, vocabulary=VOCABULARY))


def test_every_question_is_told_and_parses(store: ox.Store) -> None:
    assert len(QUESTIONS) >= 20
    for question in QUESTIONS.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", question.name)
        assert question.title != question.name
        assert question.description.endswith(".")
        store.query(question.text, use_default_graph_as_union=True)
        assert not re.search(r"\bLIMIT\b", question.text), "an answer is never cut silently"


ANSWERS: list[tuple[str, str, Mapping[str, str], Sequence[tuple[str | None, ...]]]] = [
    (
        "who-stands-where",
        "date actorName stanceName",
        {"words": "hafenPAKT"},
        [
            ("2025-06-01", "Chile", "lehnt ab"),
            ("2025-06-01", "Ghana", "ist unentschieden zu"),
            ("2025-03-01", "Chile", "unterstützt"),
            ("2025-03-01", "Kenia", "lehnt ab"),
            ("2025-03-01", "Peru", "lehnt ab"),
        ],
    ),
    ("who-stands-where", "actorName date", {"words": "Radwege"}, [("Kenia", None)]),
    (
        "opponents",
        "actorName topicName positions first",
        {"words": "Hafen"},
        [
            ("Chile", "Hafenpakt", "1", "2025-06-01"),
            ("Kenia", "Hafenpakt", "1", "2025-03-01"),
            ("Peru", "Hafenpakt", "1", "2025-03-01"),
        ],
    ),
    (
        "positions-over-time",
        "date stanceName topicName quote",
        {"actor": "Peru"},
        [
            ("2025-03-01", "lehnt ab", "Hafenpakt", "Peru lehnt den Hafenpakt ab."),
            ("2025-06-01", "wirft vor", "Vertragsbruch", "Peru wirft Kenia einen Vertragsbruch vor."),
        ],
    ),
    ("positions-over-time", "topicName", {"actor": "actor:Q419", "since": "2025-03-02"}, [("Vertragsbruch",)]),
    (
        "stance-changes",
        "topicName from beforeName to afterName",
        {"actor": "Chile"},
        [("Hafenpakt", "2025-03-01", "unterstützt", "2025-06-01", "lehnt ab")],
    ),
    ("stance-changes", "topicName", {"actor": "Peru"}, []),
    (
        "allies",
        "allyName topics shared",
        {"actor": f"{BASE}actor/Q419"},
        [("Chile", "1", "Hafenpakt"), ("Kenia", "1", "Hafenpakt")],
    ),
    (
        "conflicts",
        "forName againstName topics",
        {},
        [("Chile", "Kenia", "1"), ("Chile", "Peru", "1")],
    ),
    ("contested-topics", "topicName for against", {}, [("Hafenpakt", "1", "3")]),
    (
        "meetings",
        "oneName otherName told first last",
        {},
        [("Chile", "Peru", "2", "2025-03-01", "2025-06-01")],
    ),
    ("offices", "personName office bodyName told", {}, [("Ghana", "Gesandten", "Kenia", "1")]),
    ("demands", "actorName topicName addresseeName", {}, [("Chile", "Öffnung der Häfen", "Peru")]),
    ("accusations", "accuserName accusedName deedName", {}, [("Peru", "Kenia", "Vertragsbruch")]),
    ("threats", "actorName actName threatenedName", {}, [("Kenia", "Blockade", "Peru")]),
    ("sources", "sourceName actorName positions for against", {}, [("Ghana", "Kenia", "1", "0", "1")]),
    ("hostilities", "actorName relationName targetName told", {}, [("Peru", "sanktioniert", "Kenia", "1")]),
    (
        "plain-edges",
        "actorName stanceName topicName",
        {"family": "ws:takesNoSide"},
        [("Ghana", "ist unentschieden zu", "Hafenpakt")],
    ),
]


@pytest.mark.parametrize(("name", "columns", "values", "expected"), ANSWERS)
def test_a_question_is_answered(
    store: ox.Store,
    name: str,
    columns: str,
    values: Mapping[str, str],
    expected: Sequence[tuple[str | None, ...]],
) -> None:
    assert ask(store, name, columns, **values) == expected


def test_the_discourse_network_counts_sides(store: ox.Store) -> None:
    rows = ask(store, "discourse-network", "actorName topicName for against noSide")
    assert ("Chile", "Hafenpakt", "1", "1", "0") in rows
    assert ("Ghana", "Hafenpakt", "0", "0", "1") in rows
    assert len(rows) == 8


def test_evidence_gives_the_words_and_where_they_stand(store: ox.Store) -> None:
    rows = ask(store, "evidence", "article role start end words", actor="Peru")
    text = ARTICLES[0].article.text
    march = [row for row in rows if row[0] == f"{BASE}article/maerz"]
    assert [row[1] for row in march] == ["sentence", "actor", "cue", "topic", "cue"]
    assert all(text[int(start or 0) : int(end or 0)] == words for _, _, start, end, words in march)


def test_office_holders_come_from_the_registry(store: ox.Store) -> None:
    people = {name for (name,) in ask(store, "office-holders", "personName", body="Deutschland")}
    assert "Angela Merkel" in people
    assert "Emmanuel Macron" not in people


def test_a_name_in_english_finds_the_actor_too(store: ox.Store) -> None:
    assert ask(store, "positions-over-time", "topicName", actor="Kenya")[0] == ("Hafenpakt",)
    assert ask(store, "positions-over-time", "topicName", actor="Narnia") == []


@given(st.text())
def test_no_value_changes_the_form_of_a_query(value: str) -> None:
    store = ox.Store()
    for name, parameter in (("opponents", "words"), ("allies", "actor")):
        query = QUESTIONS[name].bound({parameter: value.replace("\x00", "")})
        assert list(store.query(query)) == []


def test_a_value_that_reads_like_a_parameter_stays_a_value() -> None:
    question = QUESTIONS["positions-over-time"]
    line = 'VALUES ?since { "1900-01-01"^^xsd:date }'
    text = question.bound({"actor": line, "since": "2025-01-01"})
    assert text.count('"2025-01-01"^^xsd:date') == 1
    assert list(ox.Store().query(text)) == []


@pytest.mark.parametrize(
    ("name", "values", "complaint"),
    [
        ("allies", {"topic": "x"}, "no parameter 'topic'"),
        ("allies", {"topic": "x"}, "It has: actor"),
        ("discourse-network", {"actor": "x"}, "It has none"),
        ("positions-over-time", {"since": "gestern"}, "YYYY-MM-DD"),
        ("positions-over-time", {"since": "2025-02-30"}, "YYYY-MM-DD"),
    ],
)
def test_a_bad_parameter_is_refused(name: str, values: Mapping[str, str], complaint: str) -> None:
    with pytest.raises(BadParameter, match=complaint):
        QUESTIONS[name].bound(values)


def test_defaults_are_what_the_file_says() -> None:
    question = QUESTIONS["positions-over-time"]
    assert question.bound({}) == question.text
    assert [parameter.name for parameter in question.parameters] == ["actor", "since"]
    assert f"VALUES ?actor {{ <{BASE}actor/Q419> }}" in question.bound({"actor": "actor:Q419"})
    assert f"VALUES ?family {{ <{NS}favours> }}" in QUESTIONS["plain-edges"].bound({"family": "ws:favours"})


def test_a_file_of_ones_own_needs_no_comment(tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
    question = read_question(path)
    assert (question.name, question.title, question.parameters) == ("mine", "mine", ())


@pytest.mark.parametrize(
    ("comment", "complaint"),
    [
        ("# title: T\n", "without description"),
        ("# description: D.\n", "without reasoning"),
        ("# description: D.\n# parameter: actor\n", "Not a parameter"),
        ("# description: D.\n# parameter: actor actor:Q1 - who\n", "not in the query"),
    ],
)
def test_a_badly_told_question_is_refused(tmp_path: Path, comment: str, complaint: str) -> None:
    (tmp_path / "mine.rq").write_text(f"{comment}SELECT * {{ ?s ?p ?o }}", encoding="utf-8")
    with pytest.raises(OntologyError, match=complaint) as caught:
        load_questions(tmp_path)
    assert "mine.rq" in str(caught.value)
