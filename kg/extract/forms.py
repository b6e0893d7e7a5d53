"""German forms of names: what a name is once its case ending and its article are gone. Plain functions on strings.

Names are folded for comparison: accents that German does not write are dropped, quotes and kinds of dashes do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_QUOTES = "„“”\"«»‚‘'’`´()[]"
_ARTICLES = frozenset("der die das den dem des ein eine einen einem einer eines".split())
_ENDINGS = ("en", "em", "er", "es", "e")
_GERMAN = frozenset("äöüÄÖÜß")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "`": "'", "´": "'", "\xad": None})
_SPACE = re.compile(r"\s+")
_STEMMED = 4
"""A stem shorter than this is left alone: "Ihre", "Amber"."""


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return a name without foreign accents, outer quotes and doubled spaces; case and umlauts stay."""
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_DASHES)).strip()
    text = text.strip(_QUOTES + ",;:").strip()
    if text.isascii():
        return text
    return "".join(char if char in _GERMAN else _bare(char) for char in text)


def _bare(char: str) -> str:
    # "ć" decomposes; "ı", "ł", "ø" and "đ" do not.
    special = {"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ə": "a", "Ə": "A"}.get(char)
    if special:
        return special
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


def without_article(text: str) -> str:
    """Return the words after a leading article: ``"der Vereinigten Staaten"`` -> ``"Vereinigten Staaten"``."""
    words = text.split(" ")
    while len(words) > 1 and words[0].lower() in _ARTICLES:
        words.pop(0)
    return " ".join(words)


def stem(word: str) -> str:
    """Return an adjective without its ending, in lower case: ``"Vereinigten"`` -> ``"vereinigt"``."""
    lower = word.casefold()
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) - len(ending) >= _STEMMED:
            return lower[: -len(ending)]
    return lower


def bases(word: str) -> Iterator[str]:
    """Yield what a noun or name may be in the nominative, the word itself first: ``"Frankreichs"``, ``"Frankreich"``."""
    yield word
    if word.endswith("'s"):
        yield word[:-2]
    elif word.endswith("'"):
        yield word[:-1]
    if len(word) > 3 and word[-1] == "s":
        yield word[:-1]
    if len(word) > 4 and word.endswith("es"):
        yield word[:-2]
    if len(word) > 4 and word[-1] == "n":
        yield word[:-1]


@lru_cache(maxsize=65536)
def inflected_key(text: str) -> str:
    """Return what all case forms of a name of several words share: adjective stems and a last word without -s, -es, -n.

    ``"Europäischen Kommission"`` and ``"Europäische Kommission"`` both give ``"europäisch kommission"``.
    """
    *firsts, last = text.split(" ")
    # "Obersten Rats der Vereinten Nationen": what follows an article inside the name is stemmed all the same.
    return " ".join([*(_loose(word) for word in firsts), _loose(last)])


def _loose(word: str) -> str:
    lower = word.casefold()
    for ending in ("en", "em", "er", "es", "e", "s", "n"):
        if lower.endswith(ending) and len(lower) - len(ending) >= _STEMMED:
            return lower[: -len(ending)]
    return lower


_GENDERED = {"m": "er", "f": "e", "n": "es", "p": "e"}


def nominative(text: str, gender: str | None) -> str:
    """Return a phrase of adjectives and a noun in the nominative without article: ``"Sudanesischen Armee"``, f ->
    ``"Sudanesische Armee"``; ``"Internationalen Gerichtshofs"``, m -> ``"Internationaler Gerichtshof"``.

    ``gender`` is that of the noun (m f n, p for a plural); where it is not known the words stay as they are.
    """
    words = text.split(" ")
    if gender is None or len(words) < 2:
        return text
    for place, word in enumerate(words[:-1]):
        if not _declined(word):
            break
        words[place] = word[: len(stem(word))] + _GENDERED[gender]
    return " ".join(words)


def _declined(word: str) -> bool:
    return stem(word) != word.casefold() and len(word) > _STEMMED


_NOUN_GENDER = (
    ("f", ("union", "kommission", "organisation", "bank", "liga", "partei", "agentur", "behörde", "gruppe", "bewegung",
           "armee", "regierung", "polizei", "opposition", "koalition", "allianz", "front", "gemeinschaft", "versammlung",
           "kirche", "zeitung", "stiftung", "gesellschaft", "föderation", "republik", "garde", "staatsanwaltschaft",
           "gewerkschaft", "versammlung", "konferenz", "miliz", "einheit", "linke", "liste", "junta", "delegation")),
    ("m", ("rat", "gerichtshof", "fonds", "verband", "bund", "kongress", "senat", "halbmond", "dschihad", "staat",
           "ausschuss", "verein", "gipfel", "konvent", "dienst", "flügel", "block")),
    ("n", ("parlament", "kreuz", "gericht", "komitee", "ministerium", "werk", "amt", "bündnis", "institut", "forum",
           "museum", "gremium", "programm", "zentrum", "tribunal", "repräsentantenhaus", "unterhaus", "oberhaus")),
)  # fmt: skip


def noun_gender(noun: str) -> str | None:
    """Return the gender of a noun that ends in one of the usual words for organisations, else None."""
    lower = noun.casefold()
    for gender, endings in _NOUN_GENDER:
        if lower.endswith(endings):
            return gender
    return None
