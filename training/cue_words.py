"""Counts the words of cues, and learns to name stances by them where the reader may err.

    python -m training.cue_words --data DATA --models models

Counts are of all annotated articles. The regression is learnt from those that the network never saw: the cues that it
reads there, each with the counts of other articles. Prints how often the name is right without and with it, each part
of these articles by what was learnt from the others. Writes cue_words.npz.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from kg.extract.annotate import Cue, read_cues, read_words
from kg.extract.cue_words import CueWords, beginnings
from kg.extract.inference import Floats
from training.arguments import parser_of
from training.corpora import GoldArticle, Line
from training.examples import cue_head
from training.linking import Readings
from training.material import read_material
from training.network import STANCES

PARTS = 5
PENALTY = 0.02
"""Inverse strength of the penalty on the weights: there are many for a thousand cues."""
OPTIONAL = 0.4
"""Weight of lines on which readers could differ."""
NEVER = -20.0
"""Intercept of a stance without an example."""


@dataclass(frozen=True, slots=True)
class ReadCue:
    """An annotated cue that the network reads as one, by the number of its article."""

    article: int
    word: str
    cue: Cue
    line: Line

    @property
    def name(self) -> int:
        """The stance that it has."""
        return STANCES.index(self.line["stance"])

    @property
    def read(self) -> Floats:
        """The chances of the stances as the reader sees it."""
        assert self.cue.outputs is not None
        return self.cue.outputs.verdict[: len(STANCES)]

    def evidence(self, words: CueWords) -> Floats:
        return words.evidence(self.word, self.read, self.cue.chances[: len(STANCES)])


def cues_of(article: GoldArticle) -> Iterator[tuple[int, Line]]:
    """The head words of the positions' cues, by number."""
    for line in article.lines:
        if line["kind"] == "position" and line["cue"] and (head := cue_head(article, line)) is not None:
            yield head, line


def count(articles: Sequence[GoldArticle]) -> CueWords:
    """Count the beginnings of cue words by stance; nothing is weighed yet."""
    rows: dict[str, int] = {"": 0}
    heads: Counter[tuple[int, int]] = Counter()
    for article in articles:
        for head, line in cues_of(article):
            for part in ["", *beginnings(article.words[head][2])]:
                heads[rows.setdefault(part, len(rows)), STANCES.index(line["stance"])] += 1
    table = np.zeros((len(rows), len(STANCES)))
    for place, times in heads.items():
        table[place] = times
    return CueWords(rows, table, np.zeros((0, len(STANCES))))


def read(models: Path, articles: Sequence[GoldArticle]) -> list[ReadCue]:
    """Read the annotated cues of articles with the exported network."""
    readings = Readings(models)
    found = []
    for number, article in enumerate(tqdm(articles, desc="reading", unit="article")):
        reading = read_words(readings.nlp(article.text), readings.network)
        read_cues(reading, readings.network)
        cues = {cue.frame.cue: cue for cue in reading.cues if cue.label == 0}
        found += [ReadCue(number, article.words[k][2], cues[k], x) for k, x in cues_of(article) if k in cues]
    return found


def learn(seen: Sequence[GoldArticle], unseen: Sequence[GoldArticle], cues: Sequence[ReadCue]) -> CueWords:
    """Learn from cues of some unseen articles; the evidence of each part of them is counted in all others."""
    rows, names, weights = [], [], []
    use = sorted({c.article for c in cues})
    for part in range(PARTS):
        words = count([*seen, *(unseen[n] for n in use if n % PARTS != part)])
        for one in (c for c in cues if c.article % PARTS == part):
            rows.append(one.evidence(words)[:-1])
            names.append(one.name)
            weights.append(OPTIONAL if one.line["optional"] else 1.0)
    model = LogisticRegression(C=PENALTY, max_iter=3000).fit(np.array(rows), names, weights)
    table = np.full((len(rows[0]) + 1, len(STANCES)), 0.0)
    table[-1] = NEVER
    table[:-1, model.classes_], table[-1, model.classes_] = model.coef_.T, model.intercept_
    return replace(count([*seen, *(unseen[n] for n in use)]), weights=table)


def shares(seen: Sequence[GoldArticle], unseen: Sequence[GoldArticle], cues: Sequence[ReadCue]) -> tuple[float, float]:
    """The share of required cues that get their stance from the reader alone, and with what other parts' cues teach."""
    alone, helped = [], []
    for part in range(PARTS):
        # Parts within the others go by the same numbers: one of them is empty then, which costs nothing.
        words = learn(seen, unseen, [c for c in cues if c.article % PARTS != part])
        for one in (c for c in cues if c.article % PARTS == part and not c.line["optional"]):
            alone.append(int(one.read.argmax()) == one.name)
            helped.append(int((one.evidence(words) @ words.weights).argmax()) == one.name)
    return float(np.mean(alone)), float(np.mean(helped))


def main() -> None:
    args = parser_of(__doc__, "data", "models").parse_args()
    material = read_material(args.data)
    unseen = material.kept
    kept = {article.id for article in unseen}
    seen = [article for article in material if article.id not in kept]
    cues = read(args.models, unseen)
    print("stance named right: by the reader {:.3f}, with cue words {:.3f}".format(*shares(seen, unseen, cues)))
    words = learn(seen, unseen, cues)
    np.savez_compressed(
        args.models / "cue_words.npz",
        beginnings=np.array(list(words.rows)),
        heads=words.heads.astype(np.uint16),
        weights=words.weights.astype(np.float32),
    )


if __name__ == "__main__":
    main()
