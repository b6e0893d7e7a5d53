"""``/sparql``: queries by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request, Response

from kg.errors import BadParameter
from kg.service.description import describe_service
from kg.service.negotiation import BINDINGS, GRAPHS, choose_written
from kg.service.parameters import CurrentServing, CurrentSettings
from kg.service.pool import Answer
from kg.service.problems import Forbidden, RequestTooLarge, UnsupportedMedia
from kg.service.settings import Settings
from kg.store import FormatNotOffered
from kg.store.worker import Job

router = APIRouter(tags=["sparql"])
Fields = Sequence[tuple[str, str]]

_CLIENT_GONE = 499  # nobody reads it; what proxies write into their logs
_VARY = {"Vary": "Accept"}
_CHARSETS = ("utf-8", "utf8", "us-ascii")
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_CONTENT: dict[str, Any] = {name: {"schema": {"type": "string"}} for name in {**BINDINGS, **GRAPHS}.values()}
_TEXT = {"schema": {"type": "string"}}
_FORM_BODY = {
    "schema": {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": {"type": "string"},
            "default-graph-uri": {"type": "array", "items": {"type": "string"}},
            "named-graph-uri": {"type": "array", "items": {"type": "string"}},
            "timeout": {"type": "number"},
        },
    }
}


@router.get("/sparql", responses={200: {"content": _CONTENT}}, response_class=Response)
async def get_query(
    request: Request,
    serving: CurrentServing,
    settings: CurrentSettings,
    query: Annotated[
        str | None, Query(description="A SPARQL 1.1 query", examples=["SELECT * WHERE { ?s ?p ?o } LIMIT 10"])
    ] = None,
    default_graph_uri: Annotated[list[str] | None, Query(alias="default-graph-uri")] = None,
    named_graph_uri: Annotated[list[str] | None, Query(alias="named-graph-uri")] = None,
    timeout: Annotated[float | None, Query(gt=0, description="Seconds, at most the service's own deadline")] = None,
) -> Response:
    """Run a query given in the address; without any parameter, describe the service in RDF."""
    if not request.url.query:
        return _describe(request, serving)
    return await _answer(request, serving, settings, _fields(request.url.query))


@router.options("/sparql", include_in_schema=False)
async def get_methods() -> Response:
    """Tell what this address takes."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS, POST"})


@router.post(
    "/sparql",
    responses={200: {"content": _CONTENT}},
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, "content": {_QUERY: _TEXT, _FORM: _FORM_BODY}}},
)
async def post_query(request: Request, serving: CurrentServing, settings: CurrentSettings) -> Response:
    """Run a query given in the body, as it is or as a form."""
    media_type = _media_type(request)
    if media_type == _UPDATE:
        raise Forbidden("Updates are off", mend="Build the graph with `kg build`.")
    body = _text(await _read_body(request, settings.query_bytes))
    given = _fields(body) if media_type == _FORM else [("query", body)]
    # A form should carry all parameters itself; a dataset that a client leaves in the address counts all the same.
    return await _answer(request, serving, settings, [*given, *_fields(request.url.query)])


def _media_type(request: Request) -> str:
    """Return a body's media type; raises UnsupportedMedia for one, or a charset, that the Protocol does not take."""
    media_type, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if media_type not in (_FORM, _QUERY, _UPDATE):
        mend = f"Send {_QUERY} or {_FORM}."
        raise UnsupportedMedia("The body's media type is not one of the Protocol", where="Content-Type", mend=mend)
    for name, _, charset in (parameter.partition("=") for parameter in parameters):
        if name == "charset" and charset.strip('"') not in _CHARSETS:
            what = f"Not a charset of the Protocol: {charset}"
            raise UnsupportedMedia(what, where="Content-Type", mend="Send UTF-8.")
    return media_type


def _describe(request: Request, serving: CurrentServing) -> Response:
    media_type = choose_written(_accept(request), GRAPHS)
    if media_type is None:
        mend = f"Offered: {', '.join(dict.fromkeys(GRAPHS.values()))}."
        raise FormatNotOffered("The service's description is RDF", where="Accept", mend=mend)
    body = describe_service(_endpoint(request), serving.snapshot.manifest, media_type=media_type)
    return Response(body, media_type=media_type, headers=_VARY)


async def _answer(request: Request, serving: CurrentServing, settings: Settings, fields: Fields) -> Response:
    if any(name == "update" for name, _ in fields):
        raise Forbidden("Updates are off", where="update", mend="Build the graph with `kg build`.")
    default, named = _all(fields, "default-graph-uri"), _all(fields, "named-graph-uri")
    accept = _accept(request)
    job = Job(
        query=_query(fields, settings.query_bytes),
        bindings=choose_written(accept, BINDINGS),
        graph=choose_written(accept, GRAPHS),
        default=default if default or named else None,
        named=named if default or named else None,
        max_bytes=settings.result_bytes,
        base=_endpoint(request),
    )
    answer = await _unless_gone(request, serving.run(job, timeout=_timeout(fields, settings.deadline)))
    if answer is None:
        return Response(status_code=_CLIENT_GONE)
    return Response(answer.body, media_type=answer.media_type, headers=_VARY)


def _accept(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept"))


def _endpoint(request: Request) -> str:
    """Return the address that was called: relative IRIs of queries are resolved against it."""
    return str(request.url).partition("?")[0]


def _query(fields: Fields, most: int) -> str:
    queries = _all(fields, "query")
    if len(queries) != 1 or not queries[0].strip():
        raise BadParameter("Exactly one query is needed", where="query", mend="Give one `query` parameter.")
    if len(queries[0].encode(errors="replace")) > most:
        raise RequestTooLarge(f"The query is longer than {most} bytes", where="query", mend="Shorten its VALUES.")
    return queries[0]


def _timeout(fields: Fields, deadline: float) -> float:
    asked = _all(fields, "timeout")
    try:
        seconds = float(asked[-1]) if asked else deadline
    except ValueError:
        seconds = 0.0
    if not seconds > 0:  # also true of NaN
        raise BadParameter("Not a number of seconds", where="timeout", mend=f"Give 0.1 to {deadline:g}.")
    return min(seconds, deadline)


def _all(fields: Fields, name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def _fields(encoded: str) -> Fields:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise BadParameter(f"Not a form: {error}", where="query", mend="Encode it as UTF-8.") from error


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadParameter("The body is not UTF-8", where=f"byte {error.start}", mend="Encode it as UTF-8.") from error


async def _read_body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > 3 * most:  # a form writes one byte as three
            raise RequestTooLarge(f"The body is longer than {3 * most} bytes")
    return bytes(body)


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer | None:
    """Wait for an answer; when its caller goes away, cancel it and return None."""
    answer = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await answer if answer.done() else None
    finally:
        answer.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
