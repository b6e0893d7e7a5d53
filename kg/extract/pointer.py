"""Chooses the earlier mention that a pronoun or a description stands for ("er", "die Ministerin", "das Land").

A small scorer over the encoder's states, in the manner of mention ranking (Denis and Baldridge 2008): the words' states through
one bilinear form, plus what distance, kind and frequency of the candidate say; "none" has a score of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.tokens import Doc, Token

from kg.errors import ModelError
from kg.extract.annotate import Reading
from kg.extract.decode import Stretch
from kg.extract.inference import Floats
from kg.extract.link import ArticleLinks

NEAREST = 60
"""Candidates looked at, from the nearest back."""

KINDS = ("PER", "LOC", "ORG", "MISC")
FEATURES = 13


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name before the query: words ``[begin, end)``, its entity type, and the label of the actor it links to."""

    begin: int
    end: int
    kind: str
    label: str


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
    """Read pointer.npz. Raises ModelError where it is missing."""
    if not path.is_file():
        raise ModelError("A model file is missing", where=path.name, mend="Install the package again, or run `make train`.")
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
    return [
        Candidate(number[e.start], number[e.end - 1] + 1, e.label_, links.actor((e.start_char, e.end_char)).label)
        for e in doc.ents
    ]


def features(reading: Reading, query: int, candidates: Sequence[Candidate]) -> Floats:
    """[C, F]: distance in words and sentences, entity type, how often its actor is named before, first or subject, same kind."""
    rows = np.zeros((len(candidates), FEATURES), dtype=np.float32)
    starts = np.array([b for b, _ in reading.sentences])
    sentence = int(np.searchsorted(starts, query, side="right"))
    counts: dict[str, int] = {}
    for c in candidates:
        counts[c.label] = counts.get(c.label, 0) + 1
    seen: set[str] = set()
    order = 0
    for row, c in reversed(list(enumerate(candidates))):
        gap = sentence - int(np.searchsorted(starts, c.begin, side="right"))
        rows[row, 0] = np.log1p(max(query - c.end, 0)) / 3
        rows[row, 1 + min(gap, 3)] = 1
        rows[row, 5 + KINDS.index(c.kind)] = 1
        rows[row, 9] = np.log(counts[c.label])
        rows[row, 10] = c.label not in seen
        rows[row, 11] = order / 10 if c.label not in seen else 0
        rows[row, 12] = reading.words[c.begin].dep_ in ("nsubj", "nsubj:pass") or reading.words[c.end - 1].dep_ in ("nsubj", "nsubj:pass")
        order += c.label not in seen
        seen.add(c.label)
    return rows


def choose(pointer: Pointer, reading: Reading, states: Floats, query: int, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate before ``query`` that it most likely stands for; None where none is likelier than any."""
    before = [c for c in candidates if c.end <= query][-NEAREST:]
    if not before:
        return None
    scores = pointer.scores(states[query], states[[c.begin for c in before]], features(reading, query, before))
    chances = np.exp(scores - scores.max())
    total: dict[str, float] = {}
    for c, chance in zip(before, chances[1:], strict=True):
        total[c.label] = total.get(c.label, 0.0) + float(chance)
    best = max(total, key=lambda label: total[label])
    if total[best] <= chances[0]:
        return None
    return next(c for c in reversed(before) if c.label == best)
