"""Reads the statements of a store by SPARQL, page by page, and makes the arrays that a snapshot has as a file."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.edges import Edges
from kg.errors import StoreError
from kg.iri import NS
from kg.store.index import index_graph
from kg.store.protocol import Store, Term

_PAGE = 10_000
"""Rows of one page: what the strictest servers answer at most."""
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_PREDICATES = (
    *(f"{NS}{name}" for name in ("actor", "stance", "topic", "subject", "relation", "object", "sign")),
    "http://purl.org/dc/terms/date",
    f"{_SKOS}prefLabel",
    f"{_SKOS}altLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
)
# Types of statements and their evidence are many, and the arrays need none of them.
_TYPES = (
    "?o = <http://www.w3.org/2002/07/owl#SymmetricProperty> || "
    f'(STRSTARTS(STR(?o), "{NS}") && ?o NOT IN (<{NS}Evidence>, <{NS}Position>, <{NS}RelationStatement>))'
)
_QUERY = """SELECT ?s ?o {{ ?s <{predicate}> ?o FILTER(isIRI(?s) && STR(?s) > "{after}" && ({only})) }}
ORDER BY STR(?s) LIMIT {limit}"""
_COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


def index_store(store: Store, *, page: int = _PAGE) -> tuple[Edges, dict[str, int]]:
    """Return the arrays of all statements in ``store``, and its counts; see :func:`kg.store.index.index_graph`.

    Pages begin behind the last subject of the page before, not at an offset, which servers bound. Raises StoreError
    where a page does not hold all values of one subject.
    """
    copied = ox.Store()
    for predicate in _PREDICATES:
        copied.extend(_quads(store, predicate, page, only="true"))
    copied.extend(_negated(store, page))
    copied.extend(_quads(store, _RDF_TYPE, page, only=_TYPES))
    edges, counts = index_graph(copied)
    (row,) = store.select(_COUNT).rows
    return edges, {**counts, "quads": int(str(getattr(row[0], "value", 0)))}


def _negated(store: Store, page: int) -> Iterator[ox.Quad]:
    """Yield which statements are negated; some servers keep truth values as numbers."""
    for quad in _quads(store, f"{NS}negated", page, only="true"):
        if isinstance(quad.object, ox.Literal) and quad.object.value in ("true", "1"):
            yield ox.Quad(quad.subject, quad.predicate, ox.Literal(True))


def _quads(store: Store, predicate: str, page: int, *, only: str) -> Iterator[ox.Quad]:
    after = ""
    while True:
        query = _QUERY.format(predicate=predicate, after=after, only=only, limit=page)
        rows = list(store.select(query).rows)
        last = rows[-1][0] if len(rows) == page else None  # its values may go on behind the page
        if last is not None and rows[0][0] == last:
            raise StoreError(f"More than {page} values of one property", where=str(last))
        for subject, value in rows:
            if subject != last:
                yield _quad(subject, predicate, value)
        if last is None:
            return
        after = next(_text(subject) for subject, _ in reversed(rows) if subject != last)


def _quad(subject: Term | None, predicate: str, value: Term | None) -> ox.Quad:
    assert isinstance(subject, ox.NamedNode) and value is not None  # the query asks for nothing else
    return ox.Quad(subject, ox.NamedNode(predicate), value)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""
