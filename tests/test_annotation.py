"""The annotation that the annotator is trained on: places and labels only, and in order."""

from __future__ import annotations

import json
from pathlib import Path

from kg.vocabulary import load_vocabulary

FILE = Path(__file__).parent.parent / "training" / "annotation" / "wikinews.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def test_labels_are_the_ontologys() -> None:
    vocabulary = load_vocabulary()
    lines = [line for row in ROWS for line in row["lines"]]
    assert {x["stance"] for x in lines if x["kind"] == "position"} <= set(vocabulary.stances)
    assert {x["relation"] for x in lines if x["kind"] == "relation"} <= set(vocabulary.relations)


def test_spans_lie_in_their_text_in_order() -> None:
    for row in ROWS:
        for line in row["lines"]:
            ends = [line[side]["spans"] for side in ("actor", "a", "b") if side in line]
            for spans in [*ends, line.get("topic", []), line["cue"]]:
                flat = [place for span in spans for place in span]
                assert flat == sorted(flat)
                assert not flat or (flat[0] >= 0 and flat[-1] <= row["characters"])


def test_no_words_of_the_articles_are_kept() -> None:
    for row in ROWS:
        for line in row["lines"]:
            assert "text" not in line
            assert all(isinstance(place, int) for span in line.get("topic", []) for place in span)


def test_it_fits_the_texts(shared: Path) -> None:
    from training.corpora import read_annotation, read_texts

    articles = read_annotation(FILE, read_texts(shared / "data" / "text" / "wikinews.txt.gz"))
    assert len(articles) == len(ROWS)
    measured = {path.stem for path in (shared / "eval" / "articles").glob("*.txt")}
    assert not measured & {article.id for article in articles}
