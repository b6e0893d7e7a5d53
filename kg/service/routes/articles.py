"""``/articles/{id}``: what is read in one article, as its graph. Reading is open; writing needs the service's token."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pyoxigraph import NamedNode, Quad, Triple

from kg.errors import ShapeError
from kg.iri import NS, article_graph, article_iri
from kg.service.access import MayWrite
from kg.service.bodies import read_triples
from kg.service.parameters import CurrentServing, CurrentSettings
from kg.service.routes.graphs import BODY, CONTENT, DONE, send_graph
from kg.store.updates import delete_graph, put_graph

router = APIRouter(tags=["articles"])
Id = Annotated[str, Path(description="The article's id, as in its sidecar or its file's name", max_length=500)]
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ARTICLE = NamedNode(f"{NS}Article")


@router.get("/articles/{id:path}", responses={200: {"content": CONTENT}}, response_class=Response)
async def read_article(request: Request, serving: CurrentServing, settings: CurrentSettings, id: Id) -> Response:
    """Read the graph of an article: its metadata, and all positions and relations read in it."""
    return await send_graph(request, serving, settings, article_graph(id))


@router.put("/articles/{id:path}", dependencies=[MayWrite], responses=DONE, openapi_extra=BODY, status_code=204)
async def write_article(request: Request, serving: CurrentServing, settings: CurrentSettings, id: Id) -> Response:
    """Make the body the graph of an article; it must keep to the ontology's shapes. Later builds leave it as it is."""
    graph = article_graph(id)
    triples = await read_triples(request, settings.write_bytes, base=graph)
    await asyncio.to_thread(_check, article_iri(id), graph, triples)
    was_there = await serving.write(put_graph(graph, triples))
    return Response(status_code=HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED)


@router.delete(
    "/articles/{id:path}",
    dependencies=[MayWrite],
    responses={204: {"description": "The article's graph was removed"}},
    status_code=204,
)
async def delete_article(serving: CurrentServing, id: Id) -> Response:
    """Remove all that was read in an article. Later builds leave it out."""
    await serving.write(delete_graph(article_graph(id)))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _check(article: str, graph: str, triples: list[Triple]) -> None:
    """Raise ShapeError where the triples are not those of this article, or break the shapes."""
    from kg.shapes import check  # here: it is slow to load, and few services are written to

    if Triple(NamedNode(article), _RDF_TYPE, _ARTICLE) not in triples:
        raise ShapeError("The article itself is not in its graph", where=article, mend="Give it the type ws:Article.")
    check([Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph)) for triple in triples])
