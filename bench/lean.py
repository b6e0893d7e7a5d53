"""Makes N-Quads of any number of positions quickly: what the arrays and the lookups read, and no more.

For sizes that :mod:`bench.graph`, which goes through the project's own writer of triples, would take an hour for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from kg.iri import BASE, NS
from kg.vocabulary import load_vocabulary

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
_DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
_DATE = "<http://purl.org/dc/terms/date>"
ACTORS = 500
PER_ARTICLE = 10


def write_lean_graph(path: Path, positions: int, *, seed: int = 1) -> None:
    """Write positions with actor, stance, topic, date, sentence and confidence, ten an article, in N-Quads."""
    rng = random.Random(seed)
    stances = sorted(stance.iri for stance in load_vocabulary().stances.values())
    topics = max(50, positions // 20)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_names(topics))
        for number in range(positions):
            file.writelines(_position(number, topics, stances, rng))


def actor_iri(number: int) -> str:
    """Return the IRI of an actor of the graph; the lower its number, the more positions it has."""
    return f"{BASE}actor/actor-{number}"


def _names(topics: int) -> Iterator[str]:
    graph = f"<{BASE}graph/actors>"
    for number in range(ACTORS):
        yield f"<{actor_iri(number)}> {_TYPE} <{NS}State> {graph} .\n"
        yield f'<{actor_iri(number)}> {_LABEL} "Akteur {number}"@de {graph} .\n'
    for number in range(topics):
        yield f'<{BASE}topic/topic-{number}> {_LABEL} "Vorhaben {number}"@de <{BASE}graph/topics> .\n'


def _position(number: int, topics: int, stances: list[str], rng: random.Random) -> Iterator[str]:
    article = f"{BASE}article/lean-{number // PER_ARTICLE}"
    graph, node = f"<{article}/graph>", f"<{BASE}position/{rng.getrandbits(64):016x}>"
    actor, topic = (min(int(rng.paretovariate(0.6)) - 1, most - 1) for most in (ACTORS, topics))
    day = date(2000, 1, 1) + timedelta(days=(number // PER_ARTICLE * 7919) % 9000)
    told = {
        _TYPE: f"<{NS}Position>",
        f"<{NS}actor>": f"<{actor_iri(actor)}>",
        f"<{NS}stance>": f"<{rng.choice(stances)}>",
        f"<{NS}topic>": f"<{BASE}topic/topic-{topic}>",
        f"<{NS}sign>": f'"0"^^<{_XSD}integer>',
        f"<{NS}quote>": f'"Akteur {actor} äußert sich zu Vorhaben {topic}."',
        f"<{NS}confidence>": f'"{rng.uniform(0.5, 1):.2f}"^^<{_XSD}decimal>',
        _DATE: f'"{day}"^^<{_XSD}date>',
        _DERIVED: f"<{article}>",
    }
    for predicate, value in told.items():
        yield f"{node} {predicate} {value} {graph} .\n"
