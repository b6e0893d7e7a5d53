"""A store on another machine: any server of SPARQL 1.1 queries (https://www.w3.org/TR/sparql11-protocol/), by its URL.

Queries are read here first, so that what is refused, and how an error is told, is the same as on the embedded store;
answers are asked in one format and written here, so that they look the same too. The server's default graph must be
the union of its named graphs, as it is here.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from kg.errors import QuerySyntaxError, StoreError
from kg.store.embedded import evaluate, offered, tuples
from kg.store.formats import BINDING_FORMATS, GRAPH_FORMATS, write_triples
from kg.store.guard import chosen_graphs
from kg.store.protocol import Formats, Graphs, Rows

TOKEN, USER, PASSWORD = "KG_STORE_TOKEN", "KG_STORE_USER", "KG_STORE_PASSWORD"
"""Environment variables that hold what the server asks of its clients: a bearer token, or a name and a password."""
_JSON = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_TURTLE = "text/turtle"
_SECONDS = 60.0
_SHOWN = 500
_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 400, 401, 403
# One statement of a named graph, if there is any, must be in the default graph as well.
_UNION = "ASK { { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 1 } FILTER NOT EXISTS { ?s ?p ?o } }"


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
        if not urlsplit(url).hostname or "@" in urlsplit(url).netloc:
            mend = f"Give http://HOST:PORT/PATH, and credentials by {TOKEN} or {USER} and {PASSWORD}."
            raise StoreError("Not the URL of a SPARQL endpoint", where=url.rpartition("@")[2], mend=mend)
        self._url = url
        self._headers = {"User-Agent": "whostands", **_credentials(environment)}
        self._opener = urllib.request.build_opener(_NoRedirects)
        if self._ask(_UNION):
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
        return self._ask(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")

    def _read(
        self, query: str, graphs: Graphs, base: str | None
    ) -> tuple[ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, Graphs]:
        """Read a query as the embedded store does; return an empty answer of its form, and its dataset."""
        chosen = chosen_graphs(query, graphs, base=base, has_graph=self.has_graph)
        return evaluate(lambda: ox.Store().query(query, base_iri=base)), chosen

    def _ask(self, query: str) -> bool:
        with self._post(query, Graphs(), _JSON) as reply:
            return bool(self._parsed(reply))

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
        request = urllib.request.Request(
            self._url, urlencode(fields).encode(), {**self._headers, "Accept": accept}, method="POST"
        )
        try:
            reply = cast(http.client.HTTPResponse, self._opener.open(request, timeout=_SECONDS))
        except urllib.error.HTTPError as error:
            raise self._refusal(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            mend = "Check its address, and that it runs."
            raise StoreError(f"The server does not answer: {error}", where=self._url, mend=mend) from error
        with reply:
            yield reply

    def _refusal(self, error: urllib.error.HTTPError) -> StoreError | QuerySyntaxError:
        with error:
            text = error.read(_SHOWN).decode(errors="replace").strip()
        if error.code == _BAD_REQUEST:
            return QuerySyntaxError(f"The server does not take the query: {text}")
        wants = error.code in (_UNAUTHORIZED, _FORBIDDEN)
        mend = f"Set {TOKEN}, or {USER} and {PASSWORD}." if wants else "See the server's log."
        return StoreError(f"The server refused: {error.code} {error.reason}", where=self._url, mend=mend)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would take the credentials to wherever the server says."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the header that says who asks (https://www.rfc-editor.org/rfc/rfc6750, https://www.rfc-editor.org/rfc/rfc7617)."""
    if token := environment.get(TOKEN):
        return {"Authorization": f"Bearer {token}"}
    if user := environment.get(USER):
        pair = f"{user}:{environment.get(PASSWORD, '')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}
