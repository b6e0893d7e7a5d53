"""``/graphs``: whole graphs by the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

A graph is named by ``?graph=IRI`` or ``?default`` (the unnamed one), or by an address below ``/graphs/``, which is then
its IRI. Reading is open; writing needs the service's token.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from pyoxigraph import NamedNode

from kg.errors import BadParameter
from kg.service.access import MayWrite
from kg.service.answering import accept_of, answer_job, endpoint_of
from kg.service.bodies import MULTIPART, RDF_FORMATS, all_of, fields_of, read_triples
from kg.service.negotiation import GRAPHS, choose_written
from kg.service.parameters import CurrentServing, CurrentSettings
from kg.service.serving import Serving
from kg.service.settings import Settings
from kg.store.updates import delete_graph, post_graph, put_graph
from kg.store.worker import Job

router = APIRouter(tags=["graphs"])
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
CONTENT: dict[str, Any] = dict.fromkeys(dict.fromkeys(GRAPHS.values()), _TEXT)
_FILES = {
    "schema": {"type": "object", "additionalProperties": {"type": "string", "format": "binary"}},
}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(RDF_FORMATS, _TEXT)}}
_BODY_OR_FILES: dict[str, Any] = {
    "requestBody": {"required": True, "content": {**dict.fromkeys(RDF_FORMATS, _TEXT), MULTIPART: _FILES}}
}
DONE: dict[int | str, dict[str, Any]] = {
    201: {"description": "The graph was made"},
    204: {"description": "The graph was there, and was changed"},
}
_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "The graph was removed"}}
Graph = Annotated[str | None, Query(description="The IRI of a named graph")]
Default = Annotated[str | None, Query(description="The unnamed graph; without a value")]
Name = Annotated[str, Path(description="Any path: the address called is the graph's IRI")]


@router.get("/graphs", responses={200: {"content": CONTENT}}, response_class=Response)
async def get_graph(
    request: Request, serving: CurrentServing, settings: CurrentSettings, graph: Graph = None, default: Default = None
) -> Response:
    """Read all triples of one graph."""
    return await send_graph(request, serving, settings, _named(request))


@router.get("/graphs/{name:path}", responses={200: {"content": CONTENT}}, response_class=Response)
async def get_graph_here(request: Request, serving: CurrentServing, settings: CurrentSettings, name: Name) -> Response:
    """Read all triples of the graph that is named by this address."""
    return await send_graph(request, serving, settings, endpoint_of(request))


@router.put("/graphs", dependencies=[MayWrite], responses=DONE, openapi_extra=BODY, status_code=204)
async def put_named_graph(
    request: Request, serving: CurrentServing, settings: CurrentSettings, graph: Graph = None, default: Default = None
) -> Response:
    """Make the body the whole of a graph."""
    return await _put(request, serving, settings, _named(request))


@router.put("/graphs/{name:path}", dependencies=[MayWrite], responses=DONE, openapi_extra=BODY, status_code=204)
async def put_graph_here(request: Request, serving: CurrentServing, settings: CurrentSettings, name: Name) -> Response:
    """Make the body the whole of the graph that is named by this address."""
    return await _put(request, serving, settings, endpoint_of(request))


@router.post("/graphs", dependencies=[MayWrite], responses=DONE, openapi_extra=_BODY_OR_FILES, status_code=204)
async def post_named_graph(
    request: Request, serving: CurrentServing, settings: CurrentSettings, graph: Graph = None, default: Default = None
) -> Response:
    """Add the body to a graph; without a name, to a new one whose IRI is in the answer's Location header."""
    if request.url.query:
        return await _post(request, serving, settings, _named(request))
    made = f"{endpoint_of(request)}/{uuid4().hex}"
    reply = await _post(request, serving, settings, made)
    reply.headers["Location"] = made
    return reply


@router.post(
    "/graphs/{name:path}", dependencies=[MayWrite], responses=DONE, openapi_extra=_BODY_OR_FILES, status_code=204
)
async def post_graph_here(request: Request, serving: CurrentServing, settings: CurrentSettings, name: Name) -> Response:
    """Add the body to the graph that is named by this address."""
    return await _post(request, serving, settings, endpoint_of(request))


@router.delete("/graphs", dependencies=[MayWrite], responses=_GONE, status_code=204)
async def delete_named_graph(
    request: Request, serving: CurrentServing, graph: Graph = None, default: Default = None
) -> Response:
    """Remove a graph."""
    await serving.write(delete_graph(_named(request)))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete("/graphs/{name:path}", dependencies=[MayWrite], responses=_GONE, status_code=204)
async def delete_graph_here(request: Request, serving: CurrentServing, name: Name) -> Response:
    """Remove the graph that is named by this address."""
    await serving.write(delete_graph(endpoint_of(request)))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def send_graph(request: Request, serving: Serving, settings: Settings, graph: str | None) -> Response:
    """Answer by the triples of a graph (None: the unnamed one); raises NotFound, FormatNotOffered, QueryTooLarge."""
    job = Job(
        query=None,
        bindings=None,
        graph=choose_written(accept_of(request), GRAPHS),
        default=None,
        named=[] if graph is None else [graph],
        max_bytes=settings.result_bytes,
        max_rows=settings.result_rows,
    )
    return await answer_job(request, serving, job, timeout=settings.deadline)


async def _put(request: Request, serving: Serving, settings: Settings, graph: str | None) -> Response:
    triples = await read_triples(request, settings.write_bytes, base=graph or endpoint_of(request))
    return _done(await serving.write(put_graph(graph, triples)))


async def _post(request: Request, serving: Serving, settings: Settings, graph: str | None) -> Response:
    base = graph or endpoint_of(request)
    triples = await read_triples(request, settings.write_bytes, base=base, multipart=True)
    return _done(await serving.write(post_graph(graph, triples)))


def _done(was_there: bool) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED)


def _named(request: Request) -> str | None:
    """Return the graph that an address names, None for the unnamed one; raises BadParameter for none and for two."""
    fields = fields_of(request.url.query)
    named, unnamed = all_of(fields, "graph"), all_of(fields, "default")
    if len(named) + len(unnamed) != 1:
        mend = "Give ?graph=IRI, or ?default for the unnamed graph."
        raise BadParameter("Exactly one graph must be named", where="graph", mend=mend)
    if unnamed:
        return None
    try:
        return NamedNode(named[0]).value
    except ValueError as error:
        raise BadParameter("Not an absolute IRI", where="graph", mend="Write the graph's IRI in full.") from error
