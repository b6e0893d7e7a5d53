"""A store on another machine: any server of SPARQL 1.1 queries (https://www.w3.org/TR/sparql11-protocol/), by its URL.

Queries are read here first, so that what is refused, and how an error is told, is the same as on the embedded store;
answers are asked in one format and written here, so that they look the same too. The server's default graph must be
the union of its named graphs, as it is here.
"""

from __future__ import annotations

import contextlib
import http.client
import os
from collections.abc import Iterator, Mapping
from typing import IO
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.errors import NotFound, QuerySyntaxError, StoreError
from kg.store.embedded import check_syntax, evaluate, no_such_graph, offered, tuples
from kg.store.formats import BINDING_FORMATS, GRAPH_FORMATS, write_triples
from kg.store.guard import chosen_graphs
from kg.store.protocol import Formats, Graphs, Rows, Term, Write
from kg.store.remote_http import GRAPHS_URL, PASSWORD, TOKEN, UPDATE_URL, USER, Server, checked_url

__all__ = ["PASSWORD", "TOKEN", "USER", "RemoteStore", "RemoteWriter", "is_remote"]
_JSON = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_TURTLE = "text/turtle"
_FORM = "application/x-www-form-urlencoded"
_SAMPLE = "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?s) && isIRI(?o)) } LIMIT 1"


def is_remote(location: object) -> bool:
    """Whether a store's location is the URL of a server."""
    return str(location).startswith(("http://", "https://"))


