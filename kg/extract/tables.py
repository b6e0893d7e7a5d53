"""Reads the registry of a language from the tables in ``kg/lang/<language>``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kg.extract.forms import inflected_key, plain
from kg.extract.registry import (
    PARTICLES,
    RULING,
    Entry,
    Former,
    Pronoun,
    Registry,
    Short,
    Term,
    Title,
    Towns,
    without_particle,
)
from kg.extract.rows import read_rows
from kg.iri import actor_iri
from kg.model import Actor
from kg.resources import package_file

_HYPHENED = re.compile(r"(\w+ \w+)-([a-z]\w*)$")


@lru_cache(maxsize=4)
def load_registry(language: str = "de") -> Registry:
    """Read the registry of a language. Raises :class:`OntologyError` naming file and line where a line is malformed."""
    folder = package_file("lang", language)
    registry = Registry()
    states = list(read_rows(folder / "states.tsv", 9))
    countries = {row[0]: row[2] for row in states}
    for row in states:
        country, dash, _ = row[0].partition("-")
        _add_state(registry, row, countries.get(country, "") if dash else "")
    for table in ("organisations.tsv", "further-organisations.tsv"):
        for row in read_rows(folder / table, 6):
            _add_organisation(registry, row)
    further = dict(read_rows(folder / "further-terms.tsv", 2))
    for table in ("persons.tsv", "further-persons.tsv"):
        for row in read_rows(folder / table, 7):
            _add_person(registry, row, terms_of(row[6]) + terms_of(further.get(row[1], "")))
    for word, gender, kind, body in read_rows(folder / "titles.tsv", 4):
        registry.titles[word] = Title(kind, body, gender)
    last_parts = "|".join(re.escape(word[1:]) for word in registry.titles if word.startswith("-"))
    registry.title_ending = re.compile(rf"([A-ZÄÖÜ]\w+?)({last_parts})(?:in|s|n)?$")
    for line, (word, kind) in enumerate(read_rows(folder / "nouns.tsv", 2)):
        if word.startswith("-"):
            for case in ("", "s", "n", "en"):
                registry.noun_endings.setdefault(word[1:] + case, (line, kind))
        else:
            registry.nouns[word] = kind
    _read_meanings(registry, folder)
    registry.towns = _read_towns(folder / "towns.tsv")
    return registry


def published(language: str = "de") -> Iterator[tuple[str, tuple[Term, ...]]]:
    """Yield the labels of the actors in ``ontology/actors.ttl``, with the terms of office that stand there: those of
    the tables but for the further ones."""
    folder = package_file("lang", language)
    for table, columns, label in (("states.tsv", 9, 2), ("organisations.tsv", 6, 1)):
        yield from ((row[label], ()) for row in read_rows(folder / table, columns))
    yield from ((row[1], terms_of(row[6])) for row in read_rows(folder / "persons.tsv", 7))


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
    named: dict[str, list[str]] = {}
    for short, label, owner, use, unless in read_rows(folder / "understood.tsv", 5):
        if short.startswith("@"):
            named[short] = _many(unless)
            continue
        beginnings = [word for cell in _many(unless) for word in named.get(cell, [cell])]
        meant = Short(label, owner, frozenset(use.split()), tuple(beginnings))
        registry.understood.setdefault(short, []).append(meant)
    for label, day, former, own in read_rows(folder / "former.tsv", 4):
        registry.former[label] = Former(day, former, tuple(_many(own)))


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
        if name[:1].islower():
            registry.described.setdefault(inflected_key(name), entry)


def _add_state(registry: Registry, row: list[str], country: str) -> None:
    _, wikidata, label, _, gender, names, adjectives, people, seats = row
    entry = Entry(_actor(label, "State", wikidata), gender=gender, names=tuple(_many(names)), country=country)
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


def _add_person(registry: Registry, row: list[str], terms: tuple[Term, ...]) -> None:
    wikidata, label, gender, surname, names, alone, _ = row
    words = plain(label).split(" ")
    entry = Entry(
        _actor(label, "Person", wikidata), gender=gender, surname=surname or words[-1], alone=bool(alone),
        names=tuple(_many(names)), terms=terms,
    )  # fmt: skip
    registry.labels[label] = entry
    for name in (label, *entry.names, *_apart(label)):
        # "Philippe" alone is anybody; "König Philippe" is not.
        if " " in name or name != label or entry.alone:
            registry.persons.setdefault(plain(name), []).append(entry)
    last = plain(entry.surname)
    for key in {last, without_particle(last), *(" ".join(words[start:]) for start in _particle_starts(words))}:
        registry.surnames.setdefault(key, []).append(entry)
    if len(words) > 1 and not surname:
        known = registry.first_names.setdefault(words[0], gender)
        if known != gender:
            registry.first_names[words[0]] = ""
    if any(term.kind in RULING for term in terms):
        registry.rulers.setdefault(words[0], []).append(entry)
    for office in entry.offices:
        registry.holders.setdefault(office, []).append(entry)


def _apart(label: str) -> list[str]:
    """ "Kim Dae Jung" for "Kim Dae-jung"."""
    found = _HYPHENED.match(label)
    return [f"{found[1]} {found[2].capitalize()}"] if found else []


def _particle_starts(words: list[str]) -> Iterator[int]:
    """Yield where a surname with its particles begins: "de Maizière", "von der Leyen"."""
    for start in range(1, len(words) - 1):
        if words[start].lower() in PARTICLES:
            yield start


def terms_of(offices: str) -> tuple[Term, ...]:
    """Read the offices of a row: ``"foreign_minister@Iran 2024-08-21/|envoy@Iran 2007/2011"``."""
    return tuple(_term(office) for office in _many(offices))


def _term(office: str) -> Term:
    kind, _, rest = office.partition("@")
    body, _, span = rest.rpartition(" ")
    begin, _, end = span.partition("/")
    return Term(kind, body, begin, end)
