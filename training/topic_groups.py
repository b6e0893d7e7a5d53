"""The annotated topics of articles, and which of them readers took for one matter (annotation/topics.jsonl)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.extract.morphology import Words
from kg.extract.same_topic import Mention, Told
from kg.extract.topics import mentions
from kg.model import Spans, words_of
from training.corpora import GoldArticle, TopicGroups, read_topic_groups
from training.linking import Annotated, Readings
from training.material import ANNOTATION


@dataclass(frozen=True, slots=True)
class Grouped:
    """The topics of one article in text order, ``texts`` as they stand, and the number of each one's group; topics
    that stand alone have numbers of their own."""

    article: str
    texts: list[str]
    mentions: list[Mention]
    groups: list[int]


def topics_of(article: GoldArticle, groups: TopicGroups, readings: Readings, words: Words) -> Grouped:
    """The annotated topics of an article, each text once, with what all its positions tell. Raises ValueError where a
    grouped topic is none of them."""
    told: dict[str, list[Told]] = {}
    first: dict[str, Spans] = {}
    for line in sorted((x for x in article.lines if x["kind"] == "position"), key=lambda x: x["topic"]["spans"]):
        text = words_of(article.text, line["topic"]["spans"])
        first.setdefault(text, tuple((begin, end) for begin, end in line["topic"]["spans"]))
        cue = line["cue"][0][0] if line["cue"] else -1 - sum(map(len, told.values()))
        told.setdefault(text, []).append(Told(line["actor"]["label"], line["sign"], cue))
    texts = sorted(first, key=lambda text: first[text])
    doc, reading, states = readings.read(Annotated(article.id, article.text, article.date))
    found = mentions({first[t]: tuple(told[t]) for t in texts}, doc, reading, states, words)
    number = {words_of(article.text, spans): n for n, group in enumerate(groups) for spans in group}
    if unknown := number.keys() - first.keys():
        raise ValueError(f"{article.id} has no topics {sorted(unknown)}, which topics.jsonl groups")
    return Grouped(article.id, texts, found, [number.get(t, len(groups) + n) for n, t in enumerate(texts)])


def grouped(articles: Iterable[GoldArticle], readings: Readings, words: Words) -> Iterator[Grouped]:
    """Those of some articles whose topics were grouped, once each."""
    groups = read_topic_groups(ANNOTATION / "topics.jsonl")
    for article in {article.id: article for article in articles}.values():
        if article.id in groups:
            yield topics_of(article, groups[article.id], readings, words)


def score(rows: Sequence[Grouped], found: Mapping[str, Sequence[int]]) -> tuple[int, int, int]:
    """Pairs told to be the same, right ones among them, and all that are; ``found`` has the numbers by article."""
    told = right = same = 0
    for one in rows:
        for a, b in combinations(range(len(one.groups)), 2):
            mine, true = found[one.article][a] == found[one.article][b], one.groups[a] == one.groups[b]
            told, right, same = told + mine, right + (mine and true), same + true
    return told, right, same
