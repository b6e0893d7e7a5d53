"""A graph -> what follows from it by the ontology, in a graph of its own: the part of OWL 2 RL that answers questions.

The rules are SPARQL queries in ``ontology/rules``, each named after the rule of OWL 2 RL it is
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules): stances and relations by what
lies above them, inverses, symmetric relations, the state of an office-holder, classes above. Left out is what says
nothing new here: equality (``owl:sameAs`` would copy all triples to the Wikidata item) and types from domain and range.

All rules but that of chains follow from one triple each. So they are run to their end on one example triple of every
property and class; what follows from the example says what follows from all triples like it, read in one pass. On a
whole graph the queries alone take some four times as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from kg.iri import INFERRED_GRAPH, ONTOLOGY
from kg.resources import resource
from kg.terms import OWL, RDF, named

_CHAIN = "chain"
_TYPE = named(f"{RDF}type")
_INFERRED = named(INFERRED_GRAPH)
_EXAMPLE = "urn:x-example"
_Way = tuple[ox.NamedNode, bool]
"""A property or class, and whether its triples follow the other way round."""


def materialise(store: ox.Store) -> int:
    """Add to ``store`` all that follows from its graphs as one, in the graph of what is inferred; return how much.

    Only what no graph holds yet is added, so that no answer is doubled. What was inferred before goes first: the result
    depends on the other quads alone. The ontology has to be in ``store``.
    """
    store.remove_graph(_INFERRED)
    before = len(store)
    ways = _ways(store)
    _run(_CHAIN, store)
    while True:
        for target, sources in ways.items():
            _add(store, target, sources)
        if not _run(_CHAIN, store):
            return len(store) - before


def _add(store: ox.Store, target: ox.NamedNode, sources: list[_Way]) -> None:
    """Add the triples of one property, or the members of one class, that follow from those of others."""
    there = set(_pairs(store, target))
    wanted = {
        (end, begin) if turned else (begin, end) for source, turned in sources for begin, end in _pairs(store, source)
    }
    store.bulk_extend(
        ox.Quad(begin, _TYPE, target, _INFERRED) if end is None else ox.Quad(begin, target, end, _INFERRED)
        for begin, end in wanted - there
    )


def _pairs(store: ox.Store, term: ox.NamedNode) -> Iterator[tuple[Any, Any]]:
    """Yield subject and object of a property's triples, or each member of a class with None."""
    for quad in store.quads_for_pattern(None, term, None):
        yield quad.subject, quad.object
    for quad in store.quads_for_pattern(None, _TYPE, term):
        yield quad.subject, None


def _ways(store: ox.Store) -> Mapping[ox.NamedNode, list[_Way]]:
    """Return for each property or class what its triples follow from, by what follows from one example of each."""
    example = ox.Store()
    example.bulk_extend(store.quads_for_pattern(None, None, None, named(ONTOLOGY)))
    terms: dict[str, ox.NamedNode] = {}
    for kind in ("ObjectProperty", "DatatypeProperty", "Class"):
        for found in list(example.quads_for_pattern(None, _TYPE, named(f"{OWL}{kind}"), named(ONTOLOGY))):
            term = cast(ox.NamedNode, found.subject)
            node = f"{_EXAMPLE}:{len(terms)}"
            terms[node] = term
            triple = (_TYPE, term) if kind == "Class" else (term, named(f"{node}:end"))
            example.add(ox.Quad(named(node), *triple, named(_EXAMPLE)))
    while sum(_run(rule, example) for rule in _rules(resource("ontology", "rules"))):
        pass
    ways = defaultdict(list)
    for quad in example.quads_for_pattern(None, None, None, _INFERRED):
        node = cast(ox.NamedNode, quad.subject).value
        source = terms.get(node.removesuffix(":end"))
        target = cast(ox.NamedNode, quad.object) if quad.predicate == _TYPE else quad.predicate
        if source is not None:  # what follows for the ontology's own terms is no pattern for data
            ways[target].append((source, node.endswith(":end")))
    return {target: ways[target] for target in sorted(ways, key=str)}


def _run(rule: str, store: ox.Store) -> int:
    """Add what follows by one rule and is not there yet; return how much."""
    before = len(store)
    query = _rules(resource("ontology", "rules"))[rule]
    derived = cast(ox.QueryTriples, store.query(query, use_default_graph_as_union=True))
    # All before any is added: the query reads the store it would be changing.
    store.bulk_extend([ox.Quad(triple.subject, triple.predicate, triple.object, _INFERRED) for triple in derived])
    return len(store) - before


@lru_cache(maxsize=2)
def _rules(folder: Path) -> Mapping[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.rq"))}
