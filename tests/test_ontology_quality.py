"""What OOPS! and FOOPS! check of an ontology and needs no network; tests bear the numbers of OOPS!'s pitfalls.

https://oops.linkeddata.es/catalogue.jsp, https://foops.linkeddata.es
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.iri import NS, ONTOLOGY
from kg.resources import resource

WS = Namespace(NS)
SCHEMA = Namespace("https://schema.org/")
HEADER = URIRef(ONTOLOGY)
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
# Where terms of others may come from.
KNOWN = ("http://www.w3.org/", "http://purl.org/dc/terms/", "http://purl.org/vocab/vann/", "https://schema.org/")


@pytest.fixture(scope="module")
def core() -> Graph:
    return Graph().parse(resource("ontology", "core.ttl"))


def own(nodes: Iterable[Node]) -> set[URIRef]:
    return {node for node in nodes if isinstance(node, URIRef) and node.startswith(NS)}


def classes(core: Graph) -> set[URIRef]:
    return own(core.subjects(RDF.type, OWL.Class))


def properties(core: Graph) -> set[URIRef]:
    return own(node for kind in PROPERTIES for node in core.subjects(RDF.type, kind))


def above(core: Graph, term: Node, predicate: URIRef) -> set[Node]:
    """Return all that lies above a term by a predicate, the term itself only where there is a cycle."""
    found: set[Node] = set()
    edge = set(core.objects(term, predicate))
    while edge - found:
        found |= edge
        edge = {parent for node in edge for parent in core.objects(node, predicate)}
    return found


def has(core: Graph, term: Node, *predicates: URIRef) -> bool:
    """Tell whether a property or one above it has a value for one of the predicates."""
    lines = {term, *above(core, term, RDFS.subPropertyOf)}
    return any(core.value(node, predicate) is not None for node in lines for predicate in predicates)


def test_p04_no_class_is_unconnected(core: Graph) -> None:
    used = {
        node
        for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDF.type)
        for node in core.objects(None, predicate)
    }
    used |= set(core.objects(None, SCHEMA.domainIncludes))
    alone = {term for term in classes(core) if term not in used and core.value(term, RDFS.subClassOf) is None}
    assert not alone


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf])
def test_p06_no_cycle_in_a_hierarchy(core: Graph, predicate: URIRef) -> None:
    assert not {term for term in core.subjects(predicate) if term in above(core, term, predicate)}


def test_p08_every_term_is_annotated_in_both_languages(core: Graph) -> None:
    for term in classes(core) | properties(core):
        for predicate in (RDFS.label, SKOS.definition, SKOS.example):
            texts = [text for text in core.objects(term, predicate) if isinstance(text, Literal)]
            assert sorted(str(text.language) for text in texts) == ["de", "en"], (term, predicate)
            assert all(str(text) and str(text) == str(text).strip() for text in texts), (term, predicate)
    for term in classes(core) | own(core.subjects(RDF.type, WS.RelationKind)) | own(core.subjects(RDF.type, WS.Stance)):
        assert {text.language for text in core.objects(term, SKOS.scopeNote) if isinstance(text, Literal)} == {
            "de",
            "en",
        }, term


def test_p10_disjointness_is_told(core: Graph) -> None:
    told = set(core.subjects(OWL.disjointWith)) | set(core.objects(None, OWL.disjointWith))
    told |= {term for term in classes(core) if above(core, term, RDFS.subClassOf) & told}
    assert classes(core) - told <= {WS.ExtractionRun}  # a prov:Activity, which PROV-O keeps apart from its entities


def test_p11_every_property_has_a_domain_and_a_range(core: Graph) -> None:
    for term in properties(core):
        assert has(core, term, RDFS.domain, SCHEMA.domainIncludes), term
        assert has(core, term, RDFS.range, SCHEMA.rangeIncludes), term


def test_p13_every_relation_has_an_inverse_or_is_symmetric(core: Graph) -> None:
    inverse_of = dict(core.subject_objects(OWL.inverseOf))
    for term in own(core.subjects(RDF.type, WS.RelationKind)):
        symmetric = (term, RDF.type, OWL.SymmetricProperty) in core
        assert symmetric != (term in inverse_of.values()), term
    assert len(set(inverse_of.values())) == len(inverse_of)
    for inverse, term in inverse_of.items():  # P05, P25 to P28: an inverse is another property, the other way round
        assert inverse != term
        assert set(core.objects(inverse, RDFS.domain)) == set(core.objects(term, RDFS.range))
        assert set(core.objects(inverse, RDFS.range)) == set(core.objects(term, RDFS.domain))


def test_p03_p07_p21_no_name_is_made_of_several_or_of_none(core: Graph) -> None:
    for term in classes(core):
        assert not re.search(r"And|Or[A-Z]|Other|Misc", term.removeprefix(NS)), term
    for term in properties(core):
        assert term.removeprefix(NS).casefold() not in ("is", "isa", "is_a", "has"), term


def test_p12_p24_p31_nothing_is_defined_by_itself_or_as_another(core: Graph) -> None:
    for predicate in (OWL.equivalentClass, OWL.equivalentProperty):
        assert not list(core.subject_objects(predicate))
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, OWL.disjointWith):
        assert not [term for term, value in core.subject_objects(predicate) if term == value], predicate


def test_p20_a_definition_is_more_than_the_label(core: Graph) -> None:
    for term in classes(core) | properties(core):
        labels = {str(label).casefold() for label in core.objects(term, RDFS.label)}
        assert not labels & {str(text).casefold().rstrip(".") for text in core.objects(term, SKOS.definition)}, term


def test_p33_a_chain_has_more_than_one_link(core: Graph) -> None:
    chains = [list(core.items(chain)) for chain in core.objects(None, OWL.propertyChainAxiom)]
    assert chains
    for chain in chains:
        assert len(chain) > 1
        assert set(chain) <= properties(core)


def test_p40_nothing_of_others_is_imported_or_redefined(core: Graph) -> None:
    assert not list(core.objects(None, OWL.imports))
    foreign = {term for term in core.subjects() if isinstance(term, URIRef) and not term.startswith(NS)} - {HEADER}
    for term in foreign:
        assert list(core.predicate_objects(term)) == [(RDF.type, OWL.AnnotationProperty)], term
        assert list(core.subject_predicates(term)) or term in set(core.predicates()), term


def test_a_property_with_a_chain_is_in_no_axiom_that_asks_for_simple_ones(core: Graph) -> None:
    """https://www.w3.org/TR/owl2-syntax/#Global_Restrictions_on_Axioms_in_OWL_2_DL"""
    chained = set(core.subjects(OWL.propertyChainAxiom))
    chained |= {above_it for term in chained for above_it in above(core, term, RDFS.subPropertyOf)}
    kinds = (OWL.FunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty, OWL.InverseFunctionalProperty)
    assert not {term for term in chained for kind in kinds if (term, RDF.type, kind) in core}
    assert not {term for term in chained if core.value(term, OWL.propertyDisjointWith) is not None}


