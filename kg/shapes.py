"""Quads -> conforms, or an error that names the node and how to mend it: SHACL on ``ontology/shapes.ttl``.

The ontology itself is held against ``ontology/vocabulary-shapes.ttl``.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import InvalidOperation
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from pyshacl import validate
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from kg.errors import OntologyError, ShapeError
from kg.iri import NS
from kg.resources import resource
from kg.vocabulary import read_turtle

_SHOWN = 3
# What the shapes ask of the ontology; checking the whole of it beside every article takes longer than the article.
_ASKED = (RDF.type, RDFS.subClassOf, URIRef(f"{NS}sign"))


def check(quads: Iterable[ox.Quad]) -> None:
    """Check quads against the shapes, all graphs taken as one; return nothing where they conform.

    Raises :class:`ShapeError` with the messages of the first nodes that break them; ``where`` is the first node's IRI.
    The quads have to hold all that they speak of, as those of one article do. About 6 ms a statement.
    """
    data = _graph(quads)
    for triple in _ontology(resource("ontology", "core.ttl")):
        data.add(triple)
    try:
        conforms, report, _ = validate(data, shacl_graph=_shapes(resource("ontology", "shapes.ttl")), inplace=True)
    except ReportableRuntimeError as error:
        raise OntologyError(f"The shapes cannot be used: {error}", where="ontology/shapes.ttl") from error
    except InvalidOperation as error:  # rdflib takes "NaN"^^xsd:decimal for a number, and cannot compare it
        raise ShapeError("A decimal is not a number", where="xsd:decimal", mend="Give a finite number.") from error
    if not conforms:
        raise _error(report if isinstance(report, Graph) else Graph())


def check_ontology(*paths: Path) -> None:
    """Check the shipped ontology and thesaurus, or other Turtle files together; return nothing where they conform.

    Raises :class:`OntologyError` with what is wrong with the first term that breaks ``ontology/vocabulary-shapes.ttl``.
    About two seconds.
    """
    data = Graph()
    for path in paths or (resource("ontology", "core.ttl"), resource("ontology", "topics.ttl")):
        data += read_turtle(path)
    conforms, report, _ = validate(data, shacl_graph=_shapes(resource("ontology", "vocabulary-shapes.ttl")))
    if not conforms:
        broken = _error(report if isinstance(report, Graph) else Graph())
        raise OntologyError(broken.what, where=broken.where, mend="Mend it in ontology/.")


def _error(report: Graph) -> ShapeError:
    found = sorted({(str(report.value(result, SH.focusNode)), _message(report, result)) for result in _results(report)})
    nodes = list(dict.fromkeys(node for node, _ in found))
    messages = [message for node, message in found if node == nodes[0]]
    more = f" ({len(nodes) - 1} other nodes break the shapes too, {nodes[1]} first.)" if len(nodes) > 1 else ""
    return ShapeError(" ".join(messages[:_SHOWN]) + more, where=nodes[0])


def _results(report: Graph) -> list[Node]:
    return list(report.objects(None, SH.result))


def _message(report: Graph, result: Node) -> str:
    message = str(report.value(result, SH.resultMessage))
    value = report.value(result, SH.value)
    return f"{message} Found: {value.n3()}." if isinstance(value, URIRef) else message


def _graph(quads: Iterable[ox.Quad]) -> Graph:
    triples = {quad.triple for quad in quads}
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")


@lru_cache(maxsize=2)
def _shapes(path: Path) -> Graph:
    return read_turtle(path)


@lru_cache(maxsize=2)
def _ontology(path: Path) -> Graph:
    asked = Graph()
    for triple in read_turtle(path):
        if triple[1] in _ASKED:
            asked.add(triple)
    return asked
