"""The words that a pronoun or a description may stand for: an article's names, and others that tell an actor."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.extract.annotate import Reading
from kg.extract.link import ArticleLinks
from kg.model import Actor

_QUOTES = frozenset('„“”"«»‚‘')
_PLURAL = frozenset(["sind", "seien"])
_SINGULAR = frozenset(["ist", "war", "sei", "wird", "will", "soll", "kann", "muss", "darf", "mag"])
_CLAUSE = frozenset(["ROOT", "conj", "ccomp", "advcl", "acl", "acl:relcl", "parataxis", "xcomp", "csubj"])
ROLES = ("subject", "object", "oblique", "modifier", "other")
_ROLE_OF = {"nsubj": 0, "nsubj:pass": 0, "csubj": 0, "obj": 1, "iobj": 1, "obl": 2, "nmod": 3, "nmod:poss": 3}
_COMPLEMENT = 4
"""The most words that tell which group it is."""
_INSIDE_NAMES = frozenset(["appos", "flat", "flat:name", "compound"])


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: number of the sentence, role in it (number of ROLES), word that heads their clause."""

    sentence: int
    role: int
    clause: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words ``[begin, end)`` that name an actor, with its label, type, gender and number (s, p or "" if unknown).

    ``entity`` is false for words that tell an actor without being its name: "US-", "Bundeskanzlerin", "iranische".
    """

    begin: int
    end: int
    label: str
    type: str
    gender: str
    number: str = ""
    entity: bool = True
    place: Place = Place(0, 4, 0, False)


def number_of_verb(verb: Token) -> str:
    """The number that a finite verb or its auxiliary tells: "fordern" p, "fordert" s, "" where neither shows."""
    finite = next((t for t in verb.children if t.pos_ == "AUX"), verb).lower_
    if finite in _PLURAL or (finite.endswith(("en", "ern", "eln")) and finite not in _SINGULAR):
        return "p"
    return "s" if finite.endswith(("t", "te", "e")) or finite in _SINGULAR else ""


def places(reading: Reading) -> list[Place]:
    """Return the place of every word of an article, by its tree."""
    starts = [begin for begin, _ in reading.sentences]
    number = {token.i: k for k, token in enumerate(reading.words)}
    found = []
    quoted = False
    for k, token in enumerate(reading.words):
        if token.text in _QUOTES:
            quoted = token.text in "„«‚" or (token.text == '"' and not quoted)
        role = _role(token)
        found.append(Place(bisect_right(starts, k) - 1, role, number.get(_clause(token).i, k), quoted))
    return found


def _role(token: Token) -> int:
    """The role of the phrase: of "Merkel" in "Kanzlerin Merkel sagte" that of "Kanzlerin"."""
    for _ in range(4):
        if token.dep_ not in _INSIDE_NAMES or token.head.i == token.i:
            break
        token = token.head
    if token.dep_ == "conj":
        return _ROLE_OF.get(token.head.dep_, 4)
    return _ROLE_OF.get(token.dep_, 4)


def _clause(token: Token) -> Token:
    for _ in range(12):
        if token.head.i == token.i or (token.dep_ in _CLAUSE and token.pos_ in ("VERB", "AUX")):
            break
        token = token.head
    return token


def candidates(doc: Doc, reading: Reading, links: ArticleLinks, where: Sequence[Place]) -> list[Candidate]:
    """The article's candidates in text order, each with the actor that it links to."""
    number = {token.i: k for k, token in enumerate(reading.words)}
    found = []
    taken: set[int] = set()
    for entity in doc.ents:
        actor = links.actor((entity.start_char, entity.end_char))
        begin, end = number[entity.start], number[entity.end - 1] + 1
        taken.update(range(begin, end))
        found.append(_candidate(begin, end, actor, links, where, entity=True))
    for k, actor in _told(reading, links, taken):
        taken.add(k)
        found.append(_candidate(k, k + 1, actor, links, where, entity=False))
    for begin, end in _groups(reading, taken, where):
        span = (reading.words[begin].idx, reading.words[end - 1].idx + len(reading.words[end - 1].text))
        if not links.refers_back(span):
            found.append(_candidate(begin, end, links.actor(span), links, where, entity=False))
    return sorted(found, key=lambda candidate: candidate.begin)


def _told(reading: Reading, links: ArticleLinks, taken: set[int]) -> Iterator[tuple[int, Actor]]:
    for k, token in enumerate(reading.words):
        if k not in taken and token.is_alpha | ("-" in token.text) and len(token.text) > 2:
            actor = links.told((token.idx, token.idx + len(token.text)))
            if actor is not None:
                yield k, actor


def _groups(reading: Reading, taken: set[int], where: Sequence[Place]) -> Iterator[tuple[int, int]]:
    """Nouns in the plural who do something, with their adjectives: "britische Moslems protestierten"."""
    for k, token in enumerate(reading.words):
        subject = where[k].role == 0 and token.pos_ == "NOUN" and token.dep_.startswith("nsubj")
        if k in taken or not subject or number_of_verb(token.head) != "p":
            continue
        begin = k
        while begin and reading.words[begin - 1].dep_ in ("amod", "nummod") and begin - 1 not in taken:
            begin -= 1
        yield begin, _end(k, reading)


def _end(k: int, reading: Reading) -> int:
    """Behind what tells which group it is: "Demonstranten [in Bangkok]", "Anhänger [des Präsidenten]"."""
    words = reading.words
    behind = next(words[k].rights, None)
    if behind is None or not behind.dep_.startswith("nmod"):
        return k + 1
    inside = list(behind.subtree)
    length = inside[-1].i - words[k].i
    whole = length == len(inside) and length <= _COMPLEMENT and k + length < len(words)
    return k + 1 + (length if whole else 0)


def _candidate(
    begin: int, end: int, actor: Actor, links: ArticleLinks, where: Sequence[Place], *, entity: bool
) -> Candidate:
    gender, number = links.agreement(actor)
    return Candidate(begin, end, actor.label, actor.type, gender, number, entity, where[begin])
