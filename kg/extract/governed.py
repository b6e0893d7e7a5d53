"""States, organisations and towns that a noun makes of what stands with it: "russische Regierung", "Mitglieder der
NATO", "Kiews Bürgermeister"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.extract.cast import body_in, title_of
from kg.extract.forms import plain
from kg.extract.offices import LINKING, STANDS_FOR_STATE, WHERE, head_place, of_a_country
from kg.extract.reference import counted
from kg.extract.registry import Entry, Registry
from kg.iri import actor_iri
from kg.model import Actor, Span

_DEFINITE = ("die", "der", "den")
_LEAST = 3
"""Letters that a place has at least without its ending."""
_NEAR = 60
"""Code points around a town in which the office may stand."""
_BETWEEN = 2
"""Words between a town and the office behind it: "Berlins früherer Regierender Bürgermeister"."""


def governed(words: list[str], before: str, registry: Registry) -> Actor | None:
    """ "russische Regierung", "US-Truppen", "Außenministerium in Kairo": the actor that the phrase names.

    ``before`` is the word before the phrase, in lower case.
    """
    place = head_place(words, registry)
    head = words[place]
    kind = registry.noun_kind(head)
    prefix, dash, last = head.rpartition("-")
    if dash and not kind:
        kind = registry.noun_kind(last)
    entry = registry.named(prefix) if dash else None
    if head in ("Senat", "Senats", "Senates"):
        return _senate(words[:place], registry)
    if kind == "members":
        return _members(entry, words, place, before, registry)
    if kind not in STANDS_FOR_STATE or "andtagsfraktion" in head:  # a Land's is not the whole party
        return None
    if kind == "agency":
        return entry.actor if entry else _agency(words, place, registry)
    if entry is None:
        germany = head.startswith("Bundes") and not head.startswith("Bundestag") and kind == "government"
        entry = registry.labels.get(_body_around(words, place, registry) or ("Deutschland" if germany else ""))
    return entry.actor if entry else None


def speaks_for_others(word: str, registry: Registry) -> bool:
    """Whether a noun stands for whom it names behind it: "Sprecher der Dünenpartei", "Vorstand der Wüstenbank"."""
    office = title_of(word, registry)
    return registry.noun_kind(word) == "voice" or (office is not None and office[0] == "spokesperson")


def town_of_office(text: str, span: Span, registry: Registry) -> Actor | None:
    """ "Bürgermeister von Kiew", "Kiews Bürgermeister": the seat of government at ``span`` of ``text`` as the town
    whose office stands before or behind it."""
    seat = plain(text[slice(*span)])
    name = seat if seat in registry.seats else seat.removesuffix("s")
    if name not in registry.seats:
        return None
    before = plain(text[max(0, span[0] - _NEAR) : span[0]]).split(" ")
    near = before[-2:-1] if before[-1] == "von" else []
    if name != seat:
        near = plain(text[span[1] : span[1] + _NEAR]).split(" ")[: _BETWEEN + 1]
    if not any(registry.towns.has_office(word) for word in near):
        return None
    known = registry.labels.get(name)
    return known.actor if known else Actor(iri=actor_iri(name), label=name, type="State")


def place_named(text: str, span: Span, own: str, registry: Registry) -> str:
    """The words ``own`` at ``span``, a place, without the ending of "Gouverneur Floridas", "Stuttgarter Polizei": where
    the text has it without elsewhere, or an office stands beside the genitive. "" where neither is so."""
    ending = next((x for x in ("s", "er") if own.endswith(x)), "")
    place = own.removesuffix(ending)
    if not ending or len(place) < _LEAST:
        return ""
    if re.search(rf"\b{re.escape(place)}\b", text):
        return place
    before, behind = text[max(0, span[0] - _NEAR) : span[0]], text[span[1] : span[1] + _NEAR]
    beside = [*before.split()[-1:], *behind.split()[:1]]
    return place if ending == "s" and any(title_of(plain(word), registry) for word in beside) else ""


def _members(entry: Entry | None, words: list[str], place: int, before: str, registry: Registry) -> Actor | None:
    """ "die NATO-Staaten", "die 32 Mitglieder der NATO" are the NATO; "vierzehn EU-Staaten" are not the EU."""
    behind = words[place + 1 :]
    if entry is None and behind[:1] in (["der"], ["des"]):
        entry = registry.named(" ".join(behind[1:]))
    if entry is None:
        return None
    whole = place == 0 or (place == 1 and counted(words, "") and before in _DEFINITE)
    coalition = entry.actor.type == "Coalition" and not behind
    return entry.actor if coalition or (entry.of_states and whole) else None


def _agency(words: list[str], place: int, registry: Registry) -> Actor | None:
    """ "iranische Polizei", "Küstenwache Kenias": the state's; "Berliner Polizei", "Polizei Bremen": a town's."""
    around, behind = words[:place], words[place + 1 :]
    if behind and behind[0] in LINKING:
        around.extend(word for word in behind[:2] if word not in LINKING)
    elif behind and behind[0].endswith("s"):
        around.append(behind[0])
    for word in around:
        town = word.removesuffix("s") in registry.seats or (word[:1].isupper() and word.endswith("er"))
        entry = None if town else registry.country_of(word) or registry.named(word)
        if entry is not None:
            return entry.actor
    return None


def _body_around(words: list[str], place: int, registry: Registry) -> str:
    """ "Regierung in Kairo": Egypt; "deutsche Botschaft in Sanaa": where it is does not count."""
    behind = words[place + 1 :]
    if (owner := of_a_country(behind, registry)) is not None:
        return owner
    if words[place].lower().endswith("botschaft"):
        behind = behind[: next((i for i, word in enumerate(behind) if word in WHERE), len(behind))]
    return body_in([*words[: place + 1], *(word for word in behind if word not in LINKING)], registry)


def _senate(before: Sequence[str], registry: Registry) -> Actor | None:
    """ "Berliner Senat", "Hamburger Senat": the government of a city that is a Land."""
    label = next((registry.towns.senates[word] for word in before if word in registry.towns.senates), "")
    return registry.labels[label].actor if label else None
