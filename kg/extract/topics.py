"""Names the topics of one article and puts together those that are one matter in other words.

Every phrase gets a label (``topic_labels.py``) and a key (``topic_keys.py``). Phrases of one article with the same key
are one concept, and so are those that a trained scorer takes for the same (``same_topic.py``); what other articles say
meets it by the label's IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from kg.extract.annotate import Reading
from kg.extract.decode import Stretch
from kg.extract.inference import Floats
from kg.extract.morphology import Words, load_words
from kg.extract.same_topic import LEAST, MOST, Mention, SameTopic, Told, mention_of
from kg.extract.thesaurus import Thesaurus, thesaurus_of
from kg.extract.topic_keys import TopicKey
from kg.extract.topic_labels import plain_label
from kg.extract.topic_phrases import Phrase, phrase_of, tokens_of
from kg.iri import topic_iri
from kg.model import Position, Spans, Topic, words_of
from kg.vocabulary import load_vocabulary


def topic_of(stretch: Stretch, words: Sequence[Token]) -> Topic:
    """Return the topic named by the words of ``stretch`` as they stand."""
    label = plain_label([words[n] for begin, end in stretch for n in range(begin, end)])
    return Topic(iri=topic_iri(label), label=label)


def by_words(phrases: Sequence[Phrase]) -> list[int]:
    """Return for each phrase of one article the number of the first that says the same by its words; a pronoun says the
    same as none."""
    groups = list(range(len(phrases)))
    for n, phrase in enumerate(phrases):
        for k in range(n):
            alike = phrases[k].label == phrase.label or phrases[k].key.same(phrase.key)
            if alike and (phrase.head or not phrase.key.bare) and groups[k] != groups[n]:
                groups = _joined(groups, k, n)
    return groups


def _joined(groups: Sequence[int], one: int, other: int) -> list[int]:
    """The numbers of the groups with those of two of their members made one, the lower."""
    low, high = sorted((groups[one], groups[other]))
    return [low if group == high else group for group in groups]


def cluster(found: Sequence[Mention], same: SameTopic, *, least: float = LEAST) -> list[int]:
    """Return for each topic of one article, in text order, the number of the first that is the same matter."""
    groups = by_words([m.phrase for m in found])
    for start in range(0, len(found), MOST):
        for n, chances in enumerate(same.chances(found[start : start + MOST]), start):
            total: dict[int, float] = defaultdict(float)
            for earlier, chance in enumerate(chances[1:], start):
                total[groups[earlier]] += float(chance)
            best = max(total, key=lambda group: total[group], default=n)
            if total.get(best, 0) >= least and best != groups[n]:
                groups = _joined(groups, best, n)
    return groups


def mentions(
    told: Mapping[Spans, tuple[Told, ...]], doc: Doc, reading: Reading, states: Floats, words: Words
) -> list[Mention]:
    """Return the topics under some spans of an annotated Doc in text order, with what positions tell of them;
    ``states`` [N, H] are of the words of ``reading``."""
    rows = {token.i: row for row, token in enumerate(reading.words)}
    sentence = [n for n, (begin, end) in enumerate(reading.sentences) for _ in range(begin, end)]
    found = []
    for spans in sorted(told):
        tokens = tokens_of(doc, spans)
        number = sentence[rows[tokens[0].i]]
        found.append(mention_of(tokens, phrase_of(tokens, words), rows, states, number, told[spans]))
    return found


class TopicNamer:
    """Names the topics of articles of one language."""

    def __init__(self, words: Words, thesaurus: Thesaurus, same: SameTopic) -> None:
        self.words, self.thesaurus, self.same = words, thesaurus, same
        self.signs = {name: stance.sign for name, stance in load_vocabulary().stances.items()}

    def name(self, positions: Sequence[Position], doc: Doc, reading: Reading, *, article_id: str) -> list[Position]:
        """Return the positions of one article with their concepts as topics; the same article gives the same ones."""
        if not positions:
            return []
        text = doc.text  # spaCy puts it together at every call
        first: dict[str, Spans] = {}
        told: dict[Spans, tuple[Told, ...]] = defaultdict(tuple)
        for position in sorted(positions, key=lambda p: p.topic_spans):
            place = first.setdefault(words_of(text, position.topic_spans), position.topic_spans)
            told[place] += (Told(position.actor.iri, self.signs[position.stance], position.cue[0][0]),)
        places = mentions(told, doc, reading, reading.spread("states"), self.words)
        found = self.topics([m.phrase for m in places], cluster(places, self.same), article_id=article_id)
        topics = dict(zip(sorted(told), found, strict=True))
        return [replace(p, topic=topics[first[words_of(text, p.topic_spans)]]) for p in positions]

    def topics(self, phrases: Sequence[Phrase], groups: Sequence[int], *, article_id: str) -> list[Topic]:
        """Return the concept of each phrase of one article; those with one number in ``groups`` are one."""
        members = {g: [p for p, h in zip(phrases, groups, strict=True) if h == g] for g in groups}
        topics = {g: self._topic(sorted(members[g], key=_rank), f"{article_id} {g}") for g in members}
        return [topics[g] for g in groups]

    def _topic(self, members: Sequence[Phrase], matter: str) -> Topic:
        """The concept of phrases in order of rank; ``matter`` names it among those of all articles."""
        best = members[0]
        telling = [m for m in members if not m.key.bare or (best.key.bare and m.head)]
        names = {name for m in telling for name in ((m.label, m.text) if m.verbal and m.key.parts else (m.label,))}
        # "Schritt" of one article is not the "Schritt" of another, nor is "Schritt, der ...", whose label ends there.
        bare = best.key.bare or (best.label == best.head and bool(best.key.head & self.words.kinds["bare"]))
        iri = topic_iri(best.label, within=matter if bare else None)
        others = tuple(sorted(names - {best.label}))
        return Topic(iri=iri, label=best.label, alt_labels=others, broader=self._broader(members))

    def _broader(self, members: Sequence[Phrase]) -> Topic | None:
        """The thesaurus's concept, else the topic of the head alone: "Abschuss des Bären" falls under "Abschuss"."""
        known = (self.thesaurus.broader(member.key) for member in members)
        found, phrase = next((topic for topic in known if topic), None), members[0]
        head = phrase.head
        if found is not None or head is None or not phrase.key.parts or head in (phrase.label, phrase.text):
            return found
        if phrase.key.head & self.words.kinds["bare"]:
            return None
        above = self.thesaurus.broader(TopicKey(phrase.key.head, frozenset()))
        return Topic(iri=topic_iri(head), label=head, broader=above)


def topic_namer(same: SameTopic, language: str = "de") -> TopicNamer:
    """Return the namer of a language, with its word tables and the shipped thesaurus."""
    return TopicNamer(load_words(language), thesaurus_of(language), same)


def _rank(phrase: Phrase) -> tuple[int, bool, bool, int, int, str]:
    """Which phrase names a concept: no pronoun, not one that says nothing without its context or has no details, not a
    clause, with the fewest details, in few letters."""
    key, clause = phrase.key, phrase.verbal and phrase.label == phrase.text
    empty = key.bare + (key.bare and phrase.head is None)
    return empty, not key.details, clause, key.details, len(phrase.label), phrase.label
