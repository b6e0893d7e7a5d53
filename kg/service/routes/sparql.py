"""``/sparql``: queries and updates by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.routing import Route

from kg.errors import BadParameter
from kg.service.access import check_writer, may_write
from kg.service.answering import VARY, accept_of, answer_job, endpoint_of
from kg.service.bodies import FORM, Fields, all_of, fields_of, media_type_of, read_body, text_of
from kg.service.cache import keep_reply
from kg.service.description import describe_service
from kg.service.negotiation import BINDINGS, GRAPHS, choose_written
from kg.service.parameters import serving_of, settings_of
from kg.service.problems import RequestTooLarge
from kg.service.serving import Serving
from kg.service.settings import Settings
from kg.store import FormatNotOffered, Graphs
from kg.store.updates import read_update
from kg.store.worker import Job

router = APIRouter(tags=["sparql"])

_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_CONTENT: dict[str, Any] = {name: {"schema": {"type": "string"}} for name in {**BINDINGS, **GRAPHS}.values()}
_TEXT = {"schema": {"type": "string"}}
_FORM_BODY = {
    "schema": {
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "Either this or an update"},
            "update": {"type": "string", "description": "Needs the service's write token"},
            "default-graph-uri": {"type": "array", "items": {"type": "string"}},
            "named-graph-uri": {"type": "array", "items": {"type": "string"}},
            "using-graph-uri": {"type": "array", "items": {"type": "string"}},
            "using-named-graph-uri": {"type": "array", "items": {"type": "string"}},
            "timeout": {"type": "number"},
        },
    }
}

# Told here and read by hand: to have them read from the annotations of a function takes longer than a short query.
_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "query",
        "in": "query",
        "description": "A SPARQL 1.1 query",
        "schema": {"type": "string"},
        "example": "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
    },
    *(
        {
            "name": name,
            "in": "query",
            "description": "The dataset to ask, instead of all graphs; may be given again",
            "schema": {"type": "array", "items": {"type": "string"}},
        }
        for name in ("default-graph-uri", "named-graph-uri")
    ),
    {
        "name": "timeout",
        "in": "query",
        "description": "Seconds, at most the service's own deadline",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    },
]


@router.get(
    "/sparql",
    responses={200: {"content": _CONTENT}},
    response_class=Response,
    openapi_extra={"parameters": _PARAMETERS},
)
async def get_query(request: Request) -> Response:
    """Run a query given in the address; without any parameter, describe the service in RDF."""
    serving, settings = serving_of(request), settings_of(request)
    if not request.scope["query_string"]:
        return _describe(request, serving, updates=settings.write_token is not None)
    return await _answer(request, serving, settings, _fields_in_address(request))


@router.options("/sparql", include_in_schema=False)
async def get_methods(_request: Request) -> Response:
    """Tell what this address takes."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS, POST"})


@router.post(
    "/sparql",
    responses={200: {"content": _CONTENT}, 204: {"description": "The update was carried out"}},
    response_class=Response,
    openapi_extra={
        "requestBody": {"required": True, "content": {_QUERY: _TEXT, _UPDATE: _TEXT, FORM: _FORM_BODY}},
        "security": [{}, {"HTTPBearer": []}],
    },
)
async def post_query(request: Request) -> Response:
    """Run a query or, with the write token, an update given in the body, as it is or as a form."""
    serving, settings = serving_of(request), settings_of(request)
    media_type = media_type_of(request.headers.get("content-type", ""), (FORM, _QUERY, _UPDATE))
    if media_type == _UPDATE:
        check_writer(request)
    most = settings.write_bytes if media_type != _QUERY and may_write(request) else settings.query_bytes
    body = text_of(await read_body(request, 3 * most))  # a form writes one byte as three
    given = fields_of(body) if media_type == FORM else [("query" if media_type == _QUERY else "update", body)]
    # A form should carry all parameters itself; a dataset that a client leaves in the address counts all the same.
    fields = [*given, *_fields_in_address(request)]
    if any(name == "update" for name, _ in fields):
        return await _update(request, serving, settings, fields)
    return await _answer(request, serving, settings, fields)


async def _by_method(request: Request) -> Response:
    request.scope["route"] = ROUTE  # what metrics count it by
    method = {"GET": get_query, "POST": post_query}.get(request.method, get_methods)
    return await method(request)


ROUTE = Route("/sparql", _by_method, methods=["GET", "POST", "OPTIONS"], include_in_schema=False)
"""Answers what :data:`router` describes, without what only functions with parameters need."""


def _fields_in_address(request: Request) -> Fields:
    query: bytes = request.scope["query_string"]
    return fields_of(query.decode())


@lru_cache(maxsize=64)
def _written(accept: str) -> tuple[str | None, str | None]:
    return choose_written(accept, BINDINGS), choose_written(accept, GRAPHS)


def _describe(request: Request, serving: Serving, *, updates: bool) -> Response:
    media_type = choose_written(accept_of(request), GRAPHS)
    if media_type is None:
        mend = f"Offered: {', '.join(dict.fromkeys(GRAPHS.values()))}."
        raise FormatNotOffered("The service's description is RDF", where="Accept", mend=mend)
    body = describe_service(endpoint_of(request), serving.snapshot.manifest, media_type=media_type, updates=updates)
    return Response(body, media_type=media_type, headers=VARY)


async def _answer(request: Request, serving: Serving, settings: Settings, fields: Fields) -> Response:
    if any(name == "update" for name, _ in fields):
        raise BadParameter("An update is sent by POST, and without a query", where="update")
    default, named = all_of(fields, "default-graph-uri"), all_of(fields, "named-graph-uri")
    query = _only(fields, "query", settings.query_bytes)
    keep_reply(request.scope, query)
    bindings, graph = _written(accept_of(request))
    job = Job(
        query=query,
        bindings=bindings,
        graph=graph,
        default=default if default or named else None,
        named=named if default or named else None,
        max_bytes=settings.result_bytes,
        max_rows=settings.result_rows,
        base=endpoint_of(request),
    )
    return await answer_job(request, serving, job, timeout=_timeout(fields, settings.deadline))


async def _update(request: Request, serving: Serving, settings: Settings, fields: Fields) -> Response:
    check_writer(request)
    if any(name == "query" for name, _ in fields):
        raise BadParameter("A query and an update at once", where="update", mend="Send them one after the other.")
    using = Graphs(default=all_of(fields, "using-graph-uri"), named=all_of(fields, "using-named-graph-uri"))
    update = _only(fields, "update", settings.write_bytes)
    await serving.write(read_update(update, using=using, base=endpoint_of(request)))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _only(fields: Fields, name: str, most: int) -> str:
    texts = all_of(fields, name)
    if len(texts) != 1 or not texts[0].strip():
        raise BadParameter(f"Exactly one {name} is needed", where=name, mend=f"Give one `{name}` parameter.")
    if len(texts[0].encode(errors="replace")) > most:
        raise RequestTooLarge(f"The {name} is longer than {most} bytes", where=name, mend="Send less at once.")
    return texts[0]


def _timeout(fields: Fields, deadline: float) -> float:
    asked = all_of(fields, "timeout")
    try:
        seconds = float(asked[-1]) if asked else deadline
    except ValueError:
        seconds = 0.0
    if not seconds > 0:  # also true of NaN
        raise BadParameter("Not a number of seconds", where="timeout", mend=f"Give 0.1 to {deadline:g}.")
    return min(seconds, deadline)
