"""Reads answers in any of their formats and says whether two are the same, up to the names of blank nodes.

Numbers, dates and truth values are compared by value ("01" and "1" are the same integer): the engine keeps values, not
the way they were written, in data as well as in what it computes.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from w3c_manifests import Evaluation, iri_of

_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ROW = ox.NamedNode("urn:row")
_RESULTS = {
    ".srx": ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ".srj": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    ".tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
}
_BY_TYPE = dict(_RESULTS.values())
_AS_STORED = (ox.NamedNode("urn:s"), ox.NamedNode("urn:p"))
_XSD_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer of a SELECT; ``ordered`` where the order of its rows counts."""

    variables: frozenset[str]
    rows: Sequence[Row]
    ordered: bool = False


Answer = bool | Solutions | ox.Dataset


def accepted(test: Evaluation) -> str:
    """Return the Accept header to ask a test's query with: the format of the answer it is compared with."""
    if test.result.suffix == ".csv":
        return "text/csv"
    named = _RESULTS.get(test.result.suffix)
    return named[0] if named else "application/sparql-results+json, text/turtle"


def expected(test: Evaluation) -> Answer:
    """Return the answer that a test must have."""
    if test.result.suffix == ".csv":
        return _csv(test.result.read_bytes())
    if test.result.suffix in _RESULTS:
        return _solutions(test.result.read_bytes(), _RESULTS[test.result.suffix][1])
    quads = [ox.Quad(one.subject, one.predicate, _valued(one.object)) for one in triples_of(test.result)]
    told = _result_set(quads)
    return ox.Dataset(quads) if told is None else told


def read(media_type: str, body: bytes) -> Answer:
    """Return the answer that is written in ``body``."""
    media_type = media_type.partition(";")[0]
    if media_type == "text/csv":
        return _csv(body)
    if media_type in _BY_TYPE:
        return _solutions(body, _BY_TYPE[media_type])
    assert media_type == "text/turtle", media_type
    quads = ox.parse(body, ox.RdfFormat.TURTLE)
    return ox.Dataset(ox.Quad(one.subject, one.predicate, _valued(one.object)) for one in quads)


def triples_of(path: Path) -> list[ox.Triple]:
    """Return the triples of one file of the suites, its blank nodes renamed."""
    quads = ox.parse(path=str(path), base_iri=iri_of(path), rename_blank_nodes=True)
    return [quad.triple for quad in quads]


def same(test: Evaluation, told: Answer, found: Answer) -> bool:
    """Whether the answer ``found`` is the one ``told`` by the suite."""
    if isinstance(told, Solutions) and isinstance(found, Solutions):
        if told.variables != found.variables:
            return False
        if test.lax:
            return _distinct(found) == _distinct(told)
        return _dataset(told, ordered=told.ordered) == _dataset(found, ordered=told.ordered)
    if isinstance(told, ox.Dataset) and isinstance(found, ox.Dataset):
        return _canonical(told) == _canonical(found)
    return told is found


@cache
def _literal(term: ox.Literal) -> ox.Literal:
    store = ox.Store()
    store.add(ox.Quad(*_AS_STORED, term))
    stored = next(iter(store)).object
    assert isinstance(stored, ox.Literal)
    return stored


def _valued(term: Term) -> Term:
    """Return a term as the engine stores it."""
    return _literal(term) if isinstance(term, ox.Literal) and term.datatype != _XSD_STRING else term


def _distinct(solutions: Solutions) -> set[frozenset[tuple[str, object]]]:
    return {frozenset(row.items()) for row in solutions.rows}


def _dataset(solutions: Solutions, *, ordered: bool) -> object:
    """Return something that is equal for equal solutions: rows counted, or as a graph where they hold blank nodes."""
    rows = [frozenset(row.items()) for row in solutions.rows]
    if not any(isinstance(value, ox.BlankNode) for row in solutions.rows for value in row.values()):
        return rows if ordered else Counter(rows)
    quads = []
    for number, row in enumerate(solutions.rows):
        node = ox.BlankNode()
        quads.append(ox.Quad(node, _ROW, ox.Literal(number if ordered else 0)))
        quads.extend(ox.Quad(node, ox.NamedNode(f"urn:variable:{name}"), value) for name, value in row.items())
    return _canonical(ox.Dataset(quads))


def _canonical(dataset: ox.Dataset) -> set[ox.Quad]:
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def _solutions(body: bytes, format: ox.QueryResultsFormat) -> bool | Solutions:
    answer = ox.parse_query_results(body, format)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    names = [variable.value for variable in answer.variables]
    rows = [
        {name: _valued(value) for name, value in zip(names, row, strict=True) if value is not None} for row in answer
    ]
    return Solutions(frozenset(names), rows)


def _csv(body: bytes) -> Solutions:
    """Read CSV, which tells no kinds of terms but blank nodes (https://www.w3.org/TR/sparql11-results-csv-tsv/)."""
    names, *lines = csv.reader(io.StringIO(body.decode(), newline=""))
    rows = [{name: _cell(value) for name, value in zip(names, line, strict=True) if value} for line in lines]
    return Solutions(frozenset(names), rows)


def _cell(value: str) -> ox.BlankNode | ox.Literal:
    return ox.BlankNode(value.removeprefix("_:")) if value.startswith("_:") else ox.Literal(value)


def _result_set(quads: Iterable[ox.Quad]) -> bool | Solutions | None:
    """Read a result set written as RDF (https://www.w3.org/2001/sw/DataAccess/tests/result-set), None for other RDF."""
    graph = ox.Dataset(quads)
    root = next(
        (quad.subject for quad in graph.quads_for_object(_rs("ResultSet")) if quad.predicate == _RDF_TYPE), None
    )
    if root is None:
        return None
    truth = _objects(graph, root, "boolean")
    if truth:
        return str(getattr(truth[0], "value", "")) in ("true", "1")
    rows: list[tuple[int, Row]] = []
    for solution in _objects(graph, root, "solution"):
        bindings = [
            (_objects(graph, one, "variable"), _objects(graph, one, "value"))
            for one in _objects(graph, solution, "binding")
        ]
        place = _objects(graph, solution, "index")
        rows.append((int(place[0].value) if place else -1, {name[0].value: value[0] for name, value in bindings}))
    rows.sort(key=lambda row: row[0])
    names = frozenset(name.value for name in _objects(graph, root, "resultVariable"))
    return Solutions(names, [row for _, row in rows], ordered=any(place >= 0 for place, _ in rows))


def _objects(graph: ox.Dataset, subject: ox.NamedNode | ox.BlankNode, name: str) -> list[ox.Literal]:
    return [quad.object for quad in graph.quads_for_subject(subject) if quad.predicate == _rs(name)]  # type: ignore[misc]


def _rs(name: str) -> ox.NamedNode:
    return ox.NamedNode(_RS + name)
