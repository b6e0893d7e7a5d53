"""Extractions -> quads: the sole writer of triples.

What one article says is in its own named graph. What many articles say alike (who an actor is, what a topic is called,
which run found it) is in one shared graph each: an engine that reads all graphs as one may give a triple once per
graph it is in (Oxigraph does), and every join with a label would multiply. No blank nodes; same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import OntologyError, ShapeError
from kg.evidence import describe_evidence
from kg.iri import (
    ACTORS_GRAPH,
    EDGES_GRAPH,
    EVENTS_GRAPH,
    NS,
    ONTOLOGY,
    RUNS_GRAPH,
    TOPIC_SCHEME,
    TOPICS_GRAPH,
    WIKIDATA,
    article_graph,
    article_iri,
    event_iri,
    position_iri,
    relation_iri,
    run_iri,
)
from kg.model import Actor, Article, Extraction, Position, Relation, Topic, words_of
from kg.resources import resource
from kg.terms import (
    DCTERMS,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    QuadGraph,
    boolean,
    calendar_date,
    decimal,
    link,
    named,
    plain,
    ws,
)
from kg.vocabulary import RelationKind, Stance, Vocabulary


def article_quads(extraction: Extraction, *, vocabulary: Vocabulary) -> list[ox.Quad]:
    """Return all quads of an extraction but its edges, sorted, each once.

    Of two positions (or relations) with the same words the more confident is kept. A relation of an actor to itself is
    left out where the ontology says there is none, and so is an actor's report of itself. Raises
    :class:`OntologyError` for a stance, relation or actor type that the ontology does not have, :class:`ShapeError` for
    an IRI that is none.
    """
    article = extraction.article
    graph = QuadGraph(article_graph(article.id), article.language)
    _describe_article(graph, article)
    for iri, position in _positions(extraction).items():
        _describe_position(graph, iri, position, article, _stance(position.stance, vocabulary))
        _tell(graph, iri, position, extraction)
    for iri, relation in _relations(extraction, vocabulary).items():
        _describe_relation(graph, iri, relation, article, _relation_kind(relation.relation, vocabulary))
        _tell(graph, iri, relation, extraction)
    quads = graph.quads
    quads |= _actors(_named_actors(extraction, vocabulary), article.language, vocabulary)
    quads |= _events(_relations(extraction, vocabulary).values(), article, vocabulary)
    quads |= _topics((position.topic for position in _positions(extraction).values()), article.language)
    quads |= _run(extraction.model)
    return sorted(quads, key=str)


def edge_quads(extraction: Extraction, *, vocabulary: Vocabulary) -> list[ox.Quad]:
    """Return the plain triples ``actor stance topic`` and ``actor relation actor`` in the edges graph, sorted.

    Symmetric relations go both ways; negated ones are left out. Raises as :func:`article_quads`.
    """
    graph = named(EDGES_GRAPH)
    quads = set()
    for position in _positions(extraction).values():
        stance = named(_stance(position.stance, vocabulary).iri)
        quads.add(ox.Quad(named(position.actor.iri), stance, named(position.topic.iri), graph))
    for relation in _relations(extraction, vocabulary).values():
        kind = _relation_kind(relation.relation, vocabulary)
        a, b = named(relation.a.iri), named(relation.b.iri)
        if not relation.negated:
            quads.add(ox.Quad(a, named(kind.iri), b, graph))
            quads |= {ox.Quad(b, named(kind.iri), a, graph)} if kind.symmetric else set()
    return sorted(quads, key=str)


def ontology_quads() -> list[ox.Quad]:
    """Return the ontology in its graph and the scheme of topics in theirs, sorted."""
    core = _turtle_quads(resource("ontology", "core.ttl"), ONTOLOGY)
    return sorted(core | _turtle_quads(resource("ontology", "topics.ttl"), TOPICS_GRAPH), key=str)


def actor_quads(path: Path | None = None) -> list[ox.Quad]:
    """Return the registry of actors (or another Turtle file of that form) in its graph, sorted.

    Raises :class:`OntologyError` where the file is no Turtle or has blank nodes.
    """
    return sorted(_turtle_quads(path or resource("ontology", "actors.ttl"), ACTORS_GRAPH), key=str)


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Return quads as N-Quads (https://www.w3.org/TR/n-quads/) in UTF-8, lines sorted and each once."""
    lines = set((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").split(b"\n")) - {b""}
    return b"".join(line + b"\n" for line in sorted(lines))


def _describe_article(graph: QuadGraph, article: Article) -> None:
    graph.add(
        article_iri(article.id),
        (f"{RDF}type", ws("Article")),
        (f"{RDF}type", named(f"{SCHEMA}NewsArticle")),
        (f"{DCTERMS}identifier", plain(article.id)),
        (f"{DCTERMS}language", plain(article.language)),
        (f"{DCTERMS}title", graph.words(article.title) if article.title else None),
        (f"{DCTERMS}issued", calendar_date(article.date)),
        (f"{DCTERMS}source", plain(article.source) if article.source else None),
        (f"{DCTERMS}license", link(article.licence) if article.licence else None),
        (f"{SCHEMA}url", link(article.url) if article.url else None),
    )


def _describe_position(graph: QuadGraph, iri: str, position: Position, article: Article, stance: Stance) -> None:
    text, source = article.text, _other_source(position)
    graph.add(
        iri,
        (f"{RDF}type", ws("Position")),
        (f"{NS}actor", named(position.actor.iri)),
        (f"{NS}stance", named(stance.iri)),
        (f"{NS}topic", named(position.topic.iri)),
        (f"{NS}sign", ox.Literal(stance.sign)),
        (f"{NS}hedged", boolean(position.hedged)),
        *((f"{NS}addressee", named(addressee.iri)) for addressee in position.addressees),
        (f"{NS}reportedBy", named(source.iri) if source else None),
        (f"{NS}actorText", graph.words(words_of(text, position.actor_spans))),
        (f"{NS}topicText", graph.words(words_of(text, position.topic_spans))),
    )
    roles = (("actor", position.actor_spans), ("cue", position.cue), ("topic", position.topic_spans))
    describe_evidence(graph, iri, article, (("sentence", (position.sentence,)), *roles))


def _describe_relation(graph: QuadGraph, iri: str, relation: Relation, article: Article, kind: RelationKind) -> None:
    text = article.text
    graph.add(
        iri,
        (f"{RDF}type", ws("RelationStatement")),
        (f"{NS}subject", named(relation.a.iri)),
        (f"{NS}relation", named(kind.iri)),
        (f"{NS}object", named(relation.b.iri)),
        (f"{NS}negated", boolean(relation.negated)),
        (f"{NS}tellsOf", named(event) if (event := _event_iri(relation, article, kind)) else None),
        (f"{NS}officeText", graph.words(relation.office) if relation.office else None),
        (f"{NS}subjectText", graph.words(words_of(text, relation.a_spans))),
        (f"{NS}objectText", graph.words(words_of(text, relation.b_spans))),
    )
    roles = (("a", relation.a_spans), ("b", relation.b_spans), ("cue", relation.cue))
    describe_evidence(graph, iri, article, (("sentence", (relation.sentence,)), *roles))


def _tell(graph: QuadGraph, iri: str, found: Position | Relation, extraction: Extraction) -> None:
    """Add what positions and relations have alike: date, confidence, where from, and the words for fast reading."""
    article = extraction.article
    graph.add(
        iri,
        (f"{NS}confidence", decimal(found.confidence)),
        (f"{NS}evidence", named(f"{iri}/evidence")),
        (f"{NS}quote", graph.words(words_of(article.text, (found.sentence,)))),
        (f"{NS}cueText", graph.words(words_of(article.text, found.cue))),
        (f"{DCTERMS}date", calendar_date(article.date)),
        (f"{PROV}wasDerivedFrom", named(article_iri(article.id))),
        (f"{PROV}wasGeneratedBy", named(run_iri(extraction.model))),
    )


def _actors(actors: Iterable[Actor], language: str, vocabulary: Vocabulary) -> set[ox.Quad]:
    """Describe each actor once: names that make the same IRI give the resolved and then the first one's description."""
    chosen: dict[str, Actor] = {}
    for actor in sorted(actors, key=lambda actor: (not actor.resolved, actor.type, actor.label)):
        chosen.setdefault(actor.iri, actor)
    graph = QuadGraph(ACTORS_GRAPH, language)
    for iri, actor in chosen.items():
        if actor.type not in vocabulary.actor_types:
            raise _unknown("type of actor", actor.type, vocabulary.actor_types)
        graph.add(
            iri,
            (f"{RDF}type", named(vocabulary.actor_types[actor.type])),
            (f"{RDFS}label", graph.words(actor.label)),
            (f"{SKOS}prefLabel", graph.words(actor.label)),
            (f"{NS}resolved", boolean(actor.resolved)),
            (f"{OWL}sameAs", named(f"{WIKIDATA}{actor.wikidata}") if actor.wikidata else None),
        )
    return graph.quads


def _topics(topics: Iterable[Topic], language: str) -> set[ox.Quad]:
    """Describe topics and what lies above them; a concept of the thesaurus is described there and only pointed at."""
    graph = QuadGraph(TOPICS_GRAPH, language)
    chosen: dict[str, Topic] = {}
    for topic in sorted(_lines(topics), key=lambda topic: topic.label):
        first = chosen.setdefault(topic.iri, topic)
        graph.add(
            topic.iri,
            *((f"{SKOS}altLabel", graph.words(label)) for label in topic.alt_labels if label != first.label),
            (f"{SKOS}broader", named(topic.broader.iri) if topic.broader else None),
        )
    for iri, topic in chosen.items():
        graph.add(
            iri,
            (f"{RDF}type", ws("Topic")),
            (f"{RDF}type", named(f"{SKOS}Concept")),
            (f"{RDFS}label", graph.words(topic.label)),
            (f"{SKOS}prefLabel", graph.words(topic.label)),
            (f"{SKOS}inScheme", named(TOPIC_SCHEME)),
        )
    return graph.quads


def _lines(topics: Iterable[Topic]) -> Iterator[Topic]:
    """Yield topics and the topics above them, all of the scheme of topics; raises ShapeError for one above itself."""
    for topic in topics:
        line: list[str] = []
        above: Topic | None = topic
        while above is not None and above.iri.startswith(f"{TOPIC_SCHEME}/"):
            if above.iri in line:
                mend = "Leave Topic.broader empty where two labels are one concept."
                raise ShapeError("A topic is broader than itself", where=above.iri, mend=mend)
            line.append(above.iri)
            yield above
            above = above.broader


def _events(relations: Iterable[Relation], article: Article, vocabulary: Vocabulary) -> set[ox.Quad]:
    """Describe what the relations tell of: one event for one kind, the same actors and one day."""
    graph = QuadGraph(EVENTS_GRAPH, article.language)
    for relation in relations:
        kind = _relation_kind(relation.relation, vocabulary)
        if (iri := _event_iri(relation, article, kind)) is None:
            continue
        roles = ("participant", "participant") if kind.symmetric else ("initiator", "recipient")
        graph.add(
            iri,
            (f"{RDF}type", ws("Event")),
            (f"{NS}eventKind", named(kind.iri)),
            (f"{NS}{roles[0]}", named(relation.a.iri)),
            (f"{NS}{roles[1]}", named(relation.b.iri)),
            (f"{NS}reportedOn", calendar_date(article.date)),
        )
    return graph.quads


def _event_iri(relation: Relation, article: Article, kind: RelationKind) -> str | None:
    """Return the event that a relation tells of, None where it is denied or lasts (is a member of)."""
    if relation.negated or not kind.event:
        return None
    actors = (relation.a.iri, relation.b.iri)
    when = article.date.isoformat() if article.date else article_iri(article.id)
    return event_iri((kind.iri, *(sorted(actors) if kind.symmetric else actors), when))


def _run(model: str) -> set[ox.Quad]:
    graph = QuadGraph(RUNS_GRAPH, "und")
    graph.add(
        run_iri(model),
        (f"{RDF}type", ws("ExtractionRun")),
        (f"{RDF}type", named(f"{PROV}Activity")),
        (f"{NS}modelVersion", plain(model)),
    )
    return graph.quads


def _positions(extraction: Extraction) -> dict[str, Position]:
    """Return the positions by IRI, of several with the same IRI the most confident."""
    chosen: dict[str, Position] = {}
    for position in sorted(extraction.positions, key=lambda position: -position.confidence):
        spans = (position.topic_spans, position.cue, position.actor_spans)
        iri = position_iri((extraction.article.id, position.actor.iri, position.stance, *spans))
        chosen.setdefault(iri, position)
    return chosen


def _relations(extraction: Extraction, vocabulary: Vocabulary) -> dict[str, Relation]:
    """Return the relations that can hold by IRI, of several with the same IRI the most confident."""
    chosen: dict[str, Relation] = {}
    for relation in sorted(extraction.relations, key=lambda relation: -relation.confidence):
        a, b = relation.a.iri, relation.b.iri
        if a == b and _relation_kind(relation.relation, vocabulary).irreflexive:
            continue
        spans = (relation.a_spans, relation.b_spans, relation.cue)
        chosen.setdefault(relation_iri((extraction.article.id, relation.relation, a, b, *spans)), relation)
    return chosen


def _named_actors(extraction: Extraction, vocabulary: Vocabulary) -> Iterator[Actor]:
    for position in _positions(extraction).values():
        yield position.actor
        yield from position.addressees
        if (source := _other_source(position)) is not None:
            yield source
    for relation in _relations(extraction, vocabulary).values():
        yield relation.a
        yield relation.b


def _other_source(position: Position) -> Actor | None:
    """Return who reports the position where it is another than the actor ("Laut Kiew will die Ukraine ...": no one)."""
    source = position.reported_by
    return source if source is not None and source.iri != position.actor.iri else None


def _stance(name: str, vocabulary: Vocabulary) -> Stance:
    try:
        return vocabulary.stances[name]
    except KeyError:
        raise _unknown("stance", name, vocabulary.stances) from None


def _relation_kind(name: str, vocabulary: Vocabulary) -> RelationKind:
    try:
        return vocabulary.relations[name]
    except KeyError:
        raise _unknown("relation", name, vocabulary.relations) from None


def _unknown(kind: str, name: str, known: Iterable[str]) -> OntologyError:
    mend = f"Use one of {', '.join(known)}, or add it to ontology/core.ttl."
    return OntologyError(f"The ontology has no {kind} {name!r}", where=name, mend=mend)


def _turtle_quads(path: Path, graph: str) -> set[ox.Quad]:
    """Return a file's triples in a named graph; the nodes of its lists, which Turtle leaves blank, get IRIs."""
    try:
        parsed = ox.Dataset(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    except (SyntaxError, OSError) as error:
        raise OntologyError(f"Not Turtle: {error}", where=str(path), mend="Correct it there.") from error
    parsed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)  # names blank nodes by what they say, not by chance
    lists = {quad.subject for quad in parsed.quads_for_predicate(named(f"{RDF}first"))}
    for quad in parsed:
        for node in (quad.subject, quad.object):
            if isinstance(node, ox.BlankNode) and node not in lists:
                mend = "Give the node an IRI."
                raise OntologyError(f"A blank node at {quad.predicate.value}", where=str(path), mend=mend)
    return {
        ox.Quad(_with_iri(quad.subject, graph), quad.predicate, _with_iri(quad.object, graph), named(graph))
        for quad in parsed
    }


def _with_iri(term: Any, graph: str) -> Any:
    return named(f"{graph}/list/{term.value}") if isinstance(term, ox.BlankNode) else term
