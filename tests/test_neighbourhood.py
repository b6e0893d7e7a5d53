"""Neighbourhoods from the arrays equal what a plain walk over the statements finds."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.edges import NO_DATE, Edges, Kind, Node, Statement, build_edges, date_of, day_of, fold
from kg.errors import BadParameter, NotFound
from kg.neighbourhood import neighbourhood
from kg.search import search_labels
from kg.service.statements import page_behind, row_key

KINDS = [
    Kind(name="supports", iri="k:supports", sign=1),
    Kind(name="opposes", iri="k:opposes", sign=-1),
    Kind(name="meets", iri="k:meets", sign=None, symmetric=True),
]
DAYS = [NO_DATE, *(day_of(date(2024, month, 1)) for month in range(1, 7))]
ACTORS = [f"n:actor{number}" for number in range(6)]
TOPICS = [f"n:topic{number}" for number in range(4)]
NODES = {iri: Node(type="State", names=[(iri, "de")]) for iri in ACTORS}
NODES |= {iri: Node(type="Topic", names=[(iri, "de")]) for iri in TOPICS}

position = st.tuples(
    st.sampled_from(ACTORS),
    st.sampled_from(["k:supports", "k:opposes"]),
    st.sampled_from(TOPICS),
    st.sampled_from(DAYS),
)
meeting = st.tuples(st.sampled_from(ACTORS), st.just("k:meets"), st.sampled_from(ACTORS), st.sampled_from(DAYS))
rows = st.lists(st.one_of(position, meeting), max_size=30)
period = st.tuples(st.sampled_from([None, *DAYS[1:]]), st.sampled_from([None, *DAYS[1:]]))


def statements(drawn: list[tuple[str, str, str, int]]) -> list[Statement]:
    return [
        Statement(iri=f"p:/{number:016x}", subject=subject, kind=kind, object=target, day=day)
        for number, (subject, kind, target, day) in enumerate(drawn)
    ]


@settings(max_examples=150, deadline=None)
@given(rows, st.integers(1, 3), st.sampled_from([None, [1], [-1], [1, -1]]), period)
def test_it_equals_a_plain_walk(
    drawn: list[tuple[str, str, str, int]], depth: int, signs: list[int] | None, days: tuple[int | None, int | None]
) -> None:
    first, last = days
    kinds = {kind.iri: kind for kind in KINDS}
    plain: Counter[tuple[str, str, str]] = Counter()
    for subject, kind, target, day in drawn:
        dated = first is not None or last is not None
        if dated and (day == NO_DATE or (first is not None and day < first) or (last is not None and day > last)):
            continue
        if signs is not None and kinds[kind].sign not in signs:
            continue
        ends = sorted((subject, target)) if kinds[kind].symmetric else [subject, target]
        plain[ends[0], kinds[kind].name, ends[1]] += 1
    whole = nx.Graph([(subject, target) for subject, _, target in plain])
    whole.add_node(ACTORS[0])
    reached = nx.single_source_shortest_path_length(whole, ACTORS[0], cutoff=depth)

    found = neighbourhood(
        build_edges(statements(drawn), NODES, KINDS),
        ACTORS[0],
        depth=depth,
        signs=signs,
        date_from=None if first is None else date_of(first),
        date_to=None if last is None else date_of(last),
    )
    assert {node: data["distance"] for node, data in found.nodes(data=True)} == reached
    assert {
        (source, key, target): data["count"] for source, target, key, data in found.edges(keys=True, data=True)
    } == {edge: count for edge, count in plain.items() if edge[0] in reached and edge[2] in reached}
    assert set(found.in_edges(keys=True)) == set(found.edges(keys=True)), "edges are found from both ends"


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_statements_does_not_count(order: list[int]) -> None:
    told = statements([(ACTORS[n % 3], "k:supports", TOPICS[n % 2], DAYS[n % 4]) for n in range(12)])
    one, other = build_edges(told, NODES, KINDS), build_edges([told[n] for n in order], NODES, KINDS)
    assert one.statement.tolist() == other.statement.tolist()
    assert one.adjacent.tolist() == other.adjacent.tolist()


@given(st.lists(st.tuples(st.sampled_from(DAYS), st.booleans()), max_size=40), st.integers(1, 7))
def test_pages_of_what_passes_are_together_all_that_passes(drawn: list[tuple[int, bool]], limit: int) -> None:
    edges = edges_of(*((ACTORS[0], "k:supports" if yes else "k:opposes", TOPICS[0], day) for day, yes in drawn))
    rows = edges.statements_of(0)
    expected = [row for row in rows.tolist() if edges.kinds[edges.kind[row]].name == "supports"]
    passes = np.array([kind.name == "supports" for kind in edges.kinds])
    found: list[int] = []
    after, more = None, True
    while more:
        page, more = page_behind(edges, rows, lambda some: passes[edges.kind[some]], after, limit)
        assert len(page) == limit or not more
        found += page.tolist()
        after = row_key(edges, found[-1]) if found else None
    assert found == expected


def edges_of(*drawn: tuple[str, str, str, int]) -> Edges:
    return build_edges(statements(list(drawn)), NODES, KINDS)


def test_the_strongest_nodes_are_kept_and_the_others_counted() -> None:
    edges = edges_of(
        (ACTORS[0], "k:supports", TOPICS[0], NO_DATE),
        (ACTORS[0], "k:supports", TOPICS[1], NO_DATE),
        (ACTORS[0], "k:opposes", TOPICS[1], NO_DATE),
        (ACTORS[1], "k:supports", TOPICS[0], NO_DATE),
    )
    found = neighbourhood(edges, ACTORS[0], depth=3, limit=2)
    assert set(found) == {ACTORS[0], TOPICS[1]}
    assert found.graph["left_out"] == 1


def test_an_edge_carries_its_first_and_last_date() -> None:
    edges = edges_of(*((ACTORS[0], "k:opposes", TOPICS[0], day) for day in (DAYS[3], NO_DATE, DAYS[1])))
    (edge,) = [data for _, _, data in neighbourhood(edges, ACTORS[0]).edges(data=True)]
    assert (edge["count"], edge["first"], edge["last"], edge["sign"]) == (3, "2024-01-01", "2024-03-01", -1)


def test_bad_parameters_are_refused() -> None:
    edges = edges_of((ACTORS[0], "k:opposes", TOPICS[0], NO_DATE))
    with pytest.raises(BadParameter, match="1 to 3"):
        neighbourhood(edges, ACTORS[0], depth=99)
    with pytest.raises(BadParameter):
        neighbourhood(edges, ACTORS[0], limit=0)
    with pytest.raises(NotFound):
        neighbourhood(edges, "n:nobody")


def test_an_empty_graph_and_a_saved_one_come_back(tmp_path: Path) -> None:
    build_edges([], {}, []).save(tmp_path / "empty.npz")
    assert len(Edges.load(tmp_path / "empty.npz").iri) == 0
    edges = edges_of((ACTORS[0], "k:opposes", TOPICS[0], DAYS[1]))
    edges.save(tmp_path / "one.npz")
    read = Edges.load(tmp_path / "one.npz")
    assert list(read.kinds) == list(edges.kinds)
    assert neighbourhood(read, ACTORS[0]).size() == 1


def test_search_ranks_whole_names_first_and_folds_accents() -> None:
    names = {"n:a": "Türkei", "n:b": "Südtürkei", "n:c": "Türkei und Syrien", "n:d": "Rat der Türkei"}
    nodes = {iri: Node(type="State", names=[(name, "de"), (iri, "")]) for iri, name in names.items()}
    edges = build_edges([], nodes, [])

    def found(text: str) -> list[str]:
        return [edges.iri[node] for node in search_labels(edges, text, topics=False, limit=10).nodes]

    assert found("TURKEI") == ["n:a", "n:c", "n:d", "n:b"]
    assert found("nichts") == []
    assert search_labels(edges, "turkei", topics=True, limit=10).total == 0


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=12), st.text(max_size=2), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_pages_of_a_search_hold_every_hit_once(labels: list[str], text: str, limit: int) -> None:
    nodes = {f"n:{number}": Node(type="State", names=[(label, "")]) for number, label in enumerate(labels)}
    edges = build_edges([], nodes, [])
    pages, after = [], None
    while True:
        hits = search_labels(edges, text, topics=False, limit=limit, after=after)
        pages += list(hits.nodes)
        if (after := hits.after) is None:
            break
    expected = {f"n:{number}" for number, label in enumerate(labels) if fold(text) in fold(label)}
    assert len(pages) == hits.total
    assert {edges.iri[node] for node in pages} == expected
