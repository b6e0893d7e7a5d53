"""The persons of one article: full names grouped with surnames, and the offices that the article gives them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from kg.extract.forms import bases, plain
from kg.extract.morphology import load_words
from kg.extract.registry import OF_THE_FIRST_PART, PARTICLES, RULING, Entry, Office, Registry, Title, without_particle
from kg.iri import actor_iri
from kg.model import Actor, Span

WORD = re.compile(r"[^\W_][\w.'’/-]*|[,;:()!?„“”»«]")
_BEFORE = 90
_AFTER = 90
_MOST_WORDS = 5
"""Words of a name of a state or organisation."""
_OPEN = frozenset({"", "der", "die", "das", "des", "dem", "den", "von", "für", "im", "in", "beim", "aus", ","})

SERVING = frozenset({"spokesperson", "adviser", "envoy", "representative", "negotiator", "chief_of_staff"})
"""Kinds of office that may be somebody's: "Berater Putins" is not Putin."""


@dataclass(frozen=True, slots=True)
class Name:
    """A named entity that the annotator found; ``label`` is PER, LOC, ORG or MISC."""

    text: str
    span: Span
    label: str


_OUTSIDE = re.compile(r"(?!(?:junior|senior)$)[a-zäöüß]{3,}$")


def trimmed(name: Name) -> Name:
    """The name without a verb that the annotator took in at its begin or end: "Moskau warnte", "wich Wehner"."""
    if name.label not in ("PER", "LOC"):
        return name
    words = [match.span() for match in re.finditer(r"\S+", name.text)]
    inside = [place for place in words if not _OUTSIDE.match(name.text[slice(*place)])]
    if not inside or name.text[slice(*words[0])] in PARTICLES:
        return name
    begin, end = inside[0][0], inside[-1][1]
    if (begin, end) == (words[0][0], words[-1][1]):
        return name
    return Name(name.text[begin:end], (name.span[0] + begin, name.span[0] + end), name.label)


_GIVEN = re.compile(r"(?:^|(?<=[\s(„\"]))([A-ZÄÖÜ][\w'’-]+|[A-Z]\.) $")
_DESCRIBED = re.compile(r"(?:^|[^\w\s] ?|\b(?:[a-zäöüß]+e[mnrs]?|[Dd]as|D(?:er|ie|en|em|es)|Eine?[mnrs]?|ein) )$")
"""What stands before a description, or a sentence's begin: behind it a word with a capital need not be a name."""


def completed(name: Name, text: str, registry: Registry) -> Name:
    """The name with the first names before it that the annotator left out: "Carlos [Andrés Pérez]", "V. [K. Menon]"."""
    if name.label != "PER" or not name.text[:1].isupper():
        return name
    begin = name.span[0]
    while found := _GIVEN.search(text, max(0, begin - 30), begin):
        given = found[1].endswith(".") or plain(found[1]) in registry.first_names
        # "Gohar [Ayub Khan]", "Agustín [Carstens]": nobody knows it, but behind it is a first name or a mere surname
        bare = begin < name.span[0] or " " not in name.text
        given = given or (bare and not _DESCRIBED.search(text, max(0, begin - 60), found.start(1)))
        if not given or _no_given(plain(found[1]), registry):
            break
        begin = found.start(1)
    return Name(text[begin : name.span[1]], (begin, name.span[1]), "PER") if begin < name.span[0] else name


def _no_given(word: str, registry: Registry) -> bool:
    noun = load_words().noun(word) or registry.noun_kind(word) or title_of(word, registry)
    return bool(noun or registry.named(word))


@dataclass(slots=True)
class Person:
    """One person of an article with what the article says of it. ``gender`` is m, f or "" where nothing tells."""

    actor: Actor
    gender: str = ""
    entry: Entry | None = None
    spans: list[Span] = field(default_factory=list)
    offices: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class Cast:
    """The persons of an article by every form of their name. Keys are plain forms (:func:`kg.extract.forms.plain`)."""

    persons: list[Person] = field(default_factory=list)
    by_form: dict[str, list[Person]] = field(default_factory=dict)

    def find(self, text: str, at: int) -> Person | None:
        """Return who is meant by a full name or a surname at an offset; None where nobody or several could be."""
        name = plain(text)
        if name[:1].islower() and name.split(" ")[0] not in PARTICLES:
            return None
        for form in bases(name.lower()):
            found = self.by_form.get(form, [])
            if len(found) == 1:
                return found[0]
            if found:
                return _nearest(found, at)
        return None


def _nearest(persons: Sequence[Person], at: int) -> Person | None:
    """The one whose name begins at an offset, else the one named last before it; two of one surname are told apart only
    by that."""
    here = [x for x in persons if any(begin == at for begin, _ in x.spans)]
    if len(here) == 1:
        return here[0]
    before = [(max((end for _, end in x.spans if end <= at), default=-1), x) for x in persons]
    best = max(before, key=lambda pair: pair[0])
    return best[1] if best[0] >= 0 else None


