"""``/neighbourhood`` and ``/evidence``: what surrounds a node, and the sentences behind an edge."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import JsonValue

from kg.edges import Edges
from kg.errors import BadParameter, NotFound
from kg.export import GRAPH_FORMATS
from kg.neighbourhood import DEPTHS, SIZES, neighbourhood
from kg.service.answering import as_json
from kg.service.cursors import read_cursor, write_cursor
from kg.service.negotiation import choose
from kg.service.parameters import CurrentSnapshot, Cursor, DateFrom, DateTo, Limit, Sign, find_node, read_days
from kg.service.schemas import EvidencePage
from kg.service.statements import in_period, page_behind, read_statements, row_key
from kg.store import FormatNotOffered

router = APIRouter(tags=["neighbourhood"])


def _range(numbers: range) -> dict[str, JsonValue]:
    # The walk itself refuses numbers out of range, and says which it takes; this only describes them.
    return {"minimum": numbers.start, "maximum": numbers.stop - 1}


_CONTENT: dict[str, Any] = {one.media_type: {} for one in GRAPH_FORMATS.values()}


@router.get("/neighbourhood", responses={200: {"content": _CONTENT}}, response_class=Response)
def read_neighbourhood(
    request: Request,
    snapshot: CurrentSnapshot,
    node: Annotated[str, Query(description="An actor or topic: its IRI, `actor/Q142`, or `Q142`")],
    depth: Annotated[int, Query(description="Steps from the node, 1 to 3", json_schema_extra=_range(DEPTHS))] = 1,
    limit: Annotated[int, Query(description="Most nodes, the strongest first", json_schema_extra=_range(SIZES))] = 100,
    sign: Sign = None,
    date_from: DateFrom = None,
    date_to: DateTo = None,
    format: Annotated[
        str | None, Query(description=f"{', '.join(GRAPH_FORMATS)}; without it the Accept header counts")
    ] = None,
) -> Response:
    """Read the nodes around one and all edges among them; `left_out` in the answer counts nodes beyond the limit."""
    media_type = _media_type(format, request.headers.get("accept"))
    read_days(date_from, date_to)
    graph = neighbourhood(
        snapshot.edges,
        snapshot.edges.iri[find_node(snapshot.edges, node)],
        depth=depth,
        limit=limit,
        signs=None if sign is None else [sign],
        date_from=date_from,
        date_to=date_to,
    )
    writer = next(one for one in GRAPH_FORMATS.values() if one.media_type == media_type)
    return Response(writer.write(graph), media_type=media_type, headers={"Vary": "Accept"})


@router.get("/evidence", response_model=EvidencePage)
def read_evidence(
    snapshot: CurrentSnapshot,
    subject: Annotated[str, Query(description="The edge's source: its IRI or id")],
    kind: Annotated[str, Query(description="The stance or relation, such as `commits`")],
    object: Annotated[str, Query(description="The edge's target: its IRI or id")],
    date_from: DateFrom = None,
    date_to: DateTo = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Read the positions or relations behind one edge, each with its sentence, the newest first."""
    edges = snapshot.edges
    edge = _edge(edges, find_node(edges, subject), kind, find_node(edges, object))
    days = read_days(date_from, date_to)
    rows = edges.statements_behind(edge)
    passing = partial(in_period, edges, days=days)
    listing = (edges.iri[edges.edge_subject[edge]], kind, edges.iri[edges.edge_object[edge]], days)
    page, more = page_behind(edges, rows, passing, read_cursor(cursor, listing=listing, length=2), limit)
    following = write_cursor(row_key(edges, int(page[-1])), listing=listing) if more else None
    items = read_statements(snapshot, page)
    return as_json(EvidencePage(items=items, total=int(passing(rows).sum()), next=following))


def _media_type(name: str | None, accept: str | None) -> str:
    if name is not None:
        if name not in GRAPH_FORMATS:
            raise BadParameter(f"No such format: {name}", where="format", mend=f"Give {', '.join(GRAPH_FORMATS)}.")
        return GRAPH_FORMATS[name].media_type
    offered = [one.media_type for one in GRAPH_FORMATS.values()]
    chosen = choose(accept, offered)
    if chosen is None:
        raise FormatNotOffered("Graphs are not written in that format", mend=f"Offered: {', '.join(offered)}.")
    return chosen


def _edge(edges: Edges, subject: int, kind: str, target: int) -> int:
    number = edges.kind_index(kind)
    if number is None:
        raise NotFound(f"No such stance or relation in the graph: {kind}", where="kind")
    ends = {(subject, target), (target, subject)} if edges.kinds[number].symmetric else {(subject, target)}
    for edge in edges.edges_of(subject).tolist():
        if edges.edge_kind[edge] == number and (edges.edge_subject[edge], edges.edge_object[edge]) in ends:
            return int(edge)
    where = f"{edges.label[subject]} {kind} {edges.label[target]}"
    raise NotFound("No such edge in the graph", where=where, mend="Take edges as /neighbourhood gives them.")
