"""Finds who reports a position, by the tree: whom a verb of saying or a "laut" names outside of the position itself;
and whether the article itself weakens what it says.

Sentences of the tree are as the annotator set them (Universal Dependencies relations).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from spacy.tokens import Token

from kg.resources import package_file

_CLAUSES = frozenset({"ccomp", "parataxis", "conj", "xcomp", "advcl", "dep", "acl"})
_ACCOUNT_OF = frozenset({"nmod", "det", "obl", "appos", "flat"})


@lru_cache(maxsize=4)
def _words(language: str) -> dict[str, frozenset[str]]:
    table = json.loads(package_file("lang", language, "reporting.json").read_text(encoding="utf-8"))
    words = {name: frozenset(value) for name, value in table.items() if isinstance(value, list)}
    return words | {f"particle of {verb}": frozenset(parts) for verb, parts in table["particles"].items()}


class Reporting:
    """Reporters and hedges in one language's sentences."""

    def __init__(self, language: str) -> None:
        self._words = _words(language)

    def reporter(self, cue: Token, taken: Iterable[int]) -> Token | None:
        """The head word of who reports what ``cue`` heads; ``taken`` are the tokens of holder and topic.

        None where nobody is named: the article tells it itself, or the holder speaks.
        """
        taken = set(taken)
        found = next(self._sayers(cue), None) or next(self._sources(cue), None)
        if found is None or found.pos_ not in ("PROPN", "NOUN"):
            return None
        return None if taken.intersection(t.i for t in name_of(found)) else found

    def hedged(self, cue: Token) -> bool:
        """Whether a word beside the cue takes back a little: "hat offenbar zugesagt"."""
        return any(child.lower_ in self._words["hedges"] for verb in (cue, cue.head) for child in verb.children)

    def _says(self, verb: Token) -> bool:
        if verb.lower_ not in self._words["verbs"]:
            return False
        particles = self._words.get(f"particle of {verb.lower_}")
        return particles is None or any(child.lower_ in particles for child in verb.children)

    def _sayers(self, cue: Token) -> Iterator[Token]:
        """ "Eine Sprecherin bestätigte, der Konzern wolle ...": subjects of the verbs of saying above the cue, and
        below it in "..., wie Haaretz berichtete"."""
        at = cue.head if cue.dep_ in ("aux", "aux:pass", "cop") else cue
        while at.head.i != at.i and at.dep_ in _CLAUSES:
            at = at.head
            if self._says(at):
                yield from _subjects(at)
        for child in at.children:
            if child.dep_ in ("advcl", "parataxis", "ccomp", "dep") and self._says(child):
                yield from _subjects(child)

    def _sources(self, cue: Token) -> Iterator[Token]:
        """ "Laut BBC ...", "Medienberichten zufolge ...", "nach Angaben der Polizei ..."."""
        for token in cue.sent:
            if token.lower_ in self._words["prepositions"] and token.head.i != token.i:
                yield self._behind(token.head)
            elif token.text in self._words["accounts"] and any(c.lower_ == "nach" for c in token.children):
                yield self._behind(token)

    def _behind(self, noun: Token) -> Token:
        """Whose account it is: "Angaben der Polizei", "Bericht der BBC"; the noun itself where nobody is named."""
        if noun.text not in self._words["accounts"]:
            return noun
        return next((c for c in noun.children if c.dep_ in _ACCOUNT_OF and c.pos_ in ("PROPN", "NOUN")), noun)


def name_of(head: Token) -> list[Token]:
    """The words that name who the head word is, in text order: "Vizeregierungssprecher Thomas Steg"."""
    parts = [child for child in head.children if child.dep_ in ("flat", "appos", "compound") and child.pos_ != "PUNCT"]
    return sorted({head, *(t for part in parts for t in name_of(part))}, key=lambda t: t.i)


def _subjects(verb: Token) -> Iterator[Token]:
    return (child for child in verb.children if child.dep_ in ("nsubj", "nsubj:pass"))
