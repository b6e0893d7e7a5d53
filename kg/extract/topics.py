"""Names the topics of one article and puts together those that are one matter in other words.

Every phrase gets a label (``topic_labels.py``) and a key (``topic_keys.py``). Phrases of one article with the same key,
or of which one tells the other in more detail, are one concept; what other articles say meets it by the label's IRI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from kg.extract.decode import Stretch
from kg.extract.morphology import Words, load_words
from kg.extract.thesaurus import Thesaurus, thesaurus_of
from kg.extract.topic_keys import TopicKey, key_of
from kg.extract.topic_labels import head_label_of, head_of, label_of, plain_label
from kg.iri import topic_iri
from kg.model import Position, Spans, Topic


@dataclass(frozen=True, slots=True)
class Phrase:
    """One topic phrase: its words as they stand, its label and its head's, its key, and whether its head is a verb."""

    text: str
    label: str
    head: str | None
    key: TopicKey
    verbal: bool


def topic_of(stretch: Stretch, words: Sequence[Token]) -> Topic:
    """Return the topic named by the words of ``stretch`` as they stand."""
    label = plain_label([words[n] for begin, end in stretch for n in range(begin, end)])
    return Topic(iri=topic_iri(label), label=label)


def phrase_of(tokens: Sequence[Token], words: Words) -> Phrase:
    """Return the phrase of ``tokens``, which may stand apart."""
    key = key_of(tokens, words)
    verbal = head_of(tokens).pos_ == "VERB"
    return Phrase(plain_label(tokens), label_of(tokens, words), head_label_of(tokens, words), key, verbal)


def cluster(phrases: Sequence[Phrase]) -> list[int]:
    """Return for each phrase of one article the number of its concept, counted by first mention."""
    groups = list(range(len(phrases)))

    def join(a: int, b: int) -> None:
        low, high = sorted((groups[a], groups[b]))
        groups[:] = [low if g == high else g for g in groups]

    for b, phrase in enumerate(phrases):
        for a in range(b):
            if phrases[a].label == phrase.label or phrases[a].key.same(phrase.key):
                join(a, b)
    for a, phrase in enumerate(phrases):
        wider = [b for b in range(len(phrases)) if groups[b] != groups[a] and phrase.key.within(phrases[b].key)]
        if wider and _is_line([phrases[b].key for b in wider]):
            join(a, wider[0])
    return groups


def _is_line(keys: Sequence[TopicKey]) -> bool:
    """Whether each tells the next in more detail: "Zölle" is neither of "Autozölle" and "Vergeltungszölle"."""
    return all(a.within(b) or b.within(a) for k, a in enumerate(keys) for b in keys[:k])


class TopicNamer:
    """Names the topics of articles of one language."""

    def __init__(self, words: Words, thesaurus: Thesaurus) -> None:
        self.words, self.thesaurus = words, thesaurus

    def name(self, positions: Sequence[Position], doc: Doc, *, article_id: str) -> list[Position]:
        """Return the positions of one article with their concepts as topics; the same article gives the same ones."""
        places = sorted({position.topic_spans for position in positions})
        phrases = [self.phrase(doc, spans) for spans in places]
        topics = dict(zip(places, self.topics(phrases, article_id=article_id), strict=True))
        return [replace(position, topic=topics[position.topic_spans]) for position in positions]

    def phrase(self, doc: Doc, spans: Spans) -> Phrase:
        """Return the phrase under ``spans`` of an annotated Doc."""
        return phrase_of(_tokens(doc, spans), self.words)

    def topics(self, phrases: Sequence[Phrase], *, article_id: str) -> list[Topic]:
        """Return the concept of each phrase of one article."""
        groups = cluster(phrases)
        members = {g: [p for p, h in zip(phrases, groups, strict=True) if h == g] for g in groups}
        topics = {g: self._topic(members[g], article_id) for g in members}
        return [topics[g] for g in groups]

    def _topic(self, members: Sequence[Phrase], article_id: str) -> Topic:
        best = min(members, key=_rank)
        names = [name for m in members for name in ((m.label, m.text) if m.verbal else (m.label,))]
        others = sorted({name for name in names if name != best.label})
        # "Schritt" of one article is not the "Schritt" of another.
        iri = topic_iri(best.label, within=article_id if best.key.bare else None)
        return Topic(iri=iri, label=best.label, alt_labels=tuple(others), broader=self._broader(best))

    def _broader(self, phrase: Phrase) -> Topic | None:
        """The thesaurus's concept, else the topic of the head alone: "Abschuss des Bären" falls under "Abschuss"."""
        found, head = self.thesaurus.broader(phrase.key), phrase.head
        if found is not None or head is None or not phrase.key.parts or head in (phrase.label, phrase.text):
            return found
        if phrase.key.head & self.words.kinds["bare"]:
            return None
        above = self.thesaurus.broader(TopicKey(phrase.key.head, frozenset()))
        return Topic(iri=topic_iri(head), label=head, broader=above)


def topic_namer(language: str = "de") -> TopicNamer:
    """Return the namer of a language, with its word tables and the shipped thesaurus."""
    return TopicNamer(load_words(language), thesaurus_of(language))


def _tokens(doc: Doc, spans: Spans) -> list[Token]:
    found = [doc.char_span(begin, end, alignment_mode="expand") for begin, end in spans]
    return [token for span in found if span is not None for token in span if not token.is_space]


def _rank(phrase: Phrase) -> tuple[bool, bool, int, int, str]:
    """Which phrase names a concept: not by its bare head, not by a clause, with the fewest details, in few letters."""
    clause = phrase.verbal and phrase.label == phrase.text
    return not phrase.key.parts, clause, len(phrase.key.parts), len(phrase.label), phrase.label
