"""Reads the bodies of requests: as text of the Protocol, and as RDF."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import pyoxigraph as ox
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from kg.errors import BadParameter
from kg.service.problems import RequestTooLarge, UnsupportedMedia
from kg.store import GRAPH_FORMATS

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
Fields = Sequence[tuple[str, str]]
_CHARSETS = ("utf-8", "utf8", "us-ascii")
RDF_FORMATS: Mapping[str, ox.RdfFormat] = {**GRAPH_FORMATS, "text/plain": ox.RdfFormat.N_TRIPLES}
"""Media types that a graph is taken in."""


def media_type_of(content_type: str, taken: Sequence[str]) -> str:
    """Return a body's media type; raises UnsupportedMedia for one, or a charset, that is not taken."""
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if media_type not in taken:
        mend = f"Send {' or '.join(taken)}."
        raise UnsupportedMedia("The body's media type is not taken here", where="Content-Type", mend=mend)
    for name, _, charset in (parameter.partition("=") for parameter in parameters):
        if name == "charset" and charset.strip('"') not in _CHARSETS:
            what = f"Not a charset of the Protocol: {charset}"
            raise UnsupportedMedia(what, where="Content-Type", mend="Send UTF-8.")
    return media_type


async def read_body(request: Request, most: int) -> bytes:
    """Return a request's body; raises RequestTooLarge beyond ``most`` bytes, before it is read whole."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise RequestTooLarge(f"The body is longer than {most} bytes", mend="Send less at once.")
    return bytes(body)


def fields_of(encoded: str) -> Fields:
    """Return the fields of a form or of an address; raises BadParameter where it is not UTF-8."""
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise BadParameter(f"Not a form: {error}", where="query", mend="Encode it as UTF-8.") from error


def text_of(body: bytes) -> str:
    """Return a body as text; raises BadParameter where it is not UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadParameter("The body is not UTF-8", where=f"byte {error.start}", mend="Encode it as UTF-8.") from error


def all_of(fields: Fields, name: str) -> list[str]:
    """Return all values of one field."""
    return [value for key, value in fields if key == name]


async def read_triples(request: Request, most: int, *, base: str, multipart: bool = False) -> list[ox.Triple]:
    """Return the triples of a request's body, relative IRIs resolved against ``base``.

    Raises UnsupportedMedia, RequestTooLarge, and BadParameter where the body is not what its media type says.
    """
    content_type = request.headers.get("content-type", "")
    media_type = media_type_of(content_type, [*RDF_FORMATS, MULTIPART] if multipart else list(RDF_FORMATS))
    body = await read_body(request, most)
    if media_type != MULTIPART:
        return await asyncio.to_thread(_parsed, body, media_type, base)
    triples = []
    for part in await _parts(request, body):
        written = media_type_of(part.content_type or "", list(RDF_FORMATS))
        triples += await asyncio.to_thread(_parsed, await part.read(), written, base)
    return triples


async def _parts(request: Request, body: bytes) -> list[UploadFile]:
    async def given() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form = await Request(request.scope, given).form()
        parts = [part for _, part in form.multi_items()]
    except HTTPException as error:
        raise BadParameter(f"Not {MULTIPART}: {error.detail}", where="body") from error
    if not all(isinstance(part, UploadFile) for part in parts):
        raise BadParameter("A part is no file", where="body", mend="Give each part a filename and a Content-Type.")
    return [part for part in parts if isinstance(part, UploadFile)]


def _parsed(body: bytes, media_type: str, base: str) -> list[ox.Triple]:
    try:
        read = ox.parse(
            body, RDF_FORMATS[media_type], base_iri=base, without_named_graphs=True, rename_blank_nodes=True
        )
        return [quad.triple for quad in read]
    except SyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else "body"
        raise BadParameter(f"Not {media_type}: {error.msg}", where=place, mend="Nothing was changed.") from error
    except ValueError as error:
        raise BadParameter(f"Not {media_type}: {error}", where="body", mend="Nothing was changed.") from error
