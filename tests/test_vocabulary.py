"""The ontology: its terms are complete, it is consistent, and the code reads from it what the guideline says."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.errors import OntologyError
from kg.iri import NS, ONTOLOGY
from kg.resources import resource
from kg.vocabulary import load_vocabulary

WS = Namespace(NS)
CORE = resource("ontology", "core.ttl")
SIGNS = {
    "supports": 1,
    "proposes": 1,
    "demands": 1,
    "commits": 1,
    "leans_towards": 1,
    "threatens": 1,
    "undecided": 0,
    "opposes": -1,
    "refuses": -1,
    "sceptical": -1,
    "accuses": -1,
}
SYMMETRIC = {"meets", "negotiates_with", "agrees_with"}
# The relations of the guideline, which the extractor finds; the ontology has more.
ONE_WAY = {"informs", "aids", "sanctions", "attacks", "mediates", "holds_office", "member_of", "leads"}


@pytest.fixture(scope="module")
def core() -> Graph:
    return Graph().parse(CORE)


def terms(graph: Graph) -> list[URIRef]:
    return sorted({term for term in graph.subjects() if isinstance(term, URIRef) and term.startswith(NS)})


def languages(graph: Graph, term: Node, predicate: URIRef) -> set[str | None]:
    return {text.language for text in graph.objects(term, predicate) if isinstance(text, Literal) and text.strip()}


def test_stances_are_the_guidelines() -> None:
    stances = load_vocabulary().stances
    assert {name: stance.sign for name, stance in stances.items()} == SIGNS
    families = {1: "favours", 0: "takesNoSide", -1: "disfavours"}
    for name, stance in stances.items():
        assert stance.iri == NS + name
        assert stance.parent == NS + families[stance.sign]
        assert (stance.strength == 0) == (stance.sign == 0)
        assert set(stance.labels) == set(stance.definition) == {"de", "en"}


def test_relations_are_the_guidelines() -> None:
    relations = {name: kind for name, kind in load_vocabulary().relations.items() if kind.extracted}
    assert {name for name, kind in relations.items() if kind.symmetric} == SYMMETRIC
    assert {name for name, kind in relations.items() if not kind.symmetric} == ONE_WAY
    assert {name for name, kind in relations.items() if not kind.irreflexive} == {"attacks"}


def test_relations_that_are_not_extracted_are_formal_territorial_or_organisational(core: Graph) -> None:
    others = {kind.iri for kind in load_vocabulary().relations.values() if not kind.extracted}
    families = {WS.formallyRelatesTo, WS.territoriallyRelatesTo, WS.organisationallyRelatesTo}
    assert len(others) == 16
    for iri in others:
        assert families & set(core.objects(URIRef(iri), RDFS.subPropertyOf)), iri


def test_the_opposite_stance_has_the_opposite_sign_and_the_same_strength(core: Graph) -> None:
    stances = {stance.iri: stance for stance in load_vocabulary().stances.values()}
    for iri, stance in stances.items():
        [opposite] = [stances[str(other)] for other in core.objects(URIRef(iri), WS.oppositeStance)]
        assert (opposite.sign, opposite.strength) == (-stance.sign, stance.strength)


def test_actor_types_are_those_of_the_guideline_and_governments() -> None:
    extracted = {"Person", "State", "Organisation", "Coalition", "Group"}
    assert set(load_vocabulary().actor_types) == extracted | {"Government"}


def test_what_lasts_is_no_event() -> None:
    lasting = {name for name, kind in load_vocabulary().relations.items() if not kind.event}
    assert lasting == {
        "allies_with", "applies_to_join", "borders", "claims_territory_of", "disputes_border_with",
        "guarantees_security_of", "has_relations_with", "holds_office", "leads", "member_of", "occupies_territory_of",
        "represents_interests_of",
    }  # fmt: skip


def test_the_vocabulary_is_read_once() -> None:
    assert load_vocabulary() is load_vocabulary(CORE)


def test_every_term_is_labelled_and_defined_in_both_languages(core: Graph) -> None:
    for term in terms(core):
        assert languages(core, term, RDFS.label) == {"de", "en"}, term
        assert languages(core, term, SKOS.definition) == {"de", "en"}, term
        assert languages(core, term, SKOS.example) == {"de", "en"}, term
        assert core.value(term, RDFS.isDefinedBy) == URIRef(ONTOLOGY), term
    for term in [*core.subjects(RDF.type, WS.Stance), *core.subjects(RDF.type, WS.RelationKind)]:
        assert set(core.objects(term, SKOS.prefLabel)) == set(core.objects(term, RDFS.label)), term
        assert languages(core, term, SKOS.scopeNote) == {"de", "en"}, term


def test_no_two_stances_or_relations_share_a_label(core: Graph) -> None:
    kinds = set(core.subjects(SKOS.prefLabel))
    labels = [label for kind in kinds for label in core.objects(kind, RDFS.label)]
    assert len(kinds) >= 11 + 27
    assert len(labels) == len(set(labels)) == 2 * len(kinds)


def test_terms_that_are_named_are_declared(core: Graph) -> None:
    named = {node for triple in core for node in triple if isinstance(node, URIRef) and node.startswith(NS)}
    assert named == set(terms(core))


def test_the_ontology_says_who_it_is(core: Graph) -> None:
    header = URIRef(ONTOLOGY)
    assert (header, RDF.type, OWL.Ontology) in core
    version = core.value(header, OWL.versionIRI)
    assert version == URIRef(f"{ONTOLOGY}/{core.value(header, OWL.versionInfo)}")
    assert str(core.value(header, URIRef("http://purl.org/vocab/vann/preferredNamespaceUri"))) == NS
    assert core.value(header, URIRef("http://purl.org/dc/terms/license")) is not None
    lists = set(core.subjects(RDF.first))
    assert not [node for node in core.all_nodes() if isinstance(node, BNode) and node not in lists]


def contradictions(core: Graph, turtle: str) -> list[str]:
    """Return what an OWL 2 RL reasoner finds wrong with a few triples under the ontology."""
    graph = Graph().parse(data=f"@prefix ws: <{NS}> . @prefix : <urn:x:> . {turtle}", format="turtle")
    graph += [triple for triple in core if not isinstance(triple[2], Literal)]  # texts only slow the reasoner down
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(text) for text in graph.objects(None, URIRef("http://www.daml.org/2002/03/agents/agent-ont#error"))]


def test_the_ontology_is_consistent_and_says_something(core: Graph) -> None:
    fine = ":a a ws:State ; ws:meets :b ; ws:supports :t . :b a ws:Organisation . :t a ws:Topic ."
    assert not contradictions(core, fine)
    assert contradictions(core, fine + ":a ws:meets :a .")
    assert contradictions(core, fine + ":a a ws:Person .")
    assert contradictions(core, fine + ":a ws:supports :b .")  # a topic is no actor
    assert contradictions(core, fine + ":a ws:borders :b .")  # an organisation has no border
    assert contradictions(core, fine + ":a ws:member_of :b . :b ws:member_of :a .")


def test_reasoning_lifts_a_stance_to_its_family(core: Graph) -> None:
    graph = Graph().parse(data=f"<urn:x:a> <{NS}refuses> <urn:x:t> .", format="turtle")
    graph += [triple for triple in core if not isinstance(triple[2], Literal)]
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    assert (URIRef("urn:x:a"), WS.disfavours, URIRef("urn:x:t")) in graph
    assert (URIRef("urn:x:a"), WS.standsOn, URIRef("urn:x:t")) in graph
    assert (URIRef("urn:x:a"), WS.favours, URIRef("urn:x:t")) not in graph


def test_reasoning_adds_inverses_and_wider_relations(core: Graph) -> None:
    graph = Graph().parse(data=f"<urn:x:a> <{NS}expels_envoys_of> <urn:x:b> .", format="turtle")
    graph += [triple for triple in core if not isinstance(triple[2], Literal)]
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    a, b = URIRef("urn:x:a"), URIRef("urn:x:b")
    assert {(b, WS.envoys_expelled_by, a), (a, WS.sanctions, b), (b, WS.sanctioned_by, a)} <= set(graph)
    assert {(a, WS.formallyRelatesTo, b), (b, WS.relatesTo, a)} <= set(graph)
    assert (b, WS.sanctions, a) not in graph


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ws:sign 1 ; ws:strength 2 ;", "ws:strength 2 ;", "ws:sign"),
        ("rdfs:subPropertyOf ws:disfavours ;", "", "parent"),
        ("ws:sign 0 ; ws:strength 0", "ws:sign 7 ; ws:strength 0", "from -1 to 1"),
        ("a owl:Class ;", "a owl:Class", "line"),
        ("ws:Stance", "ws:Attitude", "no stances"),
    ],
)
def test_a_broken_ontology_is_refused_with_the_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    broken = tmp_path / "core.ttl"
    text = CORE.read_text(encoding="utf-8")
    assert old in text
    broken.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(OntologyError, match=told) as caught:
        load_vocabulary(broken)
    assert str(broken) in str(caught.value.where)


def test_a_missing_ontology_is_told(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"none\.ttl"):
        load_vocabulary(tmp_path / "none.ttl")
