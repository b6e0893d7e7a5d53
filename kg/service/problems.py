"""All errors of the service as RFC 9457 problem documents, from one table (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from kg import errors
from kg.service.observing import HEADER as REQUEST_ID
from kg.store import FormatNotOffered, WriteRefused

MEDIA_TYPE = "application/problem+json"
_TYPES = "https://w3id.org/whostands/problem#"
_LOG = logging.getLogger(__name__)


class UnsupportedMedia(errors.KgError):
    """The body of a request is of a media type that this operation does not take."""


class RequestTooLarge(errors.KgError):
    """The body of a request is longer than this service reads."""


class Unauthorized(errors.KgError):
    """The operation is for those who have a token."""


class Forbidden(errors.KgError):
    """The operation exists, and this service does not allow it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of the table: what an exception becomes; ``retry_after`` in seconds."""

    status: HTTPStatus
    name: str
    title: str
    retry_after: int | None = None


PROBLEMS: Mapping[type[Exception], Problem] = {
    errors.BadParameter: Problem(HTTPStatus.BAD_REQUEST, "bad-parameter", "A parameter is not understood"),
    errors.QuerySyntaxError: Problem(HTTPStatus.BAD_REQUEST, "bad-query", "The query is not one that is run here"),
    Unauthorized: Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", "This needs a token"),
    Forbidden: Problem(HTTPStatus.FORBIDDEN, "forbidden", "This is not allowed here"),
    errors.NotFound: Problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing of that name"),
    FormatNotOffered: Problem(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", "No format that you accept is offered"),
    RequestTooLarge: Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request-too-large", "The request is too long"),
    UnsupportedMedia: Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media", "The body is of a wrong type"),
    errors.QueryTooLarge: Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "too-large", "The answer is beyond a limit"),
    errors.ShapeError: Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-shape", "The graph breaks the shapes"),
    WriteRefused: Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "write-refused", "The graph could not be served any more"),
    errors.ServiceBusy: Problem(HTTPStatus.TOO_MANY_REQUESTS, "busy", "Too many queries at once", retry_after=2),
    errors.QueryTimeout: Problem(HTTPStatus.SERVICE_UNAVAILABLE, "timeout", "The query took too long", retry_after=10),
    errors.StoreError: Problem(HTTPStatus.SERVICE_UNAVAILABLE, "no-store", "The graph cannot be read", retry_after=10),
    errors.KgError: Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong here"),
}
"""Exception to reply; the nearest class in an exception's ancestry counts."""

_UNEXPECTED = PROBLEMS[errors.KgError]
_BAD_PARAMETER = PROBLEMS[errors.BadParameter]
_MENDS = {
    HTTPStatus.NOT_FOUND: "See /docs for what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "See the Allow header for what this address takes.",
}


def problem_of(error: Exception) -> Problem:
    """Return the row for an exception."""
    return next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), _UNEXPECTED)


def add_handlers(app: FastAPI) -> None:
    """Have every error of ``app`` answered as a problem document."""
    app.add_exception_handler(errors.KgError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


def openapi_responses() -> dict[int | str, dict[str, Any]]:
    """Return what the API description says of errors: one entry per status of the table."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses: dict[int | str, dict[str, Any]] = {}
    for row in PROBLEMS.values():
        statuses.setdefault(int(row.status), {"description": row.title, "content": content})
    return statuses


PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What went wrong in this call"},
        "instance": {"type": "string", "description": "The address that was called"},
        "where": {"type": "string", "description": "The parameter, the line of a query, or the IRI"},
        "mend": {"type": "string", "description": "What to do about it"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "One entry per wrong parameter"},
    },
}


def _reply(request: Request, problem: Problem, **members: object) -> Response:
    document = {"type": _TYPES + problem.name, "title": problem.title, "status": int(problem.status)}
    given = {name: value for name, value in members.items() if value is not None}
    body = json.dumps({**document, "instance": request.url.path, **given}, ensure_ascii=False).encode(errors="replace")
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if "request_id" in request.scope:  # an unexpected error is answered outside of the layer that adds it
        headers[REQUEST_ID] = request.scope["request_id"]
    return Response(body, problem.status, headers, MEDIA_TYPE)


async def _on_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is _UNEXPECTED or not isinstance(error, errors.KgError):
        return await _on_unexpected(request, error)
    return _reply(request, problem, detail=error.what, where=error.where, mend=error.mend)


async def _on_invalid(request: Request, error: Exception) -> Response:
    rows = error.errors() if isinstance(error, RequestValidationError) else []
    wrong = [{"parameter": _parameter(row["loc"]), "message": str(row["msg"])} for row in rows]
    detail = "; ".join(f"{row['parameter']}: {row['message']}" for row in wrong)
    where = ", ".join(dict.fromkeys(row["parameter"] for row in wrong))
    return _reply(request, _BAD_PARAMETER, detail=detail, where=where, errors=wrong)


def _parameter(location: Sequence[object]) -> str:
    return ".".join(str(part) for part in location[1:] or location)


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _on_unexpected(request, error)
    status = HTTPStatus(error.status_code)
    name = status.phrase.lower().replace(" ", "-")
    reply = _reply(request, Problem(status, name, status.phrase), detail=str(error.detail), mend=_MENDS.get(status))
    reply.headers.update(error.headers or {})
    return reply


async def _on_unexpected(request: Request, error: Exception) -> Response:
    request_id = request.scope.get("request_id", "-")
    _LOG.error("%s %s failed, request %s", request.method, request.url.path, request_id, exc_info=error)
    return _reply(request, _UNEXPECTED, detail="The fault is ours and was logged.")
