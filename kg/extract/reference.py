"""Describes what a pronoun or a description may stand for, by its words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.cast import title_of
from kg.extract.forms import GENITIVE_NUMERALS, NUMERALS, TEENS
from kg.extract.registry import Pronoun, Registry

KINDS = ("he", "she", "it", "many", "speaker", "speakers", "possessive", "relative", "person", "place", "government",
         "body", "other")  # fmt: skip
"""What the words are: a pronoun ("ich" is the speaker, "wir" the speakers), or a noun for a human being, a state, a
government, an organisation."""

_NOUNS = {"person": "person", "place": "place", "body": "body", "government": "government", "people": "government"}
POSSESSIVES = ("sein", "ihr", "unser", "mein")
"""Beginnings of possessive pronouns."""
_RELATIVE = frozenset(["der", "die", "das", "dessen", "deren", "denen", "welcher", "welche"])
_BOTH = frozenset(["beide", "beiden"])
_SEVERAL = frozenset([*NUMERALS, *GENITIVE_NUMERALS, *TEENS, "dreißig"])
MASCULINE_SINGULAR = frozenset(["der", "den", "dem", "des", "ein", "einen", "einem", "eines", "dieser", "diesem"])


@dataclass(frozen=True, slots=True)
class Reference:
    """``kind`` is one of KINDS; ``gender`` is m, f, n or "" (unknown); ``number`` is s, p or ""; ``head`` the noun.

    ``counted`` says that a number tells that several are meant.
    """

    kind: str
    gender: str
    number: str = ""
    head: str = ""
    counted: bool = False


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
    many = counted(words, before)
    if title is not None or registry.noun_kind(head) == "person":
        female = _feminine(head, before)
        one = female or before in MASCULINE_SINGULAR
        number = "p" if several(words, head, before) else "s" if one else ""
        return Reference("person", "f" if female else "m", number, head, many)
    kind = _NOUNS.get(registry.noun_kind(head), "other")
    return Reference(kind, "", "p" if many else "s" if before in ("das", "der") else "", head, many)


def several(words: Sequence[str], head: str, before: str) -> bool:
    """Tell whether words for human beings are of several: "Siebzehn Staats- und Regierungschefs", "die Minister".

    ``before`` is the word before them in lower case.
    """
    # "Staats- und Parteichef" is one
    coordinated = before != "des" and head.endswith(("s", "n")) and any(word.endswith("-") for word in words[:-2])
    both = words[0].lower() in _BOTH or before in _BOTH
    told = both or coordinated or counted(words, before) or head.endswith("innen")
    return told or (before == "die" and not _feminine(head, before))


def _feminine(head: str, before: str) -> bool:
    # "die 74-Jährige", "die Vorsitzende": where the noun is the same for both, its article tells
    same = head.endswith(("ige", "te", "ende")) and not head.endswith("wälte")  # "die Anwälte" are several
    return head.endswith("in") or (before == "die" and same)


def counted(words: Sequence[str], before: str) -> bool:
    """Tell whether a number above one stands with the words."""
    first = words[0].lower()
    return first in _SEVERAL or before in _SEVERAL or (first.isdigit() and first != "1")


def _pronoun_kind(word: str, pronoun: Pronoun) -> str:
    if len(word) > 3 and word.startswith(POSSESSIVES):
        return "possessive"
    if pronoun.person == 1:
        return "speakers" if pronoun.number == "p" else "speaker"
    if word in _RELATIVE:
        return "relative"
    if pronoun.number == "p":
        return "many"
    return {"m": "he", "f": "she"}.get(pronoun.gender, "it")
