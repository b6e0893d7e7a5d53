"""Finds nodes by what they are called: prefix and substring search over all labels of a snapshot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.edges import Edges, fold

RankKey = tuple[int, int, int]
"""How a hit sorts: how the label matches (0 whole, 1 its start, 2 a word's start, 3 inside), -statements, node."""


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of found nodes, best first; ``after`` is the key to go on from, None at the end."""

    nodes: Sequence[int]
    total: int
    after: RankKey | None


def search_labels(edges: Edges, text: str, *, topics: bool, limit: int, after: RankKey | None = None) -> Hits:
    """Return the topics (or actors) with a label that holds ``text``, accents and case aside; all for an empty text."""
    nodes, quality = _all_nodes(edges) if not fold(text) else _matches(edges, fold(text).encode())
    wanted = np.array([name == "Topic" for name in edges.types] or [False])[edges.node_type[nodes]] == topics
    nodes, quality = nodes[wanted], quality[wanted]
    order = np.lexsort((nodes, -edges.weight[nodes], quality))
    keys = np.stack([quality[order], -edges.weight[nodes[order]], nodes[order]], axis=1)
    begin = 0 if after is None else _first_behind(keys, after)
    page = keys[begin : begin + limit]
    last = (int(page[-1][0]), int(page[-1][1]), int(page[-1][2])) if begin + limit < len(keys) else None
    return Hits([int(node) for node in page[:, 2]], len(keys), last)


def _all_nodes(edges: Edges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    nodes = np.arange(len(edges.iri), dtype=np.int64)
    return nodes, np.zeros(len(nodes), dtype=np.int64)


def _matches(edges: Edges, wanted: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the matching nodes, each once, and how well its best label matches."""
    found = np.fromiter((hit.start() for hit in re.finditer(re.escape(wanted), edges.folded.blob)), np.int64)
    blob = np.frombuffer(edges.folded.blob, dtype=np.uint8)
    line = np.searchsorted(edges.folded.starts, found, side="right") - 1
    at_start = found == edges.folded.starts[line]
    whole = at_start & (found + len(wanted) == edges.folded.starts[line + 1] - 1)
    before = blob[np.maximum(found - 1, 0)]
    word = (before == ord(" ")) | (before == ord("-"))
    quality = np.select([whole, at_start, word], [0, 1, 2], default=3)
    node = edges.name_node[line].astype(np.int64)
    order = np.lexsort((quality, node))
    node, quality = node[order], quality[order]
    first = np.ones(len(node), dtype=bool)
    first[1:] = np.diff(node) != 0
    return node[first], quality[first]


def _first_behind(keys: NDArray[np.int64], after: RankKey) -> int:
    """Return where the rows behind ``after`` begin; the rows are sorted."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if tuple(keys[middle]) <= after:
            low = middle + 1
        else:
            high = middle
    return low
