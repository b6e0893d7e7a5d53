"""The actors that are known beforehand, as dictionaries from the words of a language; read from ``kg/lang/<language>``.

Every look-up is a dictionary access; only the first name that is not found as it is written goes through all persons,
for ``sounds``. The best known of them as RDF: ``ontology/actors.ttl``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kg.extract.forms import bases, inflected_key, plain, stem
from kg.extract.spelling import sounds, spellings
from kg.model import Actor

_AHEAD = 8
"""Years before a person's first known office from which on another name or the surname alone may mean that person:
earlier, "George Bush" was somebody else."""
ARABIC_PARTICLES = frozenset(["al", "el", "ad", "an", "ar", "as", "asch", "ash", "at", "az"])
PARTICLES = frozenset(["von", "van", "de", "del", "di", "da", "dos", "der", "den", "zu", "zur", "ten", "ter", "bin",
                       "ibn", "al", "el", "ben", "le", "la", "du"])  # fmt: skip
RULING = frozenset({"monarch", "crown_prince"})
"""Kinds of office of those who are called by their first name."""
MEMBER = "member"
"""The kind of office of those who belong to a party or a parliament, without leading it."""
OF_THE_FIRST_PART = "*"
"""The body of titles that end a compound whose first part names whose office it is: "Vatikansprecher"."""
_SHORT = 3
"""Names up to this length match only as they are written: "IS" is not "is", "AU" is not "au"."""


Office = tuple[str, str]
"""Kind, and the label of the state or organisation, "" where it is not told."""


@dataclass(frozen=True, slots=True)
class Term:
    """One stay in an office: its kind, the label of the state or organisation, and the first and last day known."""

    kind: str
    body: str
    begin: str
    end: str

    def covers(self, day: date) -> bool:
        """Tell whether the office was held on a day; a bare year or month counts whole."""
        iso = day.isoformat()
        return (not self.begin or iso[: len(self.begin)] >= self.begin) and (
            not self.end or iso[: len(self.end)] <= self.end
        )


def held(terms: Iterable[Term], day: date | None) -> list[Term]:
    """Return those of the terms that cover a day; all where it is not known."""
    return [term for term in terms if day is None or term.covers(day)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One actor of the registry. ``gender`` is m, f, n or p (plural), of the person or of the name; "" if unknown.
    ``of_states`` marks unions of states, for which their ministers and heads speak together; ``country`` is the label
    of the state that a state is a part of."""

    actor: Actor
    gender: str = ""
    surname: str = ""
    alone: bool = False
    names: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    of_states: bool = False
    country: str = ""

    @property
    def offices(self) -> set[Office]:
        """The offices that a person held at any time."""
        return {(term.kind, term.body) for term in self.terms}

    def held(self, day: date | None) -> list[Term]:
        """The offices that a person holds on a day; all where it is not known."""
        return held(self.terms, day)

    def known_by(self, day: date | None) -> bool:
        """Tell whether a person was in or near an office by a day."""
        first = min((int(term.begin[:4]) for term in self.terms if term.begin), default=0)
        return day is None or first <= day.year + _AHEAD

    def latest(self, day: date | None) -> str:
        """The begin of the last office that a person came into by a day, "" where there is none."""
        return max((term.begin for term in self.terms if day is None or term.begin <= day.isoformat()), default="")


@dataclass(frozen=True, slots=True)
class Title:
    """A word for an office: ``kind`` as in :class:`Term` ("" for a form of address), ``body`` where it tells that."""

    kind: str
    body: str
    gender: str


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun's person (1, 2, 3), number (s, p or "" for either) and gender (m, f, n or "" for any)."""

    person: int
    number: str
    gender: str


@dataclass(frozen=True, slots=True)
class Former:
    """Whose seat it was before ``day`` (ISO 8601), and beginnings of the words that name today's actor all the same."""

    day: str
    label: str
    own: tuple[str, ...]

    def meant(self, text: str, day: date | None) -> bool:
        """Tell whether words in an article of a day stand for the former actor."""
        if day is None or day.isoformat() >= self.day:
            return False
        return not any(word.lower().startswith(self.own) for word in (text, *text.split(" ")))


