"""The words of the project as data: articles, actors, topics, positions, relations and their evidence.

Standard library only. Offsets are half-open, in Unicode code points of ``Article.text`` as it is; dates are calendar
dates; every IRI is absolute. What a position and a relation are: docs/extraction.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Span = tuple[int, int]
"""Half-open [begin, end) in code points."""

Spans = tuple[Span, ...]
"""One or more spans in text order; more than one where words stand apart ("lehnt ... ab")."""

GAP = " ... "
"""Stands between words that are apart in the text ("lehnt ... ab")."""


def words_of(text: str, spans: Spans) -> str:
    """Return the words under ``spans``, parts that are apart joined by ``GAP``."""
    return GAP.join(text[begin:end] for begin, end in spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text with what is known about it; ``id`` is unique within a build."""

    id: str
    text: str
    language: str = "de"
    title: str | None = None
    date: date | None = None
    source: str | None = None
    url: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who holds a position or stands in a relation.

    ``resolved`` is true where the registry knows the actor (``wikidata`` is then its Q-number where it has one);
    otherwise the IRI is made from the canonical name alone.
    """

    iri: str
    label: str
    type: str
    resolved: bool = False
    wikidata: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a stance is about: a concept, named by the words of the text.

    ``alt_labels`` are other words for the same concept, in the article's language. ``broader`` is the concept it falls
    under, of the topics that articles name or of the thesaurus of diplomacy; it may have a broader one itself.
    """

    iri: str
    label: str
    alt_labels: tuple[str, ...] = ()
    broader: Topic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One actor - stance - topic held in one sentence, with the words that show it.

    ``stance`` is the local name of a stance property of the ontology. ``actor_spans`` and ``topic_spans`` may lie in an
    earlier sentence than ``sentence``, which is the cue's. ``confidence`` is in [0, 1].
    """

    actor: Actor
    actor_spans: Spans
    stance: str
    topic: Topic
    topic_spans: Spans
    cue: Spans
    sentence: Span
    confidence: float
    addressees: tuple[Actor, ...] = ()
    reported_by: Actor | None = None
    hedged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One actor - relation - actor told in one sentence, with the words that show it.

    ``relation`` is the local name of a relation property of the ontology; ``office`` are the words for the office where
    it is ``holds_office``.
    """

    relation: str
    a: Actor
    a_spans: Spans
    b: Actor
    b_spans: Spans
    cue: Spans
    sentence: Span
    confidence: float
    negated: bool = False
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that was found in one article, and by which model version."""

    article: Article
    positions: tuple[Position, ...]
    relations: tuple[Relation, ...]
    model: str
