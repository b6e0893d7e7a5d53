"""Measures which topic phrases are told to be the same, on pairs that readers judged.

    python -m training.topics --data DATA

DATA holds positions/*/gold/ID.jsonl and positions/*/articles/ID.txt. All topics of an article's gold are clustered, as
extraction clusters those it finds; a pair is told to be the same where both get the same IRI. ``--alone`` reads each
phrase by itself and clusters only those of the pairs: that needs no articles, and is what the tests hold.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotate import read_words, set_annotations
from kg.extract.pipeline import AnnotatorPipe, make_pipeline
from kg.extract.registry import read_rows
from kg.extract.topics import Phrase, TopicNamer, phrase_of, topic_namer
from kg.model import Topic, words_of

PAIRS = Path(__file__).resolve().parents[1] / "tests" / "gold" / "topic_pairs.tsv"
Named = dict[tuple[str, str], Topic]
"""(article id, words of the phrase) -> topic."""


@dataclass(frozen=True)
class Pair:
    """Two phrases and whether they are the same topic; ``part`` is choose or measure."""

    part: str
    first: tuple[str, str]
    second: tuple[str, str]
    same: bool


@dataclass(frozen=True)
class Score:
    """How many pairs were told to be the same, how many of them are, and how many are in all."""

    told: int
    right: int
    same: int

    @property
    def precision(self) -> float:
        return self.right / max(self.told, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.same, 1)


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Read the judged pairs."""
    return [Pair(part, (a, p), (b, q), same == "yes") for part, a, p, b, q, same in read_rows(path, 6)]


def score(pairs: Iterable[Pair], topics: Named) -> Score:
    """Compare judgements with IRIs."""
    told = [(topics[pair.first].iri == topics[pair.second].iri, pair.same) for pair in pairs]
    return Score(sum(t for t, _ in told), sum(t and s for t, s in told), sum(s for _, s in told))


def annotated(nlp: Language, text: str) -> Doc:
    """Return a text with its parts of speech and its tree; cues are not read."""
    pipe = nlp.get_pipe("kg_annotator")
    assert isinstance(pipe, AnnotatorPipe)
    doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(text))
    reading = read_words(doc, pipe.network)
    set_annotations(doc, reading, pipe.network)
    return doc


def read_alone(pairs: Iterable[Pair], nlp: Language, namer: TopicNamer) -> Named:
    """Name the phrases of the pairs, each read by itself."""
    wanted = sorted({end for pair in pairs for end in (pair.first, pair.second)})
    phrases: dict[str, dict[str, Phrase]] = defaultdict(dict)
    for article, text in wanted:
        doc = annotated(nlp, text)
        phrases[article][text] = phrase_of([t for t in doc if not t.is_space], namer.words)
    return {(a, text): topic for a, found in phrases.items() for text, topic in _topics(namer, a, found)}


def read_articles(pairs: Iterable[Pair], data: Path, nlp: Language, namer: TopicNamer) -> Named:
    """Name all topics of the articles that the pairs are of, where they stand."""
    wanted = {end[0] for pair in pairs for end in (pair.first, pair.second)}
    topics: Named = {}
    for path in sorted((data / "positions").glob("*/gold/*.jsonl")):
        if path.stem not in wanted:
            continue
        text = (path.parents[1] / "articles" / f"{path.stem}.txt").read_text(encoding="utf-8")
        doc = annotated(nlp, text)
        phrases: dict[str, Phrase] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["kind"] == "position":
                spans = tuple((begin, end) for begin, end in row["topic"]["spans"])
                phrases.setdefault(words_of(text, spans), namer.phrase(doc, spans))
        topics |= {(path.stem, text): topic for text, topic in _topics(namer, path.stem, phrases)}
    return topics


def _topics(namer: TopicNamer, article: str, phrases: dict[str, Phrase]) -> Iterator[tuple[str, Topic]]:
    return zip(phrases, namer.topics(list(phrases.values()), article_id=article), strict=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument(
        "--errors", action="store_true", help="list the wrong ones of the part that rules are chosen on"
    )
    args = parser.parse_args()
    pairs, nlp, namer = read_pairs(), make_pipeline("de"), topic_namer("de")
    topics = read_alone(pairs, nlp, namer) if args.alone else read_articles(pairs, args.data, nlp, namer)
    for part in ("choose", "measure"):
        for where, crossing in (("in one article", False), ("across articles", True)):
            chosen = [p for p in pairs if p.part == part and (p.first[0] != p.second[0]) == crossing]
            result = score(chosen, topics)
            print(
                f"{part} {where}: {len(chosen)} pairs, precision {result.precision:.2f}, recall {result.recall:.2f}",
                result,
            )
    for pair in pairs if args.errors else ():
        told = topics[pair.first].iri == topics[pair.second].iri
        if told != pair.same and pair.part == "choose":
            print("wrongly same" if told else "missed", *pair.first, "|", *pair.second)


if __name__ == "__main__":
    main()
