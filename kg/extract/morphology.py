"""German words in their basic form: nouns with gender and number, parts of compounds, verbs and the nouns for deeds.

By tables in ``kg/lang/de``; a word that no table has keeps its letters. Plain functions of strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg.extract.forms import stem
from kg.extract.rows import read_rows
from kg.resources import package_file

_SHORTEST = 3
"""A part of a compound has at least so many letters."""

_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""What joins the parts of a compound: "Staat-s-oberhaupt", "Waffe-n-lieferung"."""

_ENDINGS = frozenset(["Schaft", "Heit", "Tum", "Ster", "Lung", "Rung", "Gen", "Ion", "Tion"])
"""Endings that are words, too: "Gemeinschaft" and "Minister" are no compounds."""

_SEPARABLE = (
    "wieder", "zurück", "zusammen", "entgegen", "gegenüber", "weiter", "nieder", "fort", "fest", "frei", "teil",
    "statt", "ab", "an", "auf", "aus", "bei", "ein", "her", "hin", "los", "mit", "nach", "vor", "weg", "zu", "um",
    "über", "unter", "durch", "wider", "dar", "da", "hoch", "bereit", "heran", "herab", "heraus", "hervor", "voran",
    "voraus", "vorbei",
)  # fmt: skip
_INSEPARABLE = ("be", "ent", "er", "ge", "miss", "ver", "zer", "emp")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun as a word of the text: its basic form, its gender (m, f, n) and whether the text has it in the plural.

    ``nominative`` is this word in the nominative of its own number.
    """

    lemma: str
    gender: str
    plural: bool
    nominative: str


@lru_cache(maxsize=4)
def load_words(language: str = "de") -> Words:
    """Return the words of a language, read once."""
    return Words(language)


class Words:
    """The tables of one language."""

    def __init__(self, language: str) -> None:
        self._folder = package_file("lang", language)
        self._nouns: dict[str, Noun] = {}
        self._genitives: dict[str, str] = {}
        for lemma, genders, plural, others in read_rows(self._folder / "noun-forms.tsv", 4):
            self._add(lemma, genders[0], plural, others.split(" "))

    def _add(self, lemma: str, gender: str, plural: str, others: list[str]) -> None:
        singular = Noun(lemma, gender, plural=False, nominative=lemma)
        endings = [form for form in others if form.endswith(("s", "n")) and form != f"{plural}n"]
        weak = plural if gender == "m" and plural.endswith("n") else lemma  # "des Präsidenten"
        self._genitives[lemma] = min(endings, key=lambda form: (not form.endswith("s"), len(form)), default=weak)
        self._nouns[lemma] = singular  # "Wahlen" is the plural of "Wahl", but "Verfahren" a word of its own
        if plural != "-":
            self._nouns.setdefault(plural, Noun(lemma, gender, plural=True, nominative=plural))
        for form in others:
            # "Gesprächen" is "Gespräche" with the dative's -n.
            if plural != "-" and form == plural + "n":
                self._nouns.setdefault(form, Noun(lemma, gender, plural=True, nominative=plural))
            elif form != "-":
                self._nouns.setdefault(form, singular)

    @cached_property
    def _verb_forms(self) -> dict[str, str]:
        forms: dict[str, str] = {}
        for infinitive, others, _ in read_rows(self._folder / "strong-verbs.tsv", 3):
            for form in (infinitive, *others.split(" ")):
                forms.setdefault(form, infinitive)
        return forms

    @cached_property
    def _deeds(self) -> dict[str, str]:
        return {verb: noun for verb, noun, _ in read_rows(self._folder / "nominalisations.tsv", 3)}

    @cached_property
    def prepositions(self) -> Mapping[str, str]:
        """Verb -> the preposition, with the accusative, that its object has beside the noun: "Angriff auf"."""
        rows = read_rows(self._folder / "nominalisations.tsv", 3)
        return {verb: preposition for verb, _, preposition in rows if preposition != "-"}

    @cached_property
    def _base_deeds(self) -> dict[str, str]:
        return {verb: noun for verb, _, noun in read_rows(self._folder / "strong-verbs.tsv", 3) if noun != "-"}

    @cached_property
    def kinds(self) -> Mapping[str, frozenset[str]]:
        """What ``topic-words.tsv`` says of words: kind (light, support, bare, negation) -> words."""
        kinds: dict[str, set[str]] = {}
        for kind, listed in read_rows(self._folder / "topic-words.tsv", 2):
            kinds.setdefault(kind, set()).update(listed.split(" "))
        return {kind: frozenset(listed) for kind, listed in kinds.items()}

    @cached_property
    def same(self) -> Mapping[str, frozenset[str]]:
        """Noun -> the nouns that name the same deed or thing, itself among them; what is not there has no others."""
        found: dict[str, set[str]] = {}
        for kind, listed in read_rows(self._folder / "topic-words.tsv", 2):
            for word in listed.split(" ") if kind == "same" else ():
                found.setdefault(word, set()).update(listed.split(" "))
        return {word: frozenset(others) for word, others in found.items()}

    @cached_property
    def countries(self) -> Mapping[str, str]:
        """Stem of a country's adjective -> its name: "russisch" -> "Russland"."""
        rows = read_rows(self._folder / "states.tsv", 9)
        return {adjective: row[2] for row in rows for adjective in row[6].split("|") if adjective}

    def noun(self, word: str) -> Noun | None:
        """Return the noun that ``word`` is a form of; of a compound that no table has, by its last part."""
        if word in self._nouns:
            return self._nouns[word]
        if word.lower() in self._deeds or any(
            before and rest in self._base_deeds for before, rest in _splits(word.lower())
        ):
            return Noun(word, "n", plural=False, nominative=word)  # "das Eingreifen"
        for begin in range(1, len(word) - _SHORTEST):
            tail = word[begin:]
            last = self._nouns.get(tail.capitalize()) if tail[0].islower() else self._nouns.get(tail)
            if last is not None and (word[begin - 1] == "-" or len(tail) > _SHORTEST):
                before = word[:begin]
                lower = tail[0].islower()
                lemma, named = (last.lemma, last.nominative)
                if lower:
                    lemma, named = lemma[0].lower() + lemma[1:], named[0].lower() + named[1:]
                return Noun(before + lemma, last.gender, last.plural, before + named)
        return None

    def forms(self, word: str, *, noun: bool = True) -> list[str]:
        """Return the basic forms of the parts of a noun, an adjective or a name, the last one what it is.

        An adjective is its stem, a country's adjective the country; a word that is no ``noun`` is a name.
        """
        if word[:1].islower():
            bare = stem(word)
            return [self.countries.get(bare, bare)]
        found = self.noun(word) if noun else None
        if found is not None:
            return self.parts(found.lemma)
        if not word[:1].isalpha() or len(word) <= _SHORTEST or word.isupper():
            return [word]
        return self.parts(word.removesuffix("s"))  # "Palästinas": a name in the genitive

    def is_light(self, word: str) -> bool:
        """Tell whether a word in lower case adds nothing to what a topic is about: "geplante", "sofortige"."""
        return word in self.kinds["light"] or stem(word) in self.kinds["light"]

    def alike(self, form: str) -> frozenset[str]:
        """Return the basic forms that name the same as ``form``, itself among them."""
        return self.same.get(form, frozenset([form]))

    def genitive(self, noun: Noun) -> str:
        """Return the genitive singular of a masculine or neuter noun: "Abkommen" -> "Abkommens"."""
        for begin in range(len(noun.lemma)):
            tail = noun.lemma[begin:]
            if tail.capitalize() in self._genitives:
                whole = self._genitives[tail.capitalize()]
                return noun.lemma[:begin] + (whole if begin == 0 or tail[0].isupper() else whole.lower())
        return noun.lemma

    def parts(self, lemma: str) -> list[str]:
        """Return the basic forms of a compound's parts, the last one being what it is: Waffenlieferung -> Waffe,
        Lieferung."""
        if "-" in lemma:
            pieces = [piece for piece in lemma.split("-") if piece]
            return [part for piece in pieces for part in self._piece(piece, last=piece is pieces[-1])]
        return self._piece(lemma, last=True)

    def _piece(self, piece: str, *, last: bool) -> list[str]:
        word = piece[0].upper() + piece[1:]
        whole = self._nouns.get(word) if last else self._first(word)
        if word in self.same:  # "Staatsstreich" is no stroke
            return [word]
        for begin in range(_SHORTEST + 1, len(word) - _SHORTEST):
            tail = self._nouns.get(word[begin:].capitalize())
            if tail is None or tail.lemma != word[begin:].capitalize() or tail.lemma in _ENDINGS:
                continue
            head = self._first(word[:begin])
            if head is not None:
                return [*self._piece(head.lemma, last=True), tail.lemma]
            if whole is None and len(word) - begin > _SHORTEST + 1:  # "Induswasservertrag": no table has the first part
                return [word[:begin], tail.lemma]
        return [whole.lemma if whole else word]

    def _first(self, word: str) -> Noun | None:
        """The noun that a first part of a compound is, without what joins it to the next."""
        for link in _LINKS:
            if link and not word.endswith(link):
                continue
            base = word[: len(word) - len(link)]
            if len(base) >= _SHORTEST and base in self._nouns and self._nouns[base].lemma == base:
                return self._nouns[base]
        # "Hilfs-" of "Hilfe", "Friedens-" of "Frieden"
        stem = word.removesuffix("s")
        found = self._nouns.get(stem + "e")
        return found if found is not None and len(stem) >= _SHORTEST else self._nouns.get(word)

    def verb(self, word: str) -> str:
        """Return the infinitive of a verb's form: "zurückgetreten" -> zurücktreten, "aufzuheben" -> aufheben."""
        lower = word.lower()
        for before, rest in _splits(lower):
            for form in (rest, rest.removeprefix("zu")):
                if form in self._verb_forms and (form == rest or before):
                    return before + self._verb_forms[form]
        for before, rest in _splits(lower):
            if before in _SEPARABLE and rest.startswith("zu") and rest.endswith("n") and len(rest) > 5:
                return before + rest.removeprefix("zu")
            if rest.startswith("ge") and rest.endswith("t") and len(rest) > 5:  # "geliefert", "abgelehnt"
                return before + _infinitive(rest[2:])
        return lower if lower.endswith("n") else _infinitive(lower)

    def deed(self, infinitive: str) -> str | None:
        """Return the noun for the deed that a verb names, None where there is none: entsenden -> Entsendung."""
        if infinitive in self._deeds:
            noun = self._deeds[infinitive]
            return noun if noun != "-" else None
        for before, base in _splits(infinitive):
            named = before + self._base_deeds.get(base, "")
            # "aufnehmen" has "Aufnahme"; "nehmen" has no such noun, but "verlieren" has "Verlust".
            if base in self._base_deeds and (before or named[0].isupper()) and named.capitalize() in self._nouns:
                return named.capitalize()
        stem = infinitive[:-1] if infinitive.endswith(("ern", "rn")) else infinitive.removesuffix("en")
        if infinitive.endswith("eln"):
            stem = infinitive[:-3] + "l"
        named = stem.capitalize() + "ung"
        if named in self._nouns:
            return named
        tail = self.noun(named)
        return named if tail is not None and tail.lemma == named else None


def _splits(word: str) -> Iterator[tuple[str, str]]:
    """Yield a verb's prefixes and the rest: first none, then one, then two ("wieder-auf-nehmen")."""
    yield "", word
    for prefix in (*_SEPARABLE, *_INSEPARABLE):
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > _SHORTEST:
            yield prefix, rest
            for second in (*_SEPARABLE, *_INSEPARABLE):
                last = rest.removeprefix(second)
                if last != rest and len(last) > _SHORTEST:
                    yield prefix + second, last


def _infinitive(form: str) -> str:
    """A regular form's infinitive: "liefert" -> liefern, "lehnte" -> lehnen."""
    stem = form
    for ending in ("test", "ten", "te", "et", "st", "t", "e"):
        if form.endswith(ending) and len(form) - len(ending) >= _SHORTEST:
            stem = form[: -len(ending)]
            break
    return stem + ("n" if stem.endswith(("er", "el")) else "en")
