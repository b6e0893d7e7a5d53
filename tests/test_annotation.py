"""The annotation that the annotator is trained on: labels of the ontology, places in their text, and in order."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.vocabulary import load_vocabulary

FOLDER = Path(__file__).parent.parent / "training" / "annotation"
TOPICS = FOLDER / "topics.jsonl"
FILES = sorted(file for file in FOLDER.glob("*.jsonl") if file != TOPICS)
OTHERS = ("wikinews", "wikinews-rest", "sentences", "parliament")
"""Files of texts that others wrote."""
RETOLD = "retold"
"""The file of articles that tell again what others tell that may teach."""
EVENTS = ("events", "events-held-back")
"""The files of articles about the years that are measured."""
SAME_EVENT = ((14, 0.12), (20 * 366, 0.25))
"""Days between two articles, and from which share of the one's names and nouns in the other they tell of one event."""


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_every_file_is_described() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert FILES and all(f"`{file.name}`" in text for file in (*FILES, TOPICS))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_labels_are_the_ontologys(file: Path) -> None:
    vocabulary = load_vocabulary()
    lines = [line for row in rows_of(file) for line in row["lines"]]
    assert {x["stance"] for x in lines if x["kind"] == "position"} <= set(vocabulary.stances)
    assert {x["relation"] for x in lines if x["kind"] == "relation"} <= set(vocabulary.relations)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_spans_lie_in_their_text_in_order(file: Path) -> None:
    for row in rows_of(file):
        length = row["characters"] if "characters" in row else len(row["text"])
        for line in row["lines"]:
            ends = [line[side]["spans"] for side in ("actor", "a", "b") if side in line]
            for spans in [*ends, line.get("topic", []), line["cue"]]:
                flat = [place for span in spans for place in span]
                assert flat == sorted(flat)
                assert all(0 <= begin < end <= length for begin, end in spans)


@pytest.mark.parametrize("name", OTHERS)
def test_no_words_of_others_articles_are_kept(name: str) -> None:
    for row in rows_of(FOLDER / f"{name}.jsonl"):
        assert "text" not in row
        for line in row["lines"]:
            assert "text" not in line
            assert all(isinstance(place, int) for span in line.get("topic", []) for place in span)


def test_articles_written_for_training_tell_of_years_that_are_not_measured() -> None:
    for file in (file for file in FILES if file.stem not in (*OTHERS, RETOLD, *EVENTS)):
        assert not [row["article"] for row in rows_of(file) if 2004 <= int(row["date"][:4]) <= 2020]


def test_written_events_are_none_that_is_measured(shared: Path) -> None:
    rows = [row for name in EVENTS for row in rows_of(FOLDER / f"{name}.jsonl")]
    written = [(row["article"], date.fromisoformat(row["date"]), capitalised(row["text"])) for row in rows]
    assert written
    for file in (shared / "eval" / "articles").glob("*.json"):
        day = date.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["date"][:10])
        names = capitalised(file.with_suffix(".txt").read_text(encoding="utf-8"))
        for article, written_day, words in written:
            days, share = abs((written_day - day).days), len(names & words) / len(names)
            assert not any(days <= most and share >= least for most, least in SAME_EVENT), (article, file.stem)


def capitalised(text: str) -> set[str]:
    """Names and nouns of four letters or more."""
    return set(re.findall(r"\b[A-ZÄÖÜ]\w{3,}", text))


def test_grouped_topics_are_topics_of_positions_and_in_one_group_each() -> None:
    written = (row for file in FILES if file.stem not in OTHERS for row in rows_of(file))
    topics = {row["article"]: [x["topic"] for x in row["lines"] if x["kind"] == "position"] for row in written}
    known = [row for row in rows_of(TOPICS) if row["article"] in topics]
    assert len(known) > 1000
    for row in known:
        grouped = [spans for group in row["groups"] for spans in group]
        assert all(len(group) > 1 for group in row["groups"])
        assert all(grouped.count(spans) == 1 for spans in grouped)
        assert not [spans for spans in grouped if spans not in topics[row["article"]]]


def test_it_fits_the_texts(shared: Path) -> None:
    from training.corpora import read_annotation, read_passages, read_sentences, read_texts
    from training.material import SENTENCES, SPEECH

    data = shared / "data"
    texts = read_sentences(data, SENTENCES) | read_passages(data, SPEECH)
    texts |= read_texts(data / "text" / "wikinews.txt.gz")
    for file in FILES:
        assert len(read_annotation(file, texts)) == len(rows_of(file))


def test_what_is_retold_may_teach(shared: Path) -> None:
    from training.material import read_material

    material = read_material(shared / "data")
    taught = {article.id for article in (*material.first, *material.second, *material.written)}
    assert {
        row["article"].removeprefix("retold-").removesuffix("-2") for row in rows_of(FOLDER / f"{RETOLD}.jsonl")
    } <= taught


def test_what_is_held_back_is_not_learnt_from(shared: Path) -> None:
    from training.material import read_material

    material = read_material(shared / "data")
    learnt = {article.id for article in (*material.first, *material.second, *material.written)}
    kept = {article.id for article in (*material.held_back, *material.other)}
    sentences, kept_sentences = (
        {article.id for article in some} for some in (material.sentences, material.sentences_held_back)
    )
    assert sentences and kept_sentences and not sentences & kept_sentences
    measured = {path.stem for path in (shared / "eval" / "articles").glob("*.txt")}
    assert not learnt & kept
    assert not measured & (learnt | kept)
    everything = [article.id for article in material]
    assert len(everything) == len(set(everything)) == len(learnt | kept)
