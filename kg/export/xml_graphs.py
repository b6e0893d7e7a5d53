"""GEXF for Gephi and GraphML for nearly every other tool, both by networkx."""

from __future__ import annotations

import io
import re
from typing import Any

import networkx as nx

# What XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_gexf(graph: nx.MultiDiGraph[str]) -> bytes:
    """Return the graph as GEXF 1.2 (UTF-8); absent attributes are left out."""
    output = io.BytesIO()
    nx.write_gexf(_writable(graph), output, encoding="utf-8", version="1.2draft")
    return output.getvalue()


def write_graphml(graph: nx.MultiDiGraph[str]) -> bytes:
    """Return the graph as GraphML (UTF-8); absent attributes are left out."""
    output = io.BytesIO()
    nx.write_graphml_xml(_writable(graph), output, encoding="utf-8")
    return output.getvalue()


def _writable(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Copy the graph without what these formats cannot say: None, control characters, two edges of one id."""
    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)
    for node, attributes in graph.nodes(data=True):
        copy.add_node(node, **_clean(attributes))
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        copy.add_edge(source, target, key=f"{source} {key} {target}", **_clean(attributes))
    return copy


def _clean(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if value is not None
    }
