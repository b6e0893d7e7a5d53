"""Names topics: a phrase becomes a label in the nominative, a simple verbal phrase a noun with its complements.

"Truppen zu entsenden" -> "Entsendung von Truppen", "kommerziellen Walfang" -> "kommerzieller Walfang". Where the words
are no such phrase ("Selenskyj solle nach Moskau kommen"), they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.tokens import Token

from kg.extract.forms import stem
from kg.extract.morphology import Noun, Words
from kg.model import GAP

NOMINAL = frozenset(["NOUN", "PROPN"])
_OBJECTS = frozenset(["obj", "nsubj:pass"])
_SUBJECTS = frozenset(["nsubj", "csubj", "ccomp", "xcomp", "advcl", "parataxis"])
_DROPPED = frozenset(["DET", "ADV", "PART", "PUNCT", "SYM", "CCONJ", "PRON"])
_STRONG = {"m": "er", "f": "e", "n": "es", "p": "e"}
_WEAK_GENITIVE = {"m": "des", "n": "des", "f": "der", "p": "der"}
_QUOTES = frozenset("„“”\"«»‚‘’'´`")
_POSSESSIVE = ("sein", "ihr", "unser", "mein", "euer")
_RELATIVE = frozenset(
    ["der", "die", "das", "den", "dem", "dessen", "deren", "denen", "welche", "welcher", "welches", "wer", "was"]
)


def head_of(tokens: Sequence[Token]) -> Token:
    """Return the word of a phrase that the others hang on: of several, the one with the most of them below it."""
    places = {token.i for token in tokens}
    tops = [t for t in tokens if t.head.i not in places or t.head.i == t.i]
    below = {top.i: sum(1 for t in top.subtree if t.i in places) for top in tops}
    worthy = [t for t in tops if t.pos_ in NOMINAL or t.pos_ in ("VERB", "ADJ")] or tops or list(tokens)
    return max(worthy, key=lambda token: (below.get(token.i, 0), -token.i))


def label_of(tokens: Sequence[Token], words: Words) -> str:
    """Return the label of a topic named by ``tokens``, the words of its phrase in text order (they may stand apart)."""
    head = head_of(tokens)
    tokens = [t for t in tokens if t.text not in _QUOTES] or tokens
    label = None
    if head.pos_ in NOMINAL:
        label = _noun_phrase(tokens, head, words)
    elif head.pos_ == "VERB":
        label = _deed(tokens, head, words)
    label = label or plain_label(tokens)
    return label[:-1] if label.endswith(".") and label[-2:-1].isdigit() else label


def head_label_of(tokens: Sequence[Token], words: Words) -> str | None:
    """Return the label of the head alone, None where it is no noun: "Verhandlungen mit der ETA" -> "Verhandlungen"."""
    head = head_of(tokens)
    noun = words.noun(head.text) if head.pos_ == "NOUN" else None
    if noun is not None:
        return noun.nominative
    return words.deed(words.verb(_with_particle(head, head.children))) if head.pos_ == "VERB" else None


def plain_label(tokens: Sequence[Token]) -> str:
    """Return the words as the text has them: white space folded, words that stand apart joined by ``GAP``."""
    return _join(tokens)


def _noun_phrase(tokens: Sequence[Token], head: Token, words: Words) -> str | None:
    """Adjectives and noun in the nominative, then what follows: "geplanten Maßnahmen in X" -> "geplante Maßnahmen in
    X"."""
    before = [t for t in tokens if t.i < head.i]
    if any(t.lower_ in _NEGATIONS for t in before):  # "nicht abgeschlossene Entwicklungen"
        return None
    while before and before[0].pos_ in _DROPPED and not before[0].lower_.startswith("kein"):
        before.pop(0)
    # "an den Rat gerichtete Bitte", "30 Zwergwale und Finnwale": only adjectives are put in another case.
    if any(t.pos_ not in ("ADJ", "NUM") for t in before):
        return None if before[:1] and before[0].pos_ in NOMINAL | {"ADP"} else _join([*before, *_from(tokens, head)])
    noun = words.noun(head.text) if head.pos_ == "NOUN" else None
    if noun is None:
        return _join([*before, *_from(tokens, head)])
    follower = next((t for t in tokens if t.i > head.i), None)
    if noun.plural and follower is not None and follower.pos_ == "PROPN" and words.genitive(noun) == noun.nominative:
        noun = replace(noun, plural=False, nominative=noun.lemma)  # "Präsidenten Putin" is one
    kind = "p" if _is_plural(noun, before) else noun.gender
    adjectives = [_adjective(t, _STRONG[kind]) for t in before if not words.is_light(t.lower_)]
    return _spaced([*adjectives, noun.nominative, _join(_from(tokens, head)[1:], after=head)])


