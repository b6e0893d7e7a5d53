"""The thesaurus of diplomacy: what SKOS asks of a scheme (https://www.w3.org/TR/skos-reference/), and what we ask."""

from __future__ import annotations

import re

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from kg.iri import BASE, slug
from kg.resources import resource

SCHEME = URIRef(f"{BASE}diplomacy")
LEVELS = 4


@pytest.fixture(scope="module")
def thesaurus() -> Graph:
    return Graph().parse(resource("ontology", "topics.ttl"))


def concepts(thesaurus: Graph) -> set[Node]:
    return set(thesaurus.subjects(RDF.type, SKOS.Concept))


def test_it_is_large_enough_and_all_in_one_scheme(thesaurus: Graph) -> None:
    assert len(concepts(thesaurus)) >= 150
    assert set(thesaurus.subjects(SKOS.inScheme, SCHEME)) == concepts(thesaurus)
    assert set(thesaurus.subjects(RDF.type, SKOS.ConceptScheme)) == {SCHEME, URIRef(f"{BASE}topic")}
    for scheme in thesaurus.subjects(RDF.type, SKOS.ConceptScheme):
        for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.license):
            assert thesaurus.value(scheme, predicate) is not None


def test_every_concept_hangs_on_a_top_concept_within_the_levels(thesaurus: Graph) -> None:
    level = set(thesaurus.objects(SCHEME, SKOS.hasTopConcept))
    assert level == set(thesaurus.subjects(SKOS.topConceptOf, SCHEME))
    reached: set[Node] = set()
    for _ in range(LEVELS):
        assert not level & reached  # a concept met again has two parents or lies on a cycle
        reached |= level
        children = [child for node in level for child in thesaurus.objects(node, SKOS.narrower)]
        assert len(children) == len(set(children))
        level = set(children)
    assert not level
    assert reached == concepts(thesaurus)


def test_broader_narrower_and_related_agree(thesaurus: Graph) -> None:
    narrower = set(thesaurus.subject_objects(SKOS.narrower))
    related = set(thesaurus.subject_objects(SKOS.related))
    assert {(child, parent) for parent, child in narrower} == set(thesaurus.subject_objects(SKOS.broader))
    assert {(b, a) for a, b in related} == related
    for a, b in related:  # SKOS S27: related concepts are not above each other
        assert a not in thesaurus.transitive_objects(b, SKOS.broader)
        assert b not in thesaurus.transitive_objects(a, SKOS.broader)


def test_labels_are_whole_and_each_is_given_once(thesaurus: Graph) -> None:
    seen: dict[tuple[str | None, str], Node] = {}
    for concept in concepts(thesaurus):
        preferred = [label for label in thesaurus.objects(concept, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(str(label.language) for label in preferred) == ["de", "en"], concept
        other = [label for label in thesaurus.objects(concept, SKOS.altLabel) if isinstance(label, Literal)]
        for label in [*preferred, *other]:
            assert str(label) == str(label).strip() != ""
            assert seen.setdefault((label.language, str(label).casefold()), concept) == concept, label
    for concept in thesaurus.subjects(SKOS.definition):
        texts = [text for text in thesaurus.objects(concept, SKOS.definition) if isinstance(text, Literal)]
        assert {text.language for text in texts} == {"de", "en"}


def test_no_label_names_an_actor(thesaurus: Graph) -> None:
    actors = Graph().parse(resource("ontology", "actors.ttl"))
    names = {str(name).casefold() for kind in (SKOS.prefLabel, SKOS.altLabel) for name in actors.objects(None, kind)}
    labels = {str(label) for kind in (SKOS.prefLabel, SKOS.altLabel) for label in thesaurus.objects(None, kind)}
    assert not {label for label in labels if label.casefold() in names}


def test_iris_are_plain_and_apart_from_those_of_topics_in_articles(thesaurus: Graph) -> None:
    for concept in concepts(thesaurus):
        name = str(concept).removeprefix(f"{SCHEME}/")
        assert name == slug(name), concept
        assert not str(concept).startswith(f"{BASE}topic/")


def test_matches_lead_to_eurovoc_and_wikidata(thesaurus: Graph) -> None:
    exact = list(thesaurus.subject_objects(SKOS.exactMatch))
    close = list(thesaurus.subject_objects(SKOS.closeMatch))
    for _, target in exact:
        assert re.fullmatch(r"http://eurovoc\.europa\.eu/\d+", str(target))
    for _, target in close:
        assert re.fullmatch(r"http://eurovoc\.europa\.eu/\d+|http://www\.wikidata\.org/entity/Q\d+", str(target))
    targets = [target for _, target in [*exact, *close]]
    assert len(targets) == len(set(targets)) > 80
    assert len({concept for concept, _ in exact}) == len(exact)
