"""Cytoscape's elements and D3's node-link form, both as UTF-8 JSON."""

from __future__ import annotations

import networkx as nx
import orjson


def write_cytoscape(graph: nx.MultiDiGraph[str]) -> bytes:
    """Return the graph as Cytoscape elements JSON; the graph's own attributes are in ``data``."""
    nodes = [{"data": {"id": node, **attributes}} for node, attributes in graph.nodes(data=True)]
    edges = [
        {"data": {"id": f"{source} {key} {target}", "source": source, "target": target, **attributes}}
        for source, target, key, attributes in graph.edges(keys=True, data=True)
    ]
    return orjson.dumps({"data": dict(graph.graph), "elements": {"nodes": nodes, "edges": edges}})


def write_node_link(graph: nx.MultiDiGraph[str]) -> bytes:
    """Return the graph as D3's ``nodes`` and ``links``; the graph's own attributes are in ``graph``."""
    nodes = [{"id": node, **attributes} for node, attributes in graph.nodes(data=True)]
    links = [
        {"source": source, "target": target, "key": key, **attributes}
        for source, target, key, attributes in graph.edges(keys=True, data=True)
    ]
    return orjson.dumps(
        {"directed": True, "multigraph": True, "graph": dict(graph.graph), "nodes": nodes, "links": links}
    )
