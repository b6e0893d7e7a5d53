"""``/actors`` and ``/topics``: find them by name, and see what is known of one."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Response

from kg.edges import NO_DATE, Edges, Ints, date_of, slice_of
from kg.errors import BadParameter
from kg.search import search_labels
from kg.service.answering import as_json
from kg.service.cursors import read_cursor, write_cursor
from kg.service.parameters import (
    CurrentSnapshot,
    Cursor,
    DateFrom,
    DateTo,
    Limit,
    Sign,
    find_node,
    read_days,
)
from kg.service.schemas import KindCount, Neighbour, NodeDetail, NodePage, NodeSummary, Position, PositionPage
from kg.service.statements import Mask, in_period, kind_ref, node_ref, page_behind, read_statements, row_key

router = APIRouter()
Text = Annotated[str, Query(max_length=200, description="Letters of a name; case and accents do not count")]
_NEIGHBOURS = 20
_NS_WIKIDATA_ID = "Q"


@router.get("/actors", tags=["actors"])
def find_actors(snapshot: CurrentSnapshot, q: Text = "", limit: Limit = 20, cursor: Cursor = None) -> NodePage:
    """Find actors by any of their names; all of them, those with the most statements first, without `q`."""
    return _find(snapshot.edges, q, topics=False, limit=limit, cursor=cursor)


@router.get("/topics", tags=["topics"])
def find_topics(snapshot: CurrentSnapshot, q: Text = "", limit: Limit = 20, cursor: Cursor = None) -> NodePage:
    """Find topics by any of their names; all of them, those with the most statements first, without `q`."""
    return _find(snapshot.edges, q, topics=True, limit=limit, cursor=cursor)


@router.get("/actors/{id}", tags=["actors"])
def read_actor(snapshot: CurrentSnapshot, id: str) -> NodeDetail:
    """Read one actor by what ends its IRI, such as `Q142`."""
    return _detail(snapshot.edges, find_node(snapshot.edges, id, ["actor"]))


@router.get("/topics/{id}", tags=["topics"])
def read_topic(snapshot: CurrentSnapshot, id: str) -> NodeDetail:
    """Read one topic by what ends its IRI."""
    return _detail(snapshot.edges, find_node(snapshot.edges, id, ["topic"]))


@router.get("/actors/{id}/positions", tags=["actors"], response_model=PositionPage)
def read_positions(
    snapshot: CurrentSnapshot,
    id: str,
    topic: Annotated[str | None, Query(description="Only positions on this topic: its id or IRI")] = None,
    stance: Annotated[str | None, Query(description="Only this stance, such as `demands`")] = None,
    sign: Sign = None,
    date_from: DateFrom = None,
    date_to: DateTo = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Read an actor's positions, each with the sentence that shows it, the newest first."""
    edges = snapshot.edges
    actor = find_node(edges, id, ["actor"])
    days = read_days(date_from, date_to)
    node = None if topic is None else find_node(edges, topic, ["topic"])
    kinds = _passing_kinds(edges, stance, sign)

    def passing(rows: Ints | slice) -> Mask:
        passed = kinds[edges.kind[rows]] & in_period(edges, rows, days)
        return passed if node is None else passed & (edges.object[rows] == node)

    listing = (edges.iri[actor], topic, stance, sign, days)
    after = read_cursor(cursor, listing=listing, length=2)
    page, more = page_behind(edges, edges.statements_of(actor), passing, after, limit)
    items = [item for item in read_statements(snapshot, page) if isinstance(item, Position)]
    following = write_cursor(row_key(edges, int(page[-1])), listing=listing) if more else None
    return as_json(PositionPage(items=items, total=int(passing(edges.rows_of(actor)).sum()), next=following))


def _passing_kinds(edges: Edges, stance: str | None, sign: int | None) -> Mask:
    """Return which kinds are stances that pass; raises BadParameter for an unknown stance."""
    stances = [one for one in edges.kinds if one.is_stance]
    if stance is not None and stance not in {one.name for one in stances}:
        known = ", ".join(sorted(one.name for one in stances))
        raise BadParameter(f"No such stance in the graph: {stance}", where="stance", mend=f"There are: {known}.")
    passing = [one.is_stance and sign in (None, one.sign) and stance in (None, one.name) for one in edges.kinds]
    return np.array(passing or [False])


def _find(edges: Edges, text: str, *, topics: bool, limit: int, cursor: str | None) -> NodePage:
    listing = ("topics" if topics else "actors", text)
    key = read_cursor(cursor, listing=listing, length=3)
    after = None if key is None else (key[0], key[1], key[2])
    hits = search_labels(edges, text, topics=topics, limit=limit, after=after)
    following = None if hits.after is None else write_cursor(hits.after, listing=listing)
    return NodePage(items=[_summary(edges, node) for node in hits.nodes], total=hits.total, next=following)


def _summary(edges: Edges, node: int) -> NodeSummary:
    return NodeSummary(**node_ref(edges, node).model_dump(), statements=int(edges.weight[node]))


def _detail(edges: Edges, node: int) -> NodeDetail:
    touched = edges.edges_of(node)
    count = edges.edge_start[touched + 1] - edges.edge_start[touched]
    other = np.where(edges.edge_subject[touched] == node, edges.edge_object[touched], edges.edge_subject[touched])
    per_kind = np.bincount(edges.edge_kind[touched], weights=count, minlength=len(edges.kinds)).astype(int)
    per_node = np.bincount(other, weights=count, minlength=len(edges.iri)).astype(int)
    best = np.argsort(-per_node, kind="stable")[:_NEIGHBOURS]
    kinds = [
        KindCount(**kind_ref(kind).model_dump(), count=int(told))
        for kind, told in zip(edges.kinds, per_kind, strict=True)
        if told
    ]
    neighbours = [
        Neighbour(**node_ref(edges, one).model_dump(), count=per_node[one]) for one in best.tolist() if per_node[one]
    ]
    days = np.concatenate([edges.edge_first[touched], edges.edge_last[touched]])
    days = days[days != NO_DATE]
    summary: dict[str, Any] = _summary(edges, node).model_dump()
    number = summary["id"]
    return NodeDetail(
        **summary,
        labels=_labels(edges, node),
        wikidata=f"http://www.wikidata.org/entity/{number}" if _is_item(number) else None,
        first=date_of(int(days.min())) if len(days) else None,
        last=date_of(int(days.max())) if len(days) else None,
        kinds=sorted(kinds, key=lambda kind: -kind.count),
        neighbours=neighbours,
    )


def _is_item(number: str) -> bool:
    return number[:1] == _NS_WIKIDATA_ID and number[1:].isdecimal()


def _labels(edges: Edges, node: int) -> dict[str, list[str]]:
    found = slice_of(edges.name_node, node)
    labels: dict[str, list[str]] = {}
    for number in range(found.start, found.stop):
        labels.setdefault(edges.languages[edges.name_language[number]] or "und", []).append(edges.names[number])
    return labels
