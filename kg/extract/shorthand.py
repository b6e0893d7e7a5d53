"""What words mean by what else the article says: "die Kommission" in one on the EU, "der Senat" in one on the USA."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from kg.extract.forms import Form, bases, inflected_key, nominative, stem
from kg.extract.registry import Registry, Short
from kg.model import Actor

_BETWEEN = frozenset(["in", "von", "der", "des"])


class Shorthand:
    """The short names of one article (``understood.tsv``)."""

    def __init__(self, text: str, names: Sequence[str], registry: Registry, form: Form) -> None:
        """``names`` are the words of the article's named entities; ``form`` as for ``forms.nominative``."""
        self._text, self._names, self._registry, self._form = text, names, registry, form
        self._owners: set[str] | None = None
        self._most: str | None = None

    def first(self, text: str, *, body: bool) -> Actor | None:
        """ "Der Bundesrat" in an article that names Switzerland and nothing German: before what the words mean else."""
        for short in self._registry.understood.get(text.removesuffix("s"), ()):
            if "first" in short.use and (body or "body" not in short.use) and self._named(short):
                return self._registry.labels[short.label].actor
        return None

    def meant(self, words: Sequence[str], *, body: bool = False, one: bool = False) -> Actor | None:
        """ "Die Kommission" in an article on the EU that names no other commission; with ``body`` "republikanische" of
        an office in one on the USA; ``one`` human being is no party."""
        for short, meaning in self._meanings(words):
            if "first" in meaning.use or ("body" in meaning.use and not body) or ("many" in meaning.use and one):
                continue
            if self._named(meaning) and self._alone(short, meaning.label):
                return self._registry.labels[meaning.label].actor
        return None

    def whose(self, words: Sequence[str], known: Collection[str]) -> Actor | None:
        """ "Grüne" behind Joschka Fischer: what the words mean of somebody who served the bodies of these labels."""
        meanings = [meaning for _, meaning in self._meanings(words)]
        found = {x.label for x in meanings if x.label in known} or {x.label for x in meanings if x.owner in known}
        return self._registry.labels[found.pop()].actor if len(found) == 1 else None

    def of_state(self, words: Sequence[str]) -> Actor | None:
        """ "Parlament in Seoul", "Haitis Senat", "Nepals Kommunisten": what is told with the state whose it is."""
        if len(words) < 2:
            return None
        nouns = [(k, found) for k, word in enumerate(words) if word[:1].isupper() and (found := self._meanings([word]))]
        if len(nouns) != 1:
            return None
        place, meanings = nouns[0]
        others = [word for k, word in enumerate(words) if k != place and word not in _BETWEEN]
        told = [self._registry.country_of(word) or self._registry.named(word) for word in others]
        owners = {entry.actor.label if entry else "" for entry in told}
        labels = {m.label for _, m in meanings if "main" in m.use and {m.owner} == owners}
        return self._registry.labels[labels.pop()].actor if len(labels) == 1 else None

    def _meanings(self, words: Sequence[str]) -> list[tuple[str, Short]]:
        text = " ".join(words)
        for form in (nominative(text, self._form), *bases(text)):
            short = stem(form) if form[:1].islower() else form
            if short in self._registry.understood:
                return [(short, meaning) for meaning in self._registry.understood[short]]
        return []

    def _named(self, short: Short) -> bool:
        """Tell whether the article names the owner, and none of what makes it mean something else."""
        if "main" in short.use and self._main() != short.owner:
            return False
        if "main" not in short.use and short.owner not in self.mentioned():
            return False
        text = self._text.lower()
        return not any(re.search(rf"\b{begin}", text) for begin in short.unless)

    def _main(self) -> str:
        """The label of the state that the article is on: the one that most of its words tell; "" where two do."""
        if self._most is None:
            told = map(self._told, re.findall(r"[^\W\d_]{2,}", self._text))
            first, second = [*Counter(filter(None, told)).most_common(2), ("", 0), ("", 0)][:2]
            self._most = first[0] if first[1] > second[1] else ""
        return self._most

    def _told(self, word: str) -> str:
        """The label of the state that a word tells, "" where it tells none."""
        known = self._registry
        entry = known.named(word) or known.nation(word) if word[:1].isupper() else None
        entry = entry or known.country_of(word)
        return entry.actor.label if entry and entry.actor.type == "State" else ""

    def _alone(self, short: str, label: str) -> bool:
        """Tell whether nothing else in the article ends like the short name: no "Wahlkommission"."""
        ending = short.rpartition(" ")[2].lower()
        others = re.findall(rf"[\w-]*{ending}\w{{0,2}}\b", self._text, re.IGNORECASE)
        own = inflected_key(short), inflected_key(label)
        return all(short in bases(word) or inflected_key(word) in own for word in others)

    def mentioned(self) -> set[str]:
        """Return the labels of what the article names, also as the first part of a compound: "EU-Gipfel"."""
        if self._owners is None:
            texts = [*self._names, *re.findall(r"\b[A-Z]{2,4}(?=-)", self._text)]
            self._owners = {entry.actor.label for text in texts if (entry := self._registry.named(text))}
        return self._owners