def gather(text: str, names: Sequence[Name], registry: Registry, day: date | None) -> Cast:
    """Group the person names of an article of a day: full names first, then surnames that belong to one of them."""
    cast = Cast()
    mentions = [(words, name) for name in names if name.label == "PER" if (words := _words(name, registry))]
    known = {" ".join(words) for words, _ in mentions}
    singles = []
    # Longest first: "Ben Ali" is a surname where "Zine el-Abidine Ben Ali" is named, and a full name else.
    for given, name in sorted(mentions, key=lambda pair: (-len(pair[0]), pair[1].span)):
        words = _without_genitive(given, name, text, known, registry)
        full = " ".join(words)
        if full.lower() not in cast.by_form and (registry.person(full) or _is_full(words, registry)):
            _note(cast, words, name, registry, day)
        else:
            singles.append((full, name))
    bodies = {entry.actor.label for name in names if name.label != "PER" and (entry := registry.named(name.text))}
    for full, name in sorted(singles, key=lambda pair: pair[1].span):
        offices = _offices(text, name.span, registry)
        found = _unless_ruler(cast.find(full, name.span[0]), full, offices, registry, day)
        if found is None:  # by surname only: known by the office that stands with it, or by it alone
            known_as = registry.in_office(full, offices, day) or registry.known_as(full, bodies, day)
            found = _join(cast, known_as) if known_as else None
        if found is not None:
            found.spans.append(name.span)
    for person in cast.persons:
        for span in person.spans:
            offices = _offices(text, span, registry)
            owner = genitive(text[slice(*span)], person.actor.label)
            person.offices.update(x for x in offices if not (owner and x[0] in SERVING))
        person.gender = person.gender or _gender(text, person, registry)
    return cast


def _words(name: Name, registry: Registry) -> list[str]:
    """The words of a name without what the annotator took in with it: "Bayerns Umweltminister", "Dr."."""
    words = plain(name.text).split(" ")
    for place in range(len(words) - 2, -1, -1):
        word = words[place]
        abbreviated = word.endswith(".") and len(word) > 2 and word[1:2].islower()
        if title_of(word, registry) is not None or registry.noun_kind(word) == "person" or abbreviated:
            return words[place + 1 :]
    return words if words[0] else []


def _is_full(words: list[str], registry: Registry) -> bool:
    full = " ".join(words)
    return len(words) > 1 and words[0].lower() not in PARTICLES and full not in registry.surnames


def _without_genitive(words: list[str], name: Name, text: str, known: set[str], registry: Registry) -> list[str]:
    """ "Merkels Sprecher" is Merkel's, "Peters sagte" is Peters: the word after tells where no other mention does."""
    last = words[-1]
    if not last.endswith(("s", "'")) or registry.person(" ".join(words)):
        return words
    base = last.rstrip("'") if last.endswith("'") else last[:-1].rstrip("'")
    short = [*words[:-1], base]
    surname_known = any(other == base or other.endswith(" " + base) for other in known)
    after = text[name.span[1] : name.span[1] + 2]
    owner = len(after) == 2 and after[0] == " " and after[1].isupper() and last[-2:-1] not in "aious"
    return short if surname_known or registry.person(" ".join(short)) or owner else words


def _note(cast: Cast, words: list[str], name: Name, registry: Registry, day: date | None) -> None:
    full = " ".join(words)
    entry = registry.person(full, day)
    person = next((x for x in cast.by_form.get(words[-1].lower(), []) if _same(x, words, entry)), None)
    if person is None:
        label = entry.actor.label if entry else full
        actor = entry.actor if entry else Actor(iri=actor_iri(label), label=_written(name, words), type="Person")
        gender = entry.gender if entry else registry.first_names.get(words[0], "")
        person = Person(actor, gender, entry)
        cast.persons.append(person)
    person.spans.append(name.span)
    _file(cast, words, person)


def _file(cast: Cast, words: list[str], person: Person) -> None:
    for form in _forms(words, person):
        holders = cast.by_form.setdefault(form.lower(), [])
        if not any(person is x for x in holders):
            holders.append(person)


def _written(name: Name, words: list[str]) -> str:
    """The name as the article writes it, accents included, without titles and genitive."""
    written = name.text.split()[-len(words) :]
    joined = " ".join(written).strip(" ,;:")
    return joined[: len(joined) - 1] if plain(joined) == " ".join(words) + "s" else joined


def _same(person: Person, words: list[str], entry: Entry | None) -> bool:
    """ "Karl-Theodor Freiherr zu Guttenberg" is "Karl-Theodor zu Guttenberg": first and last word agree."""
    if entry is not None and person.entry is entry:
        return True
    mine = plain(person.actor.label).split(" ")
    return len(mine) > 1 and mine[0] == words[0] and mine[-1] == words[-1]


def _forms(words: list[str], person: Person) -> Iterator[str]:
    for start in range(len(words)):
        yield " ".join(words[start:])
    # "Thaksin" for Thaksin Shinawatra, "Xi" for Xi Jinping.
    yield words[0]
    if person.entry is not None:
        yield plain(person.entry.surname)
        yield plain(person.entry.actor.label)
        last = plain(person.entry.actor.label).split(" ")[-1]
        yield last
        yield without_particle(last)


