"""Chooses a media type by an Accept header (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BINDINGS: Mapping[str, str] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "application/xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
}
"""What SELECT and ASK are answered in, the best first: asked media type -> media type written.
https://www.w3.org/TR/sparql11-results-json/, https://www.w3.org/TR/rdf-sparql-XMLres/,
https://www.w3.org/TR/sparql11-results-csv-tsv/"""

GRAPHS: Mapping[str, str] = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "text/plain": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "application/json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "application/xml": "application/rdf+xml",
}
"""What CONSTRUCT, DESCRIBE and the service's description are answered in. https://www.w3.org/TR/turtle/,
https://www.w3.org/TR/n-triples/, https://www.w3.org/TR/json-ld11/, https://www.w3.org/TR/rdf-syntax-grammar/"""


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subtype: str
    quality: float

    def matches(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)

    @property
    def precision(self) -> int:
        return (self.kind != "*") + (self.subtype != "*")


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered media type that ``accept`` likes best, the earlier of equals; None where it takes none.

    The most precise range that covers a media type gives its quality, and 0 rules it out. No header, or one without a
    single readable range, takes anything. Parameters other than ``q`` do not count.
    """
    ranges = _ranges(accept or "")
    if not ranges:
        return offered[0] if offered else None
    best = max(offered, key=lambda media_type: _quality(ranges, media_type), default=None)
    return best if best is not None and _quality(ranges, best) > 0 else None


def choose_written(accept: str | None, table: Mapping[str, str]) -> str | None:
    """Return what to write of a table of asked -> written media types; other names count only where they are named.

    Else ``application/sparql-results+json;q=0, */*`` would get by its other name what it rules out.
    """
    asked = (accept or "").lower()
    chosen = choose(accept, [name for name, written in table.items() if name == written or name in asked])
    return None if chosen is None else table[chosen]


def _quality(ranges: Sequence[_Range], media_type: str) -> float:
    covering = [one for one in ranges if one.matches(media_type)]
    return max(covering, key=lambda one: one.precision).quality if covering else 0.0


def _ranges(accept: str) -> list[_Range]:
    found = []
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        kind, slash, subtype = media_range.partition("/")
        if slash and kind and subtype:
            found.append(_Range(kind, subtype, _weight(parameters)))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
