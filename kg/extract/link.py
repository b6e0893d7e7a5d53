"""Says which actor the words of an article name: states, organisations, persons, groups, and what stays unknown.

``Linker.article`` reads an article's named entities once; ``ArticleLinks.actor`` then answers for any span. What the
registry does not know keeps its own words and is not ``resolved``: a missing link is better than a wrong one.
Canonical labels follow the annotation guideline (docs/extraction.md): a government, a ministry, a capital or an unnamed
office-holder is the state; a named office-holder is the person; a group keeps its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg.extract.abbreviations import introduced
from kg.extract.cast import Cast, Name, Person, body_in, gather, title_of
from kg.extract.forms import bases, nominative, noun_gender, plain, tidy, without_article
from kg.extract.reference import Reference, reference_of
from kg.extract.registry import Entry, Registry, load_registry
from kg.iri import actor_iri
from kg.model import Actor, Span

__all__ = ["ArticleLinks", "Candidate", "Linker", "Name"]

_LINKING = frozenset(
    ["von", "der", "des", "in", "aus", "für", "im", "zu", "zur", "vom", "bei", "beim", "um", "gegen", "mit", "unter"]
)
_WHERE = frozenset({"in", "im", "bei", "beim"})
_QUANTIFIERS = frozenset(
    [
        "mehrere",
        "mehrerer",
        "viele",
        "vieler",
        "einige",
        "einiger",
        "zahlreiche",
        "manche",
        "alle",
        "aller",
        "andere",
        "weitere",
    ]
)
_STANDS_FOR_STATE = frozenset({"government", "forces", "people"})
_TYPES = {"PER": "Person", "ORG": "Organisation", "MISC": "Organisation", "LOC": "State"}
_VAGUE = frozenset({"head", "spokesperson", "politician", "representative", "envoy", "ambassador", "president",
                    "negotiator", "commissioner", "adviser", "minister", "former"})  # fmt: skip
"""Kinds of office that many hold at once: without the state or organisation only the article's own words tell who."""
_STATE_HEADS = frozenset({"government", "people"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a pronoun may stand for: an actor with all spans that name it, in text order.

    ``gender`` is m, f, n or "" (unknown), ``number`` s, p or "".
    """

    actor: Actor
    spans: tuple[Span, ...]
    gender: str
    number: str


class Linker:
    """Links the actors of articles in one language. Holds only the registry, which it never changes."""

    def __init__(self, language: str = "de") -> None:
        self._registry = load_registry(language)

    def article(self, text: str, names: Sequence[Name], *, date: date | None = None) -> ArticleLinks:
        """Read the persons and abbreviations of an article; spans are offsets into ``text``."""
        return ArticleLinks(text, names, date, self._registry)


class ArticleLinks:
    """The actors of one article, by the words that name them."""

    def __init__(self, text: str, names: Sequence[Name], day: date | None, registry: Registry) -> None:
        self._text = text
        self._names = tuple(sorted(names, key=lambda name: name.span))
        self._day = day
        self._registry = registry
        self._labels = {name.span: name.label for name in names}
        self._cast: Cast = gather(text, self._names, registry)
        self._abbreviations = introduced(text, registry)
        self._bodies = self._read_bodies()

    def actor(self, span: Span, *, antecedent: Span | None = None, body: bool = False) -> Actor:
        """Return the actor that the words at ``span`` name.

        ``antecedent`` is the span that a pronoun or description stands for; words that name an actor by themselves keep
        it. ``body`` asks for the state or organisation of an office: "US-Präsident" is then the USA, never the person.
        """
        text = self._words(span)
        if antecedent is not None and antecedent != span:
            if self.refers_back(span):
                return self.actor(antecedent, body=body)
            # "der Niederländer" is the man, "die Niederländer" the state: the antecedent tells.
            if self._registry.nation(text) and (meant := self.actor(antecedent)).type == "Person":
                return meant
        known = self._body_of(text, span) if body else None
        known = known or self._resolve(text, span)
        return known or self._unknown(text, span)

    def refers_back(self, span: Span) -> bool:
        """Tell whether the words at a span need an antecedent: a pronoun, or a description without a name in it."""
        text = self._words(span)
        words = text.split(" ")
        if self._registry.pronouns.get(words[0].lower()):
            return True
        if words[0].lower() in _QUANTIFIERS:
            return False  # "mehrere Regierungen" are not named before
        if self._registry.named(text) or self._cast.find(text, span[0]) or self._abbreviations.get(text):
            return False
        head = _head(words, self._registry)
        kind = self._registry.noun_kind(head)
        if kind in ("place", "body", "person") or self._one_of_a_nation(text, span):
            return True
        if title_of(head, self._registry) is not None:
            return not any(self._cast.find(word, span[0]) for word in words)
        return kind in _STATE_HEADS and not body_in(words, self._registry)

    def reference(self, span: Span) -> Reference:
        """Describe what the words at a span may stand for; meant for spans that refer back."""
        words = without_article(plain(self._text[span[0] : span[1]])).split(" ")
        return reference_of(words, _head(words, self._registry), self._registry)

    def genders(self) -> dict[str, str]:
        """Return the gender of each person of the article by the person's label, "" where nothing tells."""
        return {person.actor.label: person.gender for person in self._cast.persons}

    def candidates(self, before: int | None = None) -> tuple[Candidate, ...]:
        """Return the actors named so far (mentions that end by ``before``), nearest first: what a pronoun may mean."""
        limit = len(self._text) if before is None else before
        found: dict[str, tuple[Actor, list[Span], str]] = {}
        for person in self._cast.persons:
            found[person.actor.iri] = (person.actor, sorted(set(person.spans)), person.gender)
        for name in self._names:
            if name.label != "PER" and (entry := self._registry.named(name.text)) is not None:
                found.setdefault(entry.actor.iri, (entry.actor, [], entry.gender))[1].append(name.span)
        rows = []
        for actor, spans, gender in found.values():
            kept = tuple(span for span in spans if span[1] <= limit)
            if kept:
                plural = gender == "p"
                rows.append(Candidate(actor, kept, "" if plural else gender, "p" if plural else "s"))
        return tuple(sorted(rows, key=lambda row: row.spans[-1], reverse=True))

    def _one_of_a_nation(self, text: str, span: Span) -> bool:
        """ "Der Niederländer", "der Brite", "die Französin": one human being, not the state."""
        people = self._registry.people
        if text not in people and (text + "n" in people or text.removesuffix("in") in people):
            return True
        # In the middle of a sentence "der Niederländer" may be their genitive.
        before = self._text[max(0, span[0] - 4) : span[0]]
        starts = before == "Der " or self._text[span[0] : span[0] + 4] == "Der "
        return starts and self._registry.nation(text) is not None

    def _words(self, span: Span) -> str:
        text = plain(self._text[span[0] : span[1]])
        # "Den Haag", "Die Linke": the article is part of the name.
        return text if text in self._registry.exact or text in self._registry.seats else without_article(text)

    # -- reading the article

    def _read_bodies(self) -> list[tuple[str, Actor]]:
        """Organisations of the article by their last word, for what later is only "die Kommission"."""
        found: dict[str, Actor] = {}
        for name in self._names:
            if name.label in ("ORG", "MISC"):
                entry = self._registry.named(name.text)
                if entry is not None and entry.actor.type != "State":
                    found[plain(name.text).split(" ")[-1].lower()] = entry.actor
        return list(found.items())

    # -- resolving

    def _resolve(self, text: str, span: Span) -> Actor | None:
        is_person = self._labels.get(span) == "PER"
        person = self._cast.find(text, span[0])
        if is_person and person is not None:
            return person.actor
        if text in self._abbreviations:
            return self._abbreviations[text]
        entry = self._registry.named(text)
        if entry is not None:
            return entry.actor
        if person is not None:
            return person.actor
        known = self._registry.person(text)
        if known is not None:
            return known.actor
        words = text.split(" ")
        return (
            self._adjective(words)
            or self._governed(words)
            or self._titled_person(words, span)
            or self._office(words, span)
            or self._compound(words)
            or self._apposed(words)
            or self._short_name(words)
        )

    def _apposed(self, words: list[str]) -> Actor | None:
        """ "Energiekonzern RWE", "African National Congress (ANC)": a noun and the organisation's name."""
        for start in range(1, len(words)):
            before, rest = words[start - 1], " ".join(words[start:])
            entry = self._registry.named(rest)
            if entry is None or entry.actor.type == "State":
                continue
            if rest.startswith("(") or self._registry.noun_kind(before) == "body" or noun_gender(before):
                return entry.actor
        return None

    def _adjective(self, words: list[str]) -> Actor | None:
        """ "ukrainischen", "Teheraner", "Amerikaner", "US-"."""
        if len(words) != 1:
            return None
        word = words[0].rstrip("-")
        entry = self._registry.country_of(word) or self._registry.nation(word) or self._registry.named(word)
        return entry.actor if entry else None

    def _governed(self, words: list[str]) -> Actor | None:
        """ "russische Regierung", "US-Truppen", "Außenministerium in Kairo": the state that the phrase names."""
        place = _head_place(words, self._registry)
        kind = self._registry.noun_kind(words[place])
        prefix, dash, last = words[place].rpartition("-")
        if dash and not kind:
            kind = self._registry.noun_kind(last)
        if kind == "members" and dash:
            entry = self._registry.named(prefix)
            return entry.actor if entry and entry.actor.type == "Coalition" else None
        if kind not in _STANDS_FOR_STATE:
            return None
        if words[place].startswith("Landes"):
            return None
        if words[place].startswith("Bundes") and not words[place].startswith("Bundestag") and kind == "government":
            return self._registry.labels["Deutschland"].actor
        entry = self._registry.named(prefix) if dash else None
        if entry is not None:
            return entry.actor
        behind = words[place + 1 :]
        if words[place].lower().endswith("botschaft"):
            behind = behind[: next((i for i, word in enumerate(behind) if word in _WHERE), len(behind))]
        around = [*words[:place], *(word for word in behind if word not in _LINKING)]
        label = body_in(around, self._registry)
        return self._registry.labels[label].actor if label else None

    def _titled_person(self, words: list[str], span: Span) -> Actor | None:
        """ "Bundeskanzlerin Merkel", "Senatssprecher Richard Meng": the name at the end."""
        for start in range(1, len(words)):
            rest = " ".join(words[start:])
            if words[start - 1] in _LINKING or not words[start][:1].isalpha():
                return None
            person = self._cast.find(rest, span[1])
            # "Präsident Putins" is Putin, "Truppen Putins" is not.
            called = rest.lower() in self._cast.by_form or title_of(words[start - 1], self._registry) is not None
            if person is not None and called and self._registry.named(rest) is None:
                return person.actor
            entry = self._registry.person(rest) if start < len(words) - 1 else None
            if entry is not None:
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
        entries = [x for form in bases(surname) for x in self._registry.surnames.get(form, [])]
        fitting = [x for x in entries if any(t.kind == office[0] and body in ("", t.body) for t in x.terms)]
        return fitting[0] if len(fitting) == 1 else None

    def _office(self, words: list[str], span: Span) -> Actor | None:
        """ "der Außenminister Frankreichs": the person whom the article names in that office, else the state."""
        head = _head(words, self._registry)
        office = title_of(head, self._registry)
        if office is None or not office[0]:
            return None
        # "Botschafter in den USA": where, not whose.
        whose = words[: next((i for i, word in enumerate(words) if word in _WHERE), len(words))]
        kind, body = office[0], office[1] or body_in(whose, self._registry)
        holder = self._holder(kind, body, head, span)
        if holder is not None:
            return holder.actor
        entry = self._registry.labels.get(body)
        return entry.actor if entry and (kind != "politician" or entry.actor.type == "State") else None

    def _holder(self, kind: str, body: str, head: str, span: Span) -> Person | None:
        if kind == "politician" and not body:
            return None
        female = head.endswith("in")
        found = []
        for person in self._cast.persons:
            if person.gender and kind != "minister" and (person.gender == "f") != female and head[-1:] != "e":
                continue
            offices = set(person.offices)
            if person.entry is not None and self._day is not None and (body or kind not in _VAGUE):
                offices |= {(t.kind, t.body) for t in person.entry.terms if t.covers(self._day)}
            if any(_fits(kind, body, *office) for office in offices):
                found.append(person)
        if len(found) > 1:
            before = [x for x in found if any(end <= span[0] for _, end in x.spans)]
            if not body and before:
                return max(before, key=lambda x: max(end for _, end in x.spans if end <= span[0]))
            return None
        return found[0] if found else None

    def _compound(self, words: list[str]) -> Actor | None:
        """ "Kreml-Vertreter", "CDU-Landesverband": no; "US-Vertreter": the state, where the last part says so."""
        prefix, dash, last = words[-1].rpartition("-")
        office = title_of(last, self._registry) if dash else None
        if office is None or not office[0]:
            return None
        entry = self._registry.named(prefix)
        return entry.actor if entry else None

    def _short_name(self, words: list[str]) -> Actor | None:
        """ "Kommission" after "EU-Kommission": the only organisation of the article that ends so."""
        if len(words) != 1 or len(words[0]) < 4 or not words[0][:1].isupper():
            return None
        for form in bases(words[0]):
            found = {actor for last, actor in self._bodies if last.endswith(form.lower())}
            if len(found) == 1:
                return found.pop()
        return None

    def _body_of(self, text: str, span: Span) -> Actor | None:
        """The state or organisation that an office belongs to: of "US-Präsident" the USA, of "Kanzlerin" Germany."""
        entry = self._registry.named(text)
        if entry is not None:
            return entry.actor
        words = text.split(" ")
        head = _head(words, self._registry)
        prefix, dash, _ = head.rpartition("-")
        entry = self._registry.named(prefix) if dash else None
        office = title_of(head, self._registry)
        if entry is not None:
            return entry.actor
        if head.startswith("Bundes") and (office is not None or self._registry.noun_kind(head) == "person"):
            return self._registry.labels[office[1] if office and office[1] else "Deutschland"].actor
        if office is None:
            return None
        label = office[1] or body_in(words, self._registry) or self._body_of_holder(office[0], head, span)
        return self._registry.labels[label].actor if label in self._registry.labels else None

    def _body_of_holder(self, kind: str, head: str, span: Span) -> str:
        """ "der Präsident" in an article that names one president: that one's state."""
        holder = self._holder(kind, "", head, span)
        if holder is None:
            return ""
        terms = holder.entry.terms if holder.entry and self._day else ()
        told = {body for other, body in holder.offices if body and _fits(kind, "", other, "")}
        told = told or {t.body for t in terms if self._day and t.covers(self._day) and _fits(kind, "", t.kind, "")}
        return told.pop() if len(told) == 1 else ""

    # -- what nobody knows

    def _unknown(self, text: str, span: Span) -> Actor:
        kind = _TYPES.get(self._labels.get(span) or self._label_inside(span) or "")
        if kind is None:
            words = text.split(" ")
            office = title_of(_head(words, self._registry), self._registry)
            person = office is not None or self._registry.noun_kind(words[-1]) == "person"
            kind = "Person" if person else "Group"
        own = without_article(tidy(self._text[span[0] : span[1]])) or text
        name = own if kind == "Person" else nominative(own)
        return Actor(iri=actor_iri(name), label=name, type=kind)

    def _label_inside(self, span: Span) -> str | None:
        inside = [x for x in self._names if x.span[0] < span[1] and span[0] < x.span[1]]
        whole = [x for x in inside if x.span[1] == span[1]]
        return whole[-1].label if whole else None


def _fits(kind: str, body: str, other_kind: str, other_body: str) -> bool:
    same = kind == other_kind or (kind == "minister" and other_kind.endswith("_minister"))
    return same and (not body or not other_body or body == other_body)


def _head_place(words: Sequence[str], registry: Registry) -> int:
    """The head noun: the first noun that is no name of a state, before any preposition or genitive."""
    place = 0
    for place, word in enumerate(words):
        if word in _LINKING or word.lower() in ("der", "des"):
            return max(place - 1, 0)
        if word[:1].isupper() and (registry.noun_kind(word) or title_of(word, registry) is not None):
            return place
    return place


def _head(words: Sequence[str], registry: Registry) -> str:
    return words[_head_place(words, registry)]
