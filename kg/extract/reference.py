"""Describes what a pronoun or a description may stand for, by its words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.cast import title_of
from kg.extract.registry import Pronoun, Registry

KINDS = ("he", "she", "it", "many", "speaker", "speakers", "possessive", "relative", "person", "place", "government",
         "body", "other")  # fmt: skip
"""What the words are: a pronoun ("ich" is the speaker, "wir" the speakers), or a noun for a human being, a state, a
government, an organisation."""

_NOUNS = {"person": "person", "place": "place", "body": "body", "government": "government", "people": "government"}
_POSSESSIVES = ("sein", "ihr", "unser", "mein")
_RELATIVE = frozenset(["der", "die", "das", "dessen", "deren", "denen", "welcher", "welche"])
_SEVERAL = frozenset(["beide", "beiden", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn",
                      "elf", "zwölf"])  # fmt: skip
_MASCULINE_SINGULAR = frozenset(["der", "den", "dem", "des", "ein", "einen", "einem", "eines", "dieser", "diesem"])


@dataclass(frozen=True, slots=True)
class Reference:
    """``kind`` is one of KINDS; ``gender`` is m, f, n or "" (unknown); ``number`` is s, p or ""; ``head`` the noun."""

    kind: str
    gender: str
    number: str = ""
    head: str = ""


def reference_of(words: Sequence[str], head: str, before: str, registry: Registry) -> Reference:
    """Return what ``words`` with the head noun ``head`` may stand for: "er", "die Ministerin", "das Land".

    ``before`` is the word before them in lower case: "die Minister" are several, "der Minister" is one.
    """
    first = words[0].lower()
    pronoun = registry.pronouns.get(first)
    if pronoun is not None and len(words) == 1:
        return Reference(_pronoun_kind(first, pronoun), pronoun.gender, pronoun.number)
    title = title_of(head, registry)
    if title is not None and title[0] == "representative":
        return Reference("government", "", head=head)
    if title is not None or registry.noun_kind(head) == "person":
        # "die 74-Jährige": where the noun is the same for both, its article tells
        female = head.endswith("in") or (before == "die" and head.endswith("ige"))
        # "Siebzehn Staats- und Regierungschefs"
        coordinated = before != "des" and any(word.endswith("-") for word in words[:-2])
        counted = first in _SEVERAL or before in _SEVERAL or (first.isdigit() and first != "1")
        several = coordinated or counted or head.endswith("innen") or (before == "die" and not female)
        one = female or before in _MASCULINE_SINGULAR
        return Reference("person", "f" if female else "m", "p" if several else "s" if one else "", head)
    return Reference(_NOUNS.get(registry.noun_kind(head), "other"), "", "s" if before in ("das", "der") else "", head)


def _pronoun_kind(word: str, pronoun: Pronoun) -> str:
    if len(word) > 3 and word.startswith(_POSSESSIVES):
        return "possessive"
    if pronoun.person == 1:
        return "speakers" if pronoun.number == "p" else "speaker"
    if word in _RELATIVE:
        return "relative"
    if pronoun.number == "p":
        return "many"
    return {"m": "he", "f": "she"}.get(pronoun.gender, "it")
