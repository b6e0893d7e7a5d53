import json
from pathlib import Path

import pytest
import spacy

from kg.extract import sentences as _component  # noqa: F401  registers kg_sentences

nlp = spacy.blank("de")
nlp.add_pipe("kg_sentences")


def split(text: str) -> list[str]:
    return [sentence.text.strip() for sentence in nlp(text).sents if sentence.text.strip()]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Die Regierung tagte am 4. September in Wien.", "Danach reiste sie ab."],
        ["Der Vertrag gilt seit 2015.", "Die EU begrüßt ihn."],
        ["Dr. Weiß sprach mit George W. Bush.", "Beide schwiegen."],
        ["„Wir kommen.“", "Das sagte der Minister."],
        ["Gilt das z. B. für Polen?", "Nein!"],
        ["Im 21. Jahrhundert ist das möglich."],
    ],
)
def test_sentences_are_cut_where_readers_cut(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_a_line_break_ends_a_sentence_without_full_stop() -> None:
    assert split("Gipfel in Paris\n\nMacron lädt ein.") == ["Gipfel in Paris", "Macron lädt ein."]


def test_quoted_speech_goes_on_in_its_sentence() -> None:
    assert len(split("„Das ist gut.“, sagte er.")) == 1


def test_boundaries_of_the_measured_articles(shared: Path) -> None:
    right = wrong = missed = 0
    for path in sorted((shared / "eval" / "articles").glob("*.json")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        gold = {
            next(i for i in range(b, len(text)) if not text[i].isspace())
            for b, _ in json.loads(path.read_text())["sentences"]
        }
        found = {t.idx for t in nlp(text) if t.is_sent_start and not t.is_space}
        right, wrong, missed = right + len(gold & found), wrong + len(found - gold), missed + len(gold - found)
    assert 2 * right / (2 * right + wrong + missed) > 0.97
