"""Tells when two topic phrases are about the same matter: by their heads and what stands with them.

A phrase becomes a :class:`TopicKey`, the basic forms of its words that count. "Truppen zu entsenden" and "Entsendung
von NATO-Truppen" both have the head Entsendung and the part Truppe. A wrong "same" is worse than a missed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from kg.extract.morphology import Words
from kg.extract.topic_labels import NOMINAL, head_of

_CONTENT = NOMINAL | {"VERB", "ADJ", "NUM", "X"}
NEGATION = "¬"
"""Stands in a key for words that turn the matter round."""


@dataclass(frozen=True, slots=True)
class TopicKey:
    """What a topic phrase is about.

    ``head`` are the basic forms of the head and of the nouns that name the same; ``parts`` those of everything else
    that counts, one set of such forms each. ``bare`` where the head says nothing without its context ("Schritt",
    "das").
    """

    head: frozenset[str]
    parts: frozenset[frozenset[str]]
    bare: bool = False

    @property
    def details(self) -> int:
        """How many parts are nouns or names: "umstritten" tells nothing that tells a matter from others."""
        return sum(any(form[:1].isupper() for form in part) for part in self.parts)

    @property
    def forms(self) -> frozenset[str]:
        """All basic forms, those of the head among them."""
        return self.head.union(*self.parts)

    def same(self, other: TopicKey) -> bool:
        """Tell whether both say the same with other words, whatever the article: equal heads, equal parts."""
        return bool(self.head & other.head) and _covers(self.parts, other.parts) and _covers(other.parts, self.parts)

    def within(self, other: TopicKey) -> bool:
        """Tell whether ``other`` is this matter told in more detail: "Abschuss" and "Abschuss des Bären"."""
        if not self.head & other.head or not _covers(self.parts, other.parts):
            return False
        return not any(NEGATION in part for part in other.parts ^ self.parts)


def _covers(parts: frozenset[frozenset[str]], others: frozenset[frozenset[str]]) -> bool:
    return all(any(part & other for other in others) for part in parts)


def key_of(tokens: Sequence[Token], words: Words) -> TopicKey:
    """Return the key of a phrase, given by its words in text order."""
    head = _carrier(head_of(tokens), tokens, words)
    own = _forms(head, words)
    parts = [words.alike(form) for form in own[:-1]]
    for token in tokens:
        if token.i != head.i and _counts(token, words):
            parts += [words.alike(form) for form in _forms(token, words)]
    if any(t.lower_.startswith("kein") or t.lower_ in words.kinds["negation"] for t in tokens):
        parts.append(frozenset([NEGATION]))
    heads = words.alike(own[-1])
    parts = [part for part in parts if not part & heads]
    key = TopicKey(heads, frozenset(parts))
    return replace(key, bare=not key.details and (own[-1] in words.kinds["bare"] or head.pos_ not in _CONTENT))


def _carrier(head: Token, tokens: Sequence[Token], words: Words) -> Token:
    """The object of a verb that only carries it: "Neuwahlen abzuhalten" is about "Neuwahlen"."""
    if head.pos_ not in ("VERB", "AUX"):
        return head
    places = {t.i for t in tokens}
    children = [t for t in head.children if t.i in places]
    particle = next((t.lower_ for t in children if t.dep_ == "compound:prt"), "")
    if words.verb(particle + head.lower_) in words.kinds["support"]:
        return next((t for t in children if t.dep_ in ("obj", "nsubj:pass") and t.pos_ in NOMINAL), head)
    return head


def _counts(token: Token, words: Words) -> bool:
    if token.pos_ not in _CONTENT or token.dep_ == "compound:prt":
        return False
    lower = token.lower_
    if token.pos_ == "VERB" and words.verb(lower) in words.kinds["support"]:
        return False
    return not words.is_light(lower) and any(char.isalnum() for char in lower)


def _forms(token: Token, words: Words) -> list[str]:
    """The basic forms of a word's parts, the last one what it is."""
    text = token.text.strip("„“”\"'’´`»«")
    if token.pos_ == "VERB":
        particle = next((t.lower_ for t in token.children if t.dep_ == "compound:prt"), "")
        infinitive = words.verb(particle + text)
        named = words.deed(infinitive)
        return words.parts(named) if named else [infinitive]
    return words.forms(text, noun=token.pos_ == "NOUN")
