"""Chooses the decoding thresholds on the held-back training articles, never on the articles that scores are reported
on.

    python -m training.choose --data DATA --models models --scorer SCORE.PY

Reads the held-back articles with the exported model and everything accepted, then moves each label's threshold to where
linked F1 over all held-back articles is highest, common labels first. Writes models/decoding.json.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from tqdm import tqdm

from kg.exchange import extraction_lines
from kg.extract.pipeline import make_pipeline
from kg.model import Extraction
from training.arguments import parser_of
from training.corpora import GoldArticle
from training.material import read_material
from training.network import RELATIONS, STANCES

Line = dict[str, Any]
STEPS = [0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85]
RARE = 25
"""Labels with fewer held-back gold lines keep the common threshold."""


def load_scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predict(folder: Path, gold: Sequence[GoldArticle]) -> dict[str, list[Line]]:
    """All lines of each held-back article, however unsure; ``confidence`` is the score that thresholds compare."""
    nlp = make_pipeline("de", folder=folder)
    pipe = nlp.get_pipe("kg_annotator")
    pipe.decoding = replace(pipe.decoding, least={}, default=0.0, least_confidence={})  # type: ignore[attr-defined]
    lines = {}
    for article in (one.article() for one in tqdm(gold, desc="reading", unit="article")):
        doc = nlp.make_doc(article.text)
        doc._.article = article
        doc = nlp(doc)
        found = Extraction(
            article=article, positions=tuple(doc._.positions), relations=tuple(doc._.relations), model="held back"
        )
        lines[article.id] = [json.loads(line) for line in extraction_lines(found)]
    return lines


class Chooser:
    def __init__(self, scorer: ModuleType, predicted: dict[str, list[Line]], gold: Sequence[GoldArticle]) -> None:
        self.scorer, self.predicted = scorer, predicted
        self.gold = {article.id: article.lines for article in gold}

    def f1(self, kind: str, least: dict[str, float], level: str = "linked") -> float:
        tp = fp = fn = 0
        for name, lines in self.gold.items():
            have = [
                x
                for x in self.predicted[name]
                if x["kind"] == kind and x["confidence"] >= least[x["stance" if kind == "position" else "relation"]]
            ]
            want = [x for x in lines if x["kind"] == kind]
            a, b, c, _ = self.scorer.count(self.scorer.distinct(have), self.scorer.distinct(want), level)
            tp, fp, fn = tp + a, fp + b, fn + c
        return float(self.scorer.prf(tp, fp, fn)["f1"])

    def worth(self, kind: str, least: dict[str, float]) -> float:
        """Mention and linked F1 together: few articles tell little, and linking errors have nothing to do with cues."""
        return (self.f1(kind, least, "mention") + self.f1(kind, least)) / 2

    def common(self, kind: str, labels: list[str]) -> float:
        """The threshold around which, one step to each side, scores are best: a flat hill, not a lone peak."""
        scores = [self.worth(kind, dict.fromkeys(labels, t)) for t in STEPS]
        print(kind, " ".join(f"{t:.2f}: {s:.3f}" for t, s in zip(STEPS, scores, strict=True)))
        return max(STEPS[1:-1], key=lambda t: sum(scores[STEPS.index(t) - 1 : STEPS.index(t) + 2]))

    def choose(self, kind: str, labels: list[str]) -> dict[str, float]:
        """One threshold for all labels, then for each common label the best one near it."""
        key = "stance" if kind == "position" else "relation"
        gold = (x for lines in self.gold.values() for x in lines if x["kind"] == kind and not x["optional"])
        counts = Counter(x[key] for x in gold)
        common = self.common(kind, labels)
        least = dict.fromkeys(labels, common)
        for label in sorted(labels, key=lambda x: -counts[x]):
            if counts[label] >= RARE:
                near = [t for t in STEPS if abs(t - common) < 0.11]
                least[label] = max(near, key=lambda t: (self.worth(kind, least | {label: t}), -abs(t - common)))
        print(
            kind,
            f"common {common}: linked F1 {self.f1(kind, dict.fromkeys(labels, common)):.3f},",
            f"by label {self.f1(kind, least):.3f}",
        )
        return least


def main() -> None:
    parser = parser_of(__doc__, "data", "models", "scorer")
    args = parser.parse_args()
    gold = read_material(args.data).held_back
    (args.models / "decoding.json").write_text(json.dumps({"default": 0.5, "least": {}}))
    chooser = Chooser(load_scorer(args.scorer), predict(args.models, gold), gold)
    least = chooser.choose("position", STANCES) | chooser.choose("relation", RELATIONS)
    table = {"chosen_on": f"{len(gold)} training articles held back", "default": 0.5, "least": least}
    (args.models / "decoding.json").write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
