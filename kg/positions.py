"""Answers what an actor stands for, by name, from a snapshot."""

from __future__ import annotations

from kg.edges import Edges, fold, slice_of
from kg.errors import BadParameter, NotFound
from kg.iri import BASE, NS
from kg.search import search_labels
from kg.store import Location, open_snapshot

_SHOWN = 8
"""Names listed where a name may mean several actors."""

_QUERY = """PREFIX ws: <{ns}>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?date (?label AS ?stance) (STR(?topicText) AS ?topic) (STR(?quote) AS ?sentence)
  (?title AS ?article) ?confidence
WHERE {{
  ?position a ws:Position ; ws:actor <{actor}> ; ws:stance ?kind ; ws:topicText ?topicText ; ws:quote ?quote ;
    ws:confidence ?confidence ; prov:wasDerivedFrom ?source .
  ?kind skos:prefLabel ?german . FILTER(LANG(?german) = "{language}") BIND(STR(?german) AS ?label)
  OPTIONAL {{ ?position dcterms:date ?date }}
  OPTIONAL {{ ?source dcterms:title ?sourceTitle }}
  BIND(COALESCE(STR(?sourceTitle), STR(?source)) AS ?title)
}}
ORDER BY DESC(?date) ?article ?sentence ?label ?topic
"""


def positions_query(actor: str, *, language: str = "de") -> str:
    """Return the SPARQL query for the positions of an actor's IRI, the newest first, stances named in ``language``."""
    return _QUERY.format(ns=NS, actor=actor, language=language)


def find_actor(store: Location, name: str) -> str:
    """Return the IRI of the actor whose name, id (``Q142``) or IRI is ``name``; case and accents do not count.

    Raises :class:`NotFound` where there is none, :class:`BadParameter` where the name may mean several, and
    StoreError where nothing was built yet.
    """
    edges = open_snapshot(store).edges
    for iri in (name, f"{BASE}actor/{name}"):
        node = edges.node(iri)
        if node is not None and not edges.is_topic(node):
            return iri
    hits = search_labels(edges, name, topics=False, limit=_SHOWN)
    whole = [node for node in hits.nodes if _is_named(edges, node, name)]
    found = whole or list(hits.nodes)
    if not name.strip() or not found:
        raise NotFound("No actor of that name", where=name, mend="Try a shorter part of the name.")
    if len(found) > 1:
        names = "; ".join(f"{edges.label[node]} ({edges.iri[node].removeprefix(f'{BASE}actor/')})" for node in found)
        raise BadParameter("The name may mean several actors", where=name, mend=f"Give one name or id of: {names}.")
    return edges.iri[found[0]]


def _is_named(edges: Edges, node: int, name: str) -> bool:
    found = slice_of(edges.name_node, node)
    return any(fold(edges.names[number]) == fold(name) for number in range(found.start, found.stop))
