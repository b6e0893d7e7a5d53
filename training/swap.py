"""Exchanges names in windows: "Frankreich lehnt das ab" tells no less where it is Japan that does, and a network that
sees now one and now the other learns who holds a position, not what one article said (Dai and Adel 2020,
https://arxiv.org/abs/2010.11683, "mention replacement").

One word stands for one word, so that all places of an example hold: states by name, adjective, people and seat (neuter
ones, which take no article), surnames, parties. Within a window a name is always exchanged for the same other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kg.extract.rows import read_rows
from kg.extract.windows import CLS, SEP
from training.examples import Pieces, WindowExample

LANGUAGE = Path(__file__).parent.parent / "kg" / "lang" / "de"
ENDINGS = ("e", "en", "er", "es", "em")
"""Of adjectives."""
PARTIES = ("SPD", "CDU", "CSU", "FDP", "AfD", "ÖVP", "SPÖ", "FPÖ", "SVP")
SHORTEST = 4
"""Letters of a surname: shorter ones are often other words, too."""

Name = Mapping[str, str]
"""A name's words by form."""


def with_genitive(word: str) -> dict[str, str]:
    return {"name": word} if word.endswith(("s", "z", "x", "ß")) else {"name": word, "genitive": word + "s"}


def states() -> Iterator[Name]:
    for _, _, label, _, gender, _, *cells in read_rows(LANGUAGE / "states.tsv", 9):
        adjective, people, seat = (cell.split("|")[0] for cell in cells)
        if gender == "n" and adjective and people and seat and " " not in label + seat and seat != label:
            dative = people if people.endswith("n") else people + "n"
            forms = with_genitive(label) | {"people": people, "dative": dative, "seat": seat}
            yield forms | {ending: adjective + ending for ending in ENDINGS}


def surnames() -> Iterator[Name]:
    nouns = {lemma for lemma, *_ in read_rows(LANGUAGE / "noun-forms.tsv", 4)}
    for _, label, _, told, *_ in read_rows(LANGUAGE / "persons.tsv", 7):
        surname = told or label.split()[-1]
        if len(surname) >= SHORTEST and " " not in surname and surname not in nouns:
            yield with_genitive(surname)


class Swapper:
    """Knows which words are names, and what may stand for them."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        people = list({name["name"]: name for name in surnames()}.values())
        self.kinds: Sequence[Sequence[Name]] = (list(states()), people, [{"name": party} for party in PARTIES])
        self.known: dict[str, tuple[int, int, str]] = {}
        for kind, names in enumerate(self.kinds):
            for number, name in enumerate(names):
                for form, word in name.items():
                    self.known.setdefault(word, (kind, number, form))

    def some(self, windows: Sequence[WindowExample], share: float, rng: random.Random) -> list[WindowExample]:
        """The same examples, a ``share`` of them with other names."""
        return [self.swap(window, rng) if rng.random() < share else window for window in windows]

    def swap(self, window: WindowExample, rng: random.Random) -> WindowExample:
        """The same example with other names."""
        assert window.place is not None
        article, place = window.place
        words = [word for _, _, word in article.words[place.begin : place.end]]
        found = {at: self.known[word] for at, word in enumerate(words) if word in self.known}
        others = dict[tuple[int, int], Name]()
        for kind, names in enumerate(self.kinds):
            present = sorted({number for k, number, _ in found.values() if k == kind})
            others |= zip([(kind, number) for number in present], rng.sample(names, len(present)), strict=True)
        ids, first = [CLS], []
        for at, start in enumerate(window.first):
            first.append(len(ids))
            end = window.first[at + 1] if at + 1 < len(window.first) else len(window.ids) - 1
            kind, number, form = found.get(at, (-1, -1, ""))
            word = others.get((kind, number), {}).get(form)
            ids.extend(window.ids[start:end] if word is None else self.pieces.of(word))
        return replace(window, ids=[*ids, SEP], first=first)
