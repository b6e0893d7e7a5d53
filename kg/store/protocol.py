"""What every store offers, whichever engine or server is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import KgError

Term = NamedNode | BlankNode | Literal | Triple
"""One RDF term as a query answers it."""


class FormatNotOffered(KgError):
    """The query's form has no answer in any of the formats the caller takes."""


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
