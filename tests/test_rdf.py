"""Quads: what is written of an extraction, and that writing it again gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import OntologyError, ShapeError
from kg.iri import (
    ACTORS_GRAPH,
    BASE,
    EDGES_GRAPH,
    EVENTS_GRAPH,
    NS,
    RUNS_GRAPH,
    TOPICS_GRAPH,
    actor_iri,
    article_graph,
    article_iri,
    topic_iri,
)
from kg.model import Actor, Article, Extraction, Position, Relation, Topic
from kg.rdf import actor_quads, article_quads, edge_quads, nquads, ontology_quads
from kg.shapes import check
from kg.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
OA = "http://www.w3.org/ns/oa#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TEXT = "🕊 Spanien lehnt die Zölle laut Rom ab. Spanien trifft Italien."
SPAIN = Actor(iri=actor_iri("Spanien", "Q29"), label="Spanien", type="State", resolved=True, wikidata="Q29")
ITALY = Actor(iri=actor_iri("Italien", "Q38"), label="Italien", type="State", resolved=True, wikidata="Q38")
TARIFFS = Topic(iri=topic_iri("Zölle"), label="Zölle")
ARTICLE = Article(id="zoelle/1", text=TEXT, title='Streit um "Zölle"', date=date(2025, 3, 1), source="Beispiel")
OPPOSES = Position(
    actor=SPAIN,
    actor_spans=((2, 9),),
    stance="opposes",
    topic=TARIFFS,
    topic_spans=((20, 25),),
    cue=((10, 15), (35, 37)),
    sentence=(0, 38),
    confidence=0.875,
    reported_by=ITALY,
)
MEETS = Relation(
    relation="meets",
    a=SPAIN,
    a_spans=((39, 46),),
    b=ITALY,
    b_spans=((53, 60),),
    cue=((47, 52),),
    sentence=(39, 61),
    confidence=1.0,
)
EXTRACTION = Extraction(article=ARTICLE, positions=(OPPOSES,), relations=(MEETS,), model="m-1")


def objects(quads: Sequence[ox.Quad], subject: str, predicate: str) -> set[str]:
    return {quad.object.value for quad in quads if quad.subject.value == subject and quad.predicate.value == predicate}


def of_type(quads: Sequence[ox.Quad], kind: str) -> list[str]:
    return sorted(quad.subject.value for quad in quads if quad.object == ox.NamedNode(kind))


def written(extraction: Extraction = EXTRACTION) -> list[ox.Quad]:
    return article_quads(extraction, vocabulary=VOCABULARY)


def edges(extraction: Extraction) -> set[tuple[str, str, str]]:
    quads = edge_quads(extraction, vocabulary=VOCABULARY)
    assert {quad.graph_name.value for quad in quads} <= {EDGES_GRAPH}
    return {
        (quad.subject.value.removeprefix(BASE), quad.predicate.value.removeprefix(NS), quad.object.value)
        for quad in quads
    }


def test_a_position_says_who_stands_where_on_what() -> None:
    quads = written()
    [position] = of_type(quads, f"{NS}Position")
    expected = {
        "actor": SPAIN.iri,
        "stance": f"{NS}opposes",
        "topic": TARIFFS.iri,
        "sign": "-1",
        "confidence": "0.875",
        "hedged": "false",
        "reportedBy": ITALY.iri,
        "quote": "🕊 Spanien lehnt die Zölle laut Rom ab.",
        "cueText": "lehnt ... ab",
        "actorText": "Spanien",
        "topicText": "Zölle",
        "evidence": f"{position}/evidence",
    }
    assert {name: objects(quads, position, NS + name) for name in expected} == {
        name: {value} for name, value in expected.items()
    }
    assert objects(quads, position, "http://purl.org/dc/terms/date") == {"2025-03-01"}


def test_evidence_points_at_the_words_by_code_points() -> None:
    quads = written()
    [position] = of_type(quads, f"{NS}Position")
    found = {}
    for target in objects(quads, f"{position}/evidence", f"{OA}hasTarget"):
        [role] = objects(quads, target, f"{NS}role")
        assert objects(quads, target, f"{OA}hasSource") == {article_iri(ARTICLE.id)}
        for part in range(len(objects(quads, target, f"{OA}hasSelector")) // 2):
            [start] = objects(quads, f"{target}/position-{part}", f"{OA}start")
            [end] = objects(quads, f"{target}/position-{part}", f"{OA}end")
            [exact] = objects(quads, f"{target}/quote-{part}", f"{OA}exact")
            assert TEXT[int(start) : int(end)] == exact
            found[role, part] = exact
    assert found == {
        ("sentence", 0): "🕊 Spanien lehnt die Zölle laut Rom ab.",
        ("actor", 0): "Spanien",
        ("cue", 0): "lehnt",
        ("cue", 1): "ab",
        ("topic", 0): "Zölle",
    }


def test_a_relation_says_who_does_what_with_whom() -> None:
    office = replace(MEETS, relation="holds_office", office="Gesandter", negated=True)
    quads = written(replace(EXTRACTION, relations=(office,)))
    [relation] = of_type(quads, f"{NS}RelationStatement")
    assert objects(quads, relation, f"{NS}subject") == {SPAIN.iri}
    assert objects(quads, relation, f"{NS}relation") == {f"{NS}holds_office"}
    assert objects(quads, relation, f"{NS}object") == {ITALY.iri}
    assert objects(quads, relation, f"{NS}negated") == {"true"}
    assert objects(quads, relation, f"{NS}officeText") == {"Gesandter"}
    roles = {
        role for quad in quads for role in objects([quad], quad.subject.value, f"{NS}role") if relation in str(quad)
    }
    assert roles == {"sentence", "a", "b", "cue"}


def test_each_triple_is_in_one_graph_however_many_articles_say_it() -> None:
    """An engine whose default graph is the union of all graphs gives a triple once for each graph it is in."""
    store = ox.Store()
    for name in ("eins", "zwei", "drei"):
        extraction = replace(EXTRACTION, article=replace(ARTICLE, id=name))
        store.extend([*written(extraction), *edge_quads(extraction, vocabulary=VOCABULARY)])
    store.extend(ontology_quads())
    store.extend(actor_quads())
    triples = [quad.triple for quad in store]
    assert len(triples) == len(set(triples))
    query = f"SELECT ?p {{ ?p <{NS}actor>/<http://www.w3.org/2000/01/rdf-schema#label> ?label }}"
    assert len(list(store.query(query, use_default_graph_as_union=True))) == 3


def test_what_an_article_says_is_in_its_graph() -> None:
    graphs = {quad.graph_name.value for quad in written()}
    assert graphs == {article_graph(ARTICLE.id), ACTORS_GRAPH, EVENTS_GRAPH, TOPICS_GRAPH, RUNS_GRAPH}
    shared = {quad.subject.value for quad in written() if quad.graph_name.value != article_graph(ARTICLE.id)}
    events = set(of_type(written(), f"{NS}Event"))
    assert shared == {SPAIN.iri, ITALY.iri, TARIFFS.iri, f"{BASE}run/m-1"} | events


def test_edges_are_plain_triples_and_symmetric_ones_go_both_ways() -> None:
    spain, italy = "actor/Q29", "actor/Q38"
    assert edges(EXTRACTION) == {
        (spain, "opposes", TARIFFS.iri),
        (spain, "meets", ITALY.iri),
        (italy, "meets", SPAIN.iri),
    }
    one_way = replace(EXTRACTION, positions=(), relations=(replace(MEETS, relation="aids"),))
    assert edges(one_way) == {(spain, "aids", ITALY.iri)}
    assert edges(replace(one_way, relations=(replace(MEETS, negated=True),))) == set()


def test_no_actor_meets_itself_but_one_may_attack_itself() -> None:
    alone = replace(MEETS, b=SPAIN)
    assert of_type(written(replace(EXTRACTION, relations=(alone,))), f"{NS}RelationStatement") == []
    assert edges(replace(EXTRACTION, positions=(), relations=(alone,))) == set()
    attack = replace(alone, relation="attacks")
    assert len(of_type(written(replace(EXTRACTION, relations=(attack,))), f"{NS}RelationStatement")) == 1


def test_an_actor_is_no_source_of_its_own_position() -> None:
    quads = written(replace(EXTRACTION, positions=(replace(OPPOSES, reported_by=SPAIN),)))
    assert not [quad for quad in quads if quad.predicate.value == f"{NS}reportedBy"]


def test_the_same_position_twice_is_one_the_more_confident() -> None:
    twice = (replace(OPPOSES, confidence=0.2), OPPOSES, replace(OPPOSES, confidence=0.5))
    quads = written(replace(EXTRACTION, positions=twice))
    [position] = of_type(quads, f"{NS}Position")
    assert objects(quads, position, f"{NS}confidence") == {"0.875"}


def test_one_actor_has_one_label_and_type_in_an_article() -> None:
    name = "die grünen"
    group = Actor(iri=actor_iri(name), label=name, type="Group")
    party = replace(group, label="Die Grünen", type="Organisation")
    positions = (replace(OPPOSES, actor=group), replace(OPPOSES, actor=party, cue=((10, 15),)))
    quads = written(replace(EXTRACTION, positions=positions, relations=()))
    assert len(objects(quads, group.iri, "http://www.w3.org/2004/02/skos/core#prefLabel")) == 1
    assert len(objects(quads, group.iri, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")) == 1


def test_articles_of_one_day_tell_of_one_event() -> None:
    other = replace(EXTRACTION, article=replace(ARTICLE, id="zoelle/2"), relations=(replace(MEETS, a=ITALY, b=SPAIN),))
    undated = replace(EXTRACTION, article=replace(ARTICLE, date=None))
    later = replace(EXTRACTION, article=replace(ARTICLE, date=date(2025, 3, 2)))
    [event] = of_type(written(), f"{NS}Event")
    assert objects(written(), event, f"{NS}eventKind") == {f"{NS}meets"}
    assert objects(written(), event, f"{NS}participant") == {SPAIN.iri, ITALY.iri}
    assert objects(written(), event, f"{NS}reportedOn") == {"2025-03-01"}
    assert of_type(written(other), f"{NS}Event") == [event]
    assert len({event, *of_type(written(undated), f"{NS}Event"), *of_type(written(later), f"{NS}Event")}) == 3


def test_a_directed_event_has_one_who_acts() -> None:
    quads = written(replace(EXTRACTION, relations=(replace(MEETS, relation="aids"),)))
    [event] = of_type(quads, f"{NS}Event")
    assert objects(quads, event, f"{NS}initiator") == {MEETS.a.iri}
    assert objects(quads, event, f"{NS}recipient") == {MEETS.b.iri}
    check(quads)


@pytest.mark.parametrize("relation", [replace(MEETS, negated=True), replace(MEETS, relation="member_of")])
def test_what_is_denied_or_lasts_is_no_event(relation: Relation) -> None:
    assert not of_type(written(replace(EXTRACTION, relations=(relation,))), f"{NS}Event")


def test_lists_of_the_ontology_have_no_blank_nodes() -> None:
    assert nquads(ontology_quads()) == nquads(ontology_quads())
    assert b"_:" not in nquads(ontology_quads())


def test_a_topic_has_other_words_and_what_it_falls_under() -> None:
    trade = Topic(iri=topic_iri("Handel"), label="Handel", broader=Topic(iri=f"{BASE}diplomacy/trade", label="x"))
    tariffs = replace(TARIFFS, alt_labels=("Strafzölle", "Zölle"), broader=trade)
    quads = written(replace(EXTRACTION, positions=(replace(OPPOSES, topic=tariffs),)))
    assert objects(quads, TARIFFS.iri, f"{SKOS}altLabel") == {"Strafzölle"}
    assert objects(quads, TARIFFS.iri, f"{SKOS}broader") == {trade.iri}
    assert objects(quads, trade.iri, f"{SKOS}prefLabel") == {"Handel"}
    assert objects(quads, trade.iri, f"{SKOS}broader") == {f"{BASE}diplomacy/trade"}
    assert not objects(quads, f"{BASE}diplomacy/trade", f"{SKOS}prefLabel")  # the thesaurus names its own concepts
    check(quads)


def test_a_topic_above_itself_is_refused() -> None:
    looped = replace(TARIFFS, broader=Topic(iri=topic_iri("Handel"), label="Handel", broader=TARIFFS))
    with pytest.raises(ShapeError, match="broader than itself"):
        written(replace(EXTRACTION, positions=(replace(OPPOSES, topic=looped),)))


def test_addresses_become_nodes_and_other_texts_stay_texts() -> None:
    article = replace(ARTICLE, url="https://example.org/ä b", licence="https://creativecommons.org/licenses/by/4.0/")
    quads = written(replace(EXTRACTION, article=article))
    iri = article_iri(article.id)
    terms = {quad.predicate.value: quad.object for quad in quads if quad.subject.value == iri}
    assert terms["https://schema.org/url"] == ox.Literal("https://example.org/ä b")
    assert terms["http://purl.org/dc/terms/license"] == ox.NamedNode(article.licence or "")


@pytest.mark.parametrize(
    "extraction",
    [
        replace(EXTRACTION, positions=(replace(OPPOSES, stance="dislikes"),)),
        replace(EXTRACTION, relations=(replace(MEETS, relation="greets"),)),
        replace(EXTRACTION, positions=(replace(OPPOSES, actor=replace(SPAIN, type="Country")),)),
    ],
)
def test_what_the_ontology_does_not_have_is_refused(extraction: Extraction) -> None:
    with pytest.raises(OntologyError, match="The ontology has no"):
        written(extraction)


def test_an_iri_that_is_none_is_refused() -> None:
    with pytest.raises(ShapeError, match="Not an absolute IRI"):
        written(replace(EXTRACTION, positions=(replace(OPPOSES, topic=replace(TARIFFS, iri="Zölle und so")),)))


def test_a_registry_with_a_blank_node_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "actors.ttl"
    path.write_text(f"<{SPAIN.iri}> <{NS}holdsOffice> [ <{NS}office> 'x'@de ] .", encoding="utf-8")
    with pytest.raises(OntologyError, match="blank node") as caught:
        actor_quads(path)
    assert str(path) in str(caught.value)
    path.write_text("nonsense", encoding="utf-8")
    with pytest.raises(OntologyError, match="Not Turtle"):
        actor_quads(path)


def test_the_ontology_has_its_own_graph() -> None:
    assert {quad.graph_name.value for quad in ontology_quads()} == {"https://w3id.org/whostands/ns", TOPICS_GRAPH}


texts = st.text(alphabet=st.characters(), min_size=1, max_size=40)


@st.composite
def any_extraction(draw: st.DrawFn) -> Extraction:
    """An extraction with any characters in every text and any spans within it."""
    text = draw(texts)

    def spans() -> tuple[tuple[int, int], ...]:
        begin = draw(st.integers(0, len(text) - 1))
        return ((begin, draw(st.integers(begin + 1, len(text)))),)

    def actor() -> Actor:
        label = draw(texts)
        return Actor(iri=actor_iri(label), label=label, type=draw(st.sampled_from(sorted(VOCABULARY.actor_types))))

    def position() -> Position:
        label = draw(texts)
        return Position(
            actor=actor(),
            actor_spans=spans(),
            stance=draw(st.sampled_from(sorted(VOCABULARY.stances))),
            topic=Topic(iri=topic_iri(label), label=label),
            topic_spans=spans(),
            cue=spans(),
            sentence=(0, len(text)),
            confidence=draw(st.floats(0, 1)),
            addressees=tuple(actor() for _ in range(draw(st.integers(0, 2)))),
            hedged=draw(st.booleans()),
        )

    article = Article(id=draw(texts), text=text, title=draw(texts), language=draw(texts), url=draw(texts))
    return Extraction(
        article=article,
        positions=tuple(position() for _ in range(draw(st.integers(0, 3)))),
        relations=(),
        model=draw(texts),
    )


@settings(max_examples=60, deadline=None)
@given(any_extraction())
def test_any_text_is_written_the_same_twice_and_read_back(extraction: Extraction) -> None:
    quads = written(extraction)
    data = nquads(quads)
    assert data == nquads(reversed(written(extraction)))
    assert quads == sorted(set(quads), key=str)
    assert set(ox.parse(data, format=ox.RdfFormat.N_QUADS)) == set(quads)
    assert not [
        quad for quad in quads if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ]
    lines = data.split(b"\n")
    assert lines == [*sorted(set(lines[:-1])), b""]


@given(st.permutations([OPPOSES, replace(OPPOSES, stance="accuses"), replace(OPPOSES, actor=ITALY)]))
def test_the_order_of_positions_does_not_matter(positions: list[Position]) -> None:
    assert nquads(written(replace(EXTRACTION, positions=tuple(positions)))) == nquads(
        written(
            replace(EXTRACTION, positions=(OPPOSES, replace(OPPOSES, stance="accuses"), replace(OPPOSES, actor=ITALY)))
        )
    )


def test_a_lone_surrogate_is_replaced_one_for_one() -> None:
    text = "\ud83d Spanien sagt nein."
    article = replace(ARTICLE, text=text)
    position = replace(OPPOSES, sentence=(0, len(text)))
    quads = written(replace(EXTRACTION, article=article, positions=(position,), relations=()))
    [iri] = of_type(quads, f"{NS}Position")
    assert objects(quads, iri, f"{NS}quote") == {"\ufffd Spanien sagt nein."}