def test_p19_no_property_has_several_domains_or_ranges(core: Graph) -> None:
    for term in properties(core):
        assert len(set(core.objects(term, RDFS.domain))) <= 1, term
        assert len(set(core.objects(term, RDFS.range))) <= 1, term


def test_p22_names_follow_one_convention(core: Graph) -> None:
    assert not {term for term in classes(core) if not re.fullmatch(r"[A-Z][A-Za-z]+", term.removeprefix(NS))}
    told = own(core.subjects(RDF.type, WS.Stance)) | own(core.subjects(RDF.type, WS.RelationKind))
    told |= own(core.subjects(OWL.inverseOf))
    assert not {term for term in told if not re.fullmatch(r"[a-z]+(_[a-z]+)*", term.removeprefix(NS))}
    assert not {
        term for term in properties(core) - told if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", term.removeprefix(NS))
    }


def test_p29_symmetric_and_asymmetric_properties_can_be_so(core: Graph) -> None:
    for term in own(core.subjects(RDF.type, OWL.SymmetricProperty)):
        assert (term, RDF.type, OWL.AsymmetricProperty) not in core, term
        assert set(core.objects(term, RDFS.domain)) == set(core.objects(term, RDFS.range)), term
    for term in own(core.subjects(RDF.type, OWL.AsymmetricProperty)):
        assert (term, RDF.type, OWL.IrreflexiveProperty) in core, term


