"""Calibrates the confidence on the training articles held back, never on those that scores are reported on.

    python -m training.calibrate --data DATA --models models --scorer SCORE.PY

Reads the held-back articles with the exported model and everything accepted. A logistic regression turns what is known
of a position or a relation into the chance that it is linked right (Platt 1999). Adds the weights to
models/decoding.json, and the confidence from which positions are told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from tqdm import tqdm

from kg.exchange import extraction_lines
from kg.extract.annotate import CANDIDATE, read_cues, read_words, set_annotations
from kg.extract.assemble import Assembler
from kg.extract.decode import decode
from kg.extract.pipeline import AnnotatorPipe, make_pipeline
from kg.model import Article, Extraction
from training.arguments import parser_of
from training.choose import load_scorer
from training.corpora import GoldArticle
from training.material import read_material

Line = dict[str, Any]
Floats = NDArray[np.float64]
KINDS = ("position", "relation")
FEATURES = 7
PENALTY = 1.0
FLAT = 0.002
"""Linked F1 that is no difference."""
STEPS = [round(0.05 * n, 2) for n in range(11)]


@dataclass(slots=True)
class Case:
    """One candidate: its line as ``score.py`` reads it, what is known of it, whether it is told, and whether it is
    right; None where it matches an optional line of the gold, which costs nothing."""

    article: int
    line: Line
    features: tuple[float, ...]
    told: bool = True
    right: bool | None = None
    confidence: float = 0.0


def candidates(folder: Path, gold: Sequence[GoldArticle]) -> list[Case]:
    """Everything that could be told of the held-back articles, the likeliest first."""
    nlp = make_pipeline("de", folder=folder)
    pipe = nlp.get_pipe("kg_annotator")
    assert isinstance(pipe, AnnotatorPipe)
    cases = []
    for number, one in enumerate(tqdm(gold, desc="reading", unit="article")):
        cases += _cases(number, one.article(), nlp, pipe)
    return sorted(cases, key=lambda c: -c.features[1])


def _cases(number: int, article: Article, nlp: Language, pipe: AnnotatorPipe) -> list[Case]:
    doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(article.text))  # type: ignore[operator]
    reading = read_words(doc, pipe.network)
    read_cues(reading, pipe.network, np.full(22, CANDIDATE))
    set_annotations(doc, reading, pipe.network)
    assembler = Assembler(article, doc, reading, pipe.linker, pipe.pointer, pipe.reporting)
    everything = replace(pipe.decoding, least={}, default=0.0, least_confidence={})
    positions, relations = decode(reading, pipe.network.labels, everything)
    cases = []
    for found in positions:
        if (position := assembler.position(found)) is not None:
            told = Extraction(article=article, model="", positions=(position,), relations=())
            cases.append(_case(number, told, found.features, pipe.decoding.accepts(found.stance, found.score)))
    for tie in relations:
        if (relation := assembler.relation(tie)) is not None:
            told = Extraction(article=article, model="", positions=(), relations=(relation,))
            cases.append(_case(number, told, tie.features, pipe.decoding.accepts(tie.relation, tie.score)))
    return cases


def _case(number: int, told: Extraction, features: tuple[float, ...], accepted: bool) -> Case:
    return Case(number, json.loads(next(iter(extraction_lines(told)))), features, accepted)


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


def least_confidence(cases: Sequence[Case], gold: Sequence[GoldArticle], scorer: ModuleType) -> float:
    """The confidence from which to tell positions that reach their label's threshold: of those with as good a linked F1
    as the best, the highest, as it tells the fewest wrong ones.

    Relations need none: their thresholds, by label, already do it.
    """
    want = [scorer.distinct([x for x in article.lines if x["kind"] == "position"]) for article in gold]

    def f1(least: float) -> float:
        counts = np.zeros(3)
        for number, lines in enumerate(want):
            own = [c.line for c in cases if c.article == number and c.told and c.confidence >= least]
            counts += scorer.count(scorer.distinct(own), lines, "linked")[:3]
        return float(scorer.prf(*counts)["f1"])

    scores = {least: f1(least) for least in STEPS}
    print("linked F1 from a confidence of", *(f"{least}: {score:.4f}" for least, score in scores.items()))
    return max(least for least, score in scores.items() if score >= max(scores.values()) - FLAT)


def main() -> None:
    parser = parser_of(__doc__, "data", "models", "scorer")
    args = parser.parse_args()
    gold = read_material(args.data).held_back
    cases = candidates(args.models, gold)
    scorer = load_scorer(args.scorer)
    judge(cases, [article.lines for article in gold], scorer)
    file = args.models / "decoding.json"
    weights = {}
    for kind in KINDS:
        own = [c for c in cases if c.line["kind"] == kind]
        fitted = fit(own)
        weights[kind] = [round(float(w), 4) for w in fitted]
        print(kind, len(own), "candidates, right", sum(bool(c.right) for c in own), weights[kind])
        for case in own:
            case.confidence = float(1 / (1 + np.exp(-np.array([*case.features, 1.0]) @ fitted)))
    positions = [c for c in cases if c.line["kind"] == "position"]
    least = {"position": least_confidence(positions, gold, scorer)}
    table = json.loads(file.read_text()) | {"weights": weights, "least_confidence": least}
    print("told from a confidence of", least)
    file.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