def _unless_ruler(
    found: Person | None, surname: str, offices: Collection[Office], registry: Registry, day: date | None
) -> Person | None:
    """Not Saddam Hussein where "König Hussein" is said and a ruler of that name is known."""
    ruling = [office for office in offices if office[0] in RULING]
    other = registry.in_office(surname, ruling, day) if found and ruling else None
    return None if found and other and other is not found.entry else found


def _join(cast: Cast, entry: Entry) -> Person:
    person = Person(entry.actor, entry.gender, entry)
    cast.persons.append(person)
    _file(cast, plain(entry.actor.label).split(" "), person)
    return person


def _offices(text: str, span: Span, registry: Registry) -> set[tuple[str, str]]:
    """What stands before a name ("der französische Präsident X") or behind it in commas or brackets ("X (SPD)")."""
    found: set[tuple[str, str]] = set()
    before = WORD.findall(text[max(0, span[0] - _BEFORE) : span[0]])
    found.update(_office_before(before, registry))
    after = text[span[1] : span[1] + _AFTER]
    if after.startswith((", ", " (")):
        inner = re.split(r"[,;.)]", after[2:], maxsplit=1)[0]
        found.update(_office_phrase(WORD.findall(inner), registry))
    return found


def _office_before(words: list[str], registry: Registry) -> set[tuple[str, str]]:
    for place in range(len(words) - 1, max(-1, len(words) - 6), -1):
        word = words[place]
        if title_of(word, registry) is not None:
            return _office_phrase(words[max(0, place - 2) :], registry)
        if word not in _OPEN and not word[:1].isupper() and registry.country_of(word) is None:
            break
    return set()


def _office_phrase(words: list[str], registry: Registry) -> set[tuple[str, str]]:
    titles = [found for word in words if (found := title_of(word, registry))]
    if not titles:
        bodies = [entry.actor.label for word in words[:1] if (entry := registry.named(word))]
        return {("politician", body) for body in bodies}
    kind, body = titles[0]
    return {(kind, body or body_in(words, registry))} if kind else set()


def genitive(word: str, label: str) -> bool:
    """Tell whether a word is the genitive of the last word of a name: "Putins" of "Wladimir Putin"."""
    last = plain(label).split(" ")[-1]
    return word.endswith(("s", "'")) and word != last and word.rstrip("s'") == last.rstrip("s'")


def title_of(word: str, registry: Registry) -> tuple[str, str] | None:
    """Return kind and body of a title word, also as the last part of a compound: ``"US-Außenministerin"``."""
    word = word.removeprefix("Ex-")
    title = registry.title(word)
    if title is not None:
        return title.kind, title.body
    prefix, dash, last = word.rpartition("-")
    if not dash:
        return _joined_title(word, registry)
    title = registry.title(last) or registry.title(last[:1].upper() + last[1:])
    if title is None:
        return None
    entry = registry.named(prefix)
    return title.kind, _body_of_title(title, prefix, last) or (entry.actor.label if entry else title.body)


def _body_of_title(title: Title, prefix: str, last: str) -> str:
    """ "EU-Kommissionspräsident" is the EU-Kommission's, "EU-Wettbewerbskommissar" the EU's."""
    part = title.body.removeprefix(f"{prefix}-")
    return title.body if part != title.body and last.startswith(part) else ""


def _joined_title(word: str, registry: Registry) -> tuple[str, str] | None:
    first, title = registry.joined_title(word)
    if title is None or title.body != OF_THE_FIRST_PART:
        return (title.kind, title.body) if title else None
    # "Bundessprecher" may be a party's.
    entry = registry.named(first) if first != "Bundes" else None
    return (title.kind, entry.actor.label) if entry else None


def body_in(words: Sequence[str], registry: Registry) -> str:
    """Return the label of the state or organisation that words name, "" where none: adjective, genitive or name."""
    for place, word in enumerate(words):
        entry = registry.country_of(word) if not word[:1].isupper() or word.endswith("er") else None
        if entry is None and word[:1].isupper():
            longest = (" ".join(words[place:end]) for end in range(min(len(words), place + _MOST_WORDS), place, -1))
            entry = next((x for x in map(registry.named, longest) if x), None)
            entry = entry or _first_adjective(words, place, registry)
        if entry is not None:
            return entry.actor.label
    return ""


def _first_adjective(words: Sequence[str], place: int, registry: Registry) -> Entry | None:
    """ "Chinesische Politiker" at the begin of a sentence; "Deutsche Bank-Chef" is not Germany's."""
    after = words[1] if place == 0 and len(words) > 1 else "-"
    common = "-" not in after and (registry.noun_kind(after) or title_of(after, registry) is not None)
    return registry.country_of(words[0]) if common else None


_FEMALE = re.compile(r"(?:in|Frau|Königin|Prinzessin|Queen)$")


def _gender(text: str, person: Person, registry: Registry) -> str:
    for begin, _ in person.spans:
        before = WORD.findall(text[max(0, begin - 40) : begin])
        if before and title_of(before[-1], registry) is not None:
            return "f" if _FEMALE.search(before[-1]) else "m"
    return ""
