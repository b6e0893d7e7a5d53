"""Chooses the earlier mention that a pronoun or a description stands for ("er", "die Ministerin", "das Land").

A small scorer over the encoder's states, in the manner of mention ranking (Denis and Baldridge 2008): the words'
states through one bilinear form, plus what place, agreement, office and frequency of the candidate say, through one
hidden layer; "none" has a score of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.tokens import Token

from kg.extract.candidates import ROLES, Candidate, Place, number_of_verb
from kg.extract.inference import Floats
from kg.extract.reference import KINDS, Reference

NEAREST, AHEAD = 60, 8
"""Candidates looked at, from the nearest back, and after the words: a headline's "Kanzlerin" is named below it."""

LEAST = 0.5
"""Least share of the chances that an actor must have against none."""

TYPES = ("Person", "State", "Organisation", "Coalition", "Group")
_DISTANCE, _ACTOR, _AGREE, _PLACE, _WORDS = 7, 5, 4, 9, 7
FEATURES = _DISTANCE + _ACTOR + _AGREE + _PLACE + _WORDS + len(KINDS) * (1 + len(TYPES))


@dataclass(frozen=True, slots=True)
class Query:
    """The words that stand for somebody: head word, what they may mean, where they stand.

    ``told`` is the label that the words have by themselves ("der US-Präsident": the USA's, if nobody is meant),
    ``fitting`` and ``clashing`` are the labels of the persons who are said to hold the words' office, or another one;
    ``foreign`` those of the persons who are known to serve other states than the words tell ("der Kremlchef").
    """

    word: int
    reference: Reference
    place: Place
    told: str = ""
    fitting: frozenset[str] = frozenset()
    clashing: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pointer:
    """The trained weights: ``query``, ``key`` [H, D], ``inner`` [F + 1, K], ``outer`` [K], ``none`` [H + F_q + 1]."""

    query: Floats
    key: Floats
    inner: Floats
    outer: Floats
    none: Floats

    def scores(self, query: Floats, keys: Floats, features: Floats) -> Floats:
        """Scores of none and of each candidate: [1 + C]; the last columns of the features tell the reference's kind."""
        pairs = (keys @ self.key) @ (query @ self.query) / np.sqrt(self.key.shape[1])
        pairs = pairs + np.maximum(features @ self.inner[:-1] + self.inner[-1], 0) @ self.outer
        none = np.concatenate([query, features[0, -len(KINDS) :], [1]]) @ self.none
        return np.concatenate([[none], pairs]).astype(np.float32)


@lru_cache(maxsize=4)
def read_pointer(path: Path) -> Pointer:
    """Read pointer.npz."""
    with np.load(path) as table:
        return Pointer(*(table[name].astype(np.float32) for name in ("query", "key", "inner", "outer", "none")))


def head_word(stretch: Sequence[tuple[int, int]], words: Sequence[Token]) -> int:
    """The word of the stretch that the others hang on."""
    inside = {words[k].i: k for b, e in stretch for k in range(b, e)}
    for i, k in inside.items():
        if words[k].head.i not in inside or words[k].head.i == i:
            return k
    return stretch[0][0]


def with_number(reference: Reference, token: Token) -> Reference:
    """ "sie fordern" are several, "sie fordert" is one: the finite verb tells where the pronoun does not."""
    if reference.number or not token.dep_.startswith("nsubj"):
        return reference
    number = number_of_verb(token.head)
    return replace(reference, number=number, gender="" if number == "p" else reference.gender)


def window(found: Sequence[Candidate], query: int) -> list[Candidate]:
    """The candidates that are looked at for a word, in text order: nothing that holds the word itself."""
    before = [c for c in found if c.end <= query][-NEAREST:]
    after = [c for c in found if c.begin > query][:AHEAD]
    return before + after


