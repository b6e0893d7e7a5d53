"""Chooses the earlier mention that a pronoun or a description stands for ("er", "die Ministerin", "das Land").

A small scorer over the encoder's states, in the manner of mention ranking (Denis and Baldridge 2008): the words'
states through one bilinear form, plus what distance, kind and frequency of the candidate say; "none" has a score of
its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.tokens import Doc, Token

from kg.extract.annotate import Reading
from kg.extract.decode import Stretch
from kg.extract.inference import Floats
from kg.extract.link import ArticleLinks
from kg.extract.reference import KINDS, Reference

NEAREST = 60
"""Candidates looked at, from the nearest back."""

TYPES = ("Person", "State", "Organisation", "Coalition", "Group")
_DISTANCE, _ACTOR, _GENDER = 5, 4, 2
FEATURES = _DISTANCE + _ACTOR + _GENDER + len(KINDS) * len(TYPES)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name before the query: words ``[begin, end)``, and label, type and gender of the actor it links to."""

    begin: int
    end: int
    label: str
    type: str
    gender: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """The trained weights: ``query``, ``key`` [H, D], ``features`` [F], ``none`` [H + 1]."""

    query: Floats
    key: Floats
    features: Floats
    none: Floats

    def scores(self, query: Floats, keys: Floats, features: Floats) -> Floats:
        """Scores of none and of each candidate: [1 + C]."""
        pairs = (keys @ self.key) @ (query @ self.query) / np.sqrt(self.key.shape[1]) + features @ self.features
        return np.concatenate([[query @ self.none[:-1] + self.none[-1]], pairs]).astype(np.float32)


@lru_cache(maxsize=4)
def read_pointer(path: Path) -> Pointer:
    """Read pointer.npz."""
    with np.load(path) as table:
        return Pointer(*(table[name].astype(np.float32) for name in ("query", "key", "features", "none")))


def head_word(stretch: Stretch, words: Sequence[Token]) -> int:
    """The word of the stretch that the others hang on."""
    inside = {words[k].i: k for b, e in stretch for k in range(b, e)}
    for i, k in inside.items():
        if words[k].head.i not in inside or words[k].head.i == i:
            return k
    return stretch[0][0]


def candidates(doc: Doc, reading: Reading, links: ArticleLinks) -> list[Candidate]:
    """The article's names in text order, each with the actor it links to."""
    number = {t.i: k for k, t in enumerate(reading.words)}
    genders = links.genders()
    found = []
    for entity in doc.ents:
        actor = links.actor((entity.start_char, entity.end_char))
        begin, end = number[entity.start], number[entity.end - 1] + 1
        found.append(Candidate(begin, end, actor.label, actor.type, genders.get(actor.label, "")))
    return found


def features(reading: Reading, query: int, reference: Reference, candidates: Sequence[Candidate]) -> Floats:
    """[C, F]: distance in words and sentences; how often and how recently the actor is named, subject or not; whether
    the genders agree or clash; kind of the reference by type of the actor."""
    rows = np.zeros((len(candidates), FEATURES), dtype=np.float32)
    starts = [b for b, _ in reading.sentences]
    sentence = bisect_right(starts, query)
    counts = Counter(c.label for c in candidates)
    seen: list[str] = []
    for row, c in reversed(list(enumerate(candidates))):
        gap = sentence - bisect_right(starts, c.begin)
        newest = c.label not in seen
        rows[row, 0] = np.log1p(max(query - c.end, 0)) / 3
        rows[row, 1 + min(gap, 3)] = 1
        subject = any(reading.words[k].dep_.startswith("nsubj") for k in range(c.begin, c.end))
        rows[row, 5:9] = np.log(counts[c.label]), newest, len(seen) / 10 if newest else 0, subject
        if reference.gender and c.gender:
            rows[row, 9 if reference.gender == c.gender else 10] = 1
        rows[row, 11 + KINDS.index(reference.kind) * len(TYPES) + TYPES.index(c.type)] = 1
        if newest:
            seen.append(c.label)
    return rows


def choose(
    pointer: Pointer,
    reading: Reading,
    states: Floats,
    query: int,
    reference: Reference,
    candidates: Sequence[Candidate],
) -> Candidate | None:
    """The candidate before the word ``query`` that it most likely stands for; None where none is likelier than any."""
    before = [c for c in candidates if c.end <= query][-NEAREST:]
    if not before:
        return None
    scores = pointer.scores(
        states[query], states[[c.begin for c in before]], features(reading, query, reference, before)
    )
    chances = np.exp(scores - scores.max())
    total: dict[str, float] = {}
    for c, chance in zip(before, chances[1:], strict=True):
        total[c.label] = total.get(c.label, 0.0) + float(chance)
    best = max(total, key=lambda label: total[label])
    if total[best] <= chances[0]:
        return None
    return next(c for c in reversed(before) if c.label == best)
