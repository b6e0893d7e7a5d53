"""Measures which topic phrases are told to be the same.

    python -m training.topics --data DATA --models models [--keep WORK/readings]

On the articles held back whose topics readers grouped (training/annotation/topics.jsonl), all pairs of an article's
topics; and on pairs that readers chose and judged one by one (tests/gold/topic_pairs.tsv), in one article and across
articles. Topics are those that readers annotated, clustered as extraction clusters those it finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.extract.inference import model_file
from kg.extract.rows import read_rows
from kg.extract.same_topic import read_same_topic
from kg.extract.topics import TopicNamer, by_words, cluster, topic_namer
from kg.model import Topic
from training.arguments import parser_of
from training.linking import Readings
from training.material import read_material
from training.topic_groups import Grouped, grouped, score, topics_of

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


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Read the judged pairs."""
    return [Pair(part, (a, p), (b, q), same == "yes") for part, a, p, b, q, same in read_rows(path, 6)]


def named(rows: Iterable[Grouped], namer: TopicNamer) -> Named:
    """The topic of each phrase of some articles, by its words as they stand, with one blank between words."""
    topics: Named = {}
    for one in rows:
        found = namer.topics(
            [m.phrase for m in one.mentions], cluster(one.mentions, namer.same), article_id=one.article
        )
        topics |= {(one.article, _plain(text)): topic for text, topic in zip(one.texts, found, strict=True)}
    return topics


def _plain(text: str) -> str:
    return " ".join(text.replace(" ... ", " ").split())


def told(pairs: Iterable[Pair], topics: Named) -> tuple[int, int, int]:
    """Pairs told to be the same, right ones among them, and all that are."""
    iris = [[topics[article, _plain(text)].iri for article, text in (p.first, p.second)] for p in pairs]
    mine = [one == other for one, other in iris]
    true = [pair.same for pair in pairs]
    return sum(mine), sum(m and t for m, t in zip(mine, true, strict=True)), sum(true)


def _show(name: str, counts: tuple[int, int, int]) -> None:
    found, right, same = counts
    print(f"{name}: precision {right / max(found, 1):.2f}, recall {right / max(same, 1):.2f} ({right} of {same})")


def main() -> None:
    parser = parser_of(__doc__, "data", "models")
    parser.add_argument("--keep", type=Path, help="folder for what the encoder says, to read it only once")
    args = parser.parse_args()
    namer = topic_namer(read_same_topic(model_file(args.models, "topics.npz")))
    readings, material = Readings(args.models, args.keep), read_material(args.data)
    held = list(grouped(material.kept, readings, namer.words))
    found = {one.article: cluster(one.mentions, namer.same) for one in held}
    _show(f"{len(held)} articles held back", score(held, found))
    alone = {one.article: by_words([m.phrase for m in one.mentions]) for one in held}
    _show("the same by words alone", score(held, alone))
    pairs = [pair for pair in read_pairs() if pair.part == "measure"]
    wanted = {article for pair in pairs for article, _ in (pair.first, pair.second)}
    articles = [a for a in {a.id: a for a in material}.values() if a.id in wanted]
    topics = named((topics_of(a, [], readings, namer.words) for a in articles), namer)
    for where, crossing in (("in one article", False), ("across articles", True)):
        chosen = [p for p in pairs if (p.first[0] != p.second[0]) == crossing]
        _show(f"{len(chosen)} judged pairs {where}", told(chosen, topics))


if __name__ == "__main__":
    main()
