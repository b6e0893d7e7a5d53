"""VoID: the description of a snapshot says its counts, and leaves out what is not known."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import ShapeError
from kg.iri import NS
from kg.rdf import nquads
from kg.void import DATASET, VOID_GRAPH, void_quads

VOID = "http://rdfs.org/ns/void#"
COUNTS = {"quads": 1200, "articles": 12, "positions": 34, "relations": 5, "actors": 9, "topics": 30, "edges": 36}
VERSION = "0123456789abcdef" * 4


def store(quads: list[ox.Quad]) -> ox.Store:
    loaded = ox.Store()
    loaded.extend(quads)
    return loaded


def asked(quads: list[ox.Quad], query: str) -> list[list[str]]:
    rows = store(quads).query(f"PREFIX void: <{VOID}> {query}", use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    return sorted([term.value for term in row] for row in rows)  # type: ignore[union-attr, misc]


def test_classes_and_triples_are_counted() -> None:
    quads = void_quads(COUNTS, version=VERSION)
    found = asked(quads, "SELECT ?class ?n { ?d void:classPartition [ void:class ?class ; void:entities ?n ] }")
    assert found == [[f"{NS}Article", "12"], [f"{NS}Position", "34"], [f"{NS}Topic", "30"]]
    assert asked(quads, "SELECT ?d ?n { ?d void:triples ?n }") == [[f"{DATASET}/{VERSION[:16]}", "1200"]]
    assert asked(quads, "SELECT ?d { ?d void:subset/a void:Dataset }") == [[DATASET]]


def test_what_is_not_given_is_left_out() -> None:
    bare = nquads(void_quads({}, version=VERSION)).decode()
    assert "created" not in bare
    assert "sparqlEndpoint" not in bare
    assert "entities" not in bare
    full = void_quads({}, version=VERSION, created="2026-11-22T10:00:00+00:00", endpoint="https://example.org/sparql")
    text = nquads(full).decode()
    assert '"2026-11-22T10:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>' in text
    assert f"<{VOID}sparqlEndpoint> <https://example.org/sparql>" in text


def test_a_count_of_nothing_is_a_count() -> None:
    assert asked(void_quads({"articles": 0}, version=VERSION), "SELECT ?n { ?p void:entities ?n }") == [["0"]]


def test_it_is_deterministic_in_one_graph_without_blank_nodes() -> None:
    quads = void_quads(COUNTS, version=VERSION)
    assert quads == void_quads(dict(reversed(COUNTS.items())), version=VERSION)
    assert quads == sorted(set(quads), key=str)
    assert {quad.graph_name.value for quad in quads} == {VOID_GRAPH}  # type: ignore[union-attr]
    assert not [quad for quad in quads if isinstance(quad.subject, ox.BlankNode)]


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    with pytest.raises(ShapeError):
        void_quads(COUNTS, version=VERSION, endpoint="/sparql")
