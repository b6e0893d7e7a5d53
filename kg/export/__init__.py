"""Writes a neighbourhood in the formats that graph tools read: one writer per format, all in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import networkx as nx

from kg.export.json_graphs import write_cytoscape, write_node_link
from kg.export.xml_graphs import write_gexf, write_graphml


@dataclass(frozen=True, slots=True)
class GraphFormat:
    """One format: its name in ``format=``, its media type, its writer, and where it is specified."""

    name: str
    media_type: str
    write: Callable[[nx.MultiDiGraph[str]], bytes]
    source: str


GRAPH_FORMATS: Mapping[str, GraphFormat] = {
    one.name: one
    for one in (
        GraphFormat(
            "cytoscape",
            "application/vnd.cytoscape+json",
            write_cytoscape,
            "https://js.cytoscape.org/#notation/elements-json",
        ),
        GraphFormat("d3", "application/json", write_node_link, "https://d3js.org/d3-force/link"),
        GraphFormat("gexf", "application/gexf+xml", write_gexf, "https://gexf.net/schema.html"),
        GraphFormat("graphml", "application/graphml+xml", write_graphml, "http://graphml.graphdrawing.org/"),
    )
}

__all__ = ["GRAPH_FORMATS", "GraphFormat", "write_cytoscape", "write_gexf", "write_graphml", "write_node_link"]
