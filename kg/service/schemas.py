"""What the service answers in JSON, as the API description shows it. Offsets are half-open, in Unicode code points."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class NodeRef(BaseModel):
    """An actor or a topic, by name."""

    iri: str
    id: str = Field(description="What stands behind /actors/ or /topics/")
    label: str
    kind: Literal["actor", "topic"]
    type: str = Field(description="The local name of its class, such as State, Person or Topic")


class KindRef(BaseModel):
    """A stance or a relation."""

    name: str
    iri: str
    label: str
    labels: dict[str, str] = Field(description="Its labels by language tag")
    sign: int | None = Field(description="1, 0 or -1; null for relations")


class NodePage(BaseModel):
    """One page of found actors or topics, the best match first."""

    items: list[NodeSummary]
    total: int
    next: str | None = Field(description="The cursor of the next page; null on the last")


class NodeSummary(NodeRef):
    """A found node; ``statements`` counts the positions and relations it is part of."""

    statements: int


class KindCount(KindRef):
    """How often one stance or relation was told."""

    count: int


class Neighbour(NodeRef):
    """A node that statements join to another, and how many do."""

    count: int


class NodeDetail(NodeSummary):
    """All that is known of one actor or topic, summed over its statements."""

    labels: dict[str, list[str]] = Field(description="All its names by language tag")
    wikidata: str | None = None
    first: date | None
    last: date | None
    kinds: list[KindCount]
    neighbours: list[Neighbour] = Field(description="Those it has most statements with, at most 20")


class ArticleRef(BaseModel):
    """The article that a statement was read in."""

    iri: str
    id: str
    title: str | None = None
    date: str | None = None
    language: str | None = None
    source: str | None = None
    url: str | None = None
    licence: str | None = None


class Mark(BaseModel):
    """Words of the evidence: where in the article, and where in the sentence (null if they stand in an earlier one)."""

    role: str = Field(description="actor, cue, topic, subject or object")
    text: str | None
    start: int
    end: int
    sentence_start: int | None
    sentence_end: int | None


class Sentence(BaseModel):
    """The sentence that shows a statement, with its place in the article."""

    text: str
    start: int | None
    end: int | None


class Statement(BaseModel):
    """What positions and relations have in common."""

    iri: str
    id: str
    confidence: float | None
    date: date | None
    sentence: Sentence
    marks: list[Mark]
    article: ArticleRef | None


class Position(Statement):
    """One actor - stance - topic, with its evidence."""

    actor: NodeRef
    stance: KindRef
    topic: NodeRef
    hedged: bool = False
    addressees: list[NodeRef] = []
    reported_by: NodeRef | None = None


class Relation(Statement):
    """One actor - relation - actor, with its evidence."""

    subject: NodeRef
    relation: KindRef
    object: NodeRef
    office: str | None = None


class PositionPage(BaseModel):
    """One page of an actor's or a topic's positions, the newest first."""

    items: list[Position]
    total: int
    next: str | None


class EvidencePage(BaseModel):
    """One page of the statements behind an edge, the newest first."""

    items: list[Position | Relation]
    total: int
    next: str | None


class Health(BaseModel):
    """Whether the service answers, and from what."""

    status: Literal["ok"]
    version: str = Field(description="Digest of the build")
    created: str
    counts: dict[str, int]
    workers_ready: int
