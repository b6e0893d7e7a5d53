"""Reasoning: what is added is what an OWL 2 RL reasoner says of the same graph, each once, and contradicts nothing."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.term import Node
from sample_graph import FRANCE, GERMANY, TURKEY, extractions, write_quad_files

from kg.iri import ACTORS_GRAPH, BASE, EDGES_GRAPH, INFERRED_GRAPH, NS
from kg.rdf import article_quads, edge_quads, nquads, ontology_quads
from kg.reasoning import materialise
from kg.store import open_store, publish
from kg.store.protocol import Write
from kg.store.snapshots import amend
from kg.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
MACRON = f"{BASE}actor/Q3052772"
OFFICE = f"""
<{MACRON}> a <{NS}Person> ; <{NS}holdsOffice> <{MACRON}/office/1> .
<{MACRON}/office/1> a <{NS}OfficeTerm> ; <{NS}officeOf> <{FRANCE.iri}> .
"""


def asserted() -> list[ox.Quad]:
    """Return the test graph: the sample, one relation of each kind of the ontology, and an office-holder."""
    first, second = extractions()
    pattern = second.relations[0]
    relations = tuple(
        replace(pattern, relation=name, a=(FRANCE, GERMANY)[number % 2], b=TURKEY, cue=((number, number + 1),))
        for number, name in enumerate(VOCABULARY.relations)
    )
    quads = set(ontology_quads())
    for extraction in (first, replace(second, relations=(*second.relations, *relations))):
        quads |= set(article_quads(extraction, vocabulary=VOCABULARY))
        quads |= set(edge_quads(extraction, vocabulary=VOCABULARY))
    office = ox.parse(OFFICE, format=ox.RdfFormat.TURTLE)
    quads |= {ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(ACTORS_GRAPH)) for quad in office}
    return sorted(quads, key=str)


def inferred(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return what :func:`materialise` adds."""
    store = ox.Store()
    store.extend(quads)
    added = materialise(store)
    found = list(store.quads_for_pattern(None, None, None, _INFERRED))
    assert len(found) == added
    return found


_INFERRED = ox.NamedNode(INFERRED_GRAPH)
ASSERTED = asserted()


