"""A small graph for the tests of store and service: hand-made extractions, written by :mod:`kg.rdf`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kg.iri import actor_iri, topic_iri
from kg.model import Actor, Article, Extraction, Position, Relation, Span, Spans, Topic
from kg.rdf import article_quads, edge_quads, nquads, ontology_quads
from kg.vocabulary import load_vocabulary

FRANCE = Actor(iri=actor_iri("Frankreich", "Q142"), label="Frankreich", type="State", resolved=True, wikidata="Q142")
TURKEY = Actor(iri=actor_iri("Türkei", "Q43"), label="Türkei", type="State", resolved=True, wikidata="Q43")
GERMANY = Actor(iri=actor_iri("Deutschland", "Q183"), label="Deutschland", type="State", resolved=True, wikidata="Q183")
ALLIANCE = Actor(iri=actor_iri("Koalition der Willigen"), label="Koalition der Willigen", type="Coalition")
TROOPS = Topic(iri=topic_iri("Entsendung von Truppen"), label="Entsendung von Truppen")
TALKS = Topic(iri=topic_iri("Verhandlungen"), label="Verhandlungen")

PARIS = (
    "In Paris traf sich die Koalition der Willigen. 🇪🇺 Frankreich erklärte sich bereit, Truppen zu entsenden. "
    "Die Türkei lehnte eine Entsendung von Truppen ab. Deutschland forderte neue Verhandlungen."
)
ANKARA = "Frankreich und die Türkei trafen sich in Ankara. Es lehnt eine Entsendung von Truppen ab."


def words(text: str, *parts: str) -> Spans:
    """Return where each part first stands in the text."""
    return tuple((text.index(part), text.index(part) + len(part)) for part in parts)


def sentence(text: str, begin: str) -> Span:
    """Return the sentence that begins with these words."""
    start = text.index(begin)
    return start, text.index(".", start) + 1


def extractions() -> list[Extraction]:
    """Return two articles: three positions of three actors; a meeting, a negated one, and a position by a pronoun."""
    paris = Article(
        id="paris-2025",
        text=PARIS,
        title="Treffen in Paris",
        date=date(2025, 9, 4),
        source="Beispiel",
        url="https://example.org/paris",
    )
    ankara = Article(id="ankara 2024/1", text=ANKARA, title="Treffen in Ankara", date=date(2024, 5, 1))
    positions = (
        Position(
            actor=FRANCE,
            actor_spans=words(PARIS, "Frankreich"),
            stance="commits",
            topic=TROOPS,
            topic_spans=words(PARIS, "Truppen zu entsenden"),
            cue=words(PARIS, "erklärte sich bereit"),
            sentence=sentence(PARIS, "🇪🇺 Frankreich"),
            confidence=0.87,
            addressees=(ALLIANCE,),
        ),
        Position(
            actor=TURKEY,
            actor_spans=words(PARIS, "Türkei"),
            stance="opposes",
            topic=TROOPS,
            topic_spans=words(PARIS, "Entsendung von Truppen"),
            cue=words(PARIS, "lehnte", "ab."),
            sentence=sentence(PARIS, "Die Türkei"),
            confidence=0.9,
        ),
        Position(
            actor=GERMANY,
            actor_spans=words(PARIS, "Deutschland"),
            stance="demands",
            topic=TALKS,
            topic_spans=words(PARIS, "neue Verhandlungen"),
            cue=words(PARIS, "forderte"),
            sentence=sentence(PARIS, "Deutschland"),
            confidence=0.5,
            reported_by=FRANCE,
            hedged=True,
        ),
    )
    pronoun = Position(
        actor=FRANCE,
        actor_spans=words(ANKARA, "Frankreich"),
        stance="opposes",
        topic=TROOPS,
        topic_spans=words(ANKARA, "Entsendung von Truppen"),
        cue=words(ANKARA, "lehnt", "ab"),
        sentence=sentence(ANKARA, "Es lehnt"),
        confidence=0.6,
    )
    meeting = Relation(
        relation="meets",
        a=TURKEY,
        a_spans=words(ANKARA, "Türkei"),
        b=FRANCE,
        b_spans=words(ANKARA, "Frankreich"),
        cue=words(ANKARA, "trafen sich"),
        sentence=sentence(ANKARA, "Frankreich"),
        confidence=0.8,
    )
    denied = Relation(
        relation="sanctions",
        a=FRANCE,
        a_spans=words(ANKARA, "Frankreich"),
        b=TURKEY,
        b_spans=words(ANKARA, "Türkei"),
        cue=words(ANKARA, "trafen"),
        sentence=sentence(ANKARA, "Frankreich"),
        confidence=0.8,
        negated=True,
    )
    return [
        Extraction(article=paris, positions=positions, relations=(), model="test-1"),
        Extraction(article=ankara, positions=(pronoun,), relations=(meeting, denied), model="test-1"),
    ]


def write_quad_files(folder: Path) -> list[Path]:
    """Write the sample as N-Quads: the ontology, and one file per article with its edges."""
    vocabulary = load_vocabulary()
    files = [folder / "ontology.nq"]
    files[0].write_bytes(nquads(ontology_quads()))
    for number, extraction in enumerate(extractions()):
        quads = [*article_quads(extraction, vocabulary=vocabulary), *edge_quads(extraction, vocabulary=vocabulary)]
        files.append(folder / f"{number}.nq")
        files[-1].write_bytes(nquads(quads))
    return files
