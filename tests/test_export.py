"""Each written graph reads back as the same graph by another reader."""

from __future__ import annotations

import io
import json

import networkx as nx
import pytest

from kg.export import GRAPH_FORMATS, write_cytoscape, write_gexf, write_graphml, write_node_link


@pytest.fixture
def graph() -> nx.MultiDiGraph[str]:
    """Two parallel edges of different kinds, a missing date, and a label that XML must escape."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(left_out=2)
    graph.add_node("n:a", label="A & <B>\x0b", kind="actor", type="State", weight=3)
    graph.add_node("n:t", label="Öl", kind="topic", type="Topic", weight=2)
    graph.add_edge("n:a", "n:t", key="supports", kind="supports", sign=1, count=2, first="2024-01-01", last=None)
    graph.add_edge("n:a", "n:t", key="opposes", kind="opposes", sign=-1, count=1, first=None, last=None)
    return graph


def test_cytoscape_elements(graph: nx.MultiDiGraph[str]) -> None:
    document = json.loads(write_cytoscape(graph))
    assert [node["data"]["label"] for node in document["elements"]["nodes"]] == ["A & <B>\x0b", "Öl"]
    edges = [edge["data"] for edge in document["elements"]["edges"]]
    assert {(edge["source"], edge["kind"], edge["target"]) for edge in edges} == {
        ("n:a", "supports", "n:t"),
        ("n:a", "opposes", "n:t"),
    }
    assert len({edge["id"] for edge in edges}) == 2
    assert document["data"] == {"left_out": 2}


def test_node_link_reads_back(graph: nx.MultiDiGraph[str]) -> None:
    read = nx.node_link_graph(json.loads(write_node_link(graph)), edges="links")
    assert nx.utils.graphs_equal(read, graph)


def test_gexf_reads_back(graph: nx.MultiDiGraph[str]) -> None:
    read = nx.read_gexf(io.BytesIO(write_gexf(graph)), version="1.2draft")
    assert read.nodes["n:a"]["label"] == "A & <B>\ufffd"
    assert read.nodes["n:t"]["kind"] == "topic"
    assert sorted((data["kind"], data["sign"], data["count"]) for _, _, data in read.edges(data=True)) == [
        ("opposes", -1, 1),
        ("supports", 1, 2),
    ]


def test_graphml_reads_back(graph: nx.MultiDiGraph[str]) -> None:
    read = nx.read_graphml(io.BytesIO(write_graphml(graph)), force_multigraph=True)
    assert read.nodes["n:a"]["label"] == "A & <B>\ufffd"
    assert sorted((data["kind"], data["sign"]) for _, _, data in read.edges(data=True)) == [
        ("opposes", -1),
        ("supports", 1),
    ]


def test_every_format_writes_an_empty_graph() -> None:
    for one in GRAPH_FORMATS.values():
        assert one.write(nx.MultiDiGraph())
