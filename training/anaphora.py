"""Teaches the encoder what words refer back to: a loss of its own while all heads are trained; its scorers go after it.

Three questions, each answered by the words' states alone through one bilinear form: whom a pronoun or a description
stands for ("er", "die Ministerin"), which topic a position takes up whose own sentence tells none, and which earlier
topic is the same matter ("das Protokoll von Kyoto", "der Vertrag"). What ships answers the first and the last by more
than the states (training.pointer, training.same_topic), but finds in them what was put there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from kg.extract.cast import Name
from kg.extract.decode import ARTICLES
from kg.extract.link import ArticleLinks, Linker
from kg.extract.windows import Window
from kg.model import words_of
from training.corpora import GoldArticle, TopicGroups
from training.examples import WindowExample, covered, cue_head
from training.linking import Mention, mentions, norm
from training.network import WIDTH

ACTOR, TOPIC, SAME = QUESTIONS = range(3)
SHARES = (0.6, 0.36, 0.36)
"""Of the loss of one anaphor for each window, by question."""
SIZE, GAPS = 64, 8
_AFTER, _FARTHEST = 6, 5
_TYPES = {"Person": "PER", "State": "LOC", "Organisation": "ORG", "Coalition": "ORG"}
_MOST_WORDS = 4
_NO_NOUNS = ARTICLES | {"sein", "seine", "ihr", "ihre"}


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A word that refers back, and the words it may refer to, each with whether it does; numbers count the article's
    words."""

    word: int
    question: int
    candidates: Sequence[tuple[int, bool]]


@dataclass(frozen=True, slots=True)
class Asked:
    """An anaphor as one window has it: numbers count the window's words, ``gaps`` the sentences back to each candidate;
    ``right`` [1 + C] begins with "nothing in this window"."""

    word: int
    question: int
    candidates: Tensor
    gaps: Tensor
    right: Tensor


Questions = Mapping[tuple[str, Window], list[Asked]]
"""What is asked of each window, by the article's id and the window's place."""


def anaphors(article: GoldArticle, linker: Linker, groups: TopicGroups | None) -> list[Anaphor]:
    """The anaphors of an annotated article; ``groups`` where its topics were grouped."""
    same = [] if groups is None else _same_topics(article, groups)
    return [*_actors(article, linker), *_topics(article), *same]


def questions(windows: Sequence[WindowExample], groups: Mapping[str, TopicGroups]) -> Questions:
    """What is asked of the windows of annotated articles."""
    linker = Linker(language="de")
    articles = {window.place[0].id: window.place[0] for window in windows if window.place}
    found = {name: anaphors(article, linker, groups.get(name)) for name, article in articles.items()}
    return {
        (window.place[0].id, window.place[1]): list(_asked(window, window.place[1], found[window.place[0].id]))
        for window in windows
        if window.place
    }


def _asked(window: WindowExample, place: Window, found: Sequence[Anaphor]) -> Iterator[Asked]:
    """The anaphors among the window's own words that have candidates in it."""
    number = window.sentence
    for anaphor in found:
        near = [(k - place.begin, right) for k, right in anaphor.candidates if place.begin <= k < place.end]
        if place.own <= anaphor.word < place.end and near:
            word = anaphor.word - place.begin
            gaps = [_AFTER if k > word else min(_FARTHEST, number[word] - number[k]) for k, _ in near]
            right = [not any(r for _, r in near), *(r for _, r in near)]
            candidates = torch.tensor([k for k, _ in near])
            yield Asked(word, anaphor.question, candidates, torch.tensor(gaps), torch.tensor(right))


def _actors(article: GoldArticle, linker: Linker) -> Iterator[Anaphor]:
    """Annotated mentions that the linker calls references, among all others and the words that tell an actor."""
    annotated = [
        (words, mention) for mention in mentions(article.lines) if (words := covered(article, [mention.span])[0])
    ]
    names = _names(article, [mention for _, mention in annotated])
    links = linker.article(article.text, names, date=article.date)
    labels, referring = _told(article, links), list[tuple[int, Mention]]()
    for words, mention in annotated:
        if links.refers_back(mention.span):
            referring.append((_head(article, words), mention))
        else:
            labels[words[0]] = norm(mention.label)
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
    return next((n for n, text in texts if text[:1].isupper() and text.lower() not in _NO_NOUNS), words[0])


