"""The abbreviations that an article introduces: "Internationale Atomenergiebehörde (IAEA)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.extract.forms import Form, behind_des, nominative, plain, tidy, without_article
from kg.extract.registry import Registry
from kg.iri import actor_iri
from kg.model import Actor

_ABBREVIATION = re.compile(r"\(\s*„?([A-ZÄÖÜ][\w.+-]{1,9})“?\s*[);,]")
_REACH = 120
_MOST_WORDS = 10
_QUOTES = "„“\"'"
_LONGER = 4
"""A long form of one word is at least this much longer than its abbreviation."""
_CLUB = re.compile(r"\s+e\.\s?V\.?$")
_COMPANY = re.compile(r"\s+(?:AG|SE|KG|GmbH)$")
_NO_NAME = re.compile(r"\w{3}[.!?:]\s|\(|,\s(?:der|die|das)\s")
"""What stands in no name: the end of a sentence, a bracket, an apposition."""


def introduced(text: str, registry: Registry, form: Form) -> dict[str, Actor]:
    """Return the actor of every long and short form that the text introduces, keyed by plain form.

    Where the registry knows neither, the long form in the nominative is the canonical name, the abbreviation if it is
    doubtful where the long form begins; the actor is not resolved. ``form`` as for ``forms.nominative``.
    """
    found: dict[str, Actor] = {}
    for match in _ABBREVIATION.finditer(text):
        short = match.group(1)
        long = _long_form(text, short, match.start())
        entry = (registry.named(long) or registry.named(short)) if long else None
        if not long or (entry is not None and entry.actor.type == "State"):
            continue
        genitive = behind_des(text, match.start() - 1 - len(long))
        actor = entry.actor if entry else _unknown(long, short, form, genitive=genitive)
        found.setdefault(short, actor)
        found.setdefault(plain(long), actor)
    return found


def _unknown(long: str, short: str, form: Form, *, genitive: bool) -> Actor:
    """An organisation that nobody knows, called by one of its forms."""
    name = _CLUB.sub("", without_article(tidy(long)))
    last = _COMPANY.sub("", name).split(" ")[-1]
    doubtful = short[-1].lower() not in last.lower() or _NO_NAME.search(name)
    label = short if doubtful else nominative(name, form, genitive=genitive)
    return Actor(iri=actor_iri(label), label=label, type="Organisation")


def _long_form(text: str, short: str, end: int) -> str:
    """The words before a bracket whose letters are, in order, those in it; "" where they are not."""
    words = text[max(0, end - _REACH) : end].split()
    letters = [char.lower() for char in short if char.isupper()]
    for start in range(len(words) - 1, max(-1, len(words) - _MOST_WORDS), -1):
        part = words[start:]
        first = part[0].strip(_QUOTES)
        enough = len(part) > 1 or len(first) > len(short) + _LONGER
        if enough and first[:1].isupper() and first[0].lower() == letters[0] and _in_order(letters, " ".join(part)):
            return " ".join(part)
    return ""


def _in_order(letters: Sequence[str], text: str) -> bool:
    rest = iter(text.lower())
    return all(letter in rest for letter in letters)
