"""Groups that a number alone tells: "73 stimmten dagegen" after "442 Abgeordnete stimmten dafür"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.cast import title_of
from kg.extract.forms import NUMERALS, TEENS
from kg.extract.morphology import load_words
from kg.extract.registry import Registry
from kg.model import Span

_NUMBER = rf"(?:\d[\d.]*|{'|'.join([*NUMERALS, *TEENS])})"
_ALONE = re.compile(_NUMBER, re.IGNORECASE)
_COUNTED = re.compile(rf"\b(?i:{_NUMBER}) (?:[a-zäöüß-]+ )?([A-ZÄÖÜ][\w-]+)")


def numbered(text: str, span: Span, registry: Registry) -> str | None:
    """Return number and noun of the group whose number stands at ``span`` of an article; None where it is more than a
    number, or where the article counts nobody.

    The noun is that of the number before it, else after it, which counts human beings or states: "zwölf" is "zwölf
    Senatoren".
    """
    words = text[slice(*span)]
    named = words[:1].isupper() and text[: span[0]].lower().endswith(("die ", "der ", "den "))  # "die Zwölf"
    if named or not _ALONE.fullmatch(words):
        return None
    nouns = list(_nouns(text, registry))
    before = [noun for begin, noun in nouns if begin < span[0]]
    after = [noun for begin, noun in nouns if begin > span[1]]
    noun = before[-1] if before else after[0] if after else None
    return f"{words.lower()} {noun}" if noun else None


def _nouns(text: str, registry: Registry) -> Iterator[tuple[int, str]]:
    """Where the article counts human beings or states, with the noun in the nominative."""
    for found in _COUNTED.finditer(text):
        word = found[1]
        known = load_words().noun(word)
        nominative = known.nominative if known and known.plural else word
        kind = registry.noun_kind(word)
        if kind in ("person", "members", "place") or title_of(word, registry) is not None:
            yield found.start(), nominative