def _topics(article: GoldArticle) -> Iterator[Anaphor]:
    """The cues of positions whose topic stands in an earlier sentence, among all topics before it."""
    starts = [begin for begin, _ in article.sentences]
    topics, asked = dict[tuple[int, int], set[int]](), dict[tuple[int, int], tuple[set[int], int]]()
    for line in (line for line in article.lines if line["kind"] == "position"):
        words = {k for part in covered(article, line["topic"]["spans"]) for k in part}
        cue = cue_head(article, line)
        if words and cue is not None:
            topics[min(words), max(words)] = words
            start = starts[bisect_right(starts, cue) - 1]
            if max(words) < start:
                asked[cue, min(words)] = words, start
    for (cue, _), (words, start) in asked.items():
        before = [(begin, other) for (begin, end), other in sorted(topics.items()) if end < start]
        rows = [(begin, 4 * len(words & other) >= len(words) + len(other)) for begin, other in before]
        if len(rows) > 1:
            yield Anaphor(cue, TOPIC, rows)


def _same_topics(article: GoldArticle, groups: TopicGroups) -> Iterator[Anaphor]:
    """Each topic told for the first time, among the topics before it."""
    number = {words_of(article.text, spans): n for n, group in enumerate(groups) for spans in group}
    before: dict[str, int] = {}
    for spans in sorted(line["topic"]["spans"] for line in article.lines if line["kind"] == "position"):
        words, text = [k for part in covered(article, spans) for k in part], words_of(article.text, spans)
        if not words or text in before:
            continue
        head, own = _head(article, words), number.get(text)
        rows: dict[int, bool] = {}
        for other, k in before.items():
            if k < head:
                rows[k] = rows.get(k, False) or (own is not None and number.get(other) == own)
        if rows:
            yield Anaphor(head, SAME, list(rows.items()))
        before[text] = head


class Resolver(nn.Module):
    """Scores what an anaphor refers to, and "nothing in this window", by question."""

    def __init__(self, questions: Questions) -> None:
        super().__init__()
        self.questions = questions
        self.query, self.key = (nn.Parameter(torch.randn(len(QUESTIONS), WIDTH, SIZE) * WIDTH**-0.5) for _ in range(2))
        self.gap = nn.Parameter(torch.zeros(len(QUESTIONS), GAPS))
        self.none = nn.Parameter(torch.zeros(len(QUESTIONS), WIDTH + 1))

    def loss(self, states: Tensor, windows: Sequence[WindowExample]) -> Tensor:
        """The negative log chance of what is right of the windows' own anaphors, summed and divided by the windows.
        ``states`` [B, N, H] of the windows' words, without the root."""
        places = [(window.place[0].id, window.place[1]) for window in windows if window.place]
        asked = [(row, one) for row, place in enumerate(places) for one in self.questions.get(place, ())]
        if not asked:
            return states.new_zeros(())
        rows, words, kinds = torch.tensor([(row, x.word, x.question) for row, x in asked], device=states.device).T
        right = pad_sequence([x.right for _, x in asked], batch_first=True).to(states.device)
        chances = self._scores(states, rows, words, kinds, [x for _, x in asked]).log_softmax(1)
        shares = torch.tensor(SHARES, device=states.device)[kinds]
        return -(shares * chances.masked_fill(~right, -torch.inf).logsumexp(1)).sum() / len(windows)

    def _scores(self, states: Tensor, rows: Tensor, words: Tensor, kinds: Tensor, asked: Sequence[Asked]) -> Tensor:
        """[A, 1 + C]: nothing, and each candidate of each anaphor."""
        candidates = pad_sequence([x.candidates for x in asked], batch_first=True, padding_value=-1).to(states.device)
        gaps = pad_sequence([x.gaps for x in asked], batch_first=True).to(states.device)
        own, near = states[rows, words], states[rows[:, None], candidates.clamp(min=0)]
        query = torch.einsum("ah,ahs->as", own, self.query[kinds])
        pairs = torch.einsum("ach,ah->ac", near, torch.einsum("ahs,as->ah", self.key[kinds], query)) / SIZE**0.5
        pairs = (pairs + self.gap[kinds[:, None], gaps]).masked_fill(candidates < 0, -1e9)
        none = (own * self.none[kinds, :WIDTH]).sum(1) + self.none[kinds, WIDTH]
        return torch.cat([none[:, None], pairs], 1)
