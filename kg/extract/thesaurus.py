"""The thesaurus of diplomacy as extraction sees it: the concept that a topic falls under, by the labels of both.

"Entsendung von NATO-Truppen" falls under "Truppenentsendung": each part of one of the concept's labels is in the topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.extract.morphology import Words, load_words
from kg.extract.topic_keys import TopicKey
from kg.model import Topic
from kg.vocabulary import Concept, load_thesaurus

_SMALL = frozenset(
    ["von", "der", "des", "und", "für", "in", "aus", "zu", "gegen", "den", "als", "nach", "auf", "im", "an"]
)


@dataclass(frozen=True, slots=True)
class _Name:
    """One label of a concept as a topic's key is compared: its head and its other parts."""

    key: TopicKey
    topic: Topic


class Thesaurus:
    """The concepts of one language."""

    def __init__(self, concepts: Iterable[Concept], words: Words, language: str) -> None:
        self._names = [name for concept in concepts for name in _names(concept, words, language)]

    def broader(self, key: TopicKey) -> Topic | None:
        """Return the concept that a topic falls under: the one whose label has the same head and most of its parts.

        Of several as close, the first by IRI. A topic that only touches a concept's matter ("Ende der Sanktionen" is no
        sanction) falls under none by it.
        """
        fits = [name for name in self._names if name.key.within(key)]
        best = max(fits, key=lambda name: len(name.key.parts), default=None)
        return best.topic if best else None


@lru_cache(maxsize=4)
def thesaurus_of(language: str = "de") -> Thesaurus:
    """Return the shipped thesaurus with the labels of ``language``, read once."""
    return Thesaurus(load_thesaurus(), load_words(language), language)


def _names(concept: Concept, words: Words, language: str) -> Iterator[_Name]:
    labels = concept.labels.get(language, ())
    for label in labels:
        if " und " not in label:  # "Eskalation und Deeskalation" names two
            yield _Name(_key(label, words), Topic(iri=concept.iri, label=labels[0]))


def _key(label: str, words: Words) -> TopicKey:
    """The key of a label: the first noun is its head, "humanitäre Hilfe" and "Aufhebung von Sanktionen" alike."""
    heads: frozenset[str] = frozenset()
    parts: list[frozenset[str]] = []
    for word in label.split(" "):
        if word in _SMALL:
            continue
        *first, last = words.forms(word)
        parts += [words.alike(form) for form in first]
        if word[0].isupper() and not heads:
            heads = words.alike(last)
        else:
            parts.append(words.alike(last))
    return TopicKey(heads, frozenset(parts))
