"""The store on this machine: pyoxigraph on a snapshot's folder, opened read-only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import QuerySyntaxError, StoreError
from kg.iri import BASE, NS, WIKIDATA
from kg.store.guard import check_query
from kg.store.protocol import FormatNotOffered, Formats, Graphs, Rows, Term

BINDING_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
PREFIXES = {
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
"""Prefixes that answers in Turtle and JSON-LD are written with."""

_CHARACTER_CLASSES = re.compile(r",? ?\[.*")
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class EmbeddedStore:
    """One snapshot's quads, read-only; the default graph of a query is all named graphs together."""

    def __init__(self, folder: Path) -> None:
        """Open ``folder`` (written by :func:`kg.store.publish`); raises StoreError where it holds no such database."""
        if not (folder / "CURRENT").is_file():
            raise StoreError("No graph database here", where=str(folder), mend="Run `kg build` again.")
        try:
            self._store = ox.Store.read_only(str(folder))
        except OSError as error:
            raise StoreError(f"The graph database cannot be opened: {error}", where=str(folder)) from error

    def select(self, query: str, *, graphs: Graphs = Graphs()) -> Rows:  # noqa: B008  # frozen
        """See :meth:`kg.store.protocol.Store.select`."""
        solutions = self._run(query, graphs)
        if not isinstance(solutions, ox.QuerySolutions):
            raise QuerySyntaxError("Not a SELECT query", mend="Start the query with SELECT.")
        return Rows(tuple(variable.value for variable in solutions.variables), _tuples(solutions))

    def answer(
        self,
        query: str,
        output: IO[bytes],
        *,
        formats: Formats = Formats(),  # noqa: B008  # frozen
        graphs: Graphs = Graphs(),  # noqa: B008  # frozen
    ) -> str:
        """See :meth:`kg.store.protocol.Store.answer`."""
        result = self._run(query, graphs)
        if isinstance(result, ox.QueryTriples):
            media_type = _offered(formats.graph, "CONSTRUCT and DESCRIBE", list(GRAPH_FORMATS))
            ox.serialize(result, output, GRAPH_FORMATS[media_type], prefixes=PREFIXES)
            return media_type
        media_type = _offered(formats.bindings, "SELECT and ASK", list(BINDING_FORMATS))
        result.serialize(output, BINDING_FORMATS[media_type])
        return media_type

    def has_graph(self, iri: str) -> bool:
        """See :meth:`kg.store.protocol.Store.has_graph`."""
        return self._store.contains_named_graph(_named(iri))

    def _run(self, query: str, graphs: Graphs) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        clauses = check_query(query)
        asked = [*(graphs.default or ()), *(graphs.named or ())]
        for iri in asked or [clause.iri for clause in clauses]:
            if not self.has_graph(iri):
                raise QuerySyntaxError("No such graph in this store", where=iri, mend="Leave FROM out to ask all.")
        default: list[_Graph] | None = None
        named: list[ox.NamedNode | ox.BlankNode] | None = None
        if graphs.default is not None or graphs.named is not None:
            default = [_named(iri) for iri in graphs.default or ()]
            named = [_named(iri) for iri in graphs.named or ()]
        union = not clauses and default is None
        return _evaluate(
            lambda: self._store.query(
                query, use_default_graph_as_union=union, default_graph=default, named_graphs=named
            )
        )


def _evaluate(
    run: Callable[[], ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples],
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        return run()
    except SyntaxError as error:
        found = _PLACE.match(str(error))
        if not found:
            raise QuerySyntaxError(f"Not a SPARQL query: {str(error)[:300]}") from error
        line, column, detail = found.groups()
        words = _CHARACTER_CLASSES.sub("", " ".join(detail.split()))[:300]
        what = f"Not a SPARQL query: {words}"
        raise QuerySyntaxError(what, where=f"line {line}, column {column}") from error
    except ValueError as error:
        raise QuerySyntaxError(f"Not a SPARQL query: {str(error)[:300]}") from error


def _offered(media_type: str | None, forms: str, offered: Sequence[str]) -> str:
    if media_type is None or media_type not in offered:
        raise FormatNotOffered(f"{forms} are not answered in that format", mend=f"Offered: {', '.join(offered)}.")
    return media_type


def _tuples(solutions: ox.QuerySolutions) -> Iterator[tuple[Term | None, ...]]:
    for solution in solutions:
        yield tuple(solution)


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QuerySyntaxError("Not an absolute IRI", where=iri) from error
