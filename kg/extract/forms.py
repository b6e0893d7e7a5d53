"""German forms of names: what a name is once its case ending and its article are gone. Plain functions on strings.

Names are compared without the accents that German does not write; quotes and kinds of dashes do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

_QUOTES = "„“”\"«»‚‘'’`´()[]"
ARTICLES = frozenset(["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines"])
_ENDINGS = ("en", "em", "er", "es", "e")
_GERMAN = frozenset("äöüÄÖÜß")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "`": "'", "´": "'", "\xad": None})
_SPACE = re.compile(r"\s+")
_TIDY = re.compile(r"[A-Za-z0-9ÄÖÜäöüß-]+(?: [A-Za-z0-9ÄÖÜäöüß-]+)*")
"""Most names: they are as they are compared."""
Form = Callable[[str], tuple[str, str] | None]
"""Looks a noun up: its gender (m, f, n, in the plural p) and its nominative, None where no table has it."""

_STEMMED = 4
"""A stem shorter than this is left alone: "Ihre", "Amber"."""


def tidy(text: str) -> str:
    """Return a name with single spaces and plain dashes, without outer quotes and punctuation; accents stay."""
    if _TIDY.fullmatch(text):
        return text
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_DASHES)).strip(" ,;:")
    inner = text.strip(_QUOTES + " ,;:")
    # "Firma „Hvalur hf“": a quote that opens inside the name closes at its end.
    return text if any(mark in inner for mark in '„“«»"(') else inner


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return a name as it is compared: tidied, and without accents that German does not write; case stays."""
    if _TIDY.fullmatch(text):
        return text
    text = tidy(text)
    if text.isascii():
        return text
    return tidy("".join(char if char in _GERMAN else _bare(char) for char in text))  # a lone accent may have ended it


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    # "ć" decomposes; "ı", "ł", "ø" and "đ" do not.
    special = {"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ə": "a", "Ə": "A"}.get(char)
    if special:
        return special
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


_PLURALS_IN_N = (
    "bauern",
    "eltern",
    "konzern",
    "schwestern",
    "nachbarn",
    "stern",
    "ungarn",
    "bayern",
    "leitern",
)


def without_dative(noun: str) -> str:
    """Return a plural noun in -er or -el without the dative's -n: ``"Kritikern"`` -> ``"Kritiker"``."""
    lower = noun.lower()
    dative = lower.endswith(("ern", "eln")) and len(lower) > 5 and not lower.endswith(_PLURALS_IN_N)
    return noun[:-1] if dative else noun


def behind_des(text: str, begin: int) -> bool:
    """Tell whether the words that begin at an offset of a text stand behind the article "des"."""
    return text[max(0, begin - 4) : begin] == "des "


def without_article(text: str) -> str:
    """Return the words after a leading article: ``"der Vereinigten Staaten"`` -> ``"Vereinigten Staaten"``."""
    words = text.split(" ")
    while len(words) > 1 and words[0].lower() in ARTICLES:
        words.pop(0)
    return " ".join(words)


def stem(word: str) -> str:
    """Return an adjective without its ending, in lower case: ``"Vereinigten"`` -> ``"vereinigt"``."""
    lower = word.lower()
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) - len(ending) >= _STEMMED:
            return lower[: -len(ending)]
    return lower


def bases(word: str) -> Iterator[str]:
    """Yield what a noun or name may be in the nominative, itself first: ``"Frankreichs"``, ``"Frankreich"``."""
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
    lower = word.lower()
    for ending in ("en", "em", "er", "es", "e", "s", "n"):
        if lower.endswith(ending) and len(lower) - len(ending) >= _STEMMED:
            return lower[: -len(ending)]
    return lower


NUMERALS = ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
TEENS = ("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn", "zwanzig")
GENITIVE_NUMERALS = {"zweier": "zwei", "dreier": "drei"}
_PLURALS = ("staaten", "länder", "ionen", "schaften", "gruppen", "parteien")
_GENDERED = {"m": "er", "f": "e", "n": "es", "p": "e"}


def nominative(phrase: str, form: Form | None = None, *, genitive: bool = False) -> str:
    """Return leading adjectives and their noun in the nominative without article; what follows stays as it is.

    ``"Libanesischen Armee"`` -> ``"Libanesische Armee"``, ``"Internationalen Gerichtshofs"`` -> ``"Internationaler
    Gerichtshof"``, ``"politischen Beobachtern"`` -> ``"politische Beobachter"``. ``form`` looks nouns up; ``genitive``
    says that the words stand behind "des": a noun in -s is then no plural.
    """
    first, _, others = phrase.partition(" ")
    number = first.lower()
    counted = number in (*NUMERALS, *GENITIVE_NUMERALS, "meisten") or first.replace(".", "").isdigit()
    if others and counted:  # "20 afrikanischen Staaten", "zweier Gewerkschaften"
        return f"{GENITIVE_NUMERALS.get(number, first)} {nominative(others, form)}"
    words = phrase.split(" ")
    place = next((i for i in range(len(words)) if not _adjective(words, i)), 0)
    # "Neuen Zürcher Zeitung": the town's form declines not at all.
    town = place < len(words) - 1 and words[place].endswith("er") and words[place + 1][:1].isupper()
    at = place + 1 if town else place
    gender, noun = _noun_form(words, at, form, genitive=genitive, declined=place > 0)
    adjectives = [_with_ending(word, gender) for word in words[:place]]
    rest = words[at + 1 :]
    # "Experten und Polizeipraktikern"
    if len(rest) == 2 and rest[0] in ("und", "oder", "sowie"):
        rest[1] = without_dative(rest[1]) if noun_gender(rest[1]) is None else rest[1]
    return " ".join([*adjectives, *words[place:at], noun, *rest])


