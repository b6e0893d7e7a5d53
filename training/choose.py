"""Chooses how sure the annotator has to be, on the training articles held back, never on those that scores are reported
on.

    python -m training.choose --data DATA --models models --scorer SCORE.PY

Reads the held-back articles with the exported model and everything accepted. A logistic regression turns what is known
of a position or a relation into the chance that it is linked right (Platt 1999); the threshold is where linked F1 is
highest, common labels first. Figures it prints are cross-validated by article. Writes models/decoding.json.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.exchange import extraction_lines
from kg.extract.annotate import read_cues, read_words, set_annotations
from kg.extract.assemble import Assembler
from kg.extract.decode import Decoding, decode
from kg.extract.pipeline import AnnotatorPipe, make_pipeline
from kg.model import Extraction
from training.corpora import read_article
from training.network import RELATIONS, STANCES
from training.train import HELD_BACK

Line = dict[str, Any]
Floats = NDArray[np.float64]
STEPS = [round(0.1 + 0.025 * k, 3) for k in range(25)]
RARE = 25
"""Labels with fewer held-back gold lines keep the common threshold."""

FEATURES = 7
READ = 0.05
"""The cue finder's chance from which frames are read while choosing."""

PENALTY = 1.0
FOLDS = 5
KINDS = {"position": ("stance", STANCES), "relation": ("relation", RELATIONS)}


@dataclass(slots=True)
class Case:
    """One candidate: its line as ``score.py`` reads it, what is known of it, and whether it is right; None where it
    matches an optional line of the gold, which costs nothing."""

    article: int
    line: Line
    features: tuple[float, ...]
    cue: float
    right: bool | None = None
    confidence: float = 0.0


def load_scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def held_back(data: Path) -> list[Path]:
    return [p for i, p in enumerate(sorted((data / "positions/wikinews/gold").glob("*.jsonl"))) if i % HELD_BACK == 0]


def candidates(folder: Path, data: Path, gold: Sequence[Path]) -> list[Case]:
    """Everything that could be told of the held-back articles, the likeliest first."""
    nlp = make_pipeline("de", folder=folder)
    pipe = nlp.get_pipe("kg_annotator")
    assert isinstance(pipe, AnnotatorPipe)
    everything = Decoding(
        {kind: [0, 1, 0, 0, 0, 0, 0, 0] for kind in KINDS},
        dict.fromkeys((*STANCES, *RELATIONS), 0.0),
        READ,
        pipe.decoding.symmetric,
        pipe.decoding.bodies,
    )
    cases = []
    for number, path in enumerate(gold):
        article = read_article(data / "positions/wikinews/articles" / f"{path.stem}.txt")
        doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(article.text))  # type: ignore[operator]
        reading = read_words(doc, pipe.network)
        read_cues(reading, pipe.network, READ)
        set_annotations(doc, reading, pipe.network)
        assembler = Assembler(article, doc, reading, pipe.linker, pipe.pointer, pipe.reporting)
        positions, relations = decode(reading, pipe.network.labels, everything)
        for found, made in [(f, assembler.position(f)) for f in positions] + [
            (r, assembler.relation(r)) for r in relations
        ]:
            if made is not None:
                ends = {"positions": (made,)} if hasattr(made, "stance") else {"relations": (made,)}
                told = Extraction(article=article, model="", **({"positions": (), "relations": ()} | ends))
                line = json.loads(next(iter(extraction_lines(told))))
                cases.append(Case(number, line, found.features, 1 / (1 + np.exp(-found.features[0]))))
    return sorted(cases, key=lambda c: -c.line["confidence"])


def judge(cases: list[Case], gold: list[list[Line]], scorer: ModuleType) -> None:
    """Say of each case whether it is linked right."""
    for number, lines in enumerate(gold):
        for kind in KINDS:
            own = [c for c in cases if c.article == number and c.line["kind"] == kind]
            want = [x for x in lines if x["kind"] == kind]
            required, optional = ([x for x in want if x["optional"] == flag] for flag in (False, True))
            hits = scorer.match([c.line for c in own], required, "linked")
            rest = [c for i, c in enumerate(own) if i not in hits]
            excused = scorer.match([c.line for c in rest], optional, "linked")
            for i, case in enumerate(own):
                case.right = i in hits
            for i, case in enumerate(rest):
                case.right = None if i in excused else False


