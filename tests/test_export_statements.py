"""Exports of what a graph states: event rows of PLOVER, and nanopublications that are well-formed."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, PROV, RDF, Dataset, Literal, Namespace, URIRef
from sample_graph import ANKARA, FRANCE, GERMANY, TROOPS, TURKEY, extractions, sentence, words

from kg.cli import main
from kg.errors import ShapeError
from kg.export.events import EventRow, event_rows, write_events
from kg.export.nanopublications import Publication, write_nanopublications
from kg.iri import NS, actor_iri, article_graph
from kg.model import Actor, Extraction, Position
from kg.rdf import actor_quads, article_quads, edge_quads, nquads, ontology_quads
from kg.store import Store, open_store, publish
from kg.vocabulary import load_vocabulary

NP = Namespace("http://www.nanopub.org/nschema#")
ERDOGAN = Actor(iri=actor_iri("x", "Q39259"), label="Recep Tayyip Erdoğan", type="Person", resolved=True)


def told() -> list[Extraction]:
    """Return the sample; in it a threat with an addressee, aid told twice on one day, and a membership."""
    paris, ankara = extractions()
    threat = Position(
        actor=ERDOGAN,
        actor_spans=words(ANKARA, "Türkei"),
        stance="threatens",
        topic=TROOPS,
        topic_spans=words(ANKARA, "Entsendung von Truppen"),
        cue=words(ANKARA, "lehnt"),
        sentence=sentence(ANKARA, "Es lehnt"),
        confidence=0.7,
        addressees=(FRANCE, GERMANY),
    )
    meeting = ankara.relations[0]
    aid = replace(meeting, relation="aids", confidence=0.4)
    member = replace(meeting, relation="member_of")
    first = replace(ankara, positions=(*ankara.positions, threat), relations=(*ankara.relations, aid, member))
    again = replace(ankara, article=replace(ankara.article, id="noch-einer"), positions=(), relations=(aid,))
    undated = replace(ankara, article=replace(ankara.article, id="ohne-tag", date=None), positions=(), relations=(aid,))
    return [paris, first, again, undated]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    vocabulary = load_vocabulary()
    quads = {*ontology_quads(), *actor_quads()}
    for extraction in told():
        quads |= {*article_quads(extraction, vocabulary=vocabulary), *edge_quads(extraction, vocabulary=vocabulary)}
    (folder / "all.nq").write_bytes(nquads(quads))
    publish(folder / "store", [folder / "all.nq"], version="1")
    return folder / "store"


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return open_store(folder)


def test_events_have_the_types_of_plover(store: Store) -> None:
    rows = list(event_rows(store))
    found = [(row.event_date, row.event_type, row.match, row.kind, row.actor_name, row.recipient_name) for row in rows]
    assert sorted(found) == [
        ("", "AID", "close", "aids", "Türkei", "Frankreich"),
        ("2024-05-01", "AID", "close", "aids", "Türkei", "Frankreich"),
        ("2024-05-01", "CONSULT", "broad", "meets", "Türkei", "Frankreich"),
        ("2024-05-01", "THREATEN", "close", "threatens", "Recep Tayyip Erdoğan", "Deutschland"),
        ("2024-05-01", "THREATEN", "close", "threatens", "Recep Tayyip Erdoğan", "Frankreich"),
        ("2025-09-04", "AGREE", "related", "commits", "Frankreich", "Koalition der Willigen"),
    ]
    assert [row.event_date for row in rows] == sorted(row.event_date for row in rows)


def test_an_event_is_one_row_however_often_it_is_told(store: Store) -> None:
    [row] = [row for row in event_rows(store) if row.event_type == "AID" and row.event_date]
    assert (row.statements, row.articles, row.confidence) == (2, 2, "0.4")
    assert row.sentence == "Frankreich und die Türkei trafen sich in Ankara."


def test_actors_have_the_state_they_are_or_hold_office_of_on_that_day(store: Store) -> None:
    rows = {(row.kind, row.recipient_name): row for row in event_rows(store)}
    threat = rows["threatens", "Frankreich"]
    assert (threat.actor_type, threat.actor_state) == ("Person", "Türkei")
    assert (threat.recipient_type, threat.recipient_state) == ("State", "Frankreich")
    assert threat.topic == TROOPS.label


def test_the_state_is_that_of_the_day(store: Store) -> None:
    from kg.export.events import _Known

    known = _Known({"s": "Staat", "t": "Anderer"}, {}, {"p": [("s", "2005-11-22", "2021"), ("t", "2022-03", "")]})
    days = ("2005-11-21", "2005-11-22", "2021-12-31", "2022-01-01", "2022-03-01", "")
    assert [known.state("p", day) for day in days] == ["", "Staat", "Staat", "", "Anderer", ""]


def test_rows_read_back_as_csv_in_another_language(store: Store) -> None:
    output = io.BytesIO()
    write_events(store, output, language="en")
    rows = list(csv.DictReader(io.StringIO(output.getvalue().decode())))
    assert list(rows[0]) == list(EventRow.__dataclass_fields__)
    assert {row["recipient_name"] for row in rows} == {"France", "Germany", "Koalition der Willigen"}
    assert {row["actor_id"] for row in rows} == {FRANCE.iri, TURKEY.iri, ERDOGAN.iri}


@pytest.fixture(scope="module")
def published(store: Store) -> Dataset:
    output = io.BytesIO()
    info = Publication(created="2026-11-25T10:00:00+00:00", creator="https://orcid.org/0000-0000-0000-0000")
    write_nanopublications(store, output, info)
    return Dataset().parse(data=output.getvalue(), format="trig")


def test_every_statement_is_a_nanopublication(published: Dataset, store: Store) -> None:
    heads = list(published.quads((None, RDF.type, NP.Nanopublication, None)))
    expected = sum(len(extraction.positions) + len(extraction.relations) for extraction in told())
    assert len(heads) == len({head[0] for head in heads}) == expected


def test_nanopublications_are_well_formed(published: Dataset) -> None:
    """The criteria of https://nanopub.net/guidelines/working_draft/#well-formed-nanopublications."""
    graphs = defaultdict(set)
    for subject, predicate, value, graph in published.quads():
        graphs[graph].add((subject, predicate, value))
    seen = set()
    for publication, _, _, head in published.quads((None, RDF.type, NP.Nanopublication, None)):
        parts = []
        for predicate in (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo):
            [part] = [value for subject, name, value in graphs[head] if (subject, name) == (publication, predicate)]
            parts.append(part)
        assert len({publication, head, *parts}) == 5
        assertion, provenance, info = parts
        assert all(graphs[part] for part in parts)
        assert any(assertion in (subject, value) for subject, _, value in graphs[provenance])
        assert any(publication in (subject, value) for subject, _, value in graphs[info])
        assert len(graphs[head]) == 4
        seen |= {head, *parts}
    assert seen == set(graphs)


