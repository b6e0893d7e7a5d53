"""Measures the shipped model on the articles kept for measuring and records the scores as a gate.

    python -m training.gate --eval EVAL [--allow-lower]

EVAL holds articles/, gold/ and score.py. Writes tests/gold/baseline.json; a score that falls is refused without
--allow-lower.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from kg.exchange import extraction_lines
from kg.extract.pipeline import Extractor, model_version
from training.arguments import parser_of
from training.corpora import read_article

BASELINE = Path(__file__).resolve().parent.parent / "tests" / "gold" / "baseline.json"
TOLERANCE = 0.005
"""Rounding of int8 kernels differs a little between processors."""


def measure(folder: Path) -> dict[str, float]:
    """Extract every measured article and return the scorer's headline figures; "paris.linked" counts lines, not a
    share."""
    articles = [read_article(p) for p in sorted((folder / "articles").glob("*.txt"))]
    with tempfile.TemporaryDirectory() as temporary:
        found = Path(temporary) / "found.jsonl"
        with found.open("w", encoding="utf-8") as file:
            for extraction in Extractor(language="de").extract(articles):
                file.writelines(line + "\n" for line in extraction_lines(extraction))
        command = [sys.executable, str(folder / "score.py"), str(folder / "gold"), str(found), "--json", "--by-article"]
        report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    scores = {
        name: report[name]["f1"]
        for name in ("position.mention", "position.linked", "position.stance", "relation.mention", "relation.linked")
    }
    scores["sign.macro_f1"] = report["sign.macro_f1"]
    scores["paris.linked"] = report["articles"]["position"]["paris-2025"]["tp"]
    return {name: round(value, 4) for name, value in scores.items()}


def main() -> int:
    parser = parser_of(__doc__, "eval")
    parser.add_argument("--allow-lower", action="store_true", help="record scores that fell, too")
    args = parser.parse_args()
    scores = measure(args.eval)
    before = json.loads(BASELINE.read_text())["scores"] if BASELINE.exists() else {}
    fallen = [f"{n} {before[n]} -> {v}" for n, v in scores.items() if n in before and v < before[n]]
    print(json.dumps(scores, indent=1))
    if fallen and not args.allow_lower:
        print("Not recorded, these fell:", "; ".join(fallen), file=sys.stderr)
        return 1
    BASELINE.parent.mkdir(exist_ok=True)
    BASELINE.write_text(json.dumps({"model": model_version(), "scores": scores}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
