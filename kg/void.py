"""A snapshot's counts -> its description in VoID (https://www.w3.org/TR/void/): what is in it, and by which terms."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.iri import BASE, NS, ONTOLOGY
from kg.terms import DCTERMS, OA, OWL, PROV, RDF, SCHEMA, SKOS, Term, named, plain, words, ws

DATASET = f"{BASE}dataset"
"""The graph as such; each snapshot of it is a ``void:Dataset`` of its own below this IRI."""

VOID_GRAPH = f"{BASE}graph/void"
_VOID = "http://rdfs.org/ns/void#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_VOCABULARIES = (ONTOLOGY, DCTERMS, OA, PROV, SCHEMA, SKOS)
_DIGEST = 16
_PREFIXES = {"void": _VOID, "dcterms": DCTERMS, "owl": OWL, "ws": NS}

# What the snapshot counts, by the class that has as many members. Its other counts are of no class: actors without
# those that only the registry names, relations without the negated ones.
_CLASSES = {"articles": "Article", "positions": "Position", "topics": "Topic"}


def void_turtle(
    counts: Mapping[str, int], *, version: str, created: str | None = None, endpoint: str | None = None
) -> bytes:
    """Return the description of :func:`void_quads` as Turtle in UTF-8."""
    triples = [quad.triple for quad in void_quads(counts, version=version, created=created, endpoint=endpoint)]
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES) or b""


def void_quads(
    counts: Mapping[str, int], *, version: str, created: str | None = None, endpoint: str | None = None
) -> list[ox.Quad]:
    """Return the description of a snapshot in its own graph, sorted; the same arguments give the same quads.

    ``counts``, ``version`` (a digest) and ``created`` (UTC, ISO 8601) are those of the snapshot's manifest; counts that
    are not there are left out. ``endpoint`` is the address of a SPARQL endpoint. Raises :class:`ShapeError` where it is
    no absolute IRI.
    """
    snapshot = f"{DATASET}/{version[:_DIGEST]}"
    rows: list[tuple[str, str, Term | None]] = [
        (DATASET, f"{RDF}type", named(f"{_VOID}Dataset")),
        (DATASET, f"{DCTERMS}title", words("Whostands: wer wo steht", language="de")),
        (DATASET, f"{DCTERMS}title", words("Whostands: who stands where", language="en")),
        (DATASET, f"{_VOID}subset", named(snapshot)),
        (snapshot, f"{RDF}type", named(f"{_VOID}Dataset")),
        (snapshot, f"{DCTERMS}identifier", plain(version)),
        (snapshot, f"{DCTERMS}created", _datatyped(created, "dateTime")),
        (snapshot, f"{DCTERMS}conformsTo", named(ONTOLOGY)),
        (snapshot, f"{_VOID}uriSpace", plain(BASE)),
        (snapshot, f"{_VOID}triples", _count(counts.get("quads"))),
        (snapshot, f"{_VOID}sparqlEndpoint", named(endpoint) if endpoint else None),
        *((snapshot, f"{_VOID}vocabulary", named(vocabulary)) for vocabulary in _VOCABULARIES),
    ]
    for name, kind in _CLASSES.items():
        rows += _partition(snapshot, kind, counts.get(name))
    rows += _wikidata_links(snapshot)
    graph = named(VOID_GRAPH)
    quads = {ox.Quad(named(node), named(predicate), term, graph) for node, predicate, term in rows if term is not None}
    return sorted(quads, key=str)


def _partition(snapshot: str, kind: str, count: int | None) -> list[tuple[str, str, Term | None]]:
    if count is None:
        return []
    partition = f"{snapshot}/class/{kind}"
    return [
        (snapshot, f"{_VOID}classPartition", named(partition)),
        (partition, f"{_VOID}class", ws(kind)),
        (partition, f"{_VOID}entities", _count(count)),
    ]


def _wikidata_links(snapshot: str) -> list[tuple[str, str, Term | None]]:
    links = f"{snapshot}/links/wikidata"
    return [
        (snapshot, f"{_VOID}subset", named(links)),
        (links, f"{RDF}type", named(f"{_VOID}Linkset")),
        (links, f"{_VOID}linkPredicate", named(f"{OWL}sameAs")),
        (links, f"{_VOID}subjectsTarget", named(snapshot)),
        (links, f"{_VOID}objectsTarget", named("http://www.wikidata.org/entity/Q2013")),
    ]


def _count(value: int | None) -> Term | None:
    return _datatyped(None if value is None else str(value), "integer")


def _datatyped(text: str | None, datatype: str) -> Term | None:
    return None if text is None else ox.Literal(text, datatype=named(f"{_XSD}{datatype}"))
