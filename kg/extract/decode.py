"""Decodes what the network read into found positions and relations: words of the text, not yet linked to actors.

Numbers count the article's words (tokens that are not white space). A *stretch* is a list of half-open word ranges:
one, or more where words stand apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from spacy.tokens import Token

from kg.extract.annotate import ADDRESSEE, HOLDER, REPORTER, TOPIC, Cue, Reading
from kg.extract.inference import Floats, Labels

Stretch = list[tuple[int, int]]

_OUTSIDE, _BEGIN, _INSIDE = range(3)
READER_SHARE = 0.75
"""Weight of the reader, which sees the arguments, against the cue finder's; chosen on the articles held back."""

LEAST_SCORE = 0.15
"""Below this score next to nothing reaches the confidence that it takes to be told."""

LEAST_OF_ROLES = (1.0, 1.0, 0.3, 0.3)
"""From which chance a word has a role that the likeliest tags give to no word: who reports and who is addressed are
seldom told, so that the reader seldom dares. Where holder or topic are in doubt, nothing is told."""

_FILLED_GAP = 1
"""Words between two parts of a stretch that are taken in: the tagger slipped on a particle."""

_JOINS = frozenset(["und", "sowie", "and"])
_BREAKS = frozenset([",", "(", ")", ";"])
_QUOTES = (("„", "“”"), ("»", "«"), ("‚", "‘’"))
"""German quotation marks: how they open, and what closes them."""
_FUNCTION = frozenset(["ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "PART", "PRON", "PUNCT", "SCONJ", "SYM"])
ARTICLES = frozenset(
    ["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "the", "a", "an"]
)


@dataclass(frozen=True, slots=True)
class Decoding:
    """What is chosen on articles held back: by kind ("position", "relation") the weights of
    :mod:`kg.extract.confidence` and the ``least`` confidence from which something is told.

    ``signs`` are the stances' signs; ``symmetric`` are the relations whose ends the reader may tag alike; ``bodies``
    those whose second end the cue itself may name ("US-Präsident").
    """

    weights: Mapping[str, Sequence[float]] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    signs: Mapping[str, int] = field(default_factory=dict)
    symmetric: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundPosition:
    """A position as words: ``cue`` is a word number, ``sentence`` the number of its sentence; ``counts`` says how many
    holders and topics the cue has."""

    cue: int
    sentence: int
    holder: Stretch
    stance: str
    sign: int
    topic: Stretch
    source: Cue
    counts: tuple[int, int]
    reporter: Stretch | None
    addressees: list[Stretch]
    hedged: bool

    @property
    def ends(self) -> tuple[Stretch, Stretch]:
        return self.holder, self.topic


@dataclass(frozen=True, slots=True)
class FoundRelation:
    """A relation as words; ``b`` is the cue itself where an office names the second end."""

    cue: int
    sentence: int
    relation: str
    a: Stretch
    b: Stretch
    source: Cue
    counts: tuple[int, int]
    negated: bool

    @property
    def ends(self) -> tuple[Stretch, Stretch]:
        return self.a, self.b


def stretches(chances: Floats, begin: int, *, least: float = 1.0) -> list[Stretch]:
    """Decode one role's [N, 3] chances: begin opens a stretch, inside goes on with it, after a gap as a further part.

    A begin right behind a stretch goes on with it, too: what is coordinated has a comma or a conjunction between. Where
    no word's likeliest tag is one of the role, those count that have it with a chance of ``least``.
    """
    found: list[Stretch] = []
    tags = chances.argmax(-1)
    if not tags.any():
        tags = np.where(1 - chances[:, _OUTSIDE] >= least, chances[:, _BEGIN:].argmax(-1) + _BEGIN, _OUTSIDE)
    for k, tag in enumerate(tags):
        place = k + begin
        gap = place - found[-1][-1][1] if found else None
        if tag == _OUTSIDE:
            continue
        if gap == 0 or (tag == _INSIDE and gap is not None and gap <= _FILLED_GAP):
            found[-1][-1] = (found[-1][-1][0], place + 1)
        elif tag == _INSIDE and found:
            found[-1].append((place, place + 1))
        else:
            found.append([(place, place + 1)])
    return found


def trim(stretch: Stretch, words: Sequence[Token]) -> Stretch:
    """Drop punctuation at both ends and the leading article; empty where nothing with letters is left."""
    parts: Stretch = []
    for part in stretch:
        begin, end = part
        while begin < end and not _says_something(words[end - 1]):
            end -= 1
        while begin < end and not _says_something(words[begin]):
            begin += 1
        # "Den Haag": the article is part of the name.
        if not parts and end - begin > 1 and words[begin].lower_ in ARTICLES and not words[begin].ent_type_:
            begin += 1
        if begin < end:
            parts.append(_with_quotes(begin, end, words))
    return parts


def _with_quotes(begin: int, end: int, words: Sequence[Token]) -> tuple[int, int]:
    """ "[„]Blaue“ Mehrheit": a quotation mark inside does not stand without the other of its pair."""
    inside = [word.text for word in words[begin:end]]
    for opening, closing in _QUOTES:
        open_, closed = inside.count(opening), sum(text in closing for text in inside)
        if closed > open_ and begin > 0 and words[begin - 1].text == opening:
            begin -= 1
        elif open_ > closed and end < len(words) and words[end].text in closing:
            end += 1
    return begin, end


def split_holders(stretch: Stretch, words: Sequence[Token], names: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Cut a holder at commas, brackets and conjunctions outside of ``names`` (half-open word ranges).

    What follows is a holder of its own where a name begins it ("Weise, Bsirske und von der Leyen"). Otherwise it stays
    after a conjunction ("Studenten und Lehrer"), and after a comma or bracket it only says more of the holder before
    ("Raab, der 2018 zurücktrat"; "Merkel (CDU)") and goes.
    """
    if len(stretch) > 1:
        return [stretch]
    begin, end = stretch[0]
    begins = {b for b, _ in names}
    inside = {k for b, e in names for k in range(b, e)}
    found: Stretch = []
    open_at: int | None = begin
    for k in range(begin + 1, end):
        if words[k].text not in _JOINS | _BREAKS or k in inside or open_at is None:
            if open_at is None and k in begins:
                open_at = k
            continue
        if k + 1 in begins or words[k].text in _BREAKS:
            found.append((open_at, k))
            open_at = k + 1 if k + 1 in begins else None
    if open_at is not None:
        found.append((open_at, end))
    return [part for part in (trim([f], words) for f in found) if part]


def split_topics(stretch: Stretch, words: Sequence[Token]) -> list[Stretch]:
    """Cut a topic between two infinitives: "die Pläne voranzutreiben und Stärke zu zeigen" are two topics."""
    begin, end = stretch[0][0], stretch[-1][1]
    number = {words[k].i: k for k in range(begin, end)}
    for k in range(begin, end):
        if words[k].dep_ != "conj" or not (_is_infinitive(words[k]) and _is_infinitive(words[k].head)):
            continue
        joins = [number[t.i] for t in words[k].children if t.dep_ == "cc" and t.i in number]
        if joins and words[k].head.i in number and number[words[k].head.i] < joins[0]:
            at = joins[0]
            first = [(b, min(e, at)) for b, e in stretch if b < at]
            return [part for part in (trim(first, words), trim([(at + 1, end)], words)) if part]
    return [stretch]


def _is_infinitive(word: Token) -> bool:
    return word.pos_ == "VERB" and word.text.endswith("n")


def _says_something(word: Token) -> bool:
    return any(c.isalnum() for c in word.text)


def _has_content(stretch: Stretch, words: Sequence[Token]) -> bool:
    """Whether there is more than articles, pronouns, adverbs and the like: a topic must say what it is about."""
    return any(words[k].pos_ not in _FUNCTION for b, e in stretch for k in range(b, e))


def _carries(stretch: Stretch, cue: Cue, reading: Reading) -> bool:
    """Whether the stretch is but the verb that the cue hangs on: "zurückhaltend [gegenüberstehen]"."""
    head = reading.words[cue.frame.cue].head
    return [k for b, e in stretch for k in range(b, e)] == [k for k, w in enumerate(reading.words) if w.i == head.i]


def decode(reading: Reading, labels: Labels, decoding: Decoding) -> tuple[list[FoundPosition], list[FoundRelation]]:
    """Return all that the cues tell, however unsure, in text order."""
    positions: list[FoundPosition] = []
    relations: list[FoundRelation] = []
    for cue in reading.cues:
        if score_of(cue) < LEAST_SCORE:
            continue
        if cue.label == 0:
            positions.extend(_positions(cue, reading, labels, decoding))
        else:
            relations.extend(_relations(cue, reading, labels, decoding))
    return positions, relations


def _roles(cue: Cue, reading: Reading, role: int) -> list[Stretch]:
    """The role's stretches: those in the cue's own sentence, else the last one before it."""
    assert cue.outputs is not None
    found = stretches(cue.outputs.roles[:, role], cue.frame.begin, least=LEAST_OF_ROLES[role])
    if role != TOPIC:
        # Who acts is named in one place: what stands apart is somebody else.
        found = [_without_prepositions([part], reading.words) for stretch in found for part in stretch]
    found = [_whole_infinitive(s, reading.words) for s in (trim(s, reading.words) for s in found) if s]
    own = [s for s in found if s[-1][1] > cue.frame.own]
    return own or found[-1:]


def _whole_infinitive(stretch: Stretch, words: Sequence[Token]) -> Stretch:
    """ "Truppen zu [entsenden]": a particle does not stand without its verb."""
    *parts, (begin, end) = stretch
    cut = end < len(words) and words[end - 1].pos_ == "PART" and words[end - 1].head.i == words[end].i
    return [*parts, (begin, end + cut)]


def _without_prepositions(stretch: Stretch, words: Sequence[Token]) -> Stretch:
    """ "[von] Kritikern": a holder in the passive; "Abgeordnete [in]": a holder cut short."""
    begin, end = stretch[0]
    while end - begin > 1 and words[end - 1].pos_ in ("ADP", "CCONJ", "DET"):
        end -= 1
    return [(begin + (end - begin > 1 and words[begin].pos_ == "ADP"), end)]


def _sentence(cue: Cue, reading: Reading) -> int:
    return next(n for n, (b, e) in enumerate(reading.sentences) if b <= cue.frame.cue < e)


def score_of(cue: Cue) -> float:
    """How sure it is that the cue holds: the weighted geometric mean of what the cue finder and the reader say."""
    assert cue.outputs is not None
    holds = 1 - float(cue.outputs.verdict[-1])
    return float(cue.chance ** (1 - READER_SHARE) * holds**READER_SHARE)


def _positions(cue: Cue, reading: Reading, labels: Labels, decoding: Decoding) -> Iterator[FoundPosition]:
    assert cue.outputs is not None
    stance = labels.stances[int(np.argmax(cue.outputs.verdict[: len(labels.stances)]))]
    sign = decoding.signs.get(stance, 0)
    reporter = next(iter(_roles(cue, reading, REPORTER)), None)
    hedged = bool(cue.outputs.flags[0] > 0.5)
    addressees = _roles(cue, reading, ADDRESSEE)
    names = [(begin, end) for begin, end, _ in reading.names]
    holders = [h for stretch in _roles(cue, reading, HOLDER) for h in split_holders(stretch, reading.words, names)]
    parts = [part for stretch in _roles(cue, reading, TOPIC) for part in split_topics(stretch, reading.words)]
    topics = [t for t in parts if _has_content(t, reading.words) and not _carries(t, cue, reading)]
    place, counts = (cue.frame.cue, _sentence(cue, reading)), (len(holders), len(topics))
    for holder in holders:
        for topic in topics:
            yield FoundPosition(*place, holder, stance, sign, topic, cue, counts, reporter, addressees, hedged)


def _relations(cue: Cue, reading: Reading, labels: Labels, decoding: Decoding) -> Iterator[FoundRelation]:
    assert cue.outputs is not None
    relation = labels.relations[cue.label - 1 - len(labels.stances)]
    firsts, seconds = _roles(cue, reading, HOLDER), _roles(cue, reading, TOPIC)
    pairs = [(a, b) for a in firsts for b in seconds]
    if not seconds and relation in decoding.symmetric:
        pairs = [(a, b) for n, a in enumerate(firsts) for b in firsts[n + 1 :]]
    elif not seconds and relation in decoding.bodies:
        pairs = [(a, [(cue.frame.cue, cue.frame.cue + 1)]) for a in firsts]
    negated = bool(cue.outputs.flags[1] > 0.5)
    place, counts = (cue.frame.cue, _sentence(cue, reading)), (len(firsts), len(seconds))
    for a, b in pairs:
        yield FoundRelation(*place, relation, a, b, cue, counts, negated)


def _words(stretch: Stretch) -> set[int]:
    return {k for b, e in stretch for k in range(b, e)}


def tell_the_same(one: FoundPosition, other: FoundPosition) -> bool:
    """Same sentence and holder, and topics that overlap by half (Dice): told by two words of one cue."""
    if one.sentence != other.sentence or not _words(one.holder) & _words(other.holder):
        return False
    a, b = _words(one.topic), _words(other.topic)
    return 4 * len(a & b) >= len(a) + len(b)


def told_again(one: FoundPosition, found: Sequence[FoundPosition]) -> float:
    """Return the highest score of the others among ``found`` that tell the same with the same sign; 0 if none does."""
    others = (x for x in found if x is not one and x.sign == one.sign and tell_the_same(one, x))
    return max((score_of(x.source) for x in others), default=0.0)


def surest(found: Sequence[FoundPosition], confidences: Sequence[float]) -> list[int]:
    """Return the places in ``found`` of what is told, in order: of two that tell the same the surer."""
    kept: list[int] = []
    for place in sorted(range(len(found)), key=lambda k: -confidences[k]):
        if not any(tell_the_same(found[place], found[other]) for other in kept):
            kept.append(place)
    return sorted(kept)
