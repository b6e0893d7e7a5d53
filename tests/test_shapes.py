"""Shapes: what kg.rdf writes conforms; each way of breaking it is refused with the node and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef
from test_rdf import EXTRACTION, ITALY, MEETS, OPPOSES, SPAIN, VOCABULARY, of_type

from kg.errors import OntologyError, ShapeError
from kg.iri import NS, article_iri
from kg.model import Extraction
from kg.rdf import actor_quads, article_quads, edge_quads
from kg.resources import resource
from kg.shapes import check, check_ontology

Quads = list[ox.Quad]
WS, OA, DCTERMS = NS, "http://www.w3.org/ns/oa#", "http://purl.org/dc/terms/"
SKOS, XSD = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2001/XMLSchema#"
VALID = article_quads(EXTRACTION, vocabulary=VOCABULARY)
[POSITION] = of_type(VALID, f"{WS}Position")
[RELATION] = of_type(VALID, f"{WS}RelationStatement")
[EVENT] = of_type(VALID, f"{WS}Event")
TYPE = str(RDF.type)
ARTICLE = article_iri(EXTRACTION.article.id)
DECIMAL, DATE = ox.NamedNode(f"{XSD}decimal"), ox.NamedNode(f"{XSD}date")


def without(predicate: str, *, subject: str | None = None) -> Callable[[Quads], Quads]:
    """Return a change that takes all triples of a predicate away."""

    def change(quads: Quads) -> Quads:
        kept = [
            quad
            for quad in quads
            if quad.predicate.value != predicate or (subject is not None and quad.subject.value != subject)
        ]
        assert len(kept) < len(quads)
        return kept

    return change


def also(subject: str, predicate: str, term: ox.NamedNode | ox.Literal) -> Callable[[Quads], Quads]:
    """Return a change that adds a triple."""
    added = ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term, ox.NamedNode("urn:x:graph"))
    return lambda quads: [*quads, added]


def instead(subject: str, predicate: str, term: ox.NamedNode | ox.Literal) -> Callable[[Quads], Quads]:
    """Return a change that puts another object in place of all there are."""
    return lambda quads: also(subject, predicate, term)(without(predicate, subject=subject)(quads))


def test_what_is_written_conforms() -> None:
    check([*VALID, *edge_quads(EXTRACTION, vocabulary=VOCABULARY)])


def test_an_article_without_statements_or_metadata_conforms() -> None:
    bare = replace(EXTRACTION.article, title=None, date=None, source=None)
    check(article_quads(replace(EXTRACTION, article=bare, positions=(), relations=()), vocabulary=VOCABULARY))
    check(article_quads(replace(EXTRACTION, article=bare), vocabulary=VOCABULARY))


def test_an_attack_on_itself_conforms() -> None:
    relations = (replace(MEETS, relation="attacks", b=SPAIN),)
    check(article_quads(replace(EXTRACTION, relations=relations), vocabulary=VOCABULARY))


def test_the_registry_conforms() -> None:
    check(actor_quads())


BREAKS = {
    "no actor": (without(f"{WS}actor"), POSITION, "one ws:actor"),
    "two actors": (also(POSITION, f"{WS}actor", ox.NamedNode(ITALY.iri)), POSITION, "one ws:actor"),
    "an actor not described": (without(f"{SKOS}prefLabel", subject=SPAIN.iri), SPAIN.iri, "skos:prefLabel"),
    "a stance that is none": (
        instead(POSITION, f"{WS}stance", ox.NamedNode(f"{WS}dislikes")),
        POSITION,
        "use one of its stances. Found: <https://w3id.org/whostands/ns#dislikes>",
    ),
    "a stance family": (instead(POSITION, f"{WS}stance", ox.NamedNode(f"{WS}favours")), POSITION, "ws:Stance"),
    "the other sign": (instead(POSITION, f"{WS}sign", ox.Literal(1)), POSITION, "sign of its stance"),
    "no sign": (without(f"{WS}sign"), POSITION, "ws:sign"),
    "no topic": (without(f"{WS}topic"), POSITION, "one ws:topic"),
    "a topic without scheme": (without(f"{SKOS}inScheme"), EXTRACTION.positions[0].topic.iri, "skos:inScheme"),
    "a topic named twice": (
        also(EXTRACTION.positions[0].topic.iri, f"{SKOS}altLabel", ox.Literal("Zölle", language="de")),
        EXTRACTION.positions[0].topic.iri,
        "another word than its skos:prefLabel",
    ),
    "a topic under an actor": (
        also(EXTRACTION.positions[0].topic.iri, f"{SKOS}broader", ox.NamedNode(SPAIN.iri)),
        EXTRACTION.positions[0].topic.iri,
        "a concept of the thesaurus",
    ),
    "too confident": (
        instead(POSITION, f"{WS}confidence", ox.Literal("1.2", datatype=DECIMAL)),
        POSITION,
        "from 0 to 1",
    ),
    "confidence no number": (
        instead(POSITION, f"{WS}confidence", ox.Literal("nan", datatype=DECIMAL)),
        "xsd:decimal",
        "finite number",
    ),
    "another day than the article's": (
        instead(POSITION, f"{DCTERMS}date", ox.Literal("2024-01-01", datatype=DATE)),
        POSITION,
        "copy it from there",
    ),
    "no article": (without("http://www.w3.org/ns/prov#wasDerivedFrom", subject=POSITION), POSITION, "ws:Article"),
    "no run": (without(f"{WS}modelVersion"), "https://w3id.org/whostands/id/run/m-1", "ws:modelVersion"),
    "no evidence": (without(f"{WS}evidence", subject=POSITION), POSITION, "ws:Evidence"),
    "no quote": (without(f"{WS}quote", subject=RELATION), RELATION, "ws:quote"),
    "evidence of another statement": (
        instead(f"{POSITION}/evidence", f"{OA}hasBody", ox.NamedNode(RELATION)),
        POSITION,
        "point them at each other",
    ),
    "evidence without cue": (
        instead(f"{POSITION}/evidence/cue", f"{WS}role", ox.Literal("actor")),
        POSITION,
        "roles sentence, actor, cue and topic",
    ),
    "evidence in another article": (
        instead(f"{POSITION}/evidence/cue", f"{OA}hasSource", ox.NamedNode(f"{ARTICLE}-2")),
        POSITION,
        "mend oa:hasSource",
    ),
    "a target without selectors": (
        without(f"{OA}hasSelector", subject=f"{POSITION}/evidence/topic"),
        f"{POSITION}/evidence",
        "four targets",
    ),
    "a selector without end": (
        without(f"{OA}end", subject=f"{POSITION}/evidence/cue/position-0"),
        f"{POSITION}/evidence/cue/position-0",
        "oa:end",
    ),
    "an empty quote": (
        instead(f"{POSITION}/evidence/cue/quote-1", f"{OA}exact", ox.Literal("")),
        f"{POSITION}/evidence/cue/quote-1",
        "outside the text",
    ),
    "reported by the actor": (
        instead(POSITION, f"{WS}reportedBy", ox.NamedNode(SPAIN.iri)),
        POSITION,
        "other than the actor",
    ),
    "an addressee not described": (
        also(POSITION, f"{WS}addressee", ox.NamedNode(f"{SPAIN.iri}0")),
        POSITION,
        "ws:addressee",
    ),
    "a meeting with itself": (instead(RELATION, f"{WS}object", ox.NamedNode(SPAIN.iri)), RELATION, "to itself"),
    "a relation that is none": (
        instead(RELATION, f"{WS}relation", ox.NamedNode(f"{WS}greets")),
        RELATION,
        "one of its relations",
    ),
    "an event of another kind": (
        instead(EVENT, f"{WS}eventKind", ox.NamedNode(f"{WS}aids")),
        RELATION,
        "mend ws:tellsOf",
    ),
    "an event of a kind that lasts": (
        instead(EVENT, f"{WS}eventKind", ox.NamedNode(f"{WS}member_of")),
        EVENT,
        "use one of these relations",
    ),
    "an event with one actor": (without(f"{WS}participant"), EVENT, "add who is missing"),
    "an event on two days": (
        also(EVENT, f"{WS}reportedOn", ox.Literal("2025-03-02", datatype=DATE)),
        EVENT,
        "one ws:rep",
    ),
    "an event not described": (
        instead(RELATION, f"{WS}tellsOf", ox.NamedNode(f"{EVENT[:-1]}x")),
        RELATION,
        "with its kind and its actors",
    ),
    "negated or not": (without(f"{WS}negated"), RELATION, "true or false"),
    "two titles": (also(ARTICLE, f"{DCTERMS}title", ox.Literal("Noch einer", language="de")), ARTICLE, "share one id"),
    "no language": (without(f"{DCTERMS}language"), ARTICLE, "dcterms:language"),
    "not a date": (instead(ARTICLE, f"{DCTERMS}issued", ox.Literal("gestern")), ARTICLE, "YYYY-MM-DD"),
    "two names in one language": (
        also(SPAIN.iri, f"{SKOS}prefLabel", ox.Literal("Königreich Spanien", language="de")),
        SPAIN.iri,
        "skos:altLabel",
    ),
    "a state that is a person": (
        also(SPAIN.iri, TYPE, ox.NamedNode(f"{WS}Person")),
        SPAIN.iri,
        "keep one type",
    ),
    "a state that is a coalition": (also(SPAIN.iri, TYPE, ox.NamedNode(f"{WS}Coalition")), SPAIN.iri, "A state is no"),
    "an organisation that is a group": (
        lambda quads: also(SPAIN.iri, TYPE, ox.NamedNode(f"{WS}Group"))(
            instead(SPAIN.iri, TYPE, ox.NamedNode(f"{WS}Organisation"))(quads)
        ),
        SPAIN.iri,
        "is no coalition and no group",
    ),
    "a group with a Wikidata item": (instead(SPAIN.iri, TYPE, ox.NamedNode(f"{WS}Group")), SPAIN.iri, "no proper name"),
    "a government of a person": (
        lambda quads: also(SPAIN.iri, f"{WS}governmentOf", ox.NamedNode(f"{SPAIN.iri}0"))(
            instead(SPAIN.iri, TYPE, ox.NamedNode(f"{WS}Government"))(quads)
        ),
        SPAIN.iri,
        "described as a ws:State",
    ),
    "another Wikidata": (
        also(SPAIN.iri, "http://www.w3.org/2002/07/owl#sameAs", ox.NamedNode("https://example.org/Q29")),
        SPAIN.iri,
        "Wikidata item",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_refused_with_its_node_and_mend(name: str) -> None:
    change, node, told = BREAKS[name]
    with pytest.raises(ShapeError) as caught:
        check(change(VALID))
    text = str(caught.value)
    assert node in text
    assert told in messages(change(VALID))


def messages(quads: Quads) -> str:
    """Return all that is told, however the breaks are spread over nodes."""
    try:
        check(quads)
    except ShapeError as error:
        return str(error)
    return ""


def test_the_ontology_conforms() -> None:
    check_ontology()


CORE, TOPICS = resource("ontology", "core.ttl"), resource("ontology", "topics.ttl")
WRONG_TERMS = {
    "a stance without sign": (CORE, "ws:sign 1 ; ws:strength 2 ;", "ws:strength 2 ;", "ws:sign"),
    "a stance under another family": (
        CORE,
        "rdfs:subPropertyOf ws:takesNoSide ;",
        "rdfs:subPropertyOf ws:favours ;",
        "that of its family",
    ),
    "a stance whose opposite is no opposite": (
        CORE,
        "ws:oppositeStance ws:refuses ;",
        "ws:oppositeStance ws:supports ;",
        "the opposite ws:sign",
    ),
    "a term without example": (CORE, 'skos:example "Angela Merkel"@de,', "skos:example", "skos:example in German"),
    "a relation that is symmetric and has an inverse": (
        CORE,
        "owl:inverseOf ws:aids ;",
        "owl:inverseOf ws:aids, ws:meets ;",
        "not both",
    ),
    "a relation without family": (CORE, "rdfs:subPropertyOf ws:interactsWith ;", "", "of a ws:RelationFamily"),
    "a relation without domain": (
        CORE,
        "rdfs:domain ws:State ; rdfs:range ws:State ;",
        "rdfs:range ws:State ;",
        "one rdfs:domain",
    ),
    "a concept on its own": (TOPICS, "skos:broader diplomacy:diplomatic-relations ;", "", "add skos:broader"),
    "a concept in one language": (TOPICS, ', "embassies"@en ;', " ;", "German and one in English"),
}


@pytest.mark.parametrize("name", WRONG_TERMS)
def test_a_wrong_term_is_refused_with_its_node_and_mend(tmp_path: Path, name: str) -> None:
    path, old, new, told = WRONG_TERMS[name]
    text = path.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / path.name
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OntologyError, match="Mend it in ontology") as caught:
        check_ontology(*(broken if one == path else one for one in (CORE, TOPICS)))
    assert told in str(caught.value)
    assert str(caught.value.where).startswith("https://w3id.org/whostands/")


def test_every_class_has_a_shape() -> None:
    shapes = Graph().parse(resource("ontology", "shapes.ttl")).parse(resource("ontology", "vocabulary-shapes.ttl"))
    core = Graph().parse(CORE)
    shaped = set(shapes.objects(None, SH.targetClass))
    classes = {term for term in core.subjects(RDF.type, OWL.Class) if str(term).startswith(WS)}
    # What is only above others is checked as these are.
    gathered = {term for term in classes - shaped if set(core.subjects(RDFS.subClassOf, term)) & shaped}
    assert classes == shaped & classes | gathered
    assert gathered <= {URIRef(f"{WS}Statement")}


@pytest.mark.parametrize(
    "extraction",
    [
        replace(EXTRACTION, positions=(replace(OPPOSES, topic_spans=((900, 910),)),)),
        replace(EXTRACTION, positions=(replace(OPPOSES, cue=((15, 10),)),)),
        replace(EXTRACTION, positions=(replace(OPPOSES, actor_spans=()),)),
        replace(EXTRACTION, positions=(replace(OPPOSES, confidence=-0.1),)),
        replace(EXTRACTION, positions=(replace(OPPOSES, confidence=float("nan")),)),
        replace(EXTRACTION, relations=(replace(MEETS, sentence=(0, 0)),)),
    ],
)
def test_an_extraction_with_bad_spans_is_refused(extraction: Extraction) -> None:
    with pytest.raises(ShapeError):
        check(article_quads(extraction, vocabulary=VOCABULARY))


def test_every_shape_has_a_message() -> None:
    shapes = Graph().parse(resource("ontology", "shapes.ttl"))
    properties = set(shapes.objects(None, SH.property))
    inner = {node for path in (SH["or"], SH["not"]) for node in shapes.objects(None, path)}
    silent = [
        shape
        for shape in shapes.subjects(SH.property, None)
        for part in shapes.objects(shape, SH.property)
        if (shape, RDF.type, SH.NodeShape) in shapes and shapes.value(part, SH.message) is None
    ]
    assert properties
    assert inner
    assert not silent
