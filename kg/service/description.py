"""Describes the query service and its dataset in RDF, for programs that find it.

SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/) with the counts of VoID
(https://www.w3.org/TR/void/). No blank nodes: all it names are fragments of the endpoint's own address.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import BadParameter
from kg.iri import NS
from kg.store import BINDING_FORMATS, GRAPH_FORMATS, Manifest, write_triples
from kg.store.formats import PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCTERMS = "http://purl.org/dc/terms/"
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD_DATE_TIME = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")
_PREFIXES = {
    **{name: PREFIXES[name] for name in ("dcterms", "ws")},
    "sd": _SD,
    "void": _VOID,
    "formats": "http://www.w3.org/ns/formats/",
}
_FORMATS = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}
"""Media type -> its name among https://www.w3.org/ns/formats/"""
_CLASSES = {"articles": "Article", "positions": "Position", "topics": "Topic"}
"""A snapshot's count -> the class whose members it counts, all of them: denied relations are no edges, and not here."""


def describe_service(endpoint: str, manifest: Manifest, *, media_type: str, updates: bool = False) -> bytes:
    """Return the description of the service at ``endpoint`` (an absolute address without a query).

    ``updates``: it takes them from whom it knows.
    ``void:triples`` counts a triple once per graph that holds it. Raises BadParameter for an address that is no IRI.
    """
    try:
        triples = sorted(_triples(endpoint, manifest, updates), key=lambda triple: str(triple.subject))
    except ValueError as error:
        raise BadParameter("The address is no IRI", where=endpoint, mend="Send a plain Host header.") from error
    output = io.BytesIO()
    write_triples(triples, output, media_type=media_type, prefixes=_PREFIXES)
    return output.getvalue()


def _triples(endpoint: str, manifest: Manifest, updates: bool) -> Iterator[Triple]:
    service, dataset = NamedNode(f"{endpoint}#service"), NamedNode(f"{endpoint}#dataset")
    yield Triple(service, _RDF_TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL10Query"))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if updates:
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update"))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    yield Triple(service, _sd("defaultEntailmentRegime"), _SIMPLE)
    for media_type in (*BINDING_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, _sd("resultFormat"), NamedNode(f"http://www.w3.org/ns/formats/{_FORMATS[media_type]}"))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield from _dataset(endpoint, dataset, manifest)


def _dataset(endpoint: str, dataset: NamedNode, manifest: Manifest) -> Iterator[Triple]:
    graph = NamedNode(f"{endpoint}#default-graph")
    yield Triple(dataset, _RDF_TYPE, _sd("Dataset"))
    yield Triple(dataset, _RDF_TYPE, _void("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), graph)
    yield Triple(graph, _RDF_TYPE, _sd("Graph"))
    yield Triple(dataset, _void("sparqlEndpoint"), NamedNode(endpoint))
    yield Triple(dataset, NamedNode(f"{_DCTERMS}issued"), Literal(manifest.created, datatype=_XSD_DATE_TIME))
    counts = manifest.counts
    if "quads" in counts:
        yield Triple(dataset, _void("triples"), Literal(counts["quads"]))
    for count, name in _CLASSES.items():
        if count in counts:
            part = NamedNode(f"{endpoint}#{count}")
            yield Triple(dataset, _void("classPartition"), part)
            yield Triple(part, _RDF_TYPE, _void("Dataset"))
            yield Triple(part, _void("class"), NamedNode(NS + name))
            yield Triple(part, _void("entities"), Literal(counts[count]))


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _void(name: str) -> NamedNode:
    return NamedNode(_VOID + name)
