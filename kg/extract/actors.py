"""Says who the words of an article are: the linker for words that name somebody, the pointer for the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from spacy.tokens import Doc, Token

from kg.extract.annotate import Reading
from kg.extract.candidates import candidates, number_of_verb, places
from kg.extract.inference import Floats
from kg.extract.link import ArticleLinks, Linker, Name
from kg.extract.pointer import Pointer, Query, choose, head_word, with_number
from kg.extract.reference import POSSESSIVES
from kg.model import Actor, Span, Spans

_BACK = 3
"""Sentences that are looked through for whom "sein Land" belongs to."""
Stretch = Sequence[tuple[int, int]]


def spans_of(stretch: Stretch, words: Sequence[Token]) -> Spans:
    """Word ranges to half-open code-point spans."""
    return tuple((words[b].idx, words[e - 1].idx + len(words[e - 1].text)) for b, e in stretch)


def _single(words: Sequence[Token]) -> frozenset[Span]:
    """Nouns behind "der" that are the subject of a verb in the singular: no genitive of many."""
    found = (
        word
        for before, word in pairwise(words)
        if before.lower_ == "der" and word.dep_.startswith("nsubj") and number_of_verb(word.head) == "s"
    )
    return frozenset((word.idx, word.idx + len(word.text)) for word in found)


class ArticleActors:
    """The actors of one article by stretches of its words."""

    def __init__(
        self, doc: Doc, reading: Reading, states: Floats | None, linker: Linker, pointer: Pointer, day: date | None
    ) -> None:
        self.words, self.states, self.pointer = reading.words, states, pointer
        names = [Name(text=e.text, span=(e.start_char, e.end_char), label=e.label_) for e in doc.ents]
        self.links: ArticleLinks = linker.article(doc.text, names, date=day, single=_single(reading.words))
        self.places = places(reading)
        self.candidates = candidates(doc, reading, self.links, self.places)
        self._antecedents: dict[tuple[Span, int], Span | None] = {}
        self._shares: dict[Span, float] = {}

    def actor(self, stretch: Stretch, *, body: bool = False) -> Actor:
        """The actor that the words name; ``body`` asks for the state or organisation where they name an office."""
        spans = spans_of(stretch, self.words)
        return self.at((spans[0][0], spans[-1][1]), head_word(stretch, self.words), body=body)

    def at(self, span: Span, head: int, *, body: bool = False) -> Actor:
        """The same for code points, ``head`` being the number of their head word."""
        refers = self.states is not None and self.links.may_stand_for_another(span)
        antecedent = self._antecedent(span, head) if refers else None
        return self.links.actor(span, antecedent=antecedent, body=body)

    def share(self, span: Span) -> float:
        """How sure the pointer is of whom the words at a span stand for, in [0, 1]; 1 where they name somebody."""
        return self._shares.get(span, 1.0)

    def query(self, span: Span, head: int) -> Query:
        """Describe words that refer back, ``head`` being their head word."""
        reference = with_number(self.links.reference(span), self.words[head])
        fitting, clashing = self.links.office_holders(span)
        fitting = fitting or self._states_of_owner(head)
        told = self.links.actor(span)
        foreign = self.links.foreign_to(told)
        return Query(head, reference, self.places[head], told.label, fitting, clashing, foreign)

    def _states_of_owner(self, head: int) -> frozenset[str]:
        """Of "sein Land" the states of the last subject before it that is a person."""
        if not any(
            word.lower_.startswith(POSSESSIVES) and word.dep_.startswith("det") for word in self.words[head].children
        ):
            return frozenset()
        here = self.places[head].sentence
        near = [
            c for c in self.candidates if c.type == "Person" and c.begin < head and c.place.sentence >= here - _BACK
        ]
        owner = next(reversed([c for c in near if c.place.role == 0] or near), None)
        return self.links.states_of(owner.label, self.words[owner.begin].idx) if owner else frozenset()

    def _antecedent(self, span: Span, head: int) -> Span | None:
        key = (span, head)
        if key not in self._antecedents:
            assert self.states is not None
            chosen, self._shares[span] = choose(self.pointer, self.states, self.query(span, head), self.candidates)
            at = spans_of([(chosen.begin, chosen.end)], self.words)[0] if chosen else None
            self._antecedents[key] = at
        return self._antecedents[key]