def test_the_assertion_is_apart_from_its_provenance(published: Dataset) -> None:
    france, troops = URIRef(FRANCE.iri), URIRef(TROOPS.iri)
    [(_, _, _, assertion)] = published.quads((france, URIRef(f"{NS}commits"), troops, None))
    names = {predicate for _, predicate, _ in published.graph(assertion)}
    assert {URIRef(f"{NS}{name}") for name in ("actor", "stance", "topic", "sign", "hedged", "addressee")} <= names
    assert (france, None, Literal("Frankreich", lang="de")) in published.graph(assertion)
    assert not {URIRef(f"{NS}{name}") for name in ("confidence", "quote", "evidence")} & names
    provenance = published.graph(URIRef(str(assertion).replace("/assertion", "/provenance")))
    assert provenance.value(assertion, PROV.wasDerivedFrom) == URIRef(
        article_graph("paris-2025").removesuffix("/graph")
    )
    assert provenance.value(assertion, PROV.wasGeneratedBy) is not None
    exact = {str(text) for text in provenance.objects(None, URIRef("http://www.w3.org/ns/oa#exact"))}
    assert {"Frankreich", "erklärte sich bereit", "Truppen zu entsenden"} <= exact
    info = published.graph(URIRef(str(assertion).replace("/assertion", "/pubinfo")))
    assert {str(value) for value in info.objects(None, DCTERMS.created)} == {"2026-11-25T10:00:00+00:00"}


def test_what_is_denied_is_no_plain_triple(published: Dataset) -> None:
    assert not list(published.quads((URIRef(FRANCE.iri), URIRef(f"{NS}sanctions"), None, None)))


def test_the_same_graph_gives_the_same_bytes(store: Store) -> None:
    def written() -> tuple[bytes, bytes]:
        one, other = io.BytesIO(), io.BytesIO()
        write_events(store, one)
        write_nanopublications(store, other)
        return one.getvalue(), other.getvalue()

    assert written() == written()
    assert b"_:" not in written()[1]
    assert list(ox.parse(written()[1], format=ox.RdfFormat.TRIG))


def test_a_creator_that_is_no_iri_is_refused(store: Store) -> None:
    with pytest.raises(ShapeError, match="absolute IRI"):
        write_nanopublications(store, io.BytesIO(), Publication(creator="Erika Mustermann"))


def test_the_command_prints_both(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["export", "--format", "plover", "--store", str(folder)]) == 0
    rows = csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode()))
    assert {row["event_type"] for row in rows} == {"AGREE", "AID", "CONSULT", "THREATEN"}
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert main(["export", "--format", "nanopub", "--licence", licence, "--store", str(folder)]) == 0
    published = Dataset(default_union=True).parse(data=capfdbinary.readouterr().out, format="trig")
    assert set(published.objects(None, DCTERMS.license)) == {URIRef(licence)}
    assert list(published.objects(None, DCTERMS.created))
