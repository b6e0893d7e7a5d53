"""An extractor without a model: whoever is named first supports whatever is in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.errors import ArticleError
from kg.iri import actor_iri, topic_iri
from kg.model import Actor, Article, Extraction, Position, Relation, Topic

ACTORS = {"Frankreich": "Q142", "Polen": "Q36"}


@dataclass
class FakeExtractor:
    """Counts what it is given; refuses articles that hold the word ``kaputt``."""

    version: str = "fake-1"
    asked: list[str] = field(default_factory=list)

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        for article in articles:
            self.asked.append(article.id)
            if "kaputt" in article.text:
                raise ArticleError("The annotator gave up", where=article.id)
            yield Extraction(
                article=article, positions=_positions(article), relations=_relations(article), model=self.version
            )


def actor(name: str) -> Actor:
    number = ACTORS[name]
    return Actor(iri=actor_iri(name, number), label=name, type="State", resolved=True, wikidata=number)


def _positions(article: Article) -> tuple[Position, ...]:
    found = []
    for match in re.finditer(r"(Frankreich|Polen) (unterstützt) „([^“]+)“\.", article.text):
        topic = match[3]
        found.append(
            Position(
                actor=actor(match[1]),
                actor_spans=(match.span(1),),
                stance="supports",
                topic=Topic(iri=topic_iri(topic), label=topic),
                topic_spans=(match.span(3),),
                cue=(match.span(2),),
                sentence=match.span(),
                confidence=0.9 if match[1] == "Frankreich" else 0.4,
                addressees=(actor("Polen"), actor("Frankreich")),
                reported_by=actor("Polen"),
                hedged=True,
            )
        )
    return tuple(found)


def _relations(article: Article) -> tuple[Relation, ...]:
    return tuple(
        Relation(
            relation="meets",
            a=actor("Frankreich"),
            a_spans=(match.span(1),),
            b=actor("Polen"),
            b_spans=(match.span(3),),
            cue=(match.span(2),),
            sentence=match.span(),
            confidence=0.8,
        )
        for match in re.finditer(r"(Frankreich) (trifft) (Polen)\.", article.text)
    )
