"""Reads the training material: dependency trees, names, articles with positions and relations, plain text.

Folder layout and licences: models/README.md, section Data. Offsets are half-open code points into the article's text.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import spacy

from kg.model import Article, words_of
from kg.vocabulary import load_vocabulary

Line = dict[str, Any]
"""One annotation as ``score.py`` reads it."""

TopicGroups = list[list[list[list[int]]]]
"""Groups of topics, each by its spans where it is first told."""

PASSAGE = 40
"""Sentences of a passage of parliament speech."""

SYMMETRIC = ("meets", "negotiates_with", "agrees_with")

tokenize = spacy.blank("de").tokenizer


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of one sentence; ``heads`` count from 1 (0 = root) and are empty without a tree, ``names`` likewise."""

    words: list[str]
    upos: list[str]
    heads: list[int]
    relations: list[str]
    names: list[str]


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article with annotation: ``words`` are (begin, end, text), ``sentences`` half-open word ranges without
    gaps."""

    id: str
    text: str
    words: list[tuple[int, int, str]]
    sentences: list[tuple[int, int]]
    lines: list[Line]
    date: date | None = None

    def article(self) -> Article:
        """The article as the product's pipeline takes it."""
        return Article(id=self.id, text=self.text, date=self.date)


def read_trees(path: Path) -> list[Sentence]:
    sentences = []
    for block in path.read_text().strip().split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if not line.startswith("#")]
        sentences.append(
            Sentence([r[1] for r in rows], [r[3] for r in rows], [int(r[6]) for r in rows], [r[7] for r in rows], [])
        )
    return sentences


def read_names(path: Path) -> list[Sentence]:
    sentences = []
    for block in path.read_text().strip("\n").split("\n\n"):
        rows = [line.rsplit("\t", 1) for line in block.splitlines() if line]
        sentences.append(Sentence([r[0] for r in rows], [], [], [], [r[1] for r in rows]))
    return sentences


def split_words(text: str) -> list[tuple[int, int, str]]:
    return [(t.idx, t.idx + len(t.text), t.text) for t in tokenize(text) if not t.is_space]


def word_ranges(words: list[tuple[int, int, str]], spans: list[list[int]]) -> list[tuple[int, int]]:
    """Sentence spans in characters to word ranges without gaps: each sentence begins where the last ended."""
    ranges, at = [], 0
    for _, stop in spans:
        end = at
        while end < len(words) and words[end][0] < stop:
            end += 1
        if end > at:
            ranges.append((at, end))
        at = end
    if at < len(words):
        ranges.append((at, len(words)))
    return ranges


def read_articles(articles: Path, gold: Path) -> list[GoldArticle]:
    found = []
    for path in sorted(gold.glob("*.jsonl")):
        text = (articles / f"{path.stem}.txt").read_text()
        meta = json.loads((articles / f"{path.stem}.json").read_text())
        words = split_words(text)
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        ranges = word_ranges(words, meta["sentences"])
        found.append(GoldArticle(path.stem, text, words, ranges, lines, _date(meta.get("date"))))
    return found


def read_annotation(path: Path, texts: Mapping[str, str]) -> list[GoldArticle]:
    """Read one of training/annotation's files; where it has no words, only their places, ``texts`` are by article id.

    Raises ValueError where a text is not the one that was annotated.
    """
    found = []
    for row in map(json.loads, path.read_text().splitlines()):
        text = row["text"] if "text" in row else texts.get(row["article"], "")
        if len(text) != row.get("characters", len(text)):
            raise ValueError(f"{path.name}: the text of {row['article']} is not the one that was annotated")
        words = split_words(text)
        lines = [_whole_line(line, text) for line in row["lines"]]
        ranges = word_ranges(words, row["sentences"])
        found.append(GoldArticle(row["article"], text, words, ranges, lines, _date(row.get("date"))))
    return found


def read_topic_groups(path: Path) -> dict[str, TopicGroups]:
    """Which topics of an article are one matter, by article id; a topic in no group stands alone."""
    rows = map(json.loads, path.read_text().splitlines())
    return {row["article"]: row["groups"] for row in rows}


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _whole_line(line: Line, text: str) -> Line:
    """A line as ``score.py`` reads it, with what follows from the text and what is false put back."""
    whole = dict.fromkeys(("addressee", "reported_by")) | dict.fromkeys(("hedged", "negated", "optional"), False) | line
    for side in ("actor", "a", "b"):
        if side in line:
            whole[side] = {"accept": _short_names(line[side]["label"], text)} | line[side]
    if line["kind"] == "position":
        whole["sign"] = load_vocabulary().stances[line["stance"]].sign
        whole["topic"] = {"text": words_of(text, line["topic"]), "spans": line["topic"]}
    else:
        whole["symmetric"] = line["relation"] in SYMMETRIC
    return whole


def _short_names(label: str, text: str) -> list[str]:
    """The last name, where the article never gives the full one."""
    last = label.rsplit(maxsplit=1)[-1]
    return [last] if " " in label and label not in text and re.search(rf"\b{re.escape(last)}\b", text) else []


def read_article(path: Path) -> Article:
    """The article as the product's pipeline takes it."""
    meta = json.loads(path.with_suffix(".json").read_text())
    return Article(id=path.stem, text=path.read_text(), date=_date(meta.get("date")))


def read_text(path: Path) -> str:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read()


def read_texts(path: Path) -> dict[str, str]:
    """The articles of a packed file by id: "### ID" before each."""
    parts = (part.split("\n", 1) for part in re.split(r"^### ", read_text(path), flags=re.MULTILINE)[1:])
    return {name.strip(): body.strip() for name, body in parts}


def read_sentences(data: Path, names: Iterable[str]) -> dict[str, str]:
    """Sentences of corpora of names or trees by FILE-NUMBER, counted from 0; their words are joined by one space."""
    folders = ((data / "ner", ".tsv", read_names), (data / "trees", ".conllu", read_trees))
    found = {}
    for name in names:
        path, read = next((p, read) for folder, end, read in folders if (p := folder / (name + end)).exists())
        found |= {f"{name}-{number}": " ".join(sentence.words) for number, sentence in enumerate(read(path))}
    return found


def read_passages(data: Path, name: str) -> dict[str, str]:
    """Passages of ``PASSAGE`` sentences of a corpus whose sentences follow each other, by NAME-NUMBER (three digits,
    from 0); one sentence a line."""
    sentences = list(read_sentences(data, [name]).values())
    passages = (sentences[at : at + PASSAGE] for at in range(0, len(sentences), PASSAGE))
    return {f"{name}-{number:03d}": "".join(f"{s}\n" for s in part) for number, part in enumerate(passages)}


def all_words(data: Path) -> Iterator[str]:
    """Every word of the material, for the choice of the vocabulary."""
    for path in sorted((data / "trees").glob("*.conllu")):
        for sentence in read_trees(path):
            yield from sentence.words
    for path in sorted((data / "ner").glob("*.tsv")):
        for sentence in read_names(path):
            yield from sentence.words
    for path in sorted((data / "positions").rglob("*.txt")):
        yield from (word for _, _, word in split_words(path.read_text()))
    yield from (word for _, _, word in split_words(read_text(data / "text" / "wikinews.txt.gz")))
