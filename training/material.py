"""The annotated articles, and which of them may teach what: what scores of a choice rest on is never learnt from.

Seven sources: German Wikinews and articles written for training (in the corpora's folder, models/README.md), further
articles of Wikinews, the same events retold in other words, articles written for this project, single sentences of
corpora of names and trees, and passages of parliament speech (training/annotation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.corpora import (
    GoldArticle,
    read_annotation,
    read_articles,
    read_passages,
    read_sentences,
    read_texts,
)

ANNOTATION = Path(__file__).parent / "annotation"
HELD_BACK, HELD_BACK_MORE = 9, 3
"""Of how many articles of Wikinews (and single sentences), and of articles annotated later, one is held back."""
WRITTEN = ("diplomacy", "relations", "positions", "news", "politics", "reports", "events")
"""The files of articles written to learn from."""
WRITTEN_HELD_BACK = ("diplomacy-held-back", "events-held-back")
"""The files of such articles that are held back."""
RETOLD = "retold"
"""The file of articles told again in other words."""
SENTENCES = ("germeval-dev", "germeval-test", "wikiner-part", "gsd-dev", "parseme-gsd", "hdt-part")
"""The corpora of which single sentences are annotated."""
SPEECH = "europarl"
"""The corpus of which passages are annotated."""


@dataclass(frozen=True, slots=True)
class Material:
    """``first``: what the network is trained on at first; ``second``, ``written`` (for this project) and ``sentences``
    (with passages): what it is trained on after that, together with the first; ``held_back``: news of diplomacy for the
    confidence; ``other``: held back, too, but news of all kinds; ``sentences_held_back`` likewise. Articles of
    ``first`` stand in ``second`` once more where they were read by a second annotator. A sentence has an article of its
    own, and so has a passage; who speaks there or is spoken of is often told nowhere, so that they teach nothing about
    links."""

    first: list[GoldArticle]
    second: list[GoldArticle]
    written: list[GoldArticle]
    sentences: list[GoldArticle]
    held_back: list[GoldArticle]
    other: list[GoldArticle]
    sentences_held_back: list[GoldArticle]

    @property
    def taught(self) -> list[GoldArticle]:
        """All that may teach; articles with a second reading come twice."""
        return [*self.first, *self.second, *self.written, *self.sentences]

    @property
    def kept(self) -> list[GoldArticle]:
        """All articles that are held back."""
        return [*self.held_back, *self.other]

    def __iter__(self) -> Iterator[GoldArticle]:
        """Every article once, without the single sentences."""
        known = {article.id for article in (*self.first, *self.held_back)}
        yield from self.first
        yield from (article for article in self.second if article.id not in known)
        yield from self.written
        yield from self.held_back
        yield from self.other


def read_material(data: Path) -> Material:
    """Read all annotated articles; ``data`` is the corpora's folder."""
    folders = [data / "positions" / part for part in ("wikinews", "written")]
    news, invented = (read_articles(folder / "articles", folder / "gold") for folder in folders)
    held = {article.id for article in news[::HELD_BACK]}
    known = {article.id for article in news}
    texts = read_texts(data / "text" / "wikinews.txt.gz")
    readings = read_annotation(ANNOTATION / "wikinews.jsonl", texts)
    more = sorted((a for a in readings if a.id not in known), key=lambda a: a.id)
    again = [a for a in readings if a.id in known and a.id not in held]
    rest = read_annotation(ANNOTATION / "wikinews-rest.jsonl", texts)
    sentences = read_annotation(ANNOTATION / "sentences.jsonl", read_sentences(data, SENTENCES))
    sentences += read_annotation(ANNOTATION / "parliament.jsonl", read_passages(data, SPEECH))
    return Material(
        first=[a for a in news if a.id not in held] + invented,
        second=again + [a for number, a in enumerate(more) if number % HELD_BACK_MORE] + rest + _with_text(RETOLD),
        written=_with_text(*WRITTEN),
        sentences=[a for a in sentences if _number(a) % HELD_BACK],
        sentences_held_back=[a for a in sentences if _number(a) % HELD_BACK == 0],
        held_back=[a for a in news if a.id in held] + _with_text(*WRITTEN_HELD_BACK),
        other=more[::HELD_BACK_MORE],
    )


def _with_text(*names: str) -> list[GoldArticle]:
    """The articles of files that hold their texts."""
    return [article for name in names for article in read_annotation(ANNOTATION / f"{name}.jsonl", {})]


def _number(sentence: GoldArticle) -> int:
    """Where it stands in its corpus."""
    return int(sentence.id.rsplit("-", 1)[1])
