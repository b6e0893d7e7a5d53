"""What the spellings of one name have in common: "Masud Barzani" and "Massoud Barsani"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from kg.extract.forms import plain
from kg.extract.rows import read_rows
from kg.resources import package_file

Who = TypeVar("Who")
_ACCENTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "s"})


@lru_cache(maxsize=4)
def _rules(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_read(language))


def _read(language: str) -> Iterator[tuple[re.Pattern[str], str]]:
    for written, stands in read_rows(package_file("lang", language, "spellings.tsv"), 2):
        yield re.compile(written), stands


@lru_cache(maxsize=65536)
def sounds(name: str, language: str = "de") -> str:
    """Return what spellings of a name of two words or more share, after ``spellings.tsv``; shorter names are not told
    apart by it."""
    key = plain(name).lower().translate(_ACCENTS)
    for written, stands in _rules(language):
        key = written.sub(stands, key)
    return key


def spellings(named: Iterable[tuple[Who, Sequence[str]]]) -> dict[str, list[Who]]:
    """Return who has a name of several spellings, by what these have in common: "Peter Maier" with one has none, as
    "Peter Meyer" is somebody else."""
    found: dict[str, list[Who]] = {}
    for who, names in named:
        keys = Counter(sounds(name) for name in names if " " in name)
        for key in (key for key, count in keys.items() if count > 1):
            found.setdefault(key, []).append(who)
    return found
