"""The actors that are known beforehand, as dictionaries from the words of a language; read from ``kg/lang/<language>``.

Every look-up is a dictionary access; nothing scans the whole registry. The same data as RDF: ``ontology/actors.ttl``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from kg.errors import OntologyError
from kg.extract.forms import bases, inflected_key, plain, stem
from kg.extract.spelling import sounds, spellings
from kg.iri import actor_iri
from kg.model import Actor
from kg.resources import package_file

_AHEAD = 8
"""Years before a person's first known office from which on another name or the surname alone may mean that person:
earlier, "George Bush" was somebody else."""
_SHORT = 3
"""Names up to this length match only as they are written: "IS" is not "is", "AU" is not "au"."""


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One actor of the registry. ``gender`` is m, f, n or p (plural), of the person or of the name; "" if unknown.
    ``of_states`` marks unions of states, for which their ministers and heads speak together."""

    actor: Actor
    gender: str = ""
    surname: str = ""
    alone: bool = False
    names: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    of_states: bool = False

    def known_by(self, day: date | None) -> bool:
        """Tell whether a person was in or near an office by a day."""
        years = [int(term.begin[:4]) for term in self.terms if term.begin]
        return day is None or not years or min(years) <= day.year + _AHEAD

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
    """Dictionaries from words to actors. Built once by :func:`load_registry` and then only read."""

    labels: dict[str, Entry] = field(default_factory=dict)
    exact: dict[str, Entry] = field(default_factory=dict)
    folded: dict[str, Entry] = field(default_factory=dict)
    inflected: dict[str, Entry] = field(default_factory=dict)
    adjectives: dict[str, Entry] = field(default_factory=dict)
    people: dict[str, Entry] = field(default_factory=dict)
    seats: dict[str, Entry] = field(default_factory=dict)
    persons: dict[str, list[Entry]] = field(default_factory=dict)
    sounds: dict[str, list[Entry]] = field(default_factory=dict)
    surnames: dict[str, list[Entry]] = field(default_factory=dict)
    holders: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    first_names: dict[str, str] = field(default_factory=dict)
    titles: dict[str, Title] = field(default_factory=dict)
    nouns: dict[str, str] = field(default_factory=dict)
    noun_endings: tuple[tuple[str, str], ...] = ()
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
        return self.inflected.get(inflected_key(name)) if " " in name and name[:1].isupper() else None

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

    def in_office(self, surname: str, offices: Collection[tuple[str, str]], day: date | None) -> Entry | None:
        """Return the registered person of a surname who holds or held one of ``offices`` (kind and body, "" for any);
        of several the one who came into office last: "US-Präsident Bush"."""
        fitting = [
            entry
            for entry in self.called(surname, day)
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

    def noun_kind(self, word: str) -> str:
        """Return the kind of a common noun (``nouns.tsv``), "" where it has none."""
        for form in (word, *bases(word), word.removesuffix("in")):
            kind = self.nouns.get(form)
            if kind:
                return kind
        lower = word.lower()
        lower = lower[:-2] if lower.endswith("in") else lower
        for ending, kind in self.noun_endings:
            if lower.endswith((ending, ending + "s", ending + "n", ending + "en")):
                return kind
        return ""


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


@lru_cache(maxsize=4)
def load_registry(language: str = "de") -> Registry:
    """Read the registry of a language. Raises :class:`OntologyError` naming file and line where a line is malformed."""
    folder = package_file("lang", language)
    registry = Registry()
    for row in read_rows(folder / "states.tsv", 9):
        _add_state(registry, row)
    for row in read_rows(folder / "organisations.tsv", 6):
        _add_organisation(registry, row)
    for row in read_rows(folder / "persons.tsv", 7):
        _add_person(registry, row)
    for word, gender, kind, body in read_rows(folder / "titles.tsv", 4):
        registry.titles[word] = Title(kind, body, gender)
    endings = []
    for word, kind in read_rows(folder / "nouns.tsv", 2):
        if word.startswith("-"):
            endings.append((word[1:], kind))
        else:
            registry.nouns[word] = kind
    registry.noun_endings = tuple(endings)
    _read_meanings(registry, folder)
    registry.towns = _read_towns(folder / "towns.tsv")
    return registry


def _read_towns(path: Path) -> Towns:
    rows = list(read_rows(path, 3))

    def words(wanted: str) -> tuple[str, ...]:
        return tuple(word.removeprefix("-") for word, kind, _ in rows if kind == wanted)

    senates = {word: label for word, kind, label in rows if kind == "senate"}
    return Towns(words("office"), words("body"), frozenset(words("place")), senates)


def _read_meanings(registry: Registry, folder: Path) -> None:
    """Pronouns, and whom words mean by what else an article says."""
    for word, person, number, gender in read_rows(folder / "pronouns.tsv", 4):
        registry.pronouns[word] = Pronoun(int(person), number, gender)
    for short, label, owner, use, unless in read_rows(folder / "understood.tsv", 5):
        meant = Short(label, owner, frozenset(use.split()), tuple(_many(unless)))
        registry.understood.setdefault(short, []).append(meant)
    for label, day, former, own in read_rows(folder / "former.tsv", 4):
        registry.former[label] = Former(day, former, tuple(_many(own)))
        if former in registry.labels[label].names:  # "Mazedonien" is Nordmazedonien but for the day
            name = plain(former)
            registry.exact[name] = registry.folded[name.lower()] = registry.labels[label]


def read_rows(path: Path, columns: int) -> Iterator[list[str]]:
    """Yield the rows of a table of this folder below its header: comment lines begin with ``# ``, cells end at tabs."""
    header = True
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("# "):
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise OntologyError(
                f"A line has {len(row)} columns, not {columns}", where=f"{path.name}:{number}", mend="Separate by tabs."
            )
        if header:
            header = False
            continue
        yield row


def _many(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def _actor(label: str, kind: str, wikidata: str) -> Actor:
    item = wikidata or None
    return Actor(iri=actor_iri(label, item), label=label, type=kind, resolved=True, wikidata=item)


def _add_name(registry: Registry, name: str, entry: Entry) -> None:
    name = plain(name)
    registry.exact.setdefault(name, entry)
    registry.folded.setdefault(name.lower(), entry)
    if " " in name:
        registry.inflected.setdefault(inflected_key(name), entry)


def _add_state(registry: Registry, row: list[str]) -> None:
    _, wikidata, label, _, gender, names, adjectives, people, seats = row
    entry = Entry(_actor(label, "State", wikidata), gender=gender, names=tuple(_many(names)))
    registry.labels[label] = entry
    for name in (label, *entry.names):
        _add_name(registry, name, entry)
    for adjective in _many(adjectives):
        registry.adjectives.setdefault(adjective.lower(), entry)
    for noun in _many(people):
        registry.people.setdefault(noun, entry)
    for seat in _many(seats):
        name = plain(seat)
        registry.seats.setdefault(name, entry)
        if " " in name:
            registry.inflected.setdefault(inflected_key(name), entry)
        elif not entry.names or name not in registry.exact:
            registry.adjectives.setdefault(name.lower() + ("r" if name.endswith("e") else "er"), entry)


def _add_organisation(registry: Registry, row: list[str]) -> None:
    wikidata, label, kind, _, names, members = row
    entry = Entry(_actor(label, kind, wikidata), names=tuple(_many(names)), of_states=members == "states")
    registry.labels[label] = entry
    for name in (label, *entry.names):
        _add_name(registry, name, entry)


def _add_person(registry: Registry, row: list[str]) -> None:
    wikidata, label, gender, surname, names, alone, offices = row
    terms = tuple(_term(office) for office in _many(offices))
    words = plain(label).split(" ")
    entry = Entry(
        _actor(label, "Person", wikidata), gender=gender, surname=surname or words[-1], alone=bool(alone),
        names=tuple(_many(names)), terms=terms,
    )  # fmt: skip
    registry.labels[label] = entry
    for name in (label, *entry.names):
        # "Philippe" alone is anybody; "König Philippe" is not.
        if " " in name or name != label or entry.alone:
            registry.persons.setdefault(plain(name), []).append(entry)
    for key in {plain(entry.surname), *(" ".join(words[start:]) for start in _particle_starts(words))}:
        registry.surnames.setdefault(key, []).append(entry)
    if len(words) > 1 and not surname:
        known = registry.first_names.setdefault(words[0], gender)
        if known != gender:
            registry.first_names[words[0]] = ""
    for kind, body in {(term.kind, term.body) for term in terms}:
        registry.holders.setdefault((kind, body), []).append(entry)


PARTICLES = frozenset(["von", "van", "de", "del", "di", "da", "dos", "der", "den", "zu", "zur", "ten", "ter", "bin",
                       "ibn", "al", "el", "ben", "le", "la", "du"])  # fmt: skip


def _particle_starts(words: list[str]) -> Iterator[int]:
    """Yield where a surname with its particles begins: "de Maizière", "von der Leyen"."""
    for start in range(1, len(words) - 1):
        if words[start].lower() in PARTICLES:
            yield start


def _term(office: str) -> Term:
    kind, _, rest = office.partition("@")
    body, _, span = rest.rpartition(" ")
    begin, _, end = span.partition("/")
    return Term(kind, body, begin, end)
