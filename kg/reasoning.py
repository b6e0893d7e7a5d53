"""A graph -> what follows from it by the ontology, in a graph of its own: the part of OWL 2 RL that answers questions.

The rules are SPARQL queries in ``ontology/rules``, each named after the rule of OWL 2 RL it is
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules): stances and relations by what
lies above them, inverses, symmetric relations, the state of an office-holder, classes above. Left out is what says
nothing new here: equality (``owl:sameAs`` would copy all triples to the Wikidata item) and types from domain and range.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.iri import INFERRED_GRAPH
from kg.resources import resource
from kg.terms import named


def materialise(store: ox.Store) -> int:
    """Add to ``store`` all that follows from its graphs as one, in the graph of what is inferred; return how much.

    Only what no graph holds yet is added, so that no answer is doubled. What was inferred before goes first: the result
    depends on the other quads alone. The ontology has to be in ``store``.
    """
    graph = named(INFERRED_GRAPH)
    store.remove_graph(graph)
    before = len(store)
    size = -1
    while size != len(store):
        size = len(store)
        for rule in _rules(resource("ontology", "rules")):
            derived = cast(ox.QueryTriples, store.query(rule, use_default_graph_as_union=True))
            # All before any is added: the query reads the store it would be changing.
            store.bulk_extend([ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in derived])
    return size - before


@lru_cache(maxsize=2)
def _rules(folder: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.rq")))
