"""What training draws from: all examples, and batches of them at random."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from kg.extract.windows import CLS, SEP, UNKNOWN
from training.corpora import GoldArticle, Sentence, read_names, read_trees
from training.examples import UNTOLD, ArticleExamples, FrameExample, Pieces, WindowExample, known_surfaces, none_frame
from training.material import read_material
from training.network import STANCES

TREES = ("gsd-dev", "pud-a", "pud-b", "hdt-part", "parseme-gsd")
NAMES = ("germeval-dev", "germeval-test", "wikiner-part")
EARLIER = 2
"""How often a round has the frames that tell holder or topic by an earlier sentence: they are few."""
LONGEST = 90
"""Words of a sentence with a tree or names; longer ones are left out."""
FULL, MOST = 230, 5
"""Pieces of a full window; windows in the place of one where they are short."""
SORTED = 40
"""Batches of windows that are sorted by length together."""
EMPTY = 0.7
"""Of the single sentences that tell nothing, the share that a round has."""
ALARM = 0.15
"""From which chance on a word that is no cue counts as a false alarm of the cue finder."""


@dataclass(frozen=True, slots=True)
class Examples:
    """``upos`` and ``labels`` number the parts of speech and the tree's labels; ``windows`` are of the articles that
    teach, ``written`` of those written for this project, ``sentences`` single ones; ``held`` and ``held_sentences`` are
    of what is held back."""

    pieces: Pieces
    upos: dict[str, int]
    labels: dict[str, int]
    trees: list[Sentence]
    names: list[Sentence]
    windows: list[WindowExample]
    written: list[WindowExample]
    sentences: list[WindowExample]
    held: list[WindowExample]
    held_sentences: list[WindowExample]

    @property
    def all_windows(self) -> list[WindowExample]:
        """Of all that teaches."""
        return [*self.windows, *self.written, *self.sentences]

    def __str__(self) -> str:
        return (
            f"{len(self.trees)} trees, {len(self.names)} sentences with names, {len(self.windows)} windows, "
            f"{len(self.written)} of written articles, {len(self.sentences)} of single sentences, "
            f"{sum(len(w.frames) for w in self.all_windows)} frames, {sum(len(w.ids) for w in self.all_windows)} pieces"
        )


def read_examples(data: Path, tokenizer: Path, *, taught: bool) -> Examples:
    """Read trees, names and annotated articles: all that may teach if ``taught``, else those of the first training."""
    trees = [s for name in TREES for s in read_trees(data / "trees" / f"{name}.conllu") if len(s.words) <= LONGEST]
    names = [s for name in NAMES for s in read_names(data / "ner" / f"{name}.tsv") if 3 < len(s.words) <= LONGEST]
    material = read_material(data)
    articles = material.taught if taught else material.first
    pieces = Pieces(Tokenizer.from_file(str(tokenizer)))
    maker = ArticleExamples(pieces, known_surfaces(articles))

    def windows(some: Iterable[GoldArticle]) -> list[WindowExample]:
        return [window for article in some for window in maker.windows(article)]

    def teaching(some: Iterable[GoldArticle]) -> list[WindowExample]:
        return [_with_earlier(window) for window in windows(some)]

    return Examples(
        pieces,
        {u: i for i, u in enumerate(sorted({u for s in trees for u in s.upos}))},
        {r: i for i, r in enumerate(sorted({r for s in trees for r in s.relations}))},
        trees,
        names,
        teaching([*material.first, *material.second] if taught else material.first),
        teaching(material.written) if taught else [],
        teaching(material.sentences) if taught else [],
        windows(material.kept),
        windows(material.sentences_held_back),
    )


def _with_earlier(window: WindowExample) -> WindowExample:
    window.frames += [frame for frame in window.frames if frame.tells_earlier] * (EARLIER - 1)
    return window


class Cycle:
    """Draws sentences without end, shuffled anew each round."""

    def __init__(self, items: Sequence[Sentence], rng: random.Random) -> None:
        self.items, self.rng = list(items), rng
        self.queue: list[Sentence] = []

    def take(self) -> Sentence:
        if not self.queue:
            self.queue = self.rng.sample(self.items, len(self.items))
        return self.queue.pop()

    def pack(self, pieces: Pieces, limit: int) -> list[Sentence]:
        """As many sentences as have ``limit`` pieces together, the last one whole."""
        sentences: list[Sentence] = []
        total = 0
        while total < limit:
            sentences.append(self.take())
            total += sum(len(pieces.of(w)) for w in sentences[-1].words)
        return sentences


class Rounds:
    """Draws the windows of one round after the other: all, but of the articles written for this project a ``share``,
    others in each round as long as there are any."""

    def __init__(self, examples: Examples, share: float, rng: random.Random) -> None:
        self.examples, self.rng = examples, rng
        self.size = round(share * len(examples.written))
        self.left: list[WindowExample] = []

    def take(self) -> list[WindowExample]:
        if len(self.left) < self.size:
            self.left = self.rng.sample(self.examples.written, len(self.examples.written))
        written, self.left = self.left[: self.size], self.left[self.size :]
        sentences = [w for w in self.examples.sentences if w.frames or self.rng.random() < EMPTY]
        return [*self.examples.windows, *written, *sentences]


def batches(windows: Sequence[WindowExample], size: int, rng: random.Random) -> list[list[WindowExample]]:
    """One round of all windows in random batches of like lengths: little padding, and no two rounds alike. A batch has
    the pieces of ``size`` full windows at most."""
    drawn, cut = rng.sample(windows, len(windows)), list[list[WindowExample]]()
    for at in range(0, len(drawn), SORTED * size):
        cut.append([])
        for window in sorted(drawn[at : at + SORTED * size], key=lambda w: len(w.ids)):
            count = len(cut[-1])
            if count and (count == MOST * size or (count + 1) * len(window.ids) > size * FULL):
                cut.append([])
            cut[-1].append(window)
    return rng.sample(cut, len(cut))


def negatives(window: WindowExample, scores: Tensor, rng: random.Random) -> list[FrameExample]:
    """Frames whose cue is none: false alarms of the cue finder as it is now, and verbs at random.

    ``scores`` are its chances [N, 22] for the window's words, on the CPU.
    """
    gold = window.cues or {}
    candidates: list[tuple[float, int, int]] = []
    for offset, cue in (scores[window.own : len(window.first)] > ALARM).nonzero().tolist():
        word = offset + window.own
        position = cue < len(STANCES)
        if (position and any((word, c) in gold for c in range(len(STANCES)))) or (word, cue) in gold:
            continue
        candidates.append((float(scores[word, cue]), word, 0 if position else 1 + cue))
    best = sorted(candidates, reverse=True)[: 1 + len(window.frames) // 2]
    chosen = {(word, label) for _, word, label in best}
    if window.verbs and rng.random() < 0.5:
        chosen.add((rng.choice(window.verbs), 0))
    return [none_frame(window, word, label, far=rng.random() < UNTOLD) for word, label in sorted(chosen)]


def blot(ids: Tensor, share: float) -> Tensor:
    """Make a ``share`` of the pieces unknown, so that no single word carries a decision."""
    plain = (ids != CLS) & (ids != SEP) & (ids > UNKNOWN)
    return ids.masked_fill(plain & (torch.rand(ids.shape, device=ids.device) < share), UNKNOWN)