def _noun_form(
    words: list[str], at: int, form: Form | None, *, genitive: bool, declined: bool
) -> tuple[str | None, str]:
    """Gender (p in the plural, None if unknown) and nominative of the head noun; ``declined`` after adjectives."""
    noun = words[at]
    if noun.lower().endswith(("kreisen", "leuten")):  # no table tells it from "das Kreisen"
        return "p", noun[:-1]
    gender = noun_gender(noun)
    found = form(noun) if form and noun[:1].isupper() else None
    owner = (
        gender is None
        and noun.endswith("s")
        and found is not None
        and found[1] == noun[:-1]
        and not (genitive or declined)
    )
    if owner and words[at + 1 : at + 2] and words[at + 1][:1].isupper():  # "Amins Truppen"
        return None, noun
    if found is not None and genitive and found[0] == "p" and noun.endswith("s"):  # "des Kommandos"
        return gender or "n", noun[:-1]
    if found is not None and (found[0] == "p" or noun.endswith("s") or noun == found[1]):
        # "Beobachter" are one or many: many, where nothing tells.
        both = found[0] in ("m", "n") and noun == found[1] and noun.endswith(("er", "el", "en"))
        return (gender if both else found[0]), found[1]
    # "Verbandes der Veteranen": a genitive by its own ending.
    owner = at < len(words) - 1 and words[at + 1] in ("der", "des") and noun.endswith(("es", "ts"))
    if gender in ("m", "n") and (declined or owner):
        noun = next((x for x in bases(noun) if x != noun and noun_gender(x) == gender), noun)
    elif gender is None and at == len(words) - 1:
        noun = without_dative(noun)
    return gender, noun


def _with_ending(adjective: str, gender: str | None) -> str:
    # "Stephen Barclay" is no adjective and noun; "südliches" has the ending of the nominative already.
    if adjective.endswith("es") or (gender is None and adjective[:1].isupper()):
        return adjective
    return adjective[: len(stem(adjective))] + _GENDERED[gender or "p"]


def _adjective(words: list[str], place: int) -> bool:
    word = words[place]
    if place == len(words) - 1 or stem(word) == word.lower() or word.lower() in _NOT_ADJECTIVES:
        return False
    if not word[:1].islower() and (
        word.lower().endswith(_PLURALS) or (noun_gender(word) and "linke" not in word.lower())
    ):
        return False  # "Staaten Osteuropas", "Bürgerinitiative Lüchow-Dannenberg"
    # "Freiburger" and "Mitglieder" do not decline as adjectives do.
    return word[:1].islower() or (not word.endswith("er") and words[place + 1][:1].isupper())


_NOT_ADJECTIVES = frozenset(
    [
        "gegen",
        "wegen",
        "neben",
        "zwischen",
        "unter",
        "über",
        "hinter",
        "außer",
        "eigener",
        "sieben",
        "seiner",
        "ihrer",
        "einige",
        "dessen",
        "deren",
    ]
)


_NOUN_GENDER = (
    ("f", ("union", "kommission", "organisation", "bank", "liga", "partei", "agentur", "behörde", "gruppe", "bewegung",
           "armee", "regierung", "polizei", "opposition", "koalition", "allianz", "front", "gemeinschaft",
           "versammlung", "kirche", "zeitung", "stiftung", "gesellschaft", "föderation", "republik", "garde",
           "staatsanwaltschaft", "gewerkschaft", "konferenz", "miliz", "einheit", "linke", "liste", "junta",
           "delegation", "initiative", "kampagne")),
    ("m", ("rat", "gerichtshof", "fonds", "verband", "bund", "kongress", "senat", "halbmond", "dschihad", "staat",
           "ausschuss", "verein", "gipfel", "konvent", "dienst", "flügel", "block")),
    ("n", ("parlament", "kreuz", "gericht", "komitee", "ministerium", "werk", "amt", "bündnis", "institut", "forum",
           "museum", "gremium", "programm", "zentrum", "tribunal", "repräsentantenhaus", "unterhaus", "oberhaus")),
)  # fmt: skip


def noun_gender(noun: str) -> str | None:
    """Return the gender of a noun that ends in one of the usual words for organisations, else None."""
    lower = noun.casefold()
    for gender, endings in _NOUN_GENDER:
        if any(form.endswith(endings) for form in (lower, *bases(lower))):
            return gender
    return None