def features(query: Query, candidates: Sequence[Candidate]) -> Floats:
    """[C, F]: distance; how often and how recently the actor is named; agreement; places in the sentences; office and
    words; kind of the reference by type of the actor."""
    rows = np.zeros((len(candidates), FEATURES), dtype=np.float32)
    counts = Counter(c.label for c in candidates)
    most = max(counts.values(), default=1)
    seen: list[str] = []
    reference = query.reference
    kind = KINDS.index(reference.kind)
    order = [x for x in reversed(list(enumerate(candidates))) if x[1].begin < query.word]
    for row, c in [*order, *(x for x in enumerate(candidates) if x[1].begin > query.word)]:
        at = 0
        for group in (_distance(query, c), _actor(c, counts, most, seen), _agreement(reference, c), _places(query, c),
                      _words(query, c)):  # fmt: skip
            rows[row, at : at + len(group)] = group
            at += len(group)
        rows[row, at + kind * len(TYPES) + TYPES.index(c.type)] = 1
        rows[row, FEATURES - len(KINDS) + kind] = 1
        if c.label not in seen:
            seen.append(c.label)
    return rows


def _distance(query: Query, c: Candidate) -> list[float]:
    gap = query.place.sentence - c.place.sentence
    after = c.begin > query.word
    near = [float(not after and min(gap, 3) == k) for k in range(4)]
    return [np.log1p(abs(query.word - c.end)) / 3, *near, float(after), float(after and gap == 0)]


def _actor(c: Candidate, counts: Counter[str], most: int, seen: Sequence[str]) -> list[float]:
    newest = c.label not in seen
    return [np.log(counts[c.label]), float(newest), len(seen) / 10 if newest else 0.0,
            float(counts[c.label] == most), float(newest and not seen)]  # fmt: skip


def _agreement(reference: Reference, c: Candidate) -> list[float]:
    return [*_same(reference.gender, c.gender), *_same(reference.number, c.number)]


def _same(one: str, other: str) -> list[float]:
    return [float(bool(one and other and one == other)), float(bool(one and other and one != other))]


def _places(query: Query, c: Candidate) -> list[float]:
    clause = query.place.sentence == c.place.sentence and query.place.clause == c.place.clause
    return [
        *(float(c.place.role == role) for role in range(len(ROLES) - 1)),
        float(c.place.role == query.place.role == 0),
        float(clause),
        float(clause and c.place.role == 0),
        float(query.place.quoted),
        float(c.place.quoted),
    ]


def _words(query: Query, c: Candidate) -> list[float]:
    head = query.reference.head.lower()
    return [
        float(c.entity),
        float(c.label == query.told),
        float(c.label in query.fitting),
        float(c.label in query.clashing),
        float(bool(query.fitting) and c.label not in query.fitting),
        float(len(head) > 3 and head in c.label.lower()),
        float(c.place.sentence == 0),
    ]


def _may_be(query: Query, c: Candidate) -> bool:
    """ "Die Außenminister" are no single person, "sieben Länder" no single state, "der Kremlchef" no American."""
    reference = query.reference
    if c.label in query.foreign:
        return False
    if reference.counted:
        return c.type not in ("Person", "State")
    return c.type != "Person" or reference.kind != "person" or reference.number != "p"


def choose(
    pointer: Pointer, states: Floats, query: Query, found: Sequence[Candidate], *, least: float = LEAST
) -> tuple[Candidate | None, float]:
    """The candidate that the query most likely stands for, None where none is likelier than any; and its (or none's)
    share of the chances of both."""
    near = [c for c in window(found, query.word) if _may_be(query, c)]
    if not near:
        return None, 1.0
    scores = pointer.scores(states[query.word], states[[c.begin for c in near]], features(query, near))
    chances = np.exp(scores - scores.max())
    total: dict[str, float] = {}
    for c, chance in zip(near, chances[1:], strict=True):
        total[c.label] = total.get(c.label, 0.0) + float(chance)
    best = max(total, key=lambda label: total[label])
    share = total[best] / (total[best] + float(chances[0]))
    if share <= least:
        return None, 1 - share
    return next(c for c in reversed(near) if c.label == best), share
