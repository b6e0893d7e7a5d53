"""``/ns``: the ontology at its own IRI, as a page or as RDF; ``/.well-known/void``: what the service's dataset holds.

The IRI ``https://w3id.org/whostands/ns`` is there to lead here: https://www.w3.org/TR/swbp-vocab-pub/#recipe4,
https://www.w3.org/TR/void/#discovery
"""

from __future__ import annotations

import io
from functools import lru_cache

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kg.errors import NotFound
from kg.iri import ONTOLOGY
from kg.ontology_page import ontology_html, ontology_version
from kg.resources import resource
from kg.service.answering import VARY, accept_of
from kg.service.negotiation import GRAPHS, choose_written
from kg.service.parameters import CurrentSnapshot
from kg.store import FormatNotOffered
from kg.store.formats import PREFIXES, write_triples
from kg.void import void_turtle

router = APIRouter(tags=["ontology"])
_HTML, _TURTLE = "text/html", "text/turtle"
_OFFERED = {_HTML: _HTML, **GRAPHS}
_CONTENT = {name: {"schema": {"type": "string"}} for name in dict.fromkeys(_OFFERED.values())}


@router.get("/ns", responses={200: {"content": _CONTENT}}, response_class=Response)
def read_ontology(request: Request) -> Response:
    """Read the ontology: its page for people, or the terms themselves as Turtle, N-Triples, JSON-LD or RDF/XML."""
    media_type = choose_written(accept_of(request), _OFFERED)
    if media_type is None:
        mend = f"Offered: {', '.join(_CONTENT)}."
        raise FormatNotOffered("The ontology is not written in that format", where="Accept", mend=mend)
    headers = {**VARY, "Link": f'<{ONTOLOGY}>; rel="canonical"'}
    return Response(_ontology(media_type), media_type=media_type, headers=headers)


@router.get("/ns/{version}", responses={200: {"content": _CONTENT}}, response_class=Response)
def read_version(request: Request, version: str) -> Response:
    """Read one version of the ontology, as `owl:versionIRI` names it; the service has the one it was built with."""
    if version != (own := ontology_version()):
        raise NotFound("The service has another version of the ontology", where=version, mend=f"It has {own}.")
    return read_ontology(request)


@router.get(
    "/.well-known/void",
    responses={200: {"content": {_TURTLE: {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def read_description(request: Request, snapshot: CurrentSnapshot) -> Response:
    """Read what the dataset holds, in VoID (Turtle)."""
    manifest = snapshot.manifest
    endpoint = str(request.url_for("get_query"))
    body = void_turtle(manifest.counts, version=manifest.version, created=manifest.created, endpoint=endpoint)
    return Response(body, media_type=_TURTLE)


@router.get("/void", include_in_schema=False)
def find_description(request: Request) -> RedirectResponse:
    """Lead to the description."""
    return RedirectResponse(str(request.url_for("read_description")))


@lru_cache(maxsize=8)
def _ontology(media_type: str) -> bytes:
    if media_type == _HTML:
        return ontology_html().encode()
    path = resource("ontology", "core.ttl")
    if media_type == _TURTLE:
        return path.read_bytes()
    output = io.BytesIO()
    triples = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    write_triples(triples, output, media_type=media_type, prefixes=PREFIXES)
    return output.getvalue()
