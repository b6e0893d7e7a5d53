"""The graph of what stands in the shipped articles, told by hand in ``tests/gold/examples.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.ingest import read_articles
from kg.iri import BASE, WIKIDATA, actor_iri, topic_iri
from kg.model import Actor, Article, Extraction, Position, Relation, Span, Spans, Topic
from kg.rdf import actor_quads, article_quads, edge_quads, ontology_quads
from kg.reasoning import materialise
from kg.resources import resource
from kg.vocabulary import load_vocabulary

TOLD = Path(__file__).parent / "gold" / "examples.txt"
VOCABULARY = load_vocabulary()
_NAMED = re.compile(r"(?P<name>[^():]+)(:(?P<type>\w+))?( \((?P<words>[^()]+)\))?")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_LABEL, _TYPE = "http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name as it is told, and the words that stand for it in the text."""

    name: str
    type: str | None
    words: str

    @classmethod
    def of(cls, told: str) -> _Named:
        found = _NAMED.fullmatch(told.strip())
        assert found, told
        return cls(found["name"], found["type"], found["words"] or found["name"])


@lru_cache(maxsize=1)
def example_store() -> ox.Store:
    """Return the graph of the examples with ontology, registry and all that follows; made once, not to be changed."""
    store = ox.Store()
    for extraction in example_extractions():
        store.extend(article_quads(extraction, vocabulary=VOCABULARY))
        store.extend(edge_quads(extraction, vocabulary=VOCABULARY))
    store.extend(ontology_quads())
    store.extend(actor_quads())
    materialise(store)
    return store


def example_extractions() -> list[Extraction]:
    """Return what is told of each article."""
    articles = {
        article.id: article
        for article in read_articles([resource("examples", "articles")])
        if isinstance(article, Article)
    }
    told: dict[str, list[list[str]]] = {}
    lines: list[list[str]] = []
    for line in TOLD.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            lines = told.setdefault(line[1:], [])
        elif line.strip() and not line.startswith("#"):
            lines.append([part.strip() for part in line.split("|")])
    return [_extraction(articles[name], lines) for name, lines in told.items()]


def _extraction(article: Article, lines: list[list[str]]) -> Extraction:
    positions = tuple(_position(article, line) for line in lines if line[1] in VOCABULARY.stances)
    relations = tuple(_relation(article, line) for line in lines if line[1] not in VOCABULARY.stances)
    return Extraction(article=article, positions=positions, relations=relations, model="by hand")


def _position(article: Article, line: list[str]) -> Position:
    holder, topic, cue, options = _Named.of(line[0]), _Named.of(line[2]), line[3], list(_options(line[4:]))
    sentence = _sentence(article.text, cue, topic.words)
    broader = [Topic(iri=f"{BASE}diplomacy/{name}", label=name) for kind, name in options if kind == "broader"]
    reporters = [_actor(_Named.of(name)) for kind, name in options if kind == "reported_by"]
    return Position(
        actor=_actor(holder),
        actor_spans=(_mention(article.text, holder.words, sentence),),
        stance=line[1],
        topic=Topic(iri=topic_iri(topic.name), label=topic.name, broader=broader[0] if broader else None),
        topic_spans=(_mention(article.text, topic.words, sentence),),
        cue=_cue(article.text, cue, sentence),
        sentence=sentence,
        confidence=float(dict(options).get("confidence", "0.9")),
        addressees=tuple(_actor(_Named.of(name)) for kind, name in options if kind == "addressee"),
        reported_by=reporters[0] if reporters else None,
    )


def _relation(article: Article, line: list[str]) -> Relation:
    a, b, cue, options = _Named.of(line[0]), _Named.of(line[2]), line[3], dict(_options(line[4:]))
    sentence = _sentence(article.text, cue, b.words)
    return Relation(
        relation=line[1],
        a=_actor(a),
        a_spans=(_mention(article.text, a.words, sentence),),
        b=_actor(b),
        b_spans=(_mention(article.text, b.words, sentence),),
        cue=_cue(article.text, cue, sentence),
        sentence=sentence,
        confidence=0.9,
        office=options.get("office"),
    )


def _options(parts: list[str]) -> Iterator[tuple[str, str]]:
    for part in (part.strip() for rest in parts for part in rest.split(";")):
        kind, _, value = part.partition("=")
        yield kind, value


def _sentence(text: str, cue: str, words: str) -> Span:
    """Return the one sentence that has the cue's parts in order, and the words."""
    pattern = re.compile(".*".join(re.escape(part) for part in cue.split(" ... ")))
    found = [
        (one.start() + len(one[0]) - len(one[0].lstrip()), one.end())
        for one in _SENTENCE.finditer(text)
        if words in one[0] and pattern.search(one[0])
    ]
    assert found, f"no sentence has {cue!r} and {words!r}"
    return found[-1]  # a headline tells what the text tells again


def _mention(text: str, words: str, sentence: Span) -> Span:
    """Return where the words stand in the sentence, or else where they stood last before it."""
    begin = text.find(words, *sentence)
    if begin < 0:
        begin = text.rfind(words, 0, sentence[0])
    assert begin >= 0, f"{words!r} stand not in or before {text[slice(*sentence)]!r}"
    return begin, begin + len(words)


def _cue(text: str, cue: str, sentence: Span) -> Spans:
    spans, begin = [], sentence[0]
    for part in cue.split(" ... "):
        begin = text.index(part, begin)
        spans.append((begin, begin + len(part)))
        begin += len(part)
    return tuple(spans)


@lru_cache(maxsize=256)
def _actor(named: _Named) -> Actor:
    if named.type:
        return Actor(iri=actor_iri(named.name), label=named.name, type=named.type)
    iri, kind, item = _registry()[named.name]
    return Actor(iri=iri, label=named.name, type=kind, resolved=True, wikidata=item)


@lru_cache(maxsize=1)
def _registry() -> dict[str, tuple[str, str, str | None]]:
    """Return IRI, type and Wikidata item of each actor by its German name."""
    about: dict[str, dict[str, str]] = {}
    for quad in actor_quads():
        key, value = quad.predicate.value, quad.object
        if key != _LABEL or (isinstance(value, ox.Literal) and value.language == "de"):
            about.setdefault(quad.subject.value, {})[key] = value.value
    return {
        told[_LABEL]: (iri, told[_TYPE].rsplit("#", 1)[1], told.get(_SAME_AS, "").removeprefix(WIKIDATA) or None)
        for iri, told in about.items()
        if _LABEL in told
    }
