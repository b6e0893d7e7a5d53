"""Walks the edges of a snapshot around one node and returns what it meets as a small networkx graph."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.edges import NO_DATE, Edges, Ints, Kind, date_of, day_of
from kg.errors import BadParameter, NotFound

DEPTHS = range(1, 4)
SIZES = range(1, 501)
"""How many nodes one neighbourhood may be limited to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFilter:
    """Which edges count: signs of their kinds (None: all, relations too), and the first and last date."""

    signs: Collection[int] | None = None
    date_from: date | None = None
    date_to: date | None = None

    @property
    def dated(self) -> bool:
        """Whether only statements of a period count."""
        return self.date_from is not None or self.date_to is not None


def neighbourhood(
    edges: Edges,
    node: str,
    *,
    depth: int = 1,
    limit: int = 100,
    signs: Collection[int] | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
) -> nx.MultiDiGraph[str]:
    """Return the nodes within ``depth`` steps of ``node`` (an IRI), either way, and all edges among them.

    At most ``limit`` nodes, those with the most statements nearest first; ``graph["left_out"]`` counts the others
    met. Nodes carry ``iri, label, kind ("actor" | "topic"), type, distance, weight``; edges, keyed by
    the kind's name, ``kind, label, label_en, sign, symmetric, count, first, last`` (dates as ISO 8601). With dates,
    only statements of articles from ``date_from`` to ``date_to`` (both included) count. Raises NotFound
    and BadParameter.
    """
    if depth not in DEPTHS:
        raise BadParameter(
            "The depth is out of range", where="depth", mend=f"Give {DEPTHS.start} to {DEPTHS.stop - 1}."
        )
    if limit not in SIZES:
        raise BadParameter("The limit is out of range", where="limit", mend=f"Give {SIZES.start} to {SIZES.stop - 1}.")
    start = edges.node(node)
    if start is None:
        raise NotFound("No such node in the graph", where=node, mend="Look it up with /actors?q= or /topics?q=.")
    wanted = EdgeFilter(signs=signs, date_from=date_from, date_to=date_to)
    distance, left_out = _walk(edges, start, depth, limit, wanted)
    return _graph(edges, distance, left_out, wanted)


def _walk(edges: Edges, start: int, depth: int, limit: int, wanted: EdgeFilter) -> tuple[dict[int, int], int]:
    """Return the distance of each node kept, and how many were met and left out."""
    distance = {start: 0}
    frontier = np.array([start], dtype=np.int64)
    seen = np.zeros(len(edges.iri), dtype=bool)
    for step in range(1, depth + 1):
        touched, count = _filtered(edges, _touching(edges, frontier), wanted)
        weights, most = count.astype(np.float64), len(edges.iri)
        strength = np.bincount(edges.edge_subject[touched], weights, most)
        strength += np.bincount(edges.edge_object[touched], weights, most)
        strength[list(distance)] = 0
        met = np.flatnonzero(strength)
        best = met[np.lexsort((met, -strength[met]))][: limit - len(distance)]
        seen[met] = True
        distance |= dict.fromkeys(best.tolist(), step)
        frontier = best
        if not len(frontier):
            break
    seen[list(distance)] = False
    return distance, int(seen.sum())


def _touching(edges: Edges, nodes: NDArray[np.int64]) -> Ints:
    """Return all edges that touch any of ``nodes``, each once."""
    touched = np.zeros(len(edges.edge_kind), dtype=bool)  # faster than to sort what was gathered
    for node in nodes.tolist():
        touched[edges.edges_of(node)] = True
    return np.flatnonzero(touched).astype(np.int32)


def _among(edges: Edges, nodes: Ints) -> Ints:
    """Return the edges that have both ends among ``nodes``, which are sorted."""
    kept = np.zeros(len(edges.iri), dtype=bool)
    kept[nodes] = True
    begin, end = (np.searchsorted(edges.edge_subject, nodes, side) for side in ("left", "right"))
    chosen = _ranges(begin, end - begin)[0].astype(np.int32)
    return chosen[kept[edges.edge_object[chosen]]]


