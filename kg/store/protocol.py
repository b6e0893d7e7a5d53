"""What every store offers, whichever engine or server is behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import KgError

Term = NamedNode | BlankNode | Literal | Triple
"""One RDF term as a query answers it."""


class FormatNotOffered(KgError):
    """The query's form has no answer in any of the formats the caller takes."""


class WriteRefused(KgError):
    """A write would leave a graph that cannot be served; nothing of it was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphs:
    """The dataset a query runs on: IRIs of its default graph (None: all graphs as one) and named graphs (None: all)."""

    default: Sequence[str] | None = None
    named: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The media types a caller takes: ``bindings`` for SELECT and ASK, ``graph`` for CONSTRUCT and DESCRIBE."""

    bindings: str | None = "application/sparql-results+json"
    graph: str | None = "text/turtle"


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer of a SELECT: variable names, and one tuple per solution with None where a variable is unbound."""

    variables: tuple[str, ...]
    rows: Iterator[tuple[Term | None, ...]]


class Store(Protocol):
    """A read-only view of one snapshot; every method may be called from several threads at once."""

    def select(self, query: str, *, graphs: Graphs = ...) -> Rows:
        """Run a SELECT; raises QuerySyntaxError, also where the query is of another form."""
        ...

    def answer(
        self,
        query: str,
        output: IO[bytes],
        *,
        formats: Formats = ...,
        graphs: Graphs = ...,
        base: str | None = ...,
    ) -> str:
        """Run any query, write its answer to ``output`` and return the media type written.

        Relative IRIs of the query are resolved against ``base``; without one they are no syntax.

        Raises QuerySyntaxError (not SPARQL, or something refused: SERVICE, an update, a graph that is not in the store)
        and FormatNotOffered.
        """
        ...

    def has_graph(self, iri: str) -> bool:
        """Whether the store has a named graph of that IRI."""
        ...

    def triples(self, graph: str | None) -> Iterator[Triple]:
        """Yield the triples of one named graph, or of the unnamed one (None); raises NotFound where there is none."""
        ...


UNNAMED = ""
"""Stands for the graph without a name, which is there where it holds anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One change of a store: an update in SPARQL 1.1 that needs no base and no dataset beside its text.

    ``graph`` is the named graph it is about, where it is about one as a whole, :data:`UNNAMED` for the unnamed one;
    ``must_exist``: it has to be there.
    """

    update: str
    graph: str | None = None
    must_exist: bool = False

    def line(self) -> bytes:
        """Return the change as the line a writer's process reads."""
        return json.dumps(asdict(self)).encode() + b"\n"


class Writer(Protocol):
    """The one that changes a store; only one at a time may."""

    def apply(self, write: Write) -> bool:
        """Carry out a change, whole or not at all; return whether ``write.graph`` was there before (True without one).

        Raises NotFound (``must_exist``), QuerySyntaxError (no update, or one that fails), WriteRefused, and StoreError
        where another process is writing.
        """
        ...