def fit(cases: Sequence[Case]) -> Floats:
    """Weights [8] of a logistic regression with an L2 penalty, by Newton's method; the last is the constant."""
    known = [c for c in cases if c.right is not None]
    x = np.array([[*c.features, 1.0] for c in known])
    y = np.array([float(bool(c.right)) for c in known])
    penalty = PENALTY * np.diag([1.0] * FEATURES + [0.01])
    weights = np.zeros(FEATURES + 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - penalty @ weights
        bend = (x * (p * (1 - p))[:, None]).T @ x + penalty
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def rate(cases: Sequence[Case], weights: Sequence[float] | Floats) -> None:
    for case in cases:
        case.confidence = float(1 / (1 + np.exp(-np.dot([*case.features, 1.0], weights))))


def cross_rate(cases: Sequence[Case]) -> None:
    """Give each case the confidence that the other folds' articles would give it."""
    for fold in range(FOLDS):
        rate([c for c in cases if c.article % FOLDS == fold], fit([c for c in cases if c.article % FOLDS != fold]))


class Chooser:
    def __init__(self, scorer: ModuleType, cases: Sequence[Case], gold: list[list[Line]], kind: str) -> None:
        self.scorer, self.cases, self.kind = scorer, cases, kind
        self.key, self.labels = KINDS[kind]
        self.gold = [[x for x in lines if x["kind"] == kind] for lines in gold]

    def f1(self, least: dict[str, float], level: str = "linked") -> float:
        tp = fp = fn = 0
        for number, want in enumerate(self.gold):
            have = [c.line for c in self.cases if c.article == number and c.confidence >= least[c.line[self.key]]]
            a, b, c, _ = self.scorer.count(self.scorer.distinct(have), self.scorer.distinct(want), level)
            tp, fp, fn = tp + a, fp + b, fn + c
        return float(self.scorer.prf(tp, fp, fn)["f1"])

    def worth(self, least: dict[str, float]) -> float:
        """Mention and linked F1 together: few articles tell little, and linking errors have nothing to do with cues."""
        return (self.f1(least, "mention") + self.f1(least)) / 2

    def common(self) -> float:
        """The threshold around which, two steps to each side, scores are best: a flat hill, not a lone peak."""
        scores = [self.worth(dict.fromkeys(self.labels, t)) for t in STEPS]
        print(self.kind, " ".join(f"{t}: {s:.3f}" for t, s in zip(STEPS, scores, strict=True)))
        return max(STEPS[2:-2], key=lambda t: sum(scores[STEPS.index(t) - 2 : STEPS.index(t) + 3]))

    def choose(self) -> dict[str, float]:
        """One threshold for all labels, then for each common label the best one near it."""
        counts = Counter(x[self.key] for lines in self.gold for x in lines if not x["optional"])
        common = self.common()
        least = dict.fromkeys(self.labels, common)
        for label in sorted(self.labels, key=lambda x: -counts[x]):
            if counts[label] >= RARE:
                near = [t for t in STEPS if abs(t - common) < 0.11]
                least[label] = max(near, key=lambda t: (self.worth(least | {label: t}), -abs(t - common)))
        for level in ("mention", "linked", *(["stance"] if self.kind == "position" else [])):
            print(self.kind, level, f"F1 {self.f1(dict.fromkeys(self.labels, common), level):.3f},",
                  f"by label {self.f1(least, level):.3f}")  # fmt: skip
        return least


def least_read(cases: Sequence[Case], least: dict[str, float]) -> float:
    """The cue finder's chance that all but 1 in 100 of the right ones that are told have: less need not be read."""
    told = [c for c in cases if c.right and c.confidence >= least[c.line[KINDS[c.line["kind"]][0]]]]
    return round(float(np.quantile([c.cue for c in told], 0.01)), 3) if told else READ


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True, help="score.py of the gold articles")
    args = parser.parse_args()
    paths = held_back(args.data)
    gold = [[json.loads(x) for x in p.read_text().splitlines() if x.strip()] for p in paths]
    scorer = load_scorer(args.scorer)
    cases = candidates(args.models, args.data, paths)
    judge(cases, gold, scorer)
    least: dict[str, float] = {}
    weights = {}
    for kind in KINDS:
        own = [c for c in cases if c.line["kind"] == kind]
        cross_rate(own)
        least |= Chooser(scorer, own, gold, kind).choose()
        weights[kind] = [round(float(w), 4) for w in fit(own)]
        print(kind, len(own), "candidates, right", sum(bool(c.right) for c in own), weights[kind])
    table = {
        "chosen_on": f"{len(gold)} training articles held back",
        "weights": weights,
        "least": least,
        "read": least_read(cases, least),
    }
    (args.models / "decoding.json").write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
