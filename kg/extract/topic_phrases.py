"""The phrase that names a topic: its words, its label, and the key that tells what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.extract.morphology import Words
from kg.extract.topic_keys import TopicKey, key_of
from kg.extract.topic_labels import head_label_of, head_of, label_of, plain_label
from kg.model import Spans


@dataclass(frozen=True, slots=True)
class Phrase:
    """One topic phrase: its words as they stand, its label and its head's, its key, and whether its head is a verb."""

    text: str
    label: str
    head: str | None
    key: TopicKey
    verbal: bool


def phrase_of(tokens: Sequence[Token], words: Words) -> Phrase:
    """Return the phrase of ``tokens``, which may stand apart."""
    verbal = head_of(tokens).pos_ == "VERB"
    label, head = label_of(tokens, words), head_label_of(tokens, words)
    return Phrase(plain_label(tokens), label, head, key_of(tokens, words), verbal)


def tokens_of(doc: Doc, spans: Spans) -> list[Token]:
    """Return the words of an annotated Doc that ``spans`` touch, without white space."""
    found = [doc.char_span(begin, end, alignment_mode="expand") for begin, end in spans]
    return [token for span in found if span is not None for token in span if not token.is_space]