def _is_plural(noun: Noun, before: Sequence[Token]) -> bool:
    # "Abkommen" is both; "neue Abkommen" and "drei Abkommen" are several.
    return noun.plural or any(t.pos_ == "NUM" and t.lower_ not in ("eine", "ein", "einer") for t in before)


def _adjective(token: Token, ending: str) -> str:
    """An adjective with another ending; what does not decline ("6,5", "Hamburger", "lila") stays."""
    word = token.text
    bare = word[: len(stem(word))]
    if token.pos_ != "ADJ" or bare == word or not word[:1].islower():
        return word
    return bare + ending


def _from(tokens: Sequence[Token], head: Token) -> list[Token]:
    """The head and what follows it, up to a relative clause: "Gesetz, das ..." -> "Gesetz"."""
    kept: list[Token] = []
    for token in tokens:
        if token.i < head.i:
            continue
        if token.pos_ == "PRON" and token.lower_ in _RELATIVE and len(kept) > 1 and kept[-1].text == ",":
            break
        kept.append(token)
    while kept and kept[-1].pos_ == "PUNCT" and kept[-1].text in ",;:":
        kept.pop()
    return kept


def _deed(tokens: Sequence[Token], verb: Token, words: Words) -> str | None:
    """A verb with at most one object as a noun with its complements, None where the phrase is not that simple."""
    places = {t.i for t in tokens}
    children = [t for t in verb.children if t.i in places]
    infinitive = words.verb(_with_particle(verb, children))
    objects = [t for t in children if t.dep_ in _OBJECTS]
    if len(objects) > 1 or any(t.dep_ in _SUBJECTS or t.lower_ in ("nicht", "sich") for t in children):
        return None
    rest = [t for t in children if t.dep_ in ("obl", "obl:arg", "iobj", "advmod") and t.pos_ in NOMINAL]
    phrases = [_within(t, places) for t in rest]
    if any(phrase[0].pos_ != "ADP" for phrase in phrases):  # "der Ukraine Streumunition zu liefern"
        return None
    known = {t.i for part in [*phrases, *(_within(t, places) for t in objects)] for t in part}
    extra = [t for t in tokens if t.i not in known and t.i != verb.i]
    if any(t.pos_ in NOMINAL or t.pos_ in ("VERB", "ADJ", "NUM") or t.lower_ in _NEGATIONS for t in extra):
        return None
    return _render(infinitive, objects, phrases, places, words)


_NEGATIONS = frozenset(["nicht", "nie", "niemals", "keine", "kein", "keinen"])


def _render(
    infinitive: str, objects: Sequence[Token], phrases: Sequence[Sequence[Token]], places: set[int], words: Words
) -> str | None:
    complements = [_join(phrase) for phrase in phrases]
    if infinitive in words.kinds["support"]:
        # "Koalitionsgespräche mit der CDU führen" is about the talks, not about the leading of them.
        if not objects or objects[0].pos_ != "NOUN":
            return None
        own = _within(objects[0], places)
        return _spaced([_noun_phrase(own, objects[0], words) or _join(own), *complements])
    named = words.deed(infinitive)
    if named is None:
        return None
    if not objects:
        return _spaced([named, *complements])
    if preposition := words.prepositions.get(infinitive):  # "die Stadt anzugreifen" -> "Angriff auf die Stadt"
        return _spaced([named, preposition, _join(_within(objects[0], places)), *complements])
    owned = _owned(_within(objects[0], places), objects[0], words)
    return None if owned is None else _spaced([named, owned, *complements])


