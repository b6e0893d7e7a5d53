"""Writes each position and relation as a nanopublication: what is stated, where it is from, and who published it.

https://nanopub.net/guidelines/working_draft/. Their four graphs have IRIs below the statement's own; none is signed or
made trusty, which is for those who publish them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO

import pyoxigraph as ox

from kg.iri import ACTORS_GRAPH, NS, ONTOLOGY, TOPICS_GRAPH
from kg.store import Store
from kg.store.formats import PREFIXES
from kg.terms import DCTERMS, OA, PROV, RDF, SKOS, XSD, Term, named

_NP = "http://www.nanopub.org/nschema#"
_PLAIN = (("actor", "stance", "topic"), ("subject", "relation", "object"))
_GRAPHS = "SELECT DISTINCT ?graph { GRAPH ?graph { ?statement <%sevidence> ?evidence } } ORDER BY ?graph"
_TRIPLES = "SELECT ?s ?p ?o { GRAPH <%s> { ?s ?p ?o } }"
_NAMES = """SELECT DISTINCT ?s ?p ?o {{
  GRAPH <{graph}> {{ ?statement <{ns}evidence> ?evidence ; ?any ?s }}
  VALUES ?shared {{ <{actors}> <{topics}> }} VALUES ?p {{ <{rdf}type> <{skos}prefLabel> }}
  GRAPH ?shared {{ ?s ?p ?o }}
}}"""

# What a statement says of its making goes into the provenance; all else is the assertion.
_PROVENANCE = {
    *(f"{NS}{name}" for name in ("confidence", "evidence", "quote", "cueText", "actorText", "topicText")),
    *(f"{NS}{name}" for name in ("subjectText", "objectText", "officeText")),
    f"{PROV}wasDerivedFrom",
    f"{PROV}wasGeneratedBy",
}
_Triples = Mapping[str, list[ox.Triple]]
_Info = Sequence[tuple[str, Term]]
_DATE_TIME = named(f"{XSD}dateTime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes: ``created`` is when (UTC, ISO 8601), ``creator`` and ``licence`` are IRIs; None is left out."""

    created: str | None = None
    creator: str | None = None
    licence: str | None = None


def write_nanopublications(store: Store, output: IO[bytes], publication: Publication = Publication()) -> None:
    """Write all statements of a graph as TriG (https://www.w3.org/TR/trig/), article by article.

    Raises :class:`ShapeError` where the creator or the licence is no absolute IRI.
    """
    info: list[tuple[str, Term]] = [
        (f"{DCTERMS}conformsTo", named(ONTOLOGY)),
        *((f"{DCTERMS}creator", named(iri)) for iri in (publication.creator,) if iri),
        *((f"{DCTERMS}license", named(iri)) for iri in (publication.licence,) if iri),
        *((f"{DCTERMS}created", ox.Literal(day, datatype=_DATE_TIME)) for day in (publication.created,) if day),
    ]
    prefixes = {**PREFIXES, "np": _NP}
    quads = (quad for graph in _article_graphs(store) for quad in _of_article(store, graph, info))
    ox.serialize(quads, output, ox.RdfFormat.TRIG, prefixes=prefixes)


def _article_graphs(store: Store) -> list[str]:
    found = store.select(_GRAPHS % NS).rows
    return [graph.value for (graph,) in found if isinstance(graph, ox.NamedNode)]


def _of_article(store: Store, graph: str, info: _Info) -> Iterator[ox.Quad]:
    """Yield the quads of all nanopublications of an article, one after the other."""
    told = _by_subject(_triples(store, _TRIPLES % graph))
    query = _NAMES.format(graph=graph, ns=NS, actors=ACTORS_GRAPH, topics=TOPICS_GRAPH, rdf=RDF, skos=SKOS)
    names = _by_subject(_triples(store, query))
    for statement in sorted(told):
        if any(triple.predicate.value == f"{NS}evidence" for triple in told[statement]):
            yield from _nanopublication(statement, told, names, info)


def _triples(store: Store, query: str) -> Iterator[ox.Triple]:
    for subject, predicate, value in store.select(query).rows:
        if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and value is not None:
            yield ox.Triple(subject, predicate, value)


def _by_subject(triples: Iterable[ox.Triple]) -> _Triples:
    ordered = sorted(set(triples), key=str)
    return {
        subject.removeprefix("<").removesuffix(">"): list(group)
        for subject, group in groupby(ordered, key=lambda triple: str(triple.subject))
    }


def _nanopublication(statement: str, told: _Triples, names: _Triples, info: _Info) -> Iterator[ox.Quad]:
    publication = f"{statement}/nanopub"
    head, assertion, provenance, pubinfo = (
        f"{publication}/{part}" for part in ("head", "assertion", "provenance", "pubinfo")
    )
    own = told[statement]
    said = [triple for triple in own if triple.predicate.value not in _PROVENANCE]
    named_nodes = sorted({triple.object.value for triple in said if isinstance(triple.object, ox.NamedNode)})
    parts = {
        head: _head(publication, assertion, provenance, pubinfo),
        assertion: [*_plain(own), *said, *(triple for node in named_nodes for triple in names.get(node, ()))],
        provenance: list(_provenance(statement, assertion, own, told)),
        pubinfo: [ox.Triple(named(publication), named(predicate), value) for predicate, value in info],
    }
    for graph, triples in parts.items():
        for triple in dict.fromkeys(triples):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, named(graph))


def _head(publication: str, assertion: str, provenance: str, info: str) -> list[ox.Triple]:
    return [
        _triple(publication, f"{RDF}type", f"{_NP}Nanopublication"),
        _triple(publication, f"{_NP}hasAssertion", assertion),
        _triple(publication, f"{_NP}hasProvenance", provenance),
        _triple(publication, f"{_NP}hasPublicationInfo", info),
    ]


def _plain(own: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the statement as one triple, actor stance topic; nothing for a relation that is denied."""
    values = {triple.predicate.value.removeprefix(NS): triple.object for triple in own}
    if values.get("negated") == ox.Literal(True):
        return
    for names in _PLAIN:
        nodes = [node for name in names if isinstance(node := values.get(name), ox.NamedNode)]
        if len(nodes) == len(names):
            yield ox.Triple(*nodes)


def _provenance(statement: str, assertion: str, own: Iterable[ox.Triple], told: _Triples) -> Iterator[ox.Triple]:
    """Yield where the assertion is from: the article, the run, and the words, with all that is below the evidence."""
    for triple in own:
        if triple.predicate.value.startswith(PROV) and isinstance(triple.object, ox.NamedNode):
            yield ox.Triple(named(assertion), triple.predicate, triple.object)
            yield from told.get(triple.object.value, ())
        elif triple.predicate.value in _PROVENANCE:
            yield triple
    evidence = f"{statement}/evidence"
    for node in sorted(told):
        if node == evidence or node.startswith(f"{evidence}/"):
            yield from (triple for triple in told[node] if triple.predicate.value != f"{OA}hasBody")


def _triple(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(named(subject), named(predicate), named(value))
