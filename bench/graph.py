"""Makes a graph of any size for measuring: real states, made-up topics, one position a sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from kg.extract.registry import load_registry
from kg.iri import topic_iri
from kg.model import Actor, Article, Extraction, Position, Topic
from kg.vocabulary import load_vocabulary

PER_ARTICLE = 10
_Item = TypeVar("_Item")


def extractions(positions: int, *, seed: int = 1) -> Iterator[Extraction]:
    """Yield articles of ten positions each. Actors and topics are as unevenly frequent as in news (Zipf's law)."""
    rng = random.Random(seed)
    actors = [e.actor for e in load_registry("de").labels.values() if e.actor.type in ("State", "Person")]
    topics = [f"Vorhaben {number}" for number in range(max(50, positions // 20))]
    stances = sorted(load_vocabulary().stances)
    rng.shuffle(actors)
    for number in range(positions // PER_ARTICLE):
        yield _article(number, actors, topics, stances, rng)


def _article(number: int, actors: list[Actor], topics: list[str], stances: list[str], rng: random.Random) -> Extraction:
    text, found = "", []
    for _ in range(PER_ARTICLE):
        actor, topic = _draw(actors, rng), _draw(topics, rng)
        begin = len(text)
        text += f"{actor.label} äußert sich zu {topic}. "
        cue = begin + len(actor.label) + 1
        about = len(text) - 2 - len(topic)
        found.append(
            Position(
                actor=actor,
                actor_spans=((begin, begin + len(actor.label)),),
                stance=rng.choice(stances),
                topic=Topic(iri=topic_iri(topic), label=topic),
                topic_spans=((about, about + len(topic)),),
                cue=((cue, cue + len("äußert")),),
                sentence=(begin, len(text) - 1),
                confidence=round(rng.uniform(0.5, 1), 2),
            )
        )
    day = date(2000, 1, 1) + timedelta(days=rng.randrange(9000))
    article = Article(id=f"bench-{number}", text=text, title=f"Artikel {number}", date=day)
    return Extraction(article=article, positions=tuple(found), relations=(), model="bench")


def _draw(items: Sequence[_Item], rng: random.Random) -> _Item:
    return items[min(int(rng.paretovariate(0.6)) - 1, len(items) - 1) % len(items)]
