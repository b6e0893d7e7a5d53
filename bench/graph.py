"""Makes a graph of any size for measuring: real states, made-up topics, one position a sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.extract.tables import load_registry, published
from kg.iri import topic_iri
from kg.model import Actor, Article, Extraction, Position, Topic
from kg.rdf import actor_quads, article_quads, edge_quads, nquads, ontology_quads
from kg.vocabulary import load_vocabulary

PER_ARTICLE = 10
_Item = TypeVar("_Item")


def write_graph(folder: Path, positions: int, *, jobs: int = 1) -> list[Path]:
    """Write a graph by the project's own writer of triples, a part of its articles in each process, in N-Quads."""
    with ProcessPoolExecutor(jobs) as processes:
        parts = processes.map(_write_part, [folder] * jobs, [positions] * jobs, range(jobs), [jobs] * jobs)
        files = [file for part in parts for file in part]
    shared = folder / "shared.nq"
    shared.write_bytes(nquads([*ontology_quads(), *actor_quads()]))
    return [*files, shared]


def _write_part(folder: Path, positions: int, part: int, parts: int) -> list[Path]:
    vocabulary = load_vocabulary()
    files = [folder / f"articles-{part}.nq", folder / f"edges-{part}.nq"]
    with files[0].open("wb") as articles, files[1].open("wb") as edges:
        for extraction in extractions(positions, part=part, parts=parts):
            ox.serialize(article_quads(extraction, vocabulary=vocabulary), articles, ox.RdfFormat.N_QUADS)
            ox.serialize(edge_quads(extraction, vocabulary=vocabulary), edges, ox.RdfFormat.N_QUADS)
    return files


def extractions(positions: int, *, seed: int = 1, part: int = 0, parts: int = 1) -> Iterator[Extraction]:
    """Yield articles of ten positions each, or every ``parts``-th of them.

    Actors and topics are as unevenly frequent as in news (Zipf's law).
    """
    rng = random.Random(seed)
    known = load_registry("de").labels
    actors = [known[label].actor for label in published("de") if known[label].actor.type in ("State", "Person")]
    topics = [f"Vorhaben {number}" for number in range(max(50, positions // 20))]
    stances = sorted(load_vocabulary().stances)
    rng.shuffle(actors)
    for number in range(part, positions // PER_ARTICLE, parts):
        yield _article(number, actors, topics, stances, random.Random(f"{seed} {number}"))


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
    return items[int((len(items) + 1) ** rng.random()) - 1]  # how often a rank is drawn falls as 1 / rank
