"""Learns how sure a position or a relation is, and from which confidence to tell it, on articles held back, never on
those that scores are reported on.

    python -m training.calibrate --data DATA --models models --scorer SCORE.PY

Reads the articles with the exported model and takes all that could be told. A logistic regression turns the numbers of
kg.extract.confidence into the chance that it is linked right (Platt 1999). From which confidence to tell is chosen on
the news of diplomacy among them, each article judged by a regression that did not see it. Writes models/decoding.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline as in_turn
from sklearn.preprocessing import StandardScaler
from spacy.language import Language
from tqdm import tqdm

from kg.exchange import extraction_lines
from kg.extract.annotate import Reading
from kg.extract.confidence import POSITION, RELATION, Confidence, End, Found
from kg.extract.decode import FoundPosition, decode, surest
from kg.extract.inference import Labels
from kg.extract.pipeline import DECODING, AnnotatorPipe, make_pipeline
from kg.model import Article, Extraction, Position, Relation
from training.arguments import parser_of
from training.corpora import GoldArticle
from training.material import read_material
from training.scoring import load_scorer

Line = dict[str, Any]
Floats = NDArray[np.float64]
KINDS = (POSITION, RELATION)
PENALTY = 0.02
"""Inverse strength of the penalty on the weights."""
PARTS = 5
FLAT = 0.002
"""Differences of F1 below this are none."""
STEPS = [round(0.05 * n, 2) for n in range(13)]


@dataclass(slots=True)
class Case:
    """Something found: its line as ``score.py`` reads it, the numbers that tell how sure it is, and whether it is
    right; None where it matches an optional line of the gold, which costs nothing. ``found`` is what a position was
    found as."""

    article: int
    line: Line
    features: Sequence[float] = ()
    right: bool | None = None
    confidence: float = 0.0
    found: FoundPosition | None = None


class _Recorder(Confidence):
    """Remembers the numbers of all that was asked for."""

    def __init__(self, reading: Reading, labels: Labels) -> None:
        super().__init__(reading, labels, {})
        self.numbers: list[Sequence[float]] = []

    def of(self, found: Found, ends: Sequence[End], again: float = 0.0) -> float:
        self.numbers.append(self.features(found, ends, again))
        return 1.0


def candidates(folder: Path, gold: Sequence[GoldArticle]) -> list[Case]:
    """Everything that could be told of articles, with the confidence that the model's weights give it."""
    nlp = make_pipeline("de", folder=folder)
    pipe = nlp.get_pipe("kg_annotator")
    assert isinstance(pipe, AnnotatorPipe)
    cases = []
    for number, one in enumerate(tqdm(gold, desc="reading", unit="article", mininterval=10)):
        cases += _cases(number, one.article(), nlp, pipe)
    for kind in KINDS:
        own = [c for c in cases if c.line["kind"] == kind]
        if weights := pipe.decoding.weights.get(kind):
            _set_confidence(own, np.array(weights))
    return cases


def _cases(number: int, article: Article, nlp: Language, pipe: AnnotatorPipe) -> list[Case]:
    doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(article.text))  # type: ignore[operator]
    reading = pipe.read(doc)
    assembler = pipe.assembler(article, doc, reading)
    assembler.confidence = recorder = _Recorder(reading, pipe.network.labels)
    positions, relations = decode(reading, pipe.network.labels, pipe.decoding)
    held, ties = assembler.positions(positions), assembler.relations(relations)
    found = [f for f, _ in held] + [None] * len(ties)
    lines = [_line(article, (p,), ()) for _, p in held] + [_line(article, (), (r,)) for r in ties]
    rows = zip(lines, recorder.numbers, found, strict=True)
    return [Case(number, line, numbers, found=one) for line, numbers, one in rows]


def _line(article: Article, positions: tuple[Position, ...], relations: tuple[Relation, ...]) -> Line:
    told = Extraction(article=article, model="", positions=positions, relations=relations)
    line: Line = json.loads(next(iter(extraction_lines(told))))
    return line


def judge(cases: list[Case], gold: list[list[Line]], scorer: ModuleType) -> None:
    """Say of each case whether it is linked right; of two that tell the same both are."""
    for case in cases:
        want = [x for x in gold[case.article] if x["kind"] == case.line["kind"]]
        matched = [bool(x["optional"]) for x in want if scorer.right(case.line, x, "linked")]
        case.right = None if matched and all(matched) else bool(matched)


def fit(cases: Sequence[Case]) -> Floats:
    """Weights of a logistic regression, one for each number and a constant."""
    known = [c for c in cases if c.right is not None]
    regression = in_turn(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=1000))
    regression.fit([c.features for c in known], [c.right for c in known])
    scaler, model = regression[0], regression[1]
    weights = model.coef_[0] / scaler.scale_
    return np.append(weights, model.intercept_[0] - weights @ scaler.mean_)


def _set_confidence(cases: Sequence[Case], weights: Floats) -> None:
    for case in cases:
        case.confidence = float(1 / (1 + np.exp(-np.array([*case.features, 1.0]) @ weights)))


def cross_fit(cases: Sequence[Case]) -> None:
    """Give each case the confidence of a regression that did not see its article."""
    for part in range(PARTS):
        seen, unseen = ([c for c in cases if (c.article % PARTS == part) == flag] for flag in (False, True))
        _set_confidence(unseen, fit(seen))


def told(cases: Sequence[Case]) -> list[Case]:
    """Return what is told of one article's cases of one kind: of two positions that tell the same the surer."""
    found = [c.found for c in cases if c.found is not None]
    return [cases[k] for k in surest(found, [c.confidence for c in cases])] if found else list(cases)


def least_confidence(cases: Sequence[Case], gold: Sequence[GoldArticle], scorer: ModuleType) -> float:
    """The confidence from which to tell: the lowest with a linked F1 as good as the best. The curve is flat there, and
    in real news, of which few are here, less is told of as much confidence."""
    kind = cases[0].line["kind"]
    want = [scorer.distinct([x for x in article.lines if x["kind"] == kind]) for article in gold]

    def f1(least: float) -> float:
        counts = np.zeros(3)
        for number, lines in enumerate(want):
            own = told([c for c in cases if c.article == number and c.confidence >= least])
            counts += scorer.count(scorer.distinct([c.line for c in own]), lines, "linked")[:3]
        return float(scorer.prf(*counts)["f1"])

    scores = {least: f1(least) for least in STEPS}
    print(kind, "linked F1 from a confidence of", *(f"{least}: {score:.4f}" for least, score in scores.items()))
    return min(least for least, score in scores.items() if score >= max(scores.values()) - FLAT)


def main() -> None:
    args = parser_of(__doc__, "data", "models", "scorer").parse_args()
    file: Path = args.models / DECODING
    if not file.exists():
        file.write_text(json.dumps({"least": dict.fromkeys(KINDS, 0.0), "weights": {}}))
    material, scorer = read_material(args.data), load_scorer(args.scorer)
    gold = material.kept
    cases = candidates(args.models, gold)
    judge(cases, [article.lines for article in gold], scorer)
    weights, least = {}, {}
    for kind in KINDS:
        own = [c for c in cases if c.line["kind"] == kind]
        cross_fit(own)
        least[kind] = least_confidence(own, material.held_back, scorer)
        weights[kind] = [round(float(w), 4) for w in fit(own)]
        print(kind, len(own), "found, right", sum(bool(c.right) for c in own), "told from", least[kind])
    table = {"chosen_on": f"{len(gold)} training articles held back", "least": least, "weights": weights}
    file.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
