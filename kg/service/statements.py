"""Chooses statements by the snapshot's arrays and reads their details, one page at a time, from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from kg.edges import NO_DATE, Edges, Ints, Kind, date_of
from kg.iri import BASE, NS
from kg.service import schemas
from kg.store import Snapshot, Store

_DCTERMS = "http://purl.org/dc/terms/"
_PROV = "http://www.w3.org/ns/prov#"
_PREFIXES = f"PREFIX ws: <{NS}> PREFIX oa: <http://www.w3.org/ns/oa#> "
_DERIVED = f"{_PROV}wasDerivedFrom"
# Only what is shown: the engine looks up every term that it tells by itself, which is most of a page's time.
_PROPERTIES = "SELECT DISTINCT ?s ?p ?o WHERE {{{{ VALUES ?s {{{{ {{iris}} }}}} ?s ?p ?o FILTER(?p IN ({wanted})) }}}}"
_OF_STATEMENT = (
    *(f"{NS}{name}" for name in ("quote", "confidence", "hedged", "reportedBy", "addressee", "officeText", "subject")),
    *(f"{NS}{role}Text" for role in ("actor", "topic", "cue", "subject", "object")),
    _DERIVED,
)
_OF_ARTICLE = (
    *(f"{_DCTERMS}{name}" for name in ("title", "issued", "language", "source", "license")),
    "https://schema.org/url",
)
_LABELS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX ws: <https://w3id.org/whostands/ns#>
SELECT DISTINCT ?s ?label ?type WHERE {{ VALUES ?s {{ {iris} }} ?s skos:prefLabel ?label ; a ?type
FILTER(STRSTARTS(STR(?type), STR(ws:))) }}"""
_SPANS = """SELECT DISTINCT ?s ?role ?start ?end WHERE {{ VALUES ?s {{ {iris} }}
?s ws:evidence ?e . ?e oa:hasTarget ?t . ?t ws:role ?role ; oa:hasSelector ?x . ?x oa:start ?start ; oa:end ?end }}"""
_ROLES = {"a": "subject", "b": "object"}

Properties = Mapping[str, Mapping[str, Sequence[str]]]
Mask = NDArray[np.bool_]


def in_period(edges: Edges, rows: Ints | slice, days: tuple[int | None, int | None]) -> Mask:
    """Return which statements are from the first to the last day, both included; None leaves an end open."""
    first, last = days
    day = edges.day[rows]
    inside: Mask = np.ones(len(day), dtype=bool)
    if first is not None:
        inside &= day >= first
    if last is not None:
        inside &= (day <= last) & (day != NO_DATE)
    return inside


def page_behind(
    edges: Edges, rows: Ints, passing: Callable[[Ints], Mask], after: Sequence[int] | None, limit: int
) -> tuple[Ints, bool]:
    """Return at most ``limit`` of the rows (newest first) that pass behind the key ``after``, and whether more follow.

    Looks at no more rows than it needs: some actors have a third of all statements.
    """
    low, high = 0, len(rows) if after is not None else 0
    while low < high:
        middle = (low + high) // 2
        if row_key(edges, int(rows[middle])) >= tuple(after or ()):
            low = middle + 1
        else:
            high = middle
    found, step = rows[:0], limit + 1
    while low < len(rows) and len(found) <= limit:
        part = rows[low : low + step]
        found = np.concatenate([found, part[passing(part)]])
        low, step = low + step, 2 * step
    return found[:limit], len(found) > limit


def row_key(edges: Edges, row: int) -> tuple[int, int]:
    """Return what a cursor remembers of a statement: its day and its own bits, an order that outlives the snapshot."""
    return int(edges.day[row]), int(edges.statement[row])


def node_ref(edges: Edges, node: int) -> schemas.NodeRef:
    """Return how a node is shown wherever it is named."""
    return schemas.NodeRef(
        iri=edges.iri[node],
        id=local_id(edges.iri[node]),
        label=edges.label[node],
        kind="topic" if edges.is_topic(node) else "actor",
        type=edges.types[edges.node_type[node]],
    )


def kind_ref(kind: Kind) -> schemas.KindRef:
    """Return how a stance or relation is shown."""
    label = kind.label
    return schemas.KindRef(name=kind.name, iri=kind.iri, label=label, labels=dict(kind.labels), sign=kind.sign)


def local_id(iri: str) -> str:
    """Return the last part of an IRI of ours, the whole IRI of any other."""
    return iri.rsplit("/", 1)[-1] if iri.startswith(BASE) else iri


def read_statements(snapshot: Snapshot, rows: Ints) -> list[schemas.Position | schemas.Relation]:
    """Return the statements of these rows with their evidence, in the order of the rows."""
    edges, store = snapshot.edges, snapshot.store
    iris = [_statement_iri(edges, int(row)) for row in rows]
    if not iris:
        return []
    told = _properties(store, iris, _OF_STATEMENT)
    articles = _properties(store, {_one(told[iri], _DERIVED) for iri in iris} - {None}, _OF_ARTICLE)
    others = {
        iri
        for properties in told.values()
        for name in ("addressee", "reportedBy")
        for iri in properties.get(NS + name, ())
    }
    reader = _Reader(edges, told, articles, _spans(store, iris), _others(edges, store, others))
    return [reader.read(int(row), iri) for row, iri in zip(rows, iris, strict=True)]


