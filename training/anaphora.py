"""Teaches the encoder what words refer back to: a loss of its own while all heads are trained; its scorers go after it.

Two questions, each answered by the words' states alone through one bilinear form: whom a pronoun or a description
stands for ("er", "die Ministerin"), and which topic a position takes up whose own sentence tells none. What ships
answers the first by more than the states (training.pointer), but finds in them what was put there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kg.extract.cast import Name
from kg.extract.link import ArticleLinks, Linker
from training.corpora import GoldArticle
from training.examples import WindowExample, covered, cue_head
from training.linking import Mention, mentions, norm
from training.network import WIDTH

ACTOR, TOPIC = range(2)
"""The two questions."""
SHARES = (0.05, 0.03)
"""Of the loss of one anaphor, by question."""
SIZE, GAPS = 64, 8
_AFTER, _FARTHEST = 6, 5
_TYPES = {"Person": "PER", "State": "LOC", "Organisation": "ORG", "Coalition": "ORG"}
_MOST_WORDS = 4
_ARTICLES = frozenset(["der", "die", "das", "den", "dem", "des", "ein", "eine", "sein", "seine", "ihr", "ihre"])


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A word that refers back, and the words it may refer to, each with whether it does; numbers count the article's
    words."""

    word: int
    question: int
    candidates: Sequence[tuple[int, bool]]


def anaphors(articles: Sequence[GoldArticle]) -> Mapping[str, list[Anaphor]]:
    """The anaphors of annotated articles, by the article's id."""
    linker = Linker(language="de")
    return {article.id: [*_actors(article, linker), *_topics(article)] for article in articles}


def _actors(article: GoldArticle, linker: Linker) -> Iterator[Anaphor]:
    """Annotated mentions that the linker calls references, among all others and the words that tell an actor."""
    annotated = [
        (words, mention) for mention in mentions(article.lines) if (words := covered(article, [mention.span])[0])
    ]
    names = _names(article, [mention for _, mention in annotated])
    links = linker.article(article.text, names, date=article.date)
    referring = [(_head(article, words), mention) for words, mention in annotated if links.refers_back(mention.span)]
    labels = _told(article, links)
    labels |= {words[0]: norm(mention.label) for words, mention in annotated if not links.refers_back(mention.span)}
    asked = {head for head, _ in referring}
    for head, mention in referring:
        rows = [(word, label in mention.accept) for word, label in sorted(labels.items()) if word not in asked]
        yield Anaphor(head, ACTOR, rows)


def _names(article: GoldArticle, found: Sequence[Mention]) -> list[Name]:
    """The mentions that share a word with their actor's label, as named entities that do not overlap."""
    names: list[Name] = []
    for mention in sorted(found, key=lambda m: m.span):
        words = article.text[slice(*mention.span)].replace("-", " ").split()
        shared = set(words) & set(mention.label.split())
        short = len(words) <= _MOST_WORDS and mention.type in _TYPES
        if shared and short and words[0][:1].isupper() and (not names or mention.span[0] >= names[-1].span[1]):
            names.append(Name(article.text[slice(*mention.span)], mention.span, _TYPES[mention.type]))
    return names


def _told(article: GoldArticle, links: ArticleLinks) -> dict[int, str]:
    """The words that tell an actor by themselves ("iranische", "US-Präsident"), with its label."""
    found = {}
    for number, (begin, end, word) in enumerate(article.words):
        if len(word) > 2 and word.replace("-", "").isalpha() and (actor := links.told((begin, end))):
            found[number] = norm(actor.label)
    return found


def _head(article: GoldArticle, words: Sequence[int]) -> int:
    """The first noun, else the first word; there is no tree here."""
    texts = [(number, article.words[number][2]) for number in words]
    return next((n for n, text in texts if text[:1].isupper() and text.lower() not in _ARTICLES), words[0])


def _topics(article: GoldArticle) -> Iterator[Anaphor]:
    """The cues of positions whose topic stands in an earlier sentence, among all topics before it."""
    starts = [begin for begin, _ in article.sentences]
    topics, asked = dict[tuple[int, int], set[int]](), dict[tuple[int, int], set[int]]()
    for line in article.lines:
        words = (
            {k for part in covered(article, line["topic"]["spans"]) for k in part} if "topic" in line else set[int]()
        )
        cue = cue_head(article, line)
        if words and cue is not None:
            topics[min(words), max(words)] = words
            if max(words) < starts[bisect_right(starts, cue) - 1]:
                asked[cue, min(words)] = words
    for (cue, _), words in asked.items():
        start = starts[bisect_right(starts, cue) - 1]
        before = [(begin, other) for (begin, end), other in sorted(topics.items()) if end < start]
        rows = [(begin, 4 * len(words & other) >= len(words) + len(other)) for begin, other in before]
        if len(rows) > 1:
            yield Anaphor(cue, TOPIC, rows)


class Resolver(nn.Module):
    """Scores what an anaphor refers to, and "nothing in this window", by question."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key = (nn.Parameter(torch.randn(2, WIDTH, SIZE) * WIDTH**-0.5) for _ in range(2))
        self.gap = nn.Parameter(torch.zeros(2, GAPS))
        self.none = nn.Parameter(torch.zeros(2, WIDTH + 1))

    def loss(self, states: Tensor, windows: Sequence[WindowExample], found: Mapping[str, list[Anaphor]]) -> Tensor:
        """The negative log chance of what is right, summed over the windows' own anaphors. ``states`` [B, N, H] of the
        windows' words, without the root."""
        total = states.new_zeros(())
        for row, window in enumerate(windows):
            assert window.place is not None
            article, place = window.place
            for anaphor in found.get(article.id, ()):
                near = [(k - place.begin, right) for k, right in anaphor.candidates if place.begin <= k < place.end]
                if place.own <= anaphor.word < place.end and near:
                    scores = self._scores(states[row], window, anaphor.word - place.begin, anaphor.question, near)
                    right = torch.tensor([not any(r for _, r in near), *(r for _, r in near)], device=scores.device)
                    total = total - SHARES[anaphor.question] * scores.log_softmax(0)[right].logsumexp(0)
        return total

    def _scores(
        self, states: Tensor, window: WindowExample, word: int, question: int, near: Sequence[tuple[int, bool]]
    ) -> Tensor:
        """[1 + C]: nothing, and each candidate."""
        number = window.sentence
        gaps = [_AFTER if k > word else min(_FARTHEST, number[word] - number[k]) for k, _ in near]
        keys = states[[k for k, _ in near]] @ self.key[question]
        scores = keys @ (states[word] @ self.query[question]) / SIZE**0.5 + self.gap[question][gaps]
        none = states[word] @ self.none[question, :WIDTH] + self.none[question, WIDTH]
        return torch.cat([none[None], scores])
