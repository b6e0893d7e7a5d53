"""The example articles: written for this project, read without a complaint, and none of their sentences told twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from kg.ingest import read_articles
from kg.model import Article
from kg.resources import resource

FOLDER = resource("examples", "articles")
STEMS = sorted(path.stem for path in FOLDER.glob("*.txt"))


def sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in re.split(r"(?<=[.!?])\s+", text) if len(sentence.split()) > 5]


def test_there_are_enough_of_several_years() -> None:
    assert len(STEMS) >= 12
    assert len({stem[:4] for stem in STEMS}) >= 5


def test_all_are_read_and_known_by_their_stem() -> None:
    articles = list(read_articles([FOLDER]))
    assert [article.id for article in articles if isinstance(article, Article)] == STEMS
    assert len(articles) == len(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_sidecar_says_what_the_text_is(stem: str) -> None:
    text = (FOLDER / f"{stem}.txt").read_text(encoding="utf-8")
    sidecar = json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))
    assert sidecar == {
        "id": stem,
        "title": text.split("\n")[0],
        "date": stem[:10],
        "language": "de",
        "source": "written for Whostands",
        "licence": "CC0-1.0",
    }


@pytest.mark.parametrize("stem", STEMS)
def test_form_of_the_text(stem: str) -> None:
    text = (FOLDER / f"{stem}.txt").read_text(encoding="utf-8")
    assert 150 <= len(text.split()) <= 300
    headline, blank, *_ = text.split("\n")
    assert headline and blank == "" and text.endswith(".\n") and "  " not in text
    assert not re.search('["„“»«]', text), "positions are told in indirect speech only"


def test_no_sentence_is_told_twice() -> None:
    told = Counter(one for stem in STEMS for one in sentences((FOLDER / f"{stem}.txt").read_text(encoding="utf-8")))
    assert [sentence for sentence, times in told.items() if times > 1] == []


def test_no_sentence_is_from_the_gold_or_training_articles(shared: Path) -> None:
    own = {one for stem in STEMS for one in sentences((FOLDER / f"{stem}.txt").read_text(encoding="utf-8"))}
    for path in [*shared.glob("eval/articles/*.txt"), *shared.glob("data/positions/*/articles/*.txt")]:
        assert not own.intersection(sentences(path.read_text(encoding="utf-8"))), path.name
