"""Says which actor the words of an article name: states, organisations, persons, groups, and what stays unknown.

``Linker.article`` reads an article's named entities once; ``ArticleLinks.actor`` then answers for any span. What the
registry does not know keeps its own words and is not ``resolved``: a missing link is better than a wrong one.
Canonical labels follow the annotation guideline (docs/extraction.md): a government, a ministry, a capital or an unnamed
office-holder is the state; a named office-holder is the person; a group keeps its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from kg.extract.abbreviations import introduced
from kg.extract.bodies import Bodies
from kg.extract.cast import SERVING, Cast, Name, body_in, completed, gather, genitive, title_of, trimmed
from kg.extract.forms import ARTICLES, behind_des, nominative, noun_gender, plain, tidy, without_article
from kg.extract.governed import governed, place_named, speaks_for_others, town_of_office
from kg.extract.morphology import load_words
from kg.extract.numbered import numbered
from kg.extract.offices import Offices, head_of
from kg.extract.reference import MASCULINE_SINGULAR, Reference, reference_of, several
from kg.extract.registry import PARTICLES, Registry
from kg.extract.shorthand import Shorthand
from kg.extract.tables import load_registry
from kg.iri import actor_iri
from kg.model import Actor, Span

__all__ = ["ArticleLinks", "Linker", "Name"]

_QUANTIFIERS = frozenset(["mehrere", "mehrerer", "viele", "vieler", "einige", "einiger", "zahlreiche", "manche", "alle",
                          "aller", "andere", "weitere"])  # fmt: skip
_NAMED_FIRST = ("Partei", "Konzern", "Bewegung", "Miliz")
_TYPES = {"PER": "Person", "ORG": "Organisation", "MISC": "Organisation", "LOC": "State"}
_BEHIND = re.compile(r"(\w+) (?:der|des|von|vom)(?: de[nrms])? ")
"""A noun and the begin of what stands behind it in the genitive: "[Vorstand der ]Wüstenbank"."""
_PART_OF_NAME = frozenset({"Lord", "Lady", "Sir"})
_LAND_BERLIN = re.compile(r"\b(?:Berliner Senat|Senats? von Berlin|Landes? Berlin|Regierende\w* Bürgermeister)")
"""Where the talk is of these, "Berlin" is the Land: "Berlin kauft die Wohnungen, beschloss der Berliner Senat"."""
_STATE_HEADS = frozenset({"government", "people"})


class Linker:
    """Links the actors of articles in one language. Holds only the registry, which it never changes."""

    def __init__(self, language: str = "de") -> None:
        self._registry = load_registry(language)

    def article(
        self, text: str, names: Sequence[Name], *, date: date | None = None, single: frozenset[Span] = frozenset()
    ) -> ArticleLinks:
        """Read the persons and abbreviations of an article; spans are offsets into ``text``. ``single`` are words that
        the grammar tells to be one human being where they could be many: "sagte der Norweger"."""
        return ArticleLinks(text, names, date, self._registry, single)


class ArticleLinks:
    """The actors of one article, by the words that name them."""

    def __init__(
        self, text: str, names: Sequence[Name], day: date | None, registry: Registry, single: frozenset[Span]
    ) -> None:
        self._text, self._single = text, single
        self._mended = {x.span: good for x in names if (good := completed(trimmed(x), text, registry)) is not x}
        names = [self._mended.get(name.span, name) for name in names]
        self._names = tuple(sorted(names, key=lambda name: name.span))
        self._registry, self._day = registry, day
        self._labels = {name.span: name.label for name in names}
        self._cast: Cast = gather(text, self._names, registry, day)
        self._abbreviations = introduced(text, registry, self._form)
        self._bodies = Bodies(self._names, registry)
        self._berlin = _LAND_BERLIN.search(text) is not None
        bodies = frozenset(plain(name.text) for name in self._names if name.label != "PER")
        self._offices = Offices(self._cast, day, registry, bodies)
        self._short = Shorthand(text, [name.text for name in self._names], registry, self._form)
        self._genders = {person.actor.label: person.gender for person in self._cast.persons}

    def actor(self, span: Span, *, antecedent: Span | None = None, body: bool = False) -> Actor:
        """Return the actor that the words at ``span`` name.

        ``antecedent`` is the span that a pronoun or description stands for; words that name an actor by themselves keep
        it. ``body`` asks for the state or organisation of an office: "US-Präsident" is then the USA, never the person.
        """
        span = self._mended[span].span if span in self._mended else span
        text = self._words(span)
        known = self._body(text, span) if body else None
        if known is None and antecedent is not None and antecedent != span:
            if self.may_stand_for_another(span):
                return self.actor(antecedent, body=body)
            # "der Niederländer" is the man, "die Niederländer" the state: the antecedent tells.
            if self._registry.nation(text) and (meant := self.actor(antecedent)).type == "Person":
                return meant
        known = self._then(known or self._short.first(text, body=body) or self._resolve(text, span), text)
        if known is not None and body and known.type == "Person" and not self._cast.find(text, span[0]):
            return self._unknown(text, span)  # "Familienministerin" tells no state; the minister is no state either
        return known or self._unknown(text, span)

    def _body(self, text: str, span: Span) -> Actor | None:
        """The state, organisation or town of an office."""
        if nation := self._registry.people.get(text + "n"):  # "der Brite" holds an office of his state
            return nation.actor
        town = town_of_office(self._text, span, self._registry) or self._short.first(text, body=True)
        return town or self._offices.body_of(text, span) or self._short.meant(text.split(" "), body=True)

    def refers_back(self, span: Span) -> bool:
        """Tell whether the words at a span need an antecedent: a pronoun, or a description without a name in it."""
        text = self._words(span)
        words = text.split(" ")
        if self._registry.pronouns.get(words[0].lower()):
            return True
        # "mehrere Regierungen" are not named before
        if words[0].lower() in _QUANTIFIERS or self._names_itself(text, words, span):
            return False
        head = head_of(words, self._registry)
        kind = self._registry.noun_kind(head)
        if kind in ("place", "body", "person") or self._one_of_a_nation(text, span):
            return True
        if title_of(head, self._registry) is not None:
            return not any(self._cast.find(word, span[0]) for word in words)
        return kind in _STATE_HEADS and not body_in(words, self._registry) and self._governed(words, span) is None

    def may_stand_for_another(self, span: Span) -> bool:
        """Tell whether the words at a span may be called by another name in the article: what refers back, and a noun
        that nobody is known by, alone or behind adjectives ("Rebellen", "Gast", "überparteiliche Kommission")."""
        if self.refers_back(span):
            return True
        text = self._words(span)
        *before, noun = words = text.split(" ")
        if not noun[:1].isupper() or not all(word.islower() for word in before) or self._names_in(span):
            return False
        return not self._names_itself(text, words, span) and self._resolve(text, span) is None

    def _names_itself(self, text: str, words: list[str], span: Span) -> bool:
        known = self._registry.named(text) or self._cast.find(text, span[0]) or self._abbreviations.get(text)
        known = known or self._short.meant(words, one=self._one(words, span)) or self._named_behind(span)
        known = known or self._body_named_first(words)
        known = known or self._offices.members_of(words) or self._offices.state_led(words, span[0])
        known = known or self._offices.spoken_for(words, span[0]) or self._short.of_state(words)
        return bool(known or self._apposed_name(span) or self._longer_name(words, span))

    def reference(self, span: Span) -> Reference:
        """Describe what the words at a span may stand for; meant for spans that refer back."""
        words = without_article(plain(self._text[span[0] : span[1]])).split(" ")
        return reference_of(words, head_of(words, self._registry), self._before(span, words), self._registry)

    def _before(self, span: Span, words: Sequence[str]) -> str:
        """The word before the first of ``words``, in lower case: an article in the span or before it."""
        text = plain(self._text[span[0] : span[1]])
        inside = text.split(" ")[0] if not text.startswith(words[0]) else ""
        return (inside or self._text[max(0, span[0] - 12) : span[0]].rpartition(" ")[0].rpartition(" ")[2]).lower()

    def agreement(self, actor: Actor) -> tuple[str, str]:
        """Return gender (m, f, n or "") and number (s, p or "") of the words that go on about an actor."""
        if actor.type == "Person":
            return self._genders.get(actor.label, ""), "s"
        entry = self._registry.labels.get(actor.label)
        gender = (entry.gender if entry else "") or noun_gender(actor.label.split(" ")[-1]) or ""
        if gender == "p" or (actor.type == "Group" and not actor.resolved):
            return "", "p"
        return gender, "s"

    def told(self, span: Span) -> Actor | None:
        """Return the actor that a single word outside any name tells: "US-Präsident", "iranische"."""
        word = plain(self._text[span[0] : span[1]])
        if word[:1].islower():
            entry = self._registry.country_of(word)
            return entry.actor if entry else None
        known = self._registry
        prefix, dash, _ = word.rpartition("-")
        if (dash and known.named(prefix)) or word.startswith("Bundes") or known.title(word) or self._tells(word):
            found = self._resolve(word, span)
            return found or (self._offices.body_of(word, span) if dash else None)
        return None

    def _tells(self, word: str) -> bool:
        known = self._registry
        return bool(known.named(word) or known.nation(word) or (word.endswith("er") and known.country_of(word)))

    def office_holders(self, span: Span) -> tuple[frozenset[str], frozenset[str]]:
        """Return the labels of the persons who hold the office that words name, and of those who hold only others."""
        return self._offices.holders(self._words(span).split(" "))

    def body_held(self, holder: Actor, title: str, told: Actor) -> Actor | None:
        """Return where ``holder`` has the office of a ``title`` as the registry knows it, if that is not ``told``."""
        return self._offices.body_held(holder, title, told)

    def whose(self, holder: Actor, span: Span) -> Actor | None:
        """Return what a short name at a span means of somebody whom the registry knows: "Grüne" of Joschka Fischer."""
        entry = self._registry.labels.get(holder.label)
        return self._short.whose(self._words(span).split(" "), {x.body for x in entry.terms}) if entry else None

    def serves(self, actor: Actor, body: Actor) -> bool | None:
        """Tell whether the registry knows an actor in an office of ``body``; None where it knows it in none."""
        terms = self._registry.labels[actor.label].terms if actor.label in self._registry.labels else ()
        return any(term.body == body.label for term in terms) if terms else None

    def foreign_to(self, actor: Actor) -> frozenset[str]:
        """Return the labels of the persons who are known to serve other states than ``actor``, where that is one."""
        return self._offices.foreign_to(actor.label) if actor.resolved and actor.type == "State" else frozenset()

    def states_of(self, name: str, at: int) -> frozenset[str]:
        """Return the labels of the states that a person named at an offset is in office for."""
        return frozenset(self._offices.states_of(name, at))

    def _one_of_a_nation(self, text: str, span: Span) -> bool:
        """ "Der Niederländer", "der Brite", "die Französin": one human being, not the state."""
        people = self._registry.people
        if text not in people and (text + "n" in people or text.removesuffix("in") in people):
            return True
        # In the middle of a sentence "der Niederländer" may be their genitive.
        before = self._text[max(0, span[0] - 4) : span[0]]
        starts = before == "Der " or self._text[span[0] : span[0] + 4] == "Der "
        return (starts or span in self._single) and self._registry.nation(text) is not None

    def _words(self, span: Span) -> str:
        text = plain(self._text[span[0] : span[1]])
        # "Den Haag", "Die Linke": the article is part of the name.
        return text if text in self._registry.exact or text in self._registry.seats else without_article(text)

    # -- resolving

    def _then(self, known: Actor | None, text: str) -> Actor | None:
        """Whom words stood for on the article's day: "Moskau" in 1985 for the Soviet Union."""
        former = self._registry.former.get(known.label) if known else None
        return self._registry.labels[former.label].actor if former and former.meant(text, self._day) else known

    def _resolve(self, text: str, span: Span) -> Actor | None:
        return self._whole(text, span) or self._by_words(text.split(" "), span)

    def _whole(self, text: str, span: Span) -> Actor | None:
        """The actor whose name all the words are."""
        person = self._cast.find(text, span[0])
        if person is not None and self._labels.get(span) == "PER":
            return person.actor
        if text in self._abbreviations:
            return self._abbreviations[text]
        entry = self._registry.named(text)
        if entry is not None and self._berlin and text.removesuffix("s") == "Berlin":
            entry = self._registry.labels["Berlin"]
        if entry is None and person is None:
            entry = self._registry.person(text, self._day)
        return entry.actor if entry else person.actor if person else None

    def _by_words(self, words: list[str], span: Span) -> Actor | None:
        """The actor that some of the words tell, the first of these rules that knows one."""
        if len(words) > 1 and words[0].lower() in _QUANTIFIERS:
            return None  # "weitere Unions-Politiker", "mehrere US-Senatoren" are groups
        return (
            self._adjective(words)
            or self._governed(words, span)
            or self._offices.state_led(words, span[0])
            or self._offices.spoken_for(words, span[0])
            or self._offices.titled_person(words, span)
            or self._named_behind(span)
            or self._offices.members_of(words)
            or self._offices.holder_or_state(words, span, many=self._several(words, span))
            or self._offices.compound(words)
            or self._body_named_first(words)
            or self._apposed(words)
            or self._apposed_name(span)
            or self._longer_name(words, span)
            or self._bodies.ending(words)
            or self._short.meant(words, one=self._one(words, span))
            or self._short.of_state(words)
            or self._overlooked(words, span)
        )

    def _overlooked(self, words: list[str], span: Span) -> Actor | None:
        """ "Mursi", "Ban", "De Gaulle": somebody known by surname whom the annotator took for no person."""
        *before, last = words
        name = " ".join([*(word.lower() for word in before), last])
        if len(words) > 2 or not last[:1].isupper() or not all(word.lower() in PARTICLES for word in before):
            return None
        noun = load_words().noun(last)
        # "auch Ban", "der Ban"
        common = noun and (noun.plural or self._before(span, words) in ARTICLES)
        if common or self._registry.noun_kind(last) or title_of(last, self._registry):
            return None
        chosen = self._registry.known_as(name, self._short.mentioned(), self._day)
        return chosen.actor if chosen else None

    def _governed(self, words: list[str], span: Span) -> Actor | None:
        return governed(words, self._before(span, words), self._registry)

    def _several(self, words: list[str], span: Span) -> bool:
        return several(words, head_of(words, self._registry), self._before(span, words))

    def _one(self, words: list[str], span: Span) -> bool:
        """ "Der Republikaner" is one human being, "den Republikanern" are several."""
        before = self._before(span, words)
        return before in MASCULINE_SINGULAR and not (before == "den" and words[-1].endswith("n"))

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

    def _body_named_first(self, words: list[str]) -> Actor | None:
        """ "Vox-Partei", "RWE-Konzern"."""
        name, _, kind = words[-1].rpartition("-")
        entry = self._registry.named(name) if name and kind.removesuffix("s") in _NAMED_FIRST else None
        return entry.actor if entry and entry.actor.type != "State" else None

    def _apposed_name(self, span: Span) -> Actor | None:
        """ "Agrarchemiekonzern Syngenta", "Linkspartei (Parti de Gauche)": the name that ends a description."""
        last = next((x for x in reversed(self._names_in(span)) if x.label != "PER"), None)
        if last is None or last.span[0] == span[0] or self._text[last.span[1] : span[1]].strip(' )“"»«”'):
            return None
        # "Verband [kommunaler Unternehmen]", "Organisation [Amerikanischer Staaten]": a genitive, no name
        first, _, others = last.text.partition(" ")
        if first[:1].islower() or (others and first.endswith("er") and self._text[last.span[0] - 1] == " "):
            return None
        before = plain(self._text[span[0] : last.span[0]]).split(" ")[-1]
        if before.lower().endswith(self._registry.towns.bodies):  # "Landgericht Hamburg"
            return None
        if before in self._registry.towns.places and last.label == "LOC":  # "Stadt Wien" is the town, not Austria
            return Actor(iri=actor_iri(last.text), label=last.text, type="State")
        if last.label == "LOC":
            return None
        described = self._registry.noun_kind(before) in ("body", "government") or noun_gender(before)
        return self.actor(last.span) if before[:1].isupper() and described else None

    def _named_behind(self, span: Span) -> Actor | None:
        """ "US-Präsident Johnson": the name that ends a title, also of somebody whom nobody knows."""
        last = next(reversed(self._names_in(span)), None)
        if last is None or last.label != "PER" or last.span[0] == span[0] or last.span[1] != span[1]:
            return None
        words = plain(self._text[span[0] : last.span[0]]).split(" ")
        office = title_of(words[-1], self._registry) if head_of(words, self._registry) == words[-1] else None
        if office is None or words[-1] in _PART_OF_NAME:
            return None
        found = self.actor(last.span)
        return None if office[0] in SERVING and genitive(last.text, found.label) else found

    def _longer_name(self, words: Sequence[str], span: Span) -> Actor | None:
        longer = self._bodies.longer(words, span, name=self._labels.get(span) == "ORG")
        return self.actor(longer) if longer else None

    def _names_in(self, span: Span) -> list[Name]:
        begin = bisect_left(self._names, span[0], key=lambda name: name.span[0])
        found = []
        for name in self._names[begin:]:
            if name.span[0] >= span[1]:
                break
            if name.span[1] <= span[1]:
                found.append(name)
        return found

    def _adjective(self, words: list[str]) -> Actor | None:
        """ "ukrainischen", "Teheraner", "Amerikaner", "US-"."""
        if len(words) != 1:
            return None
        word = words[0].rstrip("-")
        entry = self._registry.country_of(word) or self._registry.nation(word) or self._registry.named(word)
        return entry.actor if entry else None

    # -- what nobody knows

    def _unknown(self, text: str, span: Span) -> Actor:
        if group := numbered(self._text, span, self._registry):
            return Actor(iri=actor_iri(group), label=group, type="Group")
        if behind := _BEHIND.match(self._text[span[0] : span[1]]):
            rest = (span[0] + behind.end(), span[1])
            if speaks_for_others(behind[1], self._registry) and not self.refers_back(rest):
                return self.actor(rest)
        label = self._labels.get(span) or self._label_inside(span) or ""
        kind = _TYPES.get(label)
        if kind is None:
            words = text.split(" ")
            head = head_of(words, self._registry)
            person = title_of(head, self._registry) is not None or self._registry.noun_kind(head) == "person"
            one = "und" not in words and words[0].lower() not in _QUANTIFIERS and not self._several(words, span)
            kind = "Person" if person and one else "Group"
        own = without_article(tidy(self._text[span[0] : span[1]])) or text
        name = own if label == "PER" else place_named(self._text, span, own, self._registry) if label == "LOC" else ""
        name = name or nominative(own, self._form, genitive=self._behind_des(span))
        return Actor(iri=actor_iri(name), label=name, type=kind)

    def _form(self, word: str) -> tuple[str, str] | None:
        """Gender (p in the plural) and nominative of a common noun; "Russlands Nachbarn" are no "Russland"."""
        noun = None if self._registry.named(word) else load_words().noun(word)
        if noun is None or not word.startswith(noun.nominative):  # "Fachleute" stay
            return None
        return "p" if noun.plural else noun.gender, noun.nominative

    def _behind_des(self, span: Span) -> bool:
        return behind_des(self._text, span[0]) or self._text.startswith("des ", span[0])

    def _label_inside(self, span: Span) -> str | None:
        whole = [x for x in self._names_in(span) if x.span[1] == span[1]]
        return whole[-1].label if whole else None