def closed_by_owlrl(quads: Iterable[ox.Quad]) -> Graph:
    """Return the closure by owlrl; labels and the thesaurus, which only slow it down, and owl:sameAs left out."""
    triples = {quad.triple for quad in quads}
    graph = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    for triple in list(graph):
        subject, predicate, value = triple
        if isinstance(value, Literal) or predicate == OWL.sameAs or f"{BASE}diplomacy" in str(subject):
            graph.remove(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


@pytest.fixture(scope="module")
def reference() -> Graph:
    return closed_by_owlrl(ASSERTED)


def of_interest(triple: tuple[Node, Node, Node]) -> bool:
    """Tell whether a triple says something of the data in the ontology's own words."""
    subject, predicate, value = triple
    words = value if predicate == RDF.type else predicate
    return str(subject).startswith(BASE) and str(words).startswith(NS)


def test_it_is_what_owlrl_infers(reference: Graph) -> None:
    ours = {tuple(map(str, (term.value for term in quad.triple))) for quad in inferred(ASSERTED)}  # type: ignore[union-attr]
    told = {tuple(term.value for term in quad.triple) for quad in ASSERTED}  # type: ignore[union-attr]
    theirs = {tuple(map(str, triple)) for triple in reference if of_interest(triple)} - told
    assert len(theirs) > 100
    assert ours == theirs


def test_it_is_in_a_graph_of_its_own_and_says_nothing_twice() -> None:
    triples = {quad.triple for quad in ASSERTED}
    found = inferred(ASSERTED)
    assert not {quad.triple for quad in found} & triples
    assert len({quad.triple for quad in found}) == len(found)


def test_the_order_of_the_quads_does_not_matter() -> None:
    assert nquads(inferred(ASSERTED)) == nquads(inferred(reversed(ASSERTED)))


def test_what_no_longer_follows_goes() -> None:
    store = ox.Store()
    store.extend(ASSERTED)
    materialise(store)
    assert materialise(store) == len(inferred(ASSERTED))
    store.remove_graph(ox.NamedNode(EDGES_GRAPH))
    materialise(store)
    left = {quad.predicate.value.removeprefix(NS) for quad in store.quads_for_pattern(None, None, None, _INFERRED)}
    assert left == {"officeHolderOf", "participant", str(RDF.type)}


def test_a_change_of_the_store_changes_what_follows(tmp_path: Path) -> None:
    ask = f"ASK {{ <{GERMANY.iri}> <{NS}disfavours> <urn:x:t> }}"

    def follows() -> bool:
        output = io.BytesIO()
        open_store(tmp_path / "store").answer(ask, output)
        return bool(json.loads(output.getvalue())["boolean"])

    publish(tmp_path / "store", write_quad_files(tmp_path), version="1", reasoning=True)
    assert not follows()
    triple = f"<{GERMANY.iri}> <{NS}opposes> <urn:x:t>"
    amend(tmp_path / "store", Write(update=f"INSERT DATA {{ GRAPH <{EDGES_GRAPH}> {{ {triple} }} }}"))
    assert follows()
    amend(tmp_path / "store", Write(update=f"DELETE DATA {{ GRAPH <{EDGES_GRAPH}> {{ {triple} }} }}"))
    assert not follows()


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ((FRANCE.iri, "opposes", "urn:x:t"), (FRANCE.iri, "disfavours", "urn:x:t")),
        ((FRANCE.iri, "aids", TURKEY.iri), (TURKEY.iri, "aided_by", FRANCE.iri)),
        ((FRANCE.iri, "meets", TURKEY.iri), (TURKEY.iri, "meets", FRANCE.iri)),
        ((FRANCE.iri, "expels_envoys_of", TURKEY.iri), (TURKEY.iri, "sanctioned_by", FRANCE.iri)),
        ((MACRON, "holds_office", FRANCE.iri), (MACRON, "officeHolderOf", FRANCE.iri)),
    ],
)
def test_each_rule_adds_what_it_says(told: tuple[str, str, str], follows: tuple[str, str, str]) -> None:
    def quad(subject: str, name: str, value: str, graph: str) -> ox.Quad:
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(NS + name), ox.NamedNode(value), ox.NamedNode(graph))

    assert quad(*follows, INFERRED_GRAPH) in inferred([*ontology_quads(), quad(*told, EDGES_GRAPH)])


def test_the_state_of_an_office_holder_follows_from_the_registry() -> None:
    found = {str(quad.triple) for quad in inferred(ASSERTED)}
    assert f"<{MACRON}> <{NS}officeHolderOf> <{FRANCE.iri}>" in found


def test_the_graph_contradicts_nothing(reference: Graph) -> None:
    assert not list(reference.objects(None, ERROR))


@pytest.mark.parametrize(
    "told",
    [
        f"<{FRANCE.iri}> a <{NS}Person> .",
        f"<{FRANCE.iri}> <{NS}meets> <{FRANCE.iri}> .",
        f"<{FRANCE.iri}> <{NS}supports> <{TURKEY.iri}> .",
        f"<{BASE}event/1> a <{NS}Event>, <{NS}Position> .",
    ],
)
def test_a_contradiction_is_found(told: str) -> None:
    edges = [quad for quad in ASSERTED if quad.graph_name.value in (EDGES_GRAPH, ACTORS_GRAPH)]  # type: ignore[union-attr]
    wrong = [ox.Quad(*quad.triple, ox.NamedNode("urn:x:g")) for quad in ox.parse(told, format=ox.RdfFormat.TURTLE)]
    core = [quad for quad in ontology_quads() if str(quad.subject).startswith(f"<{NS}")]
    assert list(closed_by_owlrl([*core, *edges, *wrong]).objects(None, ERROR))


def test_many_edges_take_seconds_of_work() -> None:
    kinds = [ox.NamedNode(NS + name) for name in ("aids", "opposes", "meets", "sanctions")]
    quads = [
        ox.Quad(ox.NamedNode(f"urn:x:{n % 997}"), kinds[n % 4], ox.NamedNode(f"urn:x:{n}"), ox.NamedNode(EDGES_GRAPH))
        for n in range(10_000)
    ]
    begin = time.process_time()
    found = inferred([*ontology_quads(), *quads])
    assert len(found) > 20_000
    assert time.process_time() - begin < 20
