"""Reads the statements of a freshly loaded graph and makes the arrays of its snapshot (:mod:`kg.edges`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from sys import intern

import pyoxigraph as ox

from kg.edges import NO_DATE, Edges, Kind, Node, Statement, build_edges, day_of
from kg.errors import StoreError
from kg.iri import NS

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_LABELS = (ox.NamedNode(f"{_SKOS}prefLabel"), _RDFS_LABEL, ox.NamedNode(f"{_SKOS}altLabel"))
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SYMMETRIC = ox.NamedNode("http://www.w3.org/2002/07/owl#SymmetricProperty")
_LANGUAGES = ("de", "en")
"""Languages in the order a node's shown label is taken from; others follow by their tags."""

_DATE = "http://purl.org/dc/terms/date"
_SCANNED = {
    "date": _DATE,
    **{name: f"{NS}{name}" for name in ("actor", "stance", "topic", "subject", "relation", "object")},
}
"""What is read of every position and relation, in the order it is needed."""
_XSD_TRUE = ox.Literal(True)
_DIGITS = 16
_HEX = frozenset("0123456789abcdef")


def index_graph(store: ox.Store) -> tuple[Edges, dict[str, int]]:
    """Return the arrays of all statements in ``store``, and its counts (quads, articles, positions, ...).

    Negated relations are statements of no edge. Raises StoreError for a position or relation whose IRI is not one that
    :mod:`kg.iri` makes.
    """
    with ThreadPoolExecutor(1) as reader:  # the engine scans without the interpreter's lock, while this reads on
        found = {name: reader.submit(_scan, store, predicate) for name, predicate in _SCANNED.items()}
        days = _values(found.pop("date"))
        positions = _statements(store, found, ("actor", "stance", "topic"), days)
        relations = _statements(store, found, ("subject", "relation", "object"), days)
    statements = [*positions, *relations]
    topics = {row.object for row in positions}
    actors = {row.subject for row in statements} | {row.object for row in relations}
    names = _names(store, topics | actors | {row.kind for row in statements})
    nodes = {iri: Node(type="Topic", names=names[iri]) for iri in topics}
    nodes |= {iri: Node(type=_actor_type(store, iri), names=names[iri]) for iri in actors}
    stances = {row.kind for row in positions}
    kinds = _kinds(store, stances, {row.kind for row in relations}, names)
    edges = build_edges(statements, nodes, kinds)
    counts = {
        "quads": len(store),
        "articles": len({quad.subject for quad in store.quads_for_pattern(None, _TYPE, _ws("Article"))}),
        "positions": len(positions),
        "relations": len(relations),
        "actors": len(actors),
        "topics": len(topics),
        "edges": len(edges.edge_subject),
    }
    return edges, counts


def _ws(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{NS}{name}")


def _scan(store: ox.Store, predicate: str) -> bytes:
    """Return subjects and objects of a predicate as CSV: only these two terms of a quad are looked up."""
    of = "isLiteral" if predicate == _DATE else "isIRI"
    query = f"SELECT ?s ?o {{ ?s <{predicate}> ?o FILTER(isIRI(?s) && {of}(?o)) }}"
    rows = store.query(query, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)  # of a SELECT
    return rows.serialize(None, ox.QueryResultsFormat.CSV) or b""


def _values(scanned: Future[bytes]) -> dict[str, str]:
    """Return one object per subject; scans and dictionaries are faster here than a query's join."""
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(scanned.result()), "utf-8", newline=""))
    next(rows)
    # The same few objects and, scan after scan, the same subjects: each is kept once.
    return {intern(iri): intern(value) for iri, value in rows}


def _statements(
    store: ox.Store, found: dict[str, Future[bytes]], roles: tuple[str, str, str], days: Mapping[str, str]
) -> list[Statement]:
    """Return the statements that have all three of these ``ws:`` properties and are not negated."""
    subjects, kinds, targets = (_values(found.pop(role)) for role in roles)
    negated = {quad.subject.value for quad in store.quads_for_pattern(None, _ws("negated"), _XSD_TRUE)}  # type: ignore[union-attr]
    return [
        Statement(
            iri=_checked(iri), subject=subjects[iri], kind=kind, object=targets[iri], day=_day(days.get(iri), iri)
        )
        for iri, kind in kinds.items()
        if iri in subjects and iri in targets and iri not in negated
    ]


def _checked(iri: str) -> str:
    end = iri.rsplit("/", 1)[-1]
    if len(end) != _DIGITS or not _HEX.issuperset(end):
        raise StoreError("Not the IRI of a position or relation", where=iri, mend="Write quads by kg.rdf only.")
    return iri


def _day(text: str | None, statement: str) -> int:
    if text is None:
        return NO_DATE
    try:
        return day_of(date.fromisoformat(text[:10]))
    except ValueError as error:
        raise StoreError(f"Not a date: {text}", where=statement, mend="Write it as YYYY-MM-DD.") from error


def _kinds(
    store: ox.Store, stances: set[str], relations: set[str], names: Mapping[str, list[tuple[str, str]]]
) -> list[Kind]:
    signs = {stance: _sign(store, ox.NamedNode(stance)) for stance in stances}
    kinds = []
    for iri in sorted(stances | relations):
        symmetric = any(store.quads_for_pattern(ox.NamedNode(iri), _TYPE, _SYMMETRIC))
        labels = {language: text for text, language in reversed(names[iri]) if language}
        name = iri.removeprefix(NS)
        kinds.append(Kind(name=name, iri=iri, sign=signs.get(iri), symmetric=symmetric, labels=labels))
    return kinds


def _sign(store: ox.Store, stance: ox.NamedNode) -> int:
    """Return a stance's sign as the ontology gives it, or as one of its positions carries it."""
    position = next(iter(store.quads_for_pattern(None, _ws("stance"), stance))).subject
    for bearer in (stance, position):
        for quad in store.quads_for_pattern(bearer, _ws("sign"), None):
            if isinstance(quad.object, ox.Literal):
                return int(quad.object.value)
    raise StoreError("A stance without a sign", where=stance.value, mend="Add ws:sign to it in the ontology.")


def _names(store: ox.Store, iris: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return all labels of each IRI as (text, language), the one to show first; the IRI's end where there is none."""
    found: dict[str, set[tuple[int, str, str]]] = {iri: set() for iri in iris}
    for rank, predicate in enumerate(_LABELS):
        for quad in store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                labels = found.get(quad.subject.value)
                if labels is not None:
                    labels.add((rank, quad.object.language or "", quad.object.value))
    return {iri: _in_order(labels) or [(iri.rsplit("/", 1)[-1], "")] for iri, labels in found.items()}


def _in_order(labels: set[tuple[int, str, str]]) -> list[tuple[str, str]]:
    def key(label: tuple[int, str, str]) -> tuple[bool, int, int, str, str]:
        rank, language, text = label
        order = _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)
        return rank == len(_LABELS) - 1, order, rank, language, text

    return list(dict.fromkeys((text, language) for _, language, text in sorted(labels, key=key)))


def _actor_type(store: ox.Store, iri: str) -> str:
    """Return the local name of an actor's class, the narrower one where it is also an Actor."""
    types = set()
    for quad in store.quads_for_pattern(ox.NamedNode(iri), _TYPE, None):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(NS):
            types.add(quad.object.value.removeprefix(NS))
    return min(types - {"Actor"}, default="Actor")