@dataclass(frozen=True, slots=True)
class Short:
    """What a short name means where the article names the ``owner`` and no word that begins like one of ``unless``;
    ``use`` as in ``understood.tsv``."""

    label: str
    owner: str
    use: frozenset[str]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Towns:
    """Words that stand with the name of a town (``towns.tsv``): endings of its ``offices`` and of ``bodies`` that are
    named with it, words for what kind of place it is, and whose senate is the government of which Land."""

    offices: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    senates: Mapping[str, str] = field(default_factory=dict)

    def has_office(self, word: str) -> bool:
        """Tell whether a word, in any case, is an office of a town: ``"Bürgermeisters"``."""
        return any(form.lower().endswith(self.offices) for form in bases(word))


@dataclass(slots=True)
class Registry:
    """Dictionaries from words to actors. Built once by :func:`kg.extract.tables.load_registry` and then only read, but
    for ``sounds``, which is filled when it is first needed."""

    labels: dict[str, Entry] = field(default_factory=dict)
    exact: dict[str, Entry] = field(default_factory=dict)
    folded: dict[str, Entry] = field(default_factory=dict)
    inflected: dict[str, Entry] = field(default_factory=dict)
    described: dict[str, Entry] = field(default_factory=dict)
    adjectives: dict[str, Entry] = field(default_factory=dict)
    people: dict[str, Entry] = field(default_factory=dict)
    seats: dict[str, Entry] = field(default_factory=dict)
    persons: dict[str, list[Entry]] = field(default_factory=dict)
    sounds: dict[str, list[Entry]] = field(default_factory=dict)
    surnames: dict[str, list[Entry]] = field(default_factory=dict)
    rulers: dict[str, list[Entry]] = field(default_factory=dict)
    holders: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    first_names: dict[str, str] = field(default_factory=dict)
    titles: dict[str, Title] = field(default_factory=dict)
    title_ending: re.Pattern[str] = re.compile("(?!)")
    nouns: dict[str, str] = field(default_factory=dict)
    noun_endings: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Endings of nouns in all cases, with the line that they stand in: of several the first counts."""
    pronouns: dict[str, Pronoun] = field(default_factory=dict)
    understood: dict[str, list[Short]] = field(default_factory=dict)
    former: dict[str, Former] = field(default_factory=dict)
    towns: Towns = Towns()

    def named(self, text: str) -> Entry | None:
        """Return the state or organisation of a name in any case: ``"Frankreichs"``, ``"Vereinten Nationen"``."""
        name = plain(text)
        # Capitals throughout, as in headlines: "SLOWAKEI", "GRÜNEN".
        shouted = name.isupper() and len(name) > _SHORT + 1 and name.isalpha() and name not in self.exact
        for form in bases(name.capitalize() if shouted else name):
            # "Berlin" is the capital before it is the Land.
            found = self.seats.get(form) or self.exact.get(form)
            if found is None and len(form) > _SHORT and form[:1].isupper():
                found = self.folded.get(form.lower())
            if found is not None:
                return found
        if " " not in name:
            return None
        # "amerikanischen Senats" is a description that is a name, "vereinte Nationen" is none
        return (self.inflected if name[:1].isupper() else self.described).get(inflected_key(name))

    def country_of(self, adjective: str) -> Entry | None:
        """Return the state of an adjective or of a town's form in -er: ``"ukrainischen"``, ``"Teheraner"``."""
        return self.adjectives.get(stem(adjective)) or self.adjectives.get(adjective.lower())

    def nation(self, noun: str) -> Entry | None:
        """Return the state of its people: ``"Franzosen"``, ``"Amerikanern"``."""
        return next((self.people[form] for form in bases(noun) if form in self.people), None)

    def person(self, full_name: str, day: date | None = None) -> Entry | None:
        """Return the registered person of a full name in an article of a day, with or without genitive -s."""
        for form in bases(plain(full_name)):
            found = self.persons.get(form, [])
            meant = [x for x in found if form == plain(x.actor.label) or x.known_by(day)]
            if meant:  # "George Bush": of two the one who came into office last by that day
                return max(meant, key=lambda entry: entry.latest(day))
        return self._spelt(full_name, day)

    def _spelt(self, full_name: str, day: date | None) -> Entry | None:
        """The only person of whom this name is one more spelling: "Massoud Barzani"."""
        if " " not in full_name:
            return None
        if not self.sounds:
            people = (entry for entry in self.labels.values() if entry.actor.type == "Person")
            self.sounds.update(spellings((entry, (entry.actor.label, *entry.names)) for entry in people))
        for form in bases(full_name):
            found = [x for x in self.sounds.get(sounds(form), ()) if x.known_by(day)]
            if len(found) == 1:
                return found[0]
        return None

    def called(self, surname: str, day: date | None) -> list[Entry]:
        """Return the registered persons of a surname in an article of a day, with or without genitive -s."""
        entries = (entry for form in bases(surname) for entry in self.surnames.get(form, ()))
        return [entry for entry in entries if entry.known_by(day)]

    def known_as(self, name: str, bodies: Collection[str], day: date | None) -> Entry | None:
        """Return who is meant by a surname alone, or who of that name serves one of ``bodies``."""
        alone = [entry for entry in self.called(name, day) if entry.alone]
        return alone[0] if len(alone) == 1 else self.serving(name, bodies, day)

    def serving(self, name: str, bodies: Collection[str], day: date | None) -> Entry | None:
        """Return the only registered person of a surname, or ruler of a first name, who on a day holds an office of one
        of ``bodies``: "Faisal" in an article of 1967 that names Saudi Arabia."""
        if day is None:
            return None
        served = [
            (entry, {term.kind for term in entry.held(day) if term.body in bodies})
            for entry in self._called_or_ruling(name, day)
        ]
        leading = {entry.actor.label: entry for entry, kinds in served if kinds - {MEMBER}}
        found = leading or {entry.actor.label: entry for entry, kinds in served if kinds}  # a minister before a general
        return next(iter(found.values())) if len(found) == 1 else None

    def _called_or_ruling(self, name: str, day: date | None) -> list[Entry]:
        rulers = (entry for form in bases(name) for entry in self.rulers.get(form, ()))
        return [*self.called(name, day), *(entry for entry in rulers if entry.known_by(day))]

    def in_office(self, surname: str, offices: Collection[tuple[str, str]], day: date | None) -> Entry | None:
        """Return the registered person of a surname who holds or held one of ``offices`` (kind and body, "" for any);
        of several the one who came into office last: "US-Präsident Bush"."""
        fitting = [
            entry
            for entry in self._called_or_ruling(surname, day)
            if any(t.kind == kind and body in ("", t.body) for kind, body in offices for t in entry.terms)
        ]
        return max(fitting, key=lambda entry: entry.latest(day), default=None)

    def title(self, word: str) -> Title | None:
        """Return the office of a title word in any case or gender: ``"Außenministerin"``, ``"Präsidenten"``."""
        for form in _title_forms(word):
            found = self.titles.get(form)
            if found is not None:
                return found
        return None

    def joined_title(self, word: str) -> tuple[str, Title | None]:
        """Return the parts of a compound without a hyphen: ``"Vatikan"`` and the title in ``"Vatikansprecherin"``; ""
        and None where its last part is no title."""
        joined = self.title_ending.match(word)
        return (joined[1], self.titles[f"-{joined[2]}"]) if joined else ("", None)

    def noun_kind(self, word: str) -> str:
        """Return the kind of a common noun (``nouns.tsv``), "" where it has none."""
        for form in (word, *bases(word), word.removesuffix("in")):
            kind = self.nouns.get(form)
            if kind:
                return kind
        lower = word.lower()
        lower = lower[:-2] if lower.endswith("in") else lower
        found = [self.noun_endings[end] for at in range(len(lower)) if (end := lower[at:]) in self.noun_endings]
        return min(found)[1] if found else ""


def _title_forms(word: str) -> Iterator[str]:
    yield word
    if word.endswith("innen"):
        word = word[:-3]
    if word.endswith("in"):
        yield word[:-2]
        # "Beauftragte" and "Französin" have no form without ending.
        yield word[:-2] + "e"
    for ending in ("s", "n", "en", "es", "r", "m"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            yield word[: -len(ending)]


def without_particle(surname: str) -> str:
    """ "Burhan" for "al-Burhan", "Sadat" for "as-Sadat"."""
    particle, dash, name = surname.partition("-")
    return name if dash and particle.lower() in ARABIC_PARTICLES else surname
