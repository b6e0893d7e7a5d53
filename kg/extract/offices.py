"""Offices: who is meant by one ("der Außenminister Frankreichs"), and whose it is ("US-Präsident": the USA's)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kg.extract.cast import SERVING, Cast, Person, body_in, genitive, title_of
from kg.extract.known import LEADING, OF_STATES, Known, fits
from kg.extract.registry import OF_THE_FIRST_PART, Entry, Office, Registry
from kg.iri import actor_iri
from kg.model import Actor, Span

LINKING = frozenset(
    ["von", "der", "des", "in", "aus", "für", "im", "zu", "zur", "vom", "bei", "beim", "um", "gegen", "mit", "unter"]
)
WHERE = frozenset({"in", "im", "bei", "beim"})
_VAGUE = frozenset({"head", "spokesperson", "politician", "representative", "envoy", "ambassador", "president",
                    "negotiator", "commissioner", "adviser", "minister", "former"})  # fmt: skip
"""Kinds of office that many hold at once: without the state or organisation only the article's own words tell who."""
_ONE = frozenset({"pope"})
"""Kinds of office that one human being on earth holds, who is meant also where no article names him."""
STANDS_FOR_STATE = frozenset({"government", "forces", "people", "voice", "agency"})
"""Kinds of noun that stand for the state whose adjective or name is with them."""
_LED = ("regierung", "administration", "kabinett", "regime")
"""What is called by whoever leads it: "Regierung Merkel", "Bush-Administration"."""


