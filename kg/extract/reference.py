"""Describes what a pronoun or a description may stand for, by its words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.cast import title_of
from kg.extract.registry import Registry

KINDS = ("he", "she", "it", "many", "possessive", "person", "place", "government", "body", "other")
"""What the words are: a pronoun, or a noun for a human being, a state, a government, an organisation."""


@dataclass(frozen=True, slots=True)
class Reference:
    """``kind`` is one of KINDS; ``gender`` is m, f, n or "" (unknown)."""

    kind: str
    gender: str


_NOUNS = {"person": "person", "place": "place", "body": "body", "government": "government", "people": "government"}
_POSSESSIVES = ("sein", "ihr", "unser", "mein")


def reference_of(words: Sequence[str], head: str, registry: Registry) -> Reference:
    """Return what ``words`` with the head noun ``head`` may stand for: "er", "die Ministerin", "das Land"."""
    first = words[0].lower()
    pronoun = registry.pronouns.get(first)
    if pronoun is not None and len(words) == 1:
        return Reference(_pronoun_kind(first, pronoun.gender, pronoun.number), pronoun.gender)
    if title_of(head, registry) is not None or registry.noun_kind(head) == "person":
        return Reference("person", "f" if head.endswith("in") else "m")
    return Reference(_NOUNS.get(registry.noun_kind(head), "other"), "")


def _pronoun_kind(word: str, gender: str, number: str) -> str:
    if len(word) > 3 and word.startswith(_POSSESSIVES):
        return "possessive"
    if number == "p":
        return "many"
    return {"m": "he", "f": "she"}.get(gender, "it")
