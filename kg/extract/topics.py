"""Names the topic a stance is about: the words of the text, made a label."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from kg.extract.decode import Stretch
from kg.iri import topic_iri
from kg.model import GAP, Topic


def topic_of(stretch: Stretch, words: Sequence[Token]) -> Topic:
    """Return the topic named by ``stretch``: white space folded, words that stand apart joined by ``GAP``.

    The same words in any capitalisation of their beginning are one concept.
    """
    parts = []
    for begin, end in stretch:
        text = words[begin].doc[words[begin].i : words[end - 1].i + 1].text
        parts.append(" ".join(text.split()))
    label = GAP.join(parts)
    return Topic(iri=topic_iri(label), label=label)