def _statement_iri(edges: Edges, row: int) -> str:
    of = "position" if edges.kinds[edges.kind[row]].is_stance else "relation"
    return f"{BASE}{of}/{int(edges.statement[row]):016x}"


@dataclass(frozen=True, slots=True)
class _Reader:
    edges: Edges
    told: Properties
    articles: Properties
    spans: Mapping[str, Sequence[tuple[str, int, int]]]
    others: Mapping[str, schemas.NodeRef]

    def read(self, row: int, iri: str) -> schemas.Position | schemas.Relation:
        edges, told = self.edges, self.told[iri]
        kind = edges.kinds[edges.kind[row]]
        subject, target = node_ref(edges, edges.subject[row]), node_ref(edges, edges.object[row])
        common: dict[str, Any] = {
            "iri": iri,
            "id": local_id(iri),
            "confidence": _number(_one(told, f"{NS}confidence")),
            "date": date_of(edges.day[row]),
            "sentence": self._sentence(iri),
            "marks": self._marks(iri),
            "article": self._article(_one(told, _DERIVED)),
        }
        if not kind.is_stance:
            office = _one(told, f"{NS}officeText")
            if _one(told, f"{NS}subject") == target.iri:  # an edge of a symmetric kind has its smaller end first
                subject, target = target, subject
            return schemas.Relation(**common, subject=subject, relation=kind_ref(kind), object=target, office=office)
        reporter = _one(told, f"{NS}reportedBy")
        return schemas.Position(
            **common,
            actor=subject,
            stance=kind_ref(kind),
            topic=target,
            hedged=_one(told, f"{NS}hedged") == "true",
            addressees=[self.others[one] for one in told.get(f"{NS}addressee", ())],
            reported_by=self.others[reporter] if reporter else None,
        )

    def _sentence(self, iri: str) -> schemas.Sentence:
        start, end = next(((begin, end) for role, begin, end in self.spans[iri] if role == "sentence"), (None, None))
        return schemas.Sentence(text=_one(self.told[iri], f"{NS}quote") or "", start=start, end=end)

    def _marks(self, iri: str) -> list[schemas.Mark]:
        sentence = self._sentence(iri)
        begin, stop = (-1, -1) if sentence.start is None or sentence.end is None else (sentence.start, sentence.end)
        marks = []
        for told_role, start, end in self.spans[iri]:
            role = _ROLES.get(told_role, told_role)
            if role != "sentence":
                inside = begin >= 0 and begin <= start and end <= stop
                first, last = (start - begin, end - begin) if inside else (None, None)
                text = sentence.text[first:last] if inside else _one(self.told[iri], f"{NS}{role}Text")
                marks.append(
                    schemas.Mark(role=role, text=text, start=start, end=end, sentence_start=first, sentence_end=last)
                )
        return marks

    def _article(self, iri: str | None) -> schemas.ArticleRef | None:
        if iri is None:
            return None
        told = self.articles.get(iri, {})
        return schemas.ArticleRef(
            iri=iri,
            id=unquote(local_id(iri)),
            title=_one(told, f"{_DCTERMS}title"),
            date=_one(told, f"{_DCTERMS}issued"),
            language=_one(told, f"{_DCTERMS}language"),
            source=_one(told, f"{_DCTERMS}source"),
            url=_one(told, "https://schema.org/url"),
            licence=_one(told, f"{_DCTERMS}license"),
        )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _one(properties: Mapping[str, Sequence[str]], predicate: str) -> str | None:
    values = properties.get(predicate)
    return values[0] if values else None


def _values(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in sorted(iris))


def _rows(store: Store, query: str, iris: Iterable[str]) -> Iterable[tuple[str, ...]]:
    for row in store.select(_PREFIXES + query.format(iris=_values(iris))).rows:
        yield tuple("" if term is None else str(getattr(term, "value", term)) for term in row)


def _properties(store: Store, iris: Iterable[str | None], wanted: Iterable[str]) -> Properties:
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    query = _PROPERTIES.format(wanted=", ".join(f"<{predicate}>" for predicate in wanted))
    for subject, predicate, value in _rows(store, query, (iri for iri in iris if iri)):
        found[subject].setdefault(predicate, []).append(value)
    return found


def _spans(store: Store, iris: Iterable[str]) -> Mapping[str, Sequence[tuple[str, int, int]]]:
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for subject, role, start, end in _rows(store, _SPANS, iris):
        found[subject].append((role, int(start), int(end)))
    for spans in found.values():
        spans.sort(key=lambda span: span[1:])
    return found


def _others(edges: Edges, store: Store, iris: Iterable[str]) -> Mapping[str, schemas.NodeRef]:
    """Return addressees and reporters; some are part of no statement and so of no array."""
    nodes = {iri: edges.node(iri) for iri in iris}
    found = {iri: node_ref(edges, node) for iri, node in nodes.items() if node is not None}
    missing = nodes.keys() - found.keys()
    if missing:
        for iri, label, kind in _rows(store, _LABELS, missing):
            name = kind.removeprefix(NS)
            found[iri] = schemas.NodeRef(iri=iri, id=local_id(iri), label=label, kind="actor", type=name)
    for iri in missing - found.keys():
        found[iri] = schemas.NodeRef(iri=iri, id=local_id(iri), label=local_id(iri), kind="actor", type="Actor")
    return found