def test_p32_no_two_terms_of_a_kind_share_a_label(core: Graph) -> None:
    for terms in (classes(core), properties(core)):
        labels = [str(label).casefold() for term in terms for label in core.objects(term, RDFS.label)]
        # "person" and "Koalition" are alike in both languages; two terms with one label are not.
        assert len(
            {(term, str(label).casefold()) for term in terms for label in core.objects(term, RDFS.label)}
        ) == len(set(labels))


def test_p34_p35_every_term_that_is_used_is_declared(core: Graph) -> None:
    used = own(node for triple in core for node in triple)
    assert used == classes(core) | properties(core)
    foreign = {
        node for triple in core for node in triple[1:] if isinstance(node, URIRef) and not node.startswith(ONTOLOGY)
    }
    assert {node for node in foreign if not str(node).startswith(KNOWN)} == set(core.objects(HEADER, DCTERMS.license))


def test_p36_p39_the_namespace_is_plain(core: Graph) -> None:
    assert NS.removesuffix("#") == ONTOLOGY
    assert not ONTOLOGY.endswith((".ttl", ".owl", ".rdf"))
    assert core.value(HEADER, VANN.preferredNamespaceUri) == Literal(NS)
    assert dict(core.namespaces())[str(core.value(HEADER, VANN.preferredNamespacePrefix))] == URIRef(NS)


def test_p38_p41_the_header_says_what_foops_asks_for(core: Graph) -> None:
    assert list(core.subjects(RDF.type, OWL.Ontology)) == [HEADER]
    for predicate in (DCTERMS.creator, DCTERMS.publisher, DCTERMS.bibliographicCitation, OWL.versionInfo):
        assert str(core.value(HEADER, predicate) or "").strip(), predicate
    for predicate in (DCTERMS.title, DCTERMS.description, RDFS.label):
        assert {text.language for text in core.objects(HEADER, predicate) if isinstance(text, Literal)} == {"de", "en"}
    for predicate in (DCTERMS.created, DCTERMS.modified):
        value = core.value(HEADER, predicate)
        assert isinstance(value, Literal)
        assert str(value.datatype).endswith("XMLSchema#date")
    version = str(core.value(HEADER, OWL.versionInfo))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert core.value(HEADER, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert version in str(core.value(HEADER, DCTERMS.bibliographicCitation))
    licence = core.value(HEADER, DCTERMS.license)
    assert isinstance(licence, URIRef)
    assert licence.startswith("https://www.apache.org/licenses/")


def test_formal_relations_are_apart_from_stances(core: Graph) -> None:
    relations = {term for term in properties(core) if WS.relatesTo in above(core, term, RDFS.subPropertyOf)}
    stances = {term for term in properties(core) if WS.standsOn in above(core, term, RDFS.subPropertyOf)}
    assert own(core.subjects(RDF.type, WS.RelationKind)) <= relations
    assert own(core.subjects(RDF.type, WS.Stance)) <= stances
    assert not relations & stances
    assert (WS.standsOn, OWL.propertyDisjointWith, WS.relatesTo) in core


def test_all_that_the_registry_says_is_defined(core: Graph) -> None:
    actors = resource("ontology", "actors.ttl").read_text(encoding="utf-8")
    used = {URIRef(NS + name) for name in re.findall(r"\bws:(\w+)", actors)}
    assert used
    assert used <= classes(core) | properties(core)
