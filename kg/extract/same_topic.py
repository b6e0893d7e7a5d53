"""Chooses the earlier topic of an article that a topic is in other words: "Protokoll von Kyoto", later "der Vertrag".

A small scorer over the encoder's states, in the manner of mention ranking (Denis and Baldridge 2008,
https://aclanthology.org/D08-1069): the states of the phrases and of their heads through one bilinear form each, plus
what words, places and holders say, through one hidden layer; "none" has a score of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.tokens import Token

from kg.extract.inference import Floats
from kg.extract.topic_keys import NEGATION
from kg.extract.topic_labels import head_of
from kg.extract.topic_phrases import Phrase

LEAST = 0.7
"""Least chance of the earlier topics of one matter, all together, from which a topic is taken for theirs: four in five
of the pairs that it joins are right then, on articles that did not teach the scorer (training.same_topic)."""

MOST = 150
"""Topics looked at together: what is told of two grows with their square."""

_CONTENT = frozenset(["NOUN", "PROPN", "VERB", "ADJ", "NUM"])
_GRAM = 4
"""Letters."""
_KEYS, _WORDS, _LETTERS, _TOLD, _PLACES, _STATES = 10, 5, 2, 4, 3, 4
FEATURES = _KEYS + _WORDS + _LETTERS + _TOLD + _PLACES + _STATES


@dataclass(frozen=True, slots=True)
class Told:
    """One position on a topic: what names its actor, the sign of its stance, where its cue begins."""

    actor: str
    sign: int
    cue: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One topic phrase of an article: ``mean`` [H] is the state of the words that count, ``head`` [H] its head's;
    ``sentence`` is the number of the one that it begins in."""

    phrase: Phrase
    mean: Floats
    head: Floats
    sentence: int
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class SameTopic:
    """The trained weights: ``means`` and ``heads`` [2, H, D] (of the later and of the earlier topic), ``inner``
    [F + 1, K], ``outer`` [K], ``none`` [2 H + 3]."""

    means: Floats
    heads: Floats
    inner: Floats
    outer: Floats
    none: Floats

    def chances(self, mentions: Sequence[Mention]) -> list[Floats]:
        """Of each topic the chances of none and of each topic before it: [1 + n] for the n-th, counted from 0."""
        means, heads = (np.stack([getattr(m, name) for m in mentions]) for name in ("mean", "head"))
        pairs = np.zeros((len(mentions), len(mentions)), dtype=np.float32)
        for states, (later, earlier) in ((means, self.means), (heads, self.heads)):
            pairs += (states @ later) @ (states @ earlier).T / later.shape[1] ** 0.5
        hidden = np.maximum(features(mentions) @ self.inner[:-1] + self.inner[-1], 0)
        pairs += hidden @ self.outer
        none = np.concatenate([means, heads, alone(len(mentions))], 1) @ self.none
        return [_softmax(np.append(none[n], pairs[n, :n])) for n in range(len(mentions))]


def _softmax(scores: Floats) -> Floats:
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum(), dtype=np.float32)


@lru_cache(maxsize=4)
def read_same_topic(path: Path) -> SameTopic:
    """Read topics.npz."""
    with np.load(path) as table:
        return SameTopic(*(table[name].astype(np.float32) for name in ("means", "heads", "inner", "outer", "none")))


def mention_of(
    tokens: Sequence[Token], phrase: Phrase, rows: dict[int, int], states: Floats, sentence: int, told: tuple[Told, ...]
) -> Mention:
    """Return the mention of a phrase; ``rows`` maps a token's number to its row in ``states`` [N, H]."""
    content = [rows[t.i] for t in tokens if t.pos_ in _CONTENT] or [rows[t.i] for t in tokens]
    return Mention(phrase, states[content].mean(0), states[rows[head_of(tokens).i]], sentence, told)


def alone(count: int) -> Floats:
    """What the places of ``count`` topics say of "none": [n, 3]."""
    return np.array([[n == 0, np.log1p(n), 1] for n in range(count)], dtype=np.float32)


def features(mentions: Sequence[Mention]) -> Floats:
    """[n, n, F], of which the part below the diagonal counts: of a topic (row) and one before it (column)."""
    count = len(mentions)
    table = np.zeros((count, count, FEATURES), dtype=np.float32)
    forms = [m.phrase.key.forms for m in mentions]
    grams = [_grams(m.phrase.text) for m in mentions]
    for later in range(count):
        for earlier in range(later):
            one, other = mentions[later], mentions[earlier]
            table[later, earlier, :-_STATES] = [
                *_keys(one.phrase, other.phrase),
                float((NEGATION in forms[later]) != (NEGATION in forms[earlier])),
                *_overlap(forms[later], forms[earlier]),
                *_overlap(grams[later], grams[earlier])[:_LETTERS],
                *_told(one.told, other.told),
                *_places(one, other),
            ]
    for number, name in enumerate(("mean", "head")):
        near = _cosines(np.stack([getattr(m, name) for m in mentions]))
        table[:, :, FEATURES - _STATES + 2 * number] = near
        centred = near - near.mean(0) - near.mean(1)[:, None] + near.mean()
        table[:, :, FEATURES - _STATES + 2 * number + 1] = centred
    return table


def _grams(text: str) -> frozenset[str]:
    lower = text.lower()
    return frozenset(lower[at : at + _GRAM] for at in range(max(1, len(lower) - _GRAM + 1)))


def _cosines(rows: Floats) -> Floats:
    units = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(units @ units.T, dtype=np.float32)


def _keys(one: Phrase, other: Phrase) -> list[float]:
    """Labels and keys: equal; one in more detail; heads equal, or one among the other's parts; one that says nothing
    without its context, or has no parts, or that and an equal head; one a verb, or both."""
    a, b = one.key, other.key
    short = a if len(a.parts) <= len(b.parts) else b
    heads = bool(a.head & b.head)
    return [
        float(a.same(b) or one.label == other.label),
        float(a.within(b) or b.within(a)),
        float(heads),
        float(any(a.head & part for part in b.parts) or any(b.head & part for part in a.parts)),
        float(a.bare or b.bare),
        float(not short.parts),
        float(not short.parts and heads),
        float(one.verbal != other.verbal),
        float(one.verbal and other.verbal),
    ]


def _overlap(one: frozenset[str], other: frozenset[str]) -> list[float]:
    """Shares of the smaller and of the larger set that both have, how many that are, and the sizes."""
    both, sizes = len(one & other), sorted((len(one), len(other)))
    return [both / max(sizes[0], 1), both / max(sizes[1], 1), float(both), float(sizes[0]), float(sizes[1])]


def _told(one: Sequence[Told], other: Sequence[Told]) -> list[float]:
    """Whether both are told by one cue, by one actor, with one sign or with two."""
    pairs = [(a, b) for a in one for b in other]
    own = [(a, b) for a, b in pairs if a.actor == b.actor]
    return [
        float(any(a.cue == b.cue for a, b in pairs)),
        float(bool(own)),
        float(any(a.sign * b.sign < 0 for a, b in own)),
        float(any(a.sign * b.sign > 0 for a, b in own)),
    ]


def _places(one: Mention, other: Mention) -> list[float]:
    gap = abs(one.sentence - other.sentence)
    return [float(gap == 0), float(gap == 1), min(gap, 10) / 10]
