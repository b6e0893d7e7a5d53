"""Writes what happens between actors as event rows with the types of PLOVER, for those who count events.

A row is an event (``ws:Event``), or a stance that is addressed to an actor: a demand, a threat, an accusation. Its type
is that of ``ontology/mappings/plover.sssom.tsv``; a kind without a row there is left out, and so is what lasts.
PLOVER: https://github.com/openeventdata/PLOVER
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from typing import IO

from kg.iri import NS
from kg.resources import resource
from kg.store import Store

_MATCHES = ("skos:exactMatch", "skos:closeMatch", "skos:narrowMatch", "skos:broadMatch", "skos:relatedMatch")
"""Kinds of match, the nearest first."""

_PREFIXES = f"""PREFIX ws: <{NS}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
"""
_TOLD = f"""{_PREFIXES}
SELECT ?event ?date ?kind ?actor ?recipient ?topic ?article ?statement ?confidence ?sentence WHERE {{
  {{ ?statement ws:tellsOf ?event ; ws:relation ?kind ; ws:subject ?actor ; ws:object ?recipient }}
  UNION {{ ?statement ws:stance ?kind ; ws:actor ?actor ; ws:addressee ?recipient ; ws:topic ?topic }}
  ?statement prov:wasDerivedFrom ?article ; ws:confidence ?confidence ; ws:quote ?sentence .
  OPTIONAL {{ ?statement dcterms:date ?date }}
}}
ORDER BY ?date DESC(?confidence) ?statement ?recipient"""
_NAMES = (
    f"{_PREFIXES} SELECT ?node ?name (LANG(?name) AS ?language) {{ ?node skos:prefLabel ?name }} ORDER BY ?node ?name"
)
_TYPES = f"{_PREFIXES} SELECT ?node ?type {{ ?type rdfs:subClassOf+ ws:Actor . ?node a ?type }} ORDER BY ?node ?type"
_TERMS = f"""{_PREFIXES}
SELECT ?person ?state ?from ?to {{
  ?person ws:holdsOffice ?term . ?term ws:officeOf ?state . ?state a ws:State .
  OPTIONAL {{ ?term ws:from ?from }} OPTIONAL {{ ?term ws:to ?to }}
}} ORDER BY ?person ?from ?state"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event: what, who to whom, when told and how often.

    ``event_date`` is the day of the articles (empty where they have none), ``match`` how near the PLOVER type is to
    ``kind``, a state that of the actor itself or of the office the registry knows the actor to hold on that day;
    ``sentence`` and ``confidence`` are those of the surest of the ``statements``.
    """

    event_id: str
    event_date: str
    event_type: str
    match: str
    kind: str
    actor_id: str
    actor_name: str
    actor_type: str
    actor_state: str
    recipient_id: str
    recipient_name: str
    recipient_type: str
    recipient_state: str
    topic: str
    statements: int
    articles: int
    confidence: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the graph says of nodes: names, types, and terms of office as (state, first day, last day)."""

    names: Mapping[str, str]
    types: Mapping[str, str]
    terms: Mapping[str, Sequence[tuple[str, str, str]]]

    def state(self, actor: str, day: str) -> str:
        """Return the name of the state an actor is or holds office of on a day, empty where none is known."""
        if "State" in self.types.get(actor, "").split("|"):
            return self.names.get(actor, "")
        held = [
            self.names.get(state, "")
            for state, begin, end in self.terms.get(actor, ())
            # Days may be years or months alone: they are compared as far as they go.
            if day and day[: len(begin)] >= begin and (not end or day[: len(end)] <= end)
        ]
        return "|".join(dict.fromkeys(held))


def write_events(store: Store, output: IO[bytes], *, language: str = "de") -> None:
    """Write all events of a graph as CSV (RFC 4180, UTF-8), names in ``language`` where there are any."""
    text = io.TextIOWrapper(output, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow([field.name for field in fields(EventRow)])
    writer.writerows(astuple(row) for row in event_rows(store, language=language))
    text.flush()
    text.detach()


def event_rows(store: Store, *, language: str = "de") -> Iterator[EventRow]:
    """Yield the events of a graph, the oldest first; those without a day before all others."""
    codes = _plover_types()
    told: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in _select(store, _TOLD):
        if row["kind"] in codes:
            alike = (row["event"], *(row[name] for name in ("kind", "actor", "recipient", "topic", "date")))
            told.setdefault(alike[:1] if row["event"] else alike, []).append(row)
    known = _known(store, language)
    for rows in told.values():
        yield _event_row(rows, codes[rows[0]["kind"]], known)


def _event_row(rows: Sequence[Mapping[str, str]], code: tuple[str, str], known: _Known) -> EventRow:
    first, day = rows[0], rows[0]["date"]
    actor, recipient = first["actor"], first["recipient"]
    return EventRow(
        event_id=first["event"] or first["statement"],
        event_date=day,
        event_type=code[0],
        match=code[1],
        kind=first["kind"].removeprefix(NS),
        actor_id=actor,
        actor_name=known.names.get(actor, ""),
        actor_type=known.types.get(actor, ""),
        actor_state=known.state(actor, day),
        recipient_id=recipient,
        recipient_name=known.names.get(recipient, ""),
        recipient_type=known.types.get(recipient, ""),
        recipient_state=known.state(recipient, day),
        topic=known.names.get(first["topic"], ""),
        statements=len({row["statement"] for row in rows}),
        articles=len({row["article"] for row in rows}),
        confidence=first["confidence"],
        sentence=first["sentence"],
    )


@lru_cache(maxsize=1)
def _plover_types() -> Mapping[str, tuple[str, str]]:
    """Return the nearest PLOVER type of each stance and relation, and how near it is ("close")."""
    text = resource("ontology", "mappings", "plover.sssom.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = sorted(
        csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE),
        key=lambda row: -_MATCHES.index(row["predicate_id"]),
    )
    return {
        row["subject_id"].replace("ws:", NS, 1): (
            row["object_label"],
            row["predicate_id"].removeprefix("skos:").removesuffix("Match"),
        )
        for row in rows
    }


def _known(store: Store, language: str) -> _Known:
    names: dict[str, str] = {}
    for row in _select(store, _NAMES):
        if row["language"] == language or row["node"] not in names:
            names[row["node"]] = row["name"]
    types: dict[str, list[str]] = {}
    for row in _select(store, _TYPES):
        types.setdefault(row["node"], []).append(row["type"].removeprefix(NS))
    terms: dict[str, list[tuple[str, str, str]]] = {}
    for row in _select(store, _TERMS):
        terms.setdefault(row["person"], []).append((row["state"], row["from"], row["to"]))
    return _Known(names, {node: "|".join(dict.fromkeys(kinds)) for node, kinds in types.items()}, terms)


def _select(store: Store, query: str) -> Iterator[dict[str, str]]:
    """Yield the solutions of a query as texts, empty where a variable is unbound."""
    found = store.select(query)
    for row in found.rows:
        values = ("" if term is None else str(getattr(term, "value", term)) for term in row)
        yield dict(zip(found.variables, values, strict=True))
