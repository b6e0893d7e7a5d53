"""What a sidecar, a line of JSONL or a page's head says about an article."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from urllib.parse import urlsplit

from kg.errors import ArticleError

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NO_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about an article besides its text; None where it is not said."""

    id: str | None = None
    title: str | None = None
    date: date | None = None
    language: str | None = None
    source: str | None = None
    url: str | None = None
    licence: str | None = None

    def over(self, other: Metadata) -> Metadata:
        """Return this metadata with its gaps filled from ``other``."""
        values = {}
        for field in fields(self):
            own = getattr(self, field.name)
            values[field.name] = getattr(other, field.name) if own is None else own
        return Metadata(**values)


def parse_object(text: str, *, where: str) -> dict[str, object]:
    """Parse one JSON object; raises :class:`ArticleError` with the line and column of what is wrong."""
    try:
        record = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        what = f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        mend = "Correct it there; 'python3 -m json.tool FILE' checks it."
        raise ArticleError(what, where=where, mend=mend) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets nested without end
        raise ArticleError("Not JSON that can be read: a value is too long or nested too deep", where=where) from error
    if not isinstance(record, dict):
        raise ArticleError("Not a JSON object", where=where, mend='Write {"id": "...", "date": "2025-09-04", ...}.')
    return record


def parse_metadata(record: Mapping[str, object], *, where: str) -> Metadata:
    """Read the known keys of ``record``; others are left alone, ``license`` is read as ``licence``, null as not said.

    Raises :class:`ArticleError` where a value is not of the kind its key asks for.
    """
    texts = {key: _text(record, key, where=where) for key in ("id", "title", "language", "source", "url", "date")}
    licence = _text(record, "licence", where=where) or _text(record, "license", where=where)
    language = texts["language"]
    if language is not None and not _LANGUAGE.fullmatch(language):
        mend = 'Write a code such as "de" or "en".'
        raise ArticleError(f"{language!r} is not a language code", where=where, mend=mend)
    return Metadata(
        id=texts["id"],
        title=texts["title"],
        date=parse_date(texts["date"], where=where),
        language=language,
        source=texts["source"],
        url=_url(texts["url"], where=where),
        licence=licence,
    )


def parse_date(value: str | None, *, where: str) -> date | None:
    """Read an ISO 8601 date, or the calendar date of an ISO 8601 time as it is written (no change of time zone)."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError as error:
        mend = "Write it as 2025-09-04."
        raise ArticleError(f"{value!r} is not a calendar date", where=where, mend=mend) from error


def _text(record: Mapping[str, object], key: str, *, where: str) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        mend = f'Write "{key}": "...", or leave it out.'
        raise ArticleError(f'"{key}" is not a text', where=where, mend=mend)
    value = value.strip()
    if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in value):
        mend = "Remove it; line ends and the like have no place there."
        raise ArticleError(f'"{key}" holds a control character or half a character', where=where, mend=mend)
    return value or None


def _url(value: str | None, *, where: str) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets that are no IPv6 address
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc or _NO_IRI.search(value):
        mend = "Write it as https://example.org/article, or leave it out."
        raise ArticleError(f"{value!r} is not a web address", where=where, mend=mend)
    return value
