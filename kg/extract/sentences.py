"""Finds where sentences begin, by rules over spaCy's tokens.

A full stop ends a sentence unless it belongs to an abbreviation or an ordinal ("am 4. September"); closing quotes and
brackets stay with the sentence they close; a line break always ends one. A sentence inside quotes that a clause goes on
after ("„Wir kommen.“, sagte er") is not cut.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from kg.resources import package_file

_ENDS = frozenset({".", "!", "?", "…", "...", "?!", "!?", "!!", "??"})
_CLOSERS = frozenset("\"'“”’‘»«)]")
_OPENERS = frozenset("\"'„“‚‘»«([–-")
_NUMBER = re.compile(r"\d+\.$")


@lru_cache(maxsize=4)
def _rules(language: str) -> dict[str, frozenset[str]]:
    table = json.loads(package_file("lang", language, "sentences.json").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in table.items() if isinstance(words, list)}


class SentenceStarts:
    """spaCy component: sets ``token.is_sent_start`` on every token of a Doc."""

    def __init__(self, language: str) -> None:
        self.rules = _rules(language)

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text  # built anew at every access
        starts = [False] * len(doc)
        if starts:
            starts[0] = True
        previous: Token | None = None
        for token in doc:
            if token.is_space:
                continue
            if previous is not None:
                between = text[previous.idx + len(previous.text) : token.idx]
                starts[token.i] = "\n" in between or (bool(between) and self._ends(doc, previous, token))
            previous = token
        # All at once: setting ``token.is_sent_start`` looks through the whole Doc every time.
        values = np.where(starts, 1, -1).astype(np.int64).view(np.uint64)
        return doc.from_array(["SENT_START"], values.reshape(-1, 1))  # type: ignore[arg-type]  # stubs know signed

    def _ends(self, doc: Doc, last: Token, following: Token) -> bool:
        """Whether a sentence ends with ``last``, given that white space parts it from ``following``."""
        first = self._first_word(doc, following)
        if first is None or not (first.text[0].isupper() or first.text[0].isdigit()):
            return False
        at = last.i
        while at > 0 and doc[at].text in _CLOSERS and not doc[at - 1].whitespace_:
            at -= 1
        end = doc[at].text
        if end in _ENDS:
            before = doc[at - 1].text if at else ""
            return end != "." or not self._abbreviates(before)
        if _NUMBER.fullmatch(end):
            return first.text not in self.rules["months"] and (len(end) > 4 or first.text in self.rules["starters"])
        return (
            end.endswith(".")
            and len(end) > 2
            and first.text in self.rules["starters"]
            and end not in {"Dr.", "Prof.", "St."}
        )

    def _abbreviates(self, word: str) -> bool:
        """A lone letter ("George W. Bush") or a listed abbreviation stands before the full stop."""
        return (len(word) == 1 and word.isupper()) or f"{word}." in self.rules["abbreviations"]

    @staticmethod
    def _first_word(doc: Doc, token: Token) -> Token | None:
        """The first token of what follows that is not an opening quote or dash."""
        at = token.i
        while at < len(doc) and (doc[at].text in _OPENERS or doc[at].is_space):
            at += 1
        return doc[at] if at < len(doc) else None


@Language.factory("kg_sentences", assigns=["token.is_sent_start"], default_config={"language": "de"})
def _create(nlp: Language, name: str, language: str) -> SentenceStarts:
    return SentenceStarts(language)