def _owned(phrase: Sequence[Token], head: Token, words: Words) -> str | None:
    """An object as a complement of a noun: "die Sanktionen" -> "der Sanktionen", "Truppen" -> "von Truppen"."""
    noun = words.noun(head.text) if head.pos_ == "NOUN" else None
    before = [t for t in phrase if t.i < head.i]
    after = _join([t for t in phrase if t.i > head.i], after=head)
    if head.pos_ == "PROPN":
        return _spaced(["von", head.text, after]) if not before else None
    if noun is None or any(t.pos_ not in ("DET", "ADJ", "NUM") for t in before):
        return None
    kind = "p" if _is_plural(noun, before) else noun.gender
    determiner = before[0] if before and before[0].pos_ == "DET" else None
    adjectives = before[1:] if determiner is not None else before
    if determiner is not None:
        article = _genitive_article(determiner.lower_, kind)
        if article is None:
            return None
        return _spaced([article, *(_adjective(t, "en") for t in adjectives), _genitive(noun, kind, words), after])
    if kind in "fp" and adjectives and all(t.pos_ == "ADJ" for t in adjectives):
        return _spaced([*(_adjective(t, "er") for t in adjectives), noun.nominative, after])
    ending = "en" if kind == "p" else "em"
    return _spaced(["von", *(_adjective(t, ending) for t in adjectives), _dative(noun, alone=not before), after])


def _genitive_article(word: str, kind: str) -> str | None:
    if word in ("der", "die", "das", "den", "dem"):
        return _WEAK_GENITIVE[kind]
    tail = "er" if kind in "fp" else "es"
    if word in ("ein", "eine", "einen", "einem", "einer", "eines"):
        return "ein" + tail
    own = next((base for base in _POSSESSIVE if word.startswith(base)), None)
    return own + tail if own else None


def _genitive(noun: Noun, kind: str, words: Words) -> str:
    return noun.nominative if kind in "fp" else words.genitive(noun)


def _dative(noun: Noun, *, alone: bool) -> str:
    word = noun.nominative
    # "Beobachter entsenden": a word for persons that stands alone is in the plural.
    several = noun.plural or (alone and noun.gender == "m" and word.endswith("er"))
    return word + "n" if several and not word.endswith(("n", "s")) else word


def _with_particle(verb: Token, children: Iterable[Token]) -> str:
    """A separable verb in one word: "lehnt ... ab" -> "ablehnt"."""
    particle = next((t.lower_ for t in children if t.dep_ == "compound:prt"), "")
    return particle + verb.lower_


def _within(top: Token, places: set[int]) -> list[Token]:
    return [t for t in top.subtree if t.i in places and not t.is_space]


def _join(tokens: Sequence[Token], *, after: Token | None = None) -> str:
    """Words with the white space of the text between them, folded; ``GAP`` where words are left out."""
    text, last = "", after
    for token in tokens:
        left_out = token.doc[last.i + 1 : token.i].text if last is not None else ""
        if any(char.isalnum() for char in left_out):
            text += GAP
        elif last is not None and (last.whitespace_ or last.i + 1 < token.i):
            text += " "
        text, last = text + token.text, token
    return text if after is not None else text.strip()


def _spaced(parts: Iterable[str]) -> str:
    """Parts in one line; a part that begins with a sign of punctuation joins the one before it."""
    return " ".join(" ".join(part.split()) for part in parts if part.strip()).replace(" ,", ",")
