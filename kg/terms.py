"""Python values -> RDF terms and quads: names, texts, numbers and dates as the graph writes them."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from kg.errors import ShapeError
from kg.iri import NS

DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

Term = ox.NamedNode | ox.Literal

_SURROGATE = re.compile("[\ud800-\udfff]")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_TRUE, _FALSE = ox.Literal(True), ox.Literal(False)


@lru_cache(maxsize=65536)
def named(iri: str) -> ox.NamedNode:
    """Return the node of an absolute IRI; raises :class:`ShapeError` where it is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise ShapeError(f"Not an absolute IRI: {error}", where=iri, mend="Make IRIs by kg.iri.") from error


def ws(name: str) -> ox.NamedNode:
    """Return the node of a term of the ontology."""
    return named(f"{NS}{name}")


def plain(text: str) -> ox.Literal:
    """Return a text without language."""
    return ox.Literal(_scalars(text))


def words(text: str, *, language: str) -> ox.Literal:
    """Return a text in a language; ``und`` (undetermined) where the tag is none by RFC 5646."""
    try:
        return ox.Literal(_scalars(text), language=language)
    except ValueError:
        return ox.Literal(_scalars(text), language="und")


def link(text: str) -> Term:
    """Return a web address as a node, anything else (a licence's name, a broken address) as a text."""
    if _WEB.match(text):
        try:
            return ox.NamedNode(text)
        except ValueError:
            return plain(text)
    return plain(text)


def calendar_date(value: date | None) -> ox.Literal | None:
    """Return an ``xsd:date``, or None for None."""
    return ox.Literal(value.isoformat(), datatype=named(f"{XSD}date")) if value else None


def decimal(value: float) -> ox.Literal:
    """Return an ``xsd:decimal`` of at most four digits after the point, at least one.

    Raises :class:`ShapeError` for NaN and infinity, which a decimal cannot be.
    """
    if not math.isfinite(value):
        raise ShapeError("A number is not finite", where=str(value), mend="Give a number, as a confidence from 0 to 1.")
    digits = f"{value:.4f}".rstrip("0")
    return ox.Literal(f"{digits}0" if digits.endswith(".") else digits, datatype=named(f"{XSD}decimal"))


def offset(value: int) -> ox.Literal:
    """Return an ``xsd:nonNegativeInteger``."""
    return ox.Literal(str(value), datatype=named(f"{XSD}nonNegativeInteger"))


def boolean(value: bool) -> ox.Literal:
    """Return an ``xsd:boolean``."""
    return _TRUE if value else _FALSE


class QuadGraph:
    """The quads of one named graph while they are gathered; texts are in the graph's language."""

    def __init__(self, iri: str, language: str) -> None:
        self.iri = named(iri)
        self.language = language
        self.quads: set[ox.Quad] = set()

    def add(self, subject: str, *pairs: tuple[str, Term | None]) -> None:
        """Add triples of one subject; a pair without an object is left out."""
        node = named(subject)
        self.quads.update(ox.Quad(node, named(name), term, self.iri) for name, term in pairs if term is not None)

    def words(self, text: str) -> ox.Literal:
        """Return a text in the language of the graph."""
        return words(text, language=self.language)


def _scalars(text: str) -> str:
    # A lone surrogate, as broken JSON brings, is in no RDF literal. One for one, so that offsets stay right.
    return _SURROGATE.sub("\ufffd", text)
