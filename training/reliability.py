"""How much the confidence may be trusted: of what is told with a confidence in each range, the share that is right.

    python -m training.reliability --eval EVAL

EVAL holds articles/, gold/ and score.py. What matches an optional line of the gold is left out.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from kg.exchange import extraction_lines
from kg.extract.pipeline import Extractor
from training.arguments import parser_of
from training.calibrate import KINDS, Case, judge
from training.corpora import read_article
from training.scoring import load_scorer

BOUNDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def told(folder: Path) -> tuple[list[Case], list[list[dict[str, object]]]]:
    """What the shipped model tells of each measured article, the surest first, and the articles' gold."""
    paths = sorted((folder / "articles").glob("*.txt"))
    cases = []
    for number, extraction in enumerate(Extractor(language="de").extract(map(read_article, paths))):
        for line in map(json.loads, extraction_lines(extraction)):
            cases.append(Case(number, line, confidence=line["confidence"]))
    gold = [(folder / "gold" / f"{p.stem}.jsonl").read_text().splitlines() for p in paths]
    return sorted(cases, key=lambda c: -c.confidence), [[json.loads(x) for x in lines if x.strip()] for lines in gold]


def main() -> None:
    parser = parser_of(__doc__, "eval")
    args = parser.parse_args()
    cases, gold = told(args.eval)
    judge(cases, gold, load_scorer(args.eval / "score.py"))
    for kind in KINDS:
        for low, high in pairwise(BOUNDS):
            own = [c for c in cases if c.line["kind"] == kind and c.right is not None and low <= c.confidence < high]
            if own:
                mean = sum(c.confidence for c in own) / len(own)
                share = sum(bool(c.right) for c in own) / len(own)
                print(f"{kind:8} {low:.1f}-{high:.1f}: {len(own):3d} told, confidence {mean:.2f}, right {share:.2f}")


if __name__ == "__main__":
    main()