class RemoteStore:
    """The quads of one server's query endpoint; every call is one request, and nothing is kept between them."""

    def __init__(self, url: str, *, environment: Mapping[str, str] = os.environ) -> None:
        """Ask the endpoint at ``url`` whether it serves as a store.

        Raises StoreError where it does not answer, wants other credentials than those of ``environment``, or answers
        from a default graph of its own.
        """
        self._url = checked_url(url)
        self._graphs_url = environment.get(GRAPHS_URL)
        self._server = Server(environment)
        if not self._is_union():
            mend = "Have it serve the union, such as by `oxigraph serve --union-default-graph`."
            raise StoreError("The server's default graph is not the union of its named graphs", where=url, mend=mend)

    def select(self, query: str, *, graphs: Graphs = Graphs()) -> Rows:  # noqa: B008  # frozen
        """See :meth:`kg.store.protocol.Store.select`."""
        form, chosen = self._read(query, graphs, None)
        if not isinstance(form, ox.QuerySolutions):
            raise QuerySyntaxError("Not a SELECT query", mend="Start the query with SELECT.")
        with self._post(query, chosen, _JSON) as reply:
            solutions = self._parsed(reply)
        if not isinstance(solutions, ox.QuerySolutions):
            raise StoreError("The server answered a SELECT with a truth value", where=self._url)
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
        form, chosen = self._read(query, graphs, base)
        query = query if base is None else f"BASE <{base}>\n{query}"
        if isinstance(form, ox.QueryTriples):
            media_type = offered(formats.graph, "CONSTRUCT and DESCRIBE", list(GRAPH_FORMATS))
            with self._post(query, chosen, f"{_TRIPLES}, {_TURTLE};q=0.5") as reply:
                write_triples(self._triples(reply), output, media_type=media_type)
            return media_type
        media_type = offered(formats.bindings, "SELECT and ASK", list(BINDING_FORMATS))
        with self._post(query, chosen, _JSON) as reply:
            self._parsed(reply).serialize(output, BINDING_FORMATS[media_type])
        return media_type

    def has_graph(self, iri: str) -> bool:
        """See :meth:`kg.store.protocol.Store.has_graph`."""
        try:
            graph = ox.NamedNode(iri)
        except ValueError as error:
            raise QuerySyntaxError("Not an absolute IRI", where=iri) from error
        return bool(self._rows(f"SELECT ?s {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT 1"))

    def triples(self, graph: str | None) -> Iterator[ox.Triple]:
        """See :meth:`kg.store.protocol.Store.triples`; the unnamed graph is read by the Graph Store Protocol."""
        if graph is None:
            return self._unnamed()
        if not self.has_graph(graph):
            raise no_such_graph(graph)
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}"
        with self._post(query, Graphs(), f"{_TRIPLES}, {_TURTLE};q=0.5") as reply:
            return iter(list(self._triples(reply)))

    def _unnamed(self) -> Iterator[ox.Triple]:
        if not self._graphs_url:
            mend = f"Set {GRAPHS_URL} to the server's Graph Store Protocol endpoint."
            raise StoreError("The server's unnamed graph cannot be told from the union", where=self._url, mend=mend)
        accept = f"{_TRIPLES}, {_TURTLE};q=0.5"
        with self._server.ask(f"{self._graphs_url}?default", method="GET", accept=accept, media_type=_TRIPLES) as reply:
            return iter(list(self._triples(reply)))

    def _read(
        self, query: str, graphs: Graphs, base: str | None
    ) -> tuple[ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, Graphs]:
        """Read a query as the embedded store does; return an empty answer of its form, and its dataset."""
        chosen = chosen_graphs(query, graphs, base=base, has_graph=self.has_graph)
        return evaluate(lambda: ox.Store().query(query, base_iri=base)), chosen

    def _is_union(self) -> bool:
        """Whether a triple of a named graph, if there is any, is in the default graph as well."""
        for subject, predicate, value in self._rows(_SAMPLE):
            return (value,) in self._rows(f"SELECT ?o {{ {subject} {predicate} ?o }}")
        return True

    def _rows(self, query: str) -> list[tuple[Term | None, ...]]:
        """Return the rows of a SELECT as it stands; some servers answer ASK wrongly where a graph is named."""
        with self._post(query, Graphs(), _JSON) as reply:
            found = self._parsed(reply)
        return [] if isinstance(found, ox.QueryBoolean) else list(tuples(found))

    def _parsed(self, reply: http.client.HTTPResponse) -> ox.QuerySolutions | ox.QueryBoolean:
        try:
            return ox.parse_query_results(reply.read(), ox.QueryResultsFormat.JSON)
        except (SyntaxError, http.client.HTTPException, OSError) as error:
            raise StoreError(f"The server's answer cannot be read: {error}", where=self._url) from error

    def _triples(self, reply: http.client.HTTPResponse) -> Iterator[ox.Triple]:
        written = ox.RdfFormat.from_media_type(reply.headers.get_content_type()) or ox.RdfFormat.N_TRIPLES
        try:
            for quad in ox.parse(reply.read(), written):
                yield quad.triple
        except (SyntaxError, http.client.HTTPException, OSError) as error:
            raise StoreError(f"The server's answer cannot be read: {error}", where=self._url) from error

    @contextlib.contextmanager
    def _post(self, query: str, graphs: Graphs, accept: str) -> Iterator[http.client.HTTPResponse]:
        fields = [("query", query)]
        fields += [("default-graph-uri", iri) for iri in graphs.default or ()]
        fields += [("named-graph-uri", iri) for iri in graphs.named or ()]
        with self._server.ask(self._url, urlencode(fields).encode(), accept=accept, media_type=_FORM) as reply:
            yield reply


class RemoteWriter:
    """Changes a server's store by its update endpoint (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""

    def __init__(self, url: str, *, environment: Mapping[str, str] = os.environ) -> None:
        """Take the server whose query endpoint is ``url``; raises StoreError where no update endpoint is told."""
        if not environment.get(UPDATE_URL):
            mend = f"Set {UPDATE_URL} to the server's endpoint for updates."
            raise StoreError("This server's store is only read", where=url, mend=mend)
        self._url = checked_url(environment[UPDATE_URL])
        self._server = Server(environment)
        self._store = RemoteStore(url, environment=environment)

    def apply(self, write: Write) -> bool:
        """See :meth:`kg.store.protocol.Writer.apply`; whole or not at all as far as the server keeps to it."""
        check_syntax(write.update)
        was_there = not write.graph or self._store.has_graph(write.graph)
        if write.must_exist and not was_there:
            raise no_such_graph(str(write.graph))
        try:
            with self._server.ask(self._url, urlencode({"update": write.update}).encode(), media_type=_FORM):
                return was_there
        except NotFound as error:  # some servers say so of a graph that DROP names
            raise QuerySyntaxError(f"The update fails: {error.what}") from error
