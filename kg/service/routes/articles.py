"""``/articles/{id}``: what is read in one article, as its graph. Reading is open; writing needs the service's token."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.errors import ShapeError
from kg.iri import BASE, NS, article_graph, article_iri
from kg.service.access import MayWrite
from kg.service.bodies import read_triples
from kg.service.parameters import CurrentServing, CurrentSettings
from kg.service.routes.graphs import BODY, CONTENT, DONE, send_graph
from kg.store import Store
from kg.store.updates import delete_graph, put_graph

router = APIRouter(tags=["articles"])
Id = Annotated[str, Path(description="The article's id, as in its sidecar or its file's name", max_length=500)]
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ARTICLE = NamedNode(f"{NS}Article")
_OFFSETS = (NamedNode("http://www.w3.org/ns/oa#start"), NamedNode("http://www.w3.org/ns/oa#end"))
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGER, _OFFSET_TYPE = NamedNode(f"{_XSD}integer"), NamedNode(f"{_XSD}nonNegativeInteger")


@router.get("/articles/{id:path}", responses={200: {"content": CONTENT}}, response_class=Response)
async def read_article(request: Request, serving: CurrentServing, settings: CurrentSettings, id: Id) -> Response:
    """Read the graph of an article: its metadata, and all positions and relations read in it."""
    return await send_graph(request, serving, settings, article_graph(id))


@router.put("/articles/{id:path}", dependencies=[MayWrite], responses=DONE, openapi_extra=BODY, status_code=204)
async def write_article(request: Request, serving: CurrentServing, settings: CurrentSettings, id: Id) -> Response:
    """Make the body the graph of an article; it must keep to the ontology's shapes. Later builds leave it as it is."""
    graph = article_graph(id)
    triples = await read_triples(request, settings.write_bytes, base=graph)
    await asyncio.to_thread(_check, serving.snapshot.store, article_iri(id), triples)
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


def _check(store: Store, article: str, triples: list[Triple]) -> None:
    """Raise ShapeError where the triples are not those of this article, or break the shapes.

    Actors, topics and runs may be described in other graphs of the store.
    """
    from kg.shapes import check  # here: it is slow to load, and few services are written to

    if Triple(NamedNode(article), _RDF_TYPE, _ARTICLE) not in triples:
        raise ShapeError("The article itself is not in its graph", where=article, mend="Give it the type ws:Article.")
    described = {triple.subject for triple in triples}
    named = {triple.object for triple in triples if isinstance(triple.object, NamedNode)} - described
    elsewhere = " ".join(sorted(str(node) for node in named if node.value.startswith(BASE)))
    rows = store.select(f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?s {{ {elsewhere} }} ?s ?p ?o }}").rows
    told = [Triple(subject, predicate, value) for subject, predicate, value in rows]  # type: ignore[arg-type]
    check([Quad(one.subject, one.predicate, _offset(one)) for one in (*triples, *told)])


def _offset(triple: Triple) -> NamedNode | BlankNode | Literal | Triple:
    """Return a triple's object, an offset as the integer type it was written in: the store keeps integers as one type.

    So a graph that was read here can be written back.
    """
    if triple.predicate in _OFFSETS and isinstance(triple.object, Literal) and triple.object.datatype == _INTEGER:
        return Literal(triple.object.value, datatype=_OFFSET_TYPE)
    return triple.object
