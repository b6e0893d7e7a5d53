"""Makes every IRI of the graph from names alone: the same name gives the same IRI in every build and on every machine.

Standard library only. IRIs are plain ASCII: what is not ASCII is percent-encoded UTF-8 (RFC 3987, section 3.1).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

ONTOLOGY = "https://w3id.org/whostands/ns"
"""The IRI of the ontology, and of the named graph that holds it."""

NS = f"{ONTOLOGY}#"
"""Namespace of the ontology's terms, prefix ``ws:``."""

BASE = "https://w3id.org/whostands/id/"
"""Where the IRIs of the data begin."""

WIKIDATA = "http://www.wikidata.org/entity/"
EDGES_GRAPH = f"{BASE}graph/edges"
ACTORS_GRAPH = f"{BASE}graph/actors"
TOPICS_GRAPH = f"{BASE}graph/topics"
RUNS_GRAPH = f"{BASE}graph/runs"
EVENTS_GRAPH = f"{BASE}graph/events"
INFERRED_GRAPH = f"{BASE}graph/inferred"
TOPIC_SCHEME = f"{BASE}topic"

_LONGEST = 80
_CUT = 64
_WIKIDATA_ITEM = re.compile(r"Q[1-9][0-9]*")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
# Letters whose usual transcription is not their Unicode decomposition.
_TRANSCRIBED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
     "þ": "th", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "ħ": "h", "ŋ": "n"}
)  # fmt: skip


@lru_cache(maxsize=65536)
def slug(text: str) -> str:
    """Return the ASCII path segment of a name: ``"Außenamt Österreichs"`` -> ``aussenamt-oesterreichs``.

    Case, accents and punctuation do not count; letters of other scripts are percent-encoded. Longer than 80 it is cut
    at 64 and ends in a hash; with no letter or digit at all it is a hash. Never empty, never ``.`` or ``..``.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).translate(_TRANSCRIBED)
    pieces = list(_SEPARATORS.sub("-", folded).lstrip("-")) if folded.isascii() else list(_pieces(folded))
    whole = "".join(pieces).strip("-")
    if not whole:
        return f"x-{_hash(text.strip(), 8)}"
    return whole if len(whole) <= _LONGEST else f"{_cut(pieces)}-{_hash(whole, 8)}"


def actor_iri(label: str, wikidata: str | None = None) -> str:
    """Return the IRI of an actor, by its Wikidata item (``Q142``) or else by its canonical name.

    Raises :class:`ValueError` where ``wikidata`` is not an item number. A slug is never mistaken for an item: slugs
    hold no capitals.
    """
    if wikidata is None:
        return f"{BASE}actor/{slug(label)}"
    if not _WIKIDATA_ITEM.fullmatch(wikidata):
        raise ValueError(f"not a Wikidata item number: {wikidata!r}; expected Q and digits, such as Q142")
    return f"{BASE}actor/{wikidata}"


def topic_iri(label: str, *, within: str | None = None) -> str:
    """Return the IRI of a topic by its label; ``within`` is the id of the article where the label means it ("Schritt").

    A dot sets off the article: slugs hold none.
    """
    return f"{TOPIC_SCHEME}/{slug(label)}" + (f".{_hash(within, 8)}" if within is not None else "")


def article_iri(article_id: str) -> str:
    """Return the IRI of an article; distinct ids give distinct IRIs."""
    return f"{BASE}article/{_whole_segment(article_id)}"


def article_graph(article_id: str) -> str:
    """Return the IRI of the named graph that holds all that an article says."""
    return f"{article_iri(article_id)}/graph"


def run_iri(model: str) -> str:
    """Return the IRI of the extraction runs of one model version."""
    return f"{BASE}run/{_whole_segment(model)}"


def position_iri(key: Iterable[object]) -> str:
    """Return the IRI of a position from what makes it this one: article id, actor, stance, topic, cue and spans."""
    return f"{BASE}position/{_hash(repr(tuple(key)), 16)}"


def relation_iri(key: Iterable[object]) -> str:
    """Return the IRI of a relation statement from what makes it this one, as :func:`position_iri` does."""
    return f"{BASE}relation/{_hash(repr(tuple(key)), 16)}"


def event_iri(key: Iterable[object]) -> str:
    """Return the IRI of an event from what makes it this one: kind, actors, and the day or else the article's id."""
    return f"{BASE}event/{_hash(repr(tuple(key)), 16)}"


def _pieces(folded: str) -> Iterator[str]:
    """The characters of a path segment, one separator for many."""
    before = "-"
    for char in folded:
        piece = _segment(char, after_ascii=before.isalnum())
        if piece != "-" or before != "-":
            before = piece
            yield piece


def _segment(char: str, *, after_ascii: bool) -> str:
    """One folded character as part of a path segment; ``-`` for what separates words, nothing for a loose accent."""
    if char.isascii():
        return char if char.isalnum() else "-"
    category = unicodedata.category(char)
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii() and part.isalnum())
    if plain:
        return plain.lower()
    if category[0] == "M" and after_ascii:
        return ""
    return quote(char, safe="") if category[0] in "LMN" else "-"


def _cut(pieces: list[str]) -> str:
    # Whole pieces only, so that no percent-encoded character is torn.
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > _CUT:
            break
        kept.append(piece)
    return "".join(kept).strip("-")


def _whole_segment(text: str) -> str:
    # "." and ".." would be resolved away by every URL library, even percent-encoded.
    if text in ("", ".", ".."):
        return f"x-{_hash(text, 8)}"
    return quote(text, safe="", errors="surrogatepass")


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:digits]