def _ranges(start: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of several ranges, one after the other, and where each begins."""
    begin = np.cumsum(count) - count
    return np.repeat(start - begin, count) + np.arange(count.sum()), begin


def _filtered(edges: Edges, chosen: Ints, wanted: EdgeFilter) -> tuple[Ints, NDArray[np.int64]]:
    """Return those of ``chosen`` that pass, with the number of their statements that do."""
    if wanted.signs is not None:
        chosen = chosen[np.isin(edges.kind_signs()[edges.edge_kind[chosen]], list(wanted.signs))]
    count = edges.edge_start[chosen + 1] - edges.edge_start[chosen]
    if not wanted.dated or not len(chosen):
        return chosen, count
    rows, begin = _rows(edges, chosen)
    inside = _inside(edges.day[rows], wanted)
    count = np.add.reduceat(inside.astype(np.int64), begin)
    return chosen[count > 0], count[count > 0]


def _rows(edges: Edges, chosen: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the statements of all ``chosen`` edges, one edge's after the other's, and where each edge's begin."""
    return _ranges(edges.edge_start[chosen], edges.edge_start[chosen + 1] - edges.edge_start[chosen])


def _inside(day: Ints, wanted: EdgeFilter) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = day != NO_DATE
    if wanted.date_from is not None:
        inside &= day >= day_of(wanted.date_from)
    if wanted.date_to is not None:
        inside &= day <= day_of(wanted.date_to)
    return inside


def _graph(edges: Edges, distance: dict[int, int], left_out: int, wanted: EdgeFilter) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(left_out=left_out)
    iris = {node: edges.iri[node] for node in distance}
    for node, steps in distance.items():
        graph.add_node(
            iris[node],
            iri=iris[node],
            label=edges.label[node],
            kind="topic" if edges.is_topic(node) else "actor",
            type=edges.types[edges.node_type[node]],
            distance=steps,
            weight=int(edges.weight[node]),
        )
    among, count = _filtered(edges, _among(edges, np.array(sorted(distance), dtype=np.int32)), wanted)
    columns = (edges.edge_subject[among], edges.edge_object[among], edges.edge_kind[among], count)
    shown = [_shown(kind) for kind in edges.kinds]
    names = [kind.name for kind in edges.kinds]
    rows = zip(*(column.tolist() for column in columns), *_period(edges, among, wanted), strict=True)
    # What add_edge does, by names of networkx's own: it copies each edge's attributes twice, twice the time in all.
    after, before = graph._succ, graph._pred  # type: ignore[attr-defined]
    for subject, target, kind, told, first, last in rows:
        source, sink = iris[subject], iris[target]
        edge = shown[kind].copy()  # with all its keys, which is faster than to add them
        edge["count"], edge["first"], edge["last"] = told, first, last
        parallel = after[source].get(sink)
        if parallel is None:
            after[source][sink] = before[sink][source] = {names[kind]: edge}
        else:
            parallel[names[kind]] = edge
    return graph


def _shown(kind: Kind) -> dict[str, object]:
    return {
        "kind": kind.name,
        "label": kind.label,
        "label_en": kind.labels.get("en"),
        "sign": kind.sign,
        "symmetric": kind.symmetric,
        "count": 0,
        "first": None,
        "last": None,
    }


def _period(edges: Edges, chosen: Ints, wanted: EdgeFilter) -> tuple[list[str | None], list[str | None]]:
    """Return the first and the last date of each edge's statements that pass, in ISO 8601; None where none is dated."""
    first, last = edges.edge_first[chosen], edges.edge_last[chosen]
    partly = np.flatnonzero(np.full(len(chosen), True) if wanted.dated else first == NO_DATE)
    if len(partly):
        rows, begin = _rows(edges, chosen[partly])
        day = edges.day[rows]
        inside = _inside(day, wanted)
        first[partly] = np.minimum.reduceat(np.where(inside, day, np.iinfo(np.int32).max), begin)
        last[partly] = np.maximum.reduceat(np.where(inside, day, NO_DATE), begin)
    first[last == NO_DATE] = NO_DATE
    return [_iso(day) for day in first.tolist()], [_iso(day) for day in last.tolist()]


@lru_cache(maxsize=1 << 15)
def _iso(day: int) -> str | None:
    told = date_of(day)
    return None if told is None else told.isoformat()
