"""Tells a text of another language from one the build can read, before a model makes nonsense of it."""

from __future__ import annotations

import re
from functools import cache

from kg.errors import ArticleError, KgError
from kg.resources import package_file

MIN_WORDS = 50
"""Shorter texts are not judged: a headline may hold no function word at all."""

MIN_SHARE = 0.08
"""Least share of function words among the words: German news has 0.25 to 0.4, English text below 0.05 of the German."""

_WORD = re.compile(r"[^\W\d_]+")


def check_language(text: str, *, language: str, where: str) -> None:
    """Raise :class:`ArticleError` where a text of some length has hardly a function word of ``language``."""
    words = _WORD.findall(text[:20_000].casefold())
    known = function_words(language)
    if not known or len(words) < MIN_WORDS:
        return
    share = sum(word in known for word in words) / len(words)
    if share < MIN_SHARE:
        raise ArticleError(
            f"The text does not read like the language {language!r}",
            where=where,
            mend=f'If it is, say so in the sidecar ("language": "{language}"); if not, leave it out.',
        )


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the package has data for, sorted."""
    return tuple(sorted(path.name for path in package_file("lang").iterdir() if path.is_dir() and path.name.isalpha()))


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the shipped function words of a language, casefolded; none where the language has no such file."""
    try:
        path = package_file("lang", language, "function-words.txt")
    except KgError:
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
