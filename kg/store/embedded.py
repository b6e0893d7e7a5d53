"""The store on this machine: pyoxigraph on a snapshot's folder, opened read-only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import NotFound, QuerySyntaxError, StoreError
from kg.store.formats import BINDING_FORMATS, GRAPH_FORMATS, write_triples
from kg.store.guard import chosen_graphs
from kg.store.holding import Held
from kg.store.protocol import FormatNotOffered, Formats, Graphs, Rows, Term

_CHARACTER_CLASSES = re.compile(r",? ?\[.*")
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class EmbeddedStore:
    """One snapshot's quads, read-only; the default graph of a query is all named graphs together."""

    def __init__(self, folder: Path) -> None:
        """Open ``folder`` (written by :func:`kg.store.publish`); raises StoreError where it holds no such database.

        As long as it is open, the folder is locked against removal by a later publication.
        """
        if not (folder / "CURRENT").is_file():
            raise StoreError("No graph database here", where=str(folder), mend="Run `kg build` again.")
        try:
            self._held = Held(folder)
            self._store = ox.Store.read_only(str(folder))
        except OSError as error:
            raise StoreError(f"The graph database cannot be opened: {error}", where=str(folder)) from error

    def select(self, query: str, *, graphs: Graphs = Graphs()) -> Rows:  # noqa: B008  # frozen
        """See :meth:`kg.store.protocol.Store.select`."""
        solutions = self._run(query, graphs, None)
        if not isinstance(solutions, ox.QuerySolutions):
            raise QuerySyntaxError("Not a SELECT query", mend="Start the query with SELECT.")
        return Rows(tuple(variable.value for variable in solutions.variables), tuples(solutions))

    def answer(
        self,
        query: str,
        output: IO[bytes],
        *,
        formats: Formats = Formats(),  # noqa: B008  # frozen
        graphs: Graphs = Graphs(),  # noqa: B008  # frozen
        base: str | None = None,
    ) -> str:
        """See :meth:`kg.store.protocol.Store.answer`."""
        result = self._run(query, graphs, base)
        if isinstance(result, ox.QueryTriples):
            media_type = offered(formats.graph, "CONSTRUCT and DESCRIBE", list(GRAPH_FORMATS))
            write_triples(result, output, media_type=media_type)
            return media_type
        media_type = offered(formats.bindings, "SELECT and ASK", list(BINDING_FORMATS))
        result.serialize(output, BINDING_FORMATS[media_type])
        return media_type

    def has_graph(self, iri: str) -> bool:
        """See :meth:`kg.store.protocol.Store.has_graph`."""
        return self._store.contains_named_graph(_named(iri))

    def triples(self, graph: str | None) -> Iterator[ox.Triple]:
        """See :meth:`kg.store.protocol.Store.triples`."""
        if graph is not None and not self.has_graph(graph):
            raise no_such_graph(graph)
        name = ox.DefaultGraph() if graph is None else _named(graph)
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, name))

    def _run(
        self, query: str, graphs: Graphs, base: str | None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        chosen = chosen_graphs(query, graphs, base=base, has_graph=self.has_graph)
        default: list[_Graph] | None = None
        named: list[ox.NamedNode | ox.BlankNode] | None = None
        union = chosen.default is None and chosen.named is None
        if not union:
            default = [_named(iri) for iri in chosen.default or ()]
            named = [_named(iri) for iri in chosen.named or ()]
        return evaluate(
            lambda: self._store.query(
                query, base_iri=base, use_default_graph_as_union=union, default_graph=default, named_graphs=named
            )
        )


def evaluate(
    run: Callable[[], ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples],
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Return what the engine makes of a query; raises QuerySyntaxError, with line and column, where it is none."""
    try:
        return run()
    except SyntaxError as error:
        raise _syntax_error("query", error) from error
    except ValueError as error:
        raise QuerySyntaxError(f"Not a SPARQL query: {str(error)[:300]}") from error


def run_update(store: ox.Store, update: str) -> None:
    """Carry out an update, all of it or nothing; raises QuerySyntaxError where it is none, or one that fails."""
    try:
        store.update(update)
    except SyntaxError as error:
        raise _syntax_error("update", error) from error
    except (ValueError, RuntimeError, OSError) as error:
        mend = "Nothing was changed. See SILENT in SPARQL 1.1 Update."
        raise QuerySyntaxError(f"The update fails: {str(error)[:300]}", mend=mend) from error


def check_syntax(update: str) -> None:
    """Raise QuerySyntaxError, with line and column, where an update is none; whether it succeeds is not asked."""
    try:
        ox.Store().update(update)
    except SyntaxError as error:
        raise _syntax_error("update", error) from error
    except (ValueError, RuntimeError, OSError):
        return  # of an empty store; another may have what it names


def _syntax_error(kind: str, error: SyntaxError) -> QuerySyntaxError:
    found = _PLACE.match(str(error))
    if not found:
        return QuerySyntaxError(f"Not a SPARQL {kind}: {str(error)[:300]}")
    line, column, detail = found.groups()
    words = _CHARACTER_CLASSES.sub("", " ".join(detail.split()))[:300]
    return QuerySyntaxError(f"Not a SPARQL {kind}: {words}", where=f"line {line}, column {column}")


def no_such_graph(iri: str) -> NotFound:
    """Return the error for a named graph that a store does not have."""
    return NotFound("No such graph in this store", where=iri, mend="SELECT DISTINCT ?g { GRAPH ?g {} } lists them.")


def offered(media_type: str | None, forms: str, table: Sequence[str]) -> str:
    """Return the media type to write; raises FormatNotOffered where it is none of ``table``, for these query forms."""
    if media_type is None or media_type not in table:
        raise FormatNotOffered(f"{forms} are not answered in that format", mend=f"Offered: {', '.join(table)}.")
    return media_type


def tuples(solutions: ox.QuerySolutions) -> Iterator[tuple[Term | None, ...]]:
    """Yield solutions as plain tuples."""
    for solution in solutions:
        yield tuple(solution)


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QuerySyntaxError("Not an absolute IRI", where=iri) from error
