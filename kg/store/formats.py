"""The media types that answers are written in, and the prefixes they are written with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO

import pyoxigraph as ox

from kg.iri import BASE, NS, WIKIDATA

BINDING_FORMATS: Mapping[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""https://www.w3.org/TR/sparql11-results-json/, https://www.w3.org/TR/rdf-sparql-XMLres/,
https://www.w3.org/TR/sparql11-results-csv-tsv/"""
GRAPH_FORMATS: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
"""https://www.w3.org/TR/turtle/, https://www.w3.org/TR/n-triples/, https://www.w3.org/TR/json-ld11/,
https://www.w3.org/TR/rdf-syntax-grammar/"""
PREFIXES: dict[str, str] = {
    "ws": NS,
    "actor": f"{BASE}actor/",
    "topic": f"{BASE}topic/",
    "article": f"{BASE}article/",
    "position": f"{BASE}position/",
    "relation": f"{BASE}relation/",
    "wd": WIKIDATA,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "schema": "https://schema.org/",
}
"""Prefixes that answers in Turtle, RDF/XML and JSON-LD are written with."""


def write_triples(
    triples: Iterable[ox.Triple], output: IO[bytes], *, media_type: str, prefixes: Mapping[str, str] = PREFIXES
) -> None:
    """Write triples in one of :data:`GRAPH_FORMATS`; raises ValueError for what RDF/XML cannot write as a property."""
    ox.serialize(triples, output, GRAPH_FORMATS[media_type], prefixes=dict(prefixes))
