"""The whole extraction on sentences of our own: what every reader would find must come out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from spacy.language import Language

from kg.errors import ModelError
from kg.extract.pipeline import Extractor, make_pipeline
from kg.model import Article, Extraction

TEXT = """Streit über Sanktionen gegen Russland

Frankreich fordert schärfere Sanktionen gegen Russland. Ungarn lehnt neue Sanktionen gegen Moskau ab. \
Der deutsche Außenminister Johann Wadephul traf in Brüssel seinen polnischen Kollegen Radosław Sikorski."""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_pipeline("de", threads=1)


@pytest.fixture(scope="module")
def extract(nlp: Language) -> Callable[[str], Extraction]:
    def run(text: str) -> Extraction:
        doc = nlp.make_doc(text)
        doc._.article = Article(id="test", text=text, date=date(2025, 6, 1))
        doc = nlp(doc)
        return Extraction(
            article=doc._.article, positions=tuple(doc._.positions), relations=tuple(doc._.relations), model=""
        )

    return run


def test_positions_of_plain_sentences(extract: Callable[[str], Extraction]) -> None:
    found = {(p.actor.label, p.stance) for p in extract(TEXT).positions}
    assert {("Frankreich", "demands"), ("Ungarn", "opposes")} <= found


def test_offices_of_plain_sentences(extract: Callable[[str], Extraction]) -> None:
    found = {(r.a.label, r.relation, r.b.label) for r in extract(TEXT).relations}
    assert ("Johann Wadephul", "holds_office", "Deutschland") in found


def test_evidence_points_into_the_text(extract: Callable[[str], Extraction]) -> None:
    extraction = extract(TEXT)
    for p in extraction.positions:
        begin, end = p.sentence
        for b, e in p.cue:
            assert begin <= b < e <= end
        for b, e in (*p.actor_spans, *p.topic_spans):
            assert 0 <= b < e <= len(TEXT)
            assert TEXT[b:e].strip() == TEXT[b:e]
        assert 0 <= p.confidence <= 1
    opposes = next(p for p in extraction.positions if p.stance == "opposes")
    assert [TEXT[b:e] for b, e in opposes.cue] == ["lehnt", "ab"]


def test_the_doc_carries_names_tags_and_tree(nlp: Language) -> None:
    doc = nlp("Angela Merkel besuchte gestern Paris.")
    assert [(e.text, e.label_) for e in doc.ents] == [("Angela Merkel", "PER"), ("Paris", "LOC")]
    assert doc[2].pos_ == "VERB"
    assert doc[0].head == doc[2]
    assert doc[0].dep_ == "nsubj"


@pytest.mark.parametrize("text", ["", " \n\n\t", "1 2 3 4 5", "....", "\u0000\u0000", "a" * 5000, "🙂 " * 300])
def test_text_that_says_nothing(extract: Callable[[str], Extraction], text: str) -> None:
    extraction = extract(text)
    assert extraction.positions == ()


def test_several_jobs_give_what_one_gives() -> None:
    articles = [Article(id=str(n), text=TEXT, date=date(2025, 6, 1)) for n in range(10)]
    one = list(Extractor(jobs=1).extract(articles))
    two = list(Extractor(jobs=2).extract(articles))
    assert one == two


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ModelError, match="xx"):
        make_pipeline("xx")