class Offices:
    """The offices of one article's persons, as the article and the registry tell them."""

    def __init__(self, cast: Cast, day: date | None, registry: Registry, bodies: frozenset[str] = frozenset()) -> None:
        """``bodies`` are the article's names of organisations and places."""
        self._cast, self._day, self._registry, self._bodies = cast, day, registry, bodies
        self._known = Known(registry, day)

    def holders(self, words: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return the labels of the persons who hold the office that words name, and of those who hold only others."""
        head = head_of(words, self._registry)
        office = title_of(head, self._registry)
        if office is None or not office[0]:
            return frozenset(), frozenset()
        kind, body = office[0], self._known.then(office[1] or body_in(words, self._registry), head)
        fitting: set[str] = set()
        others: set[str] = set()
        for person in self._cast.persons:
            held = self._held(person, dated=True)
            if held:
                (fitting if any(fits(kind, body, *other) for other in held) else others).add(person.actor.label)
        return frozenset(fitting), frozenset(others)

    def _held(self, person: Person, *, dated: bool) -> set[tuple[str, str]]:
        """What the article says that somebody is, and with ``dated`` what the registry says of the article's day."""
        held = set(person.offices)
        if dated and person.entry is not None and self._day is not None:
            held |= {(t.kind, t.body) for t in person.entry.held(self._day)}
            # "Präsident Mitterrand" is France's, though the article does not say so.
            known = {kind for kind, body in held if body}
            held = {(kind, body) for kind, body in held if body or kind not in known}
        return held

    def titled_person(self, words: list[str], span: Span) -> Actor | None:
        """ "Bundeskanzlerin Merkel", "Senatssprecher Richard Meng": the name at the end."""
        for start in range(1, len(words)):
            rest = " ".join(words[start:])
            if words[start - 1] in LINKING or not words[start][:1].isalpha():
                return None
            person = self._cast.find(rest, span[1])
            # "Präsident Putins" is Putin, "Truppen Putins" and "Berater Putins" are not.
            office = title_of(words[start - 1], self._registry)
            title = office is not None and office[0] not in SERVING
            if person is not None and (title or not genitive(words[-1], person.actor.label)):
                called = title or rest.lower() in self._cast.by_form
                if called and self._registry.named(rest) is None:
                    return person.actor
            entry = self._registry.person(rest, self._day) if start < len(words) - 1 else None
            if entry is not None and (title or not genitive(words[-1], entry.actor.label)):
                return entry.actor
            entry = self._office_and_surname(words[:start], rest)
            if entry is not None:
                return entry.actor
        return None

    def _office_and_surname(self, titles: list[str], surname: str) -> Entry | None:
        office = title_of(titles[-1], self._registry)
        if office is None or not office[0]:
            return None
        body = office[1] or body_in(titles, self._registry)
        return self._registry.in_office(surname, [(office[0], body)], self._day)

    def holder_or_state(self, words: list[str], span: Span, *, many: bool = False) -> Actor | None:
        """ "der Außenminister Frankreichs": the person whom the article names in that office, else the state; ``many``
        hold it and are no single person."""
        head = head_of(words, self._registry)
        office = title_of(head, self._registry)
        if office is None or not office[0]:
            return None
        # "Botschafter in den USA": where, not whose.
        whose = words[: next((i for i, word in enumerate(words) if word in WHERE), len(words))]
        owner = office[1] or owner_in(whose, self._registry)
        if owner == "":
            return None
        kind, body = office[0], self._known.then(owner or "", head)
        holder = None if many else self._holder(kind, body, head, span)
        if holder is not None:
            return holder.actor
        entry = (None if many else self._only_holder(kind, body)) or self._registry.labels.get(body)
        return entry.actor if entry and kind != "politician" else None  # a member of parliament speaks for himself

    def _only_holder(self, kind: str, body: str) -> Entry | None:
        """ "Der Papst" is a person, named or not."""
        day = self._day
        if kind not in _ONE or day is None:
            return None
        holders = self._registry.holders.get((kind, body), ())
        now = [x for x in holders if any(t.kind == kind for t in x.held(day))]
        return now[0] if len(now) == 1 else None

    def members_of(self, words: Sequence[str]) -> Actor | None:
        """ "EU-Außenminister", "Staats- und Regierungschefs der NATO": the members' offices stand for the organisation,
        which has none of that kind itself."""
        head = head_of(words, self._registry)
        office = title_of(head, self._registry)
        if office is None or not office[0].endswith(OF_STATES):
            return None
        entry = self._registry.labels.get(office[1] or body_in(words, self._registry))
        return entry.actor if entry and entry.of_states else None

    def state_led(self, words: Sequence[str], at: int) -> Actor | None:
        """ "Regierung Merkel", "Bush-Regierung", "Obamas Kabinett": the state of who leads it, where that is known."""
        place = head_place(words, self._registry)
        prefix, _, last = words[place].rpartition("-")
        if not last.lower().endswith(_LED):
            return None
        behind = [word for word in words[place + 1 :] if word not in LINKING]
        names = [prefix, *words[:place], " ".join(words[:place]), *(" ".join(behind[n:]) for n in range(len(behind)))]
        states = {state for name in names if name[:1].isupper() for state in self.states_of(name, at, LEADING)}
        return self._registry.labels[states.pop()].actor if len(states) == 1 else None

    def spoken_for(self, words: Sequence[str], at: int) -> Actor | None:
        """ "Sprecher von Präsident Reagan", "Sprecher Macmillans": the state or organisation that whoever is spoken for
        leads."""
        office = title_of(words[0], self._registry)
        if len(words) < 2 or office is None or office[0] != "spokesperson":
            return None
        behind = [word for word in words[1:] if word not in LINKING]
        names = [" ".join(behind[start:]) for start in range(len(behind))]
        led = {body for name in names for body in self._led(name, at)}
        # Presidents lead their parties, too.
        led = self._known.states((("", body) for body in led), ("",)) or led
        return self._registry.labels[led.pop()].actor if len(led) == 1 else None

    def _led(self, name: str, at: int) -> set[str]:
        """The labels of what somebody leads, on the article's day where that is known."""
        person = self._cast.find(name, at)
        offices = self._held(person, dated=True) if person else set()
        led = {body for kind, body in offices if kind.endswith((*LEADING, "head", "secretary_general"))}
        return (led & self._registry.labels.keys()) or self.states_of(name, at, LEADING)

    def states_of(self, name: str, at: int, kinds: tuple[str, ...] = ("",)) -> set[str]:
        """Return the labels of the states that somebody is in an office for whose kind ends in one of ``kinds``; of
        somebody whom the article tells no office of, at any time."""
        person = self._cast.find(name, at)
        told = self._known.states(self._held(person, dated=True), kinds) if person else set()
        entry = person.entry if person else self._registry.person(name, self._day)
        entries = [entry] if entry else [] if person else self._registry.called(name, self._day)
        return told or self._known.states({office for x in entries for office in x.offices}, kinds)

    def foreign_to(self, state: str) -> frozenset[str]:
        """Return the labels of the persons who are known to have led or served states, and never this one."""
        same = self._known.also(state)
        found = set()
        for person in self._cast.persons:
            offices = person.entry.offices if person.entry else person.offices
            served = self._known.states(offices, LEADING)
            if served and not served & same:
                found.add(person.actor.label)
        return frozenset(found)

    def _holder(self, kind: str, body: str, head: str, span: Span) -> Person | None:
        if kind == "politician" and not body:
            return None
        female = head.endswith("in")
        found = []
        for person in self._cast.persons:
            if person.gender and kind != "minister" and (person.gender == "f") != female and head[-1:] != "e":
                continue
            offices = self._held(person, dated=bool(body) or kind not in _VAGUE)
            if any(fits(kind, body, *office) for office in offices):
                found.append(person)
        if len(found) > 1:
            before = [x for x in found if any(end <= span[0] for _, end in x.spans)]
            if not body and before:
                return max(before, key=lambda x: max(end for _, end in x.spans if end <= span[0]))
            return None
        return found[0] if found else None

    def compound(self, words: list[str]) -> Actor | None:
        """ "Kreml-Vertreter", "CDU-Landesverband": no; "US-Vertreter": the state, where the last part says so."""
        prefix, dash, last = words[-1].rpartition("-")
        office = title_of(last, self._registry) if dash else None
        if office is None or not office[0]:
            return None
        entry = self._registry.named(prefix)
        return entry.actor if entry else None

    def body_of(self, text: str, span: Span) -> Actor | None:
        """The state or organisation that an office belongs to: of "US-Präsident" the USA, of "Kanzlerin" Germany."""
        entry = self._registry.named(text)
        if entry is not None:
            return entry.actor
        words = text.split(" ")
        head = head_of(words, self._registry)
        prefix, dash, _ = head.rpartition("-")
        entry = self._registry.named(prefix) or self._registry.named(text.rpartition("-")[0]) if dash else None
        office = title_of(head, self._registry)
        if entry is not None:
            # "EU-Kommissarin": of what the title says, where that is a part of what stands before it
            part = self._registry.labels.get(office[1]) if office and office[1].startswith(f"{prefix}-") else None
            return (part or entry).actor
        owner = self._owner_in(head, told=bool(office and office[1]))
        if owner is not None:
            return owner
        label = self._label_of(words, head, office, span)
        return self._registry.labels[label].actor if label in self._registry.labels else None

    def _label_of(self, words: Sequence[str], head: str, office: Office | None, span: Span) -> str | None:
        named = self._body_of_named(*office, span) if office else ""
        if named:
            return named
        if head.startswith("Bundes") and (office or self._registry.noun_kind(head) == "person"):
            return office[1] if office and office[1] else "Deutschland"
        if office is None:
            return None
        label = office[1] or owner_in(words, self._registry)
        return self._body_of_holder(office[0], head, span) if label is None else label

    def _body_of_named(self, kind: str, told: str, span: Span) -> str:
        """ "[Präsident] Bill Clinton": where the one who is named behind the title holds or last held that office; ""
        where the registry does not know, or knows of what the title ``told``."""
        person = next((x for x in self._cast.persons if any(begin == span[1] + 1 for begin, _ in x.spans)), None)
        return self._known.where(person.entry, kind, told) if person and person.entry else ""

    def body_held(self, holder: Actor, title: str, told: Actor) -> Actor | None:
        """Where ``holder`` has the office of a ``title``, if the registry knows and it is not what was ``told``: "der
        Iran" is not of whom "Präsident Carter" is president."""
        office, entry = title_of(title, self._registry), self._registry.labels.get(holder.label)
        if office is None or not office[0] or told.label == office[1]:
            return None
        label = ""
        if entry is not None and entry.actor.type == "Person":
            label = self._known.where(entry, office[0], told.label) or self._known.state_served(entry, office[0], told)
        elif told.type == "Person" and office[0].endswith(OF_STATES):  # "Sadats Außenminister"
            led = self.states_of(told.label, 0, LEADING)
            label = led.pop() if len(led) == 1 else ""
        return self._registry.labels[label].actor if label else None

    def _owner_in(self, head: str, *, told: bool) -> Actor | None:
        """ "Vatikansprecher", "Air-France-Chef", "PCRM-Chef": whose office it is by the first part of the compound."""
        if told:
            return None
        prefix, dash, last = head.rpartition("-")
        if not dash:
            first, title = self._registry.joined_title(head)
            prefix = first if title and title.body == OF_THE_FIRST_PART else ""
        elif title_of(last, self._registry) is None:
            return None
        name = next((x for x in (prefix, prefix.replace("-", " ")) if x in self._bodies), "")
        # an abbreviation that nobody knows is an organisation's all the same
        name = name or (prefix if dash and prefix.isupper() else "")
        return Actor(iri=actor_iri(name), label=name, type="Organisation") if name else None

    def _body_of_holder(self, kind: str, head: str, span: Span) -> str:
        """ "der Präsident" in an article that names one president: that one's state."""
        holder = self._holder(kind, "", head, span)
        if holder is None:
            return ""
        held = holder.entry.held(self._day) if holder.entry and self._day else []
        told = {body for other, body in holder.offices if body and fits(kind, "", other, "")}
        told = told or {term.body for term in held if fits(kind, "", term.kind, "")}
        return told.pop() if len(told) == 1 else ""


def head_place(words: Sequence[str], registry: Registry) -> int:
    """The head noun: the first noun that is no name of a state, before any preposition or genitive."""
    place = 0
    for place, word in enumerate(words):
        if word in LINKING or word.lower() in ("der", "des"):
            return max(place - 1, 0)
        if word[:1].isupper() and (registry.noun_kind(word) or title_of(word, registry) is not None):
            return place
    return place


def owner_in(words: Sequence[str], registry: Registry) -> str | None:
    """Return the label of whose office words name: "Botschafter Frankreichs"; "" where it is nobody's whom the tables
    know: "Sprecher der libyschen Rebellen"; None where they do not tell: "Botschafter"."""
    owner = of_a_country(words[head_place(words, registry) + 1 :], registry)
    return owner if owner is not None else body_in(words, registry) or None


def of_a_country(behind: Sequence[str], registry: Registry) -> str | None:
    """ "Vertreter der syrischen Rebellen" speak for no state, "Vertreter der syrischen Regierung" do. The label of
    whose they are, "" where the tables know none; None without a country's adjective before a noun in the genitive."""
    if len(behind) < 3 or behind[0] not in ("der", "des") or not behind[1][:1].islower():
        return None
    country = registry.country_of(behind[1])
    noun = next((word for word in behind[2:] if word[:1].isupper()), "")
    if country is None or not noun:
        return None
    if registry.noun_kind(noun) in (*STANDS_FOR_STATE, "place") or title_of(noun, registry) is not None:
        return country.actor.label
    named = registry.named(noun)
    return named.actor.label if named else ""


def head_of(words: Sequence[str], registry: Registry) -> str:
    """Return the head noun of a noun phrase: "Außenminister" of "Außenminister Frankreichs"."""
    return words[head_place(words, registry)]
