"""Counts what becomes of the required positions of the held-back training articles, by cause.

    python -m training.errors --data DATA --models models --scorer SCORE.PY [--show CAUSE]

A position that is not told right is put down to the first cause that fits, from the mildest to the worst.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import ModuleType

from kg.extract.confidence import POSITION
from kg.extract.pipeline import read_decoding
from training.arguments import parser_of
from training.calibrate import Case, Line, candidates
from training.material import read_material
from training.scoring import load_scorer

CAUSES = (
    "told right",
    "found right, too unsure to be told",
    "topic right, actor's words right, linked to somebody else or not at all",
    "topic right, another actor's words",
    "actor right, too much or too little of the topic",
    "actor and topic right, sign wrong",
    "nothing found that touches the topic",
)


def cause(want: Line, own: Sequence[Case], least: float, scorer: ModuleType) -> str:
    """The cause for one required position, given what was found in its article and the confidence to be told."""
    right = [c for c in own if scorer.right(c.line, want, "linked")]
    if right:
        return CAUSES[0 if any(c.confidence >= least for c in right) else 1]
    near = [c.line for c in own if scorer.dice(c.line["topic"]["spans"], want["topic"]["spans"]) >= 0.5]
    if any(scorer.right(line, want, "mention") for line in near):
        return CAUSES[2]
    if any(scorer.same_actor(line["actor"], want["actor"], True) for line in near):
        return CAUSES[5]
    if near:
        return CAUSES[3]
    touching = [c.line for c in own if _touches(c.line, want, scorer)]
    return CAUSES[4 if any(scorer.same_actor(line["actor"], want["actor"], True) for line in touching) else 6]


def _touches(line: Line, want: Line, scorer: ModuleType) -> bool:
    return float(scorer.dice(line["topic"]["spans"], want["topic"]["spans"])) > 0


def _short(line: Line) -> str:
    return f"[{line['actor']['label']} {line['actor']['spans']} {line['stance']} {line['topic']['text']}]"


def main() -> None:
    parser = parser_of(__doc__, "data", "models", "scorer")
    parser.add_argument("--show", type=int, help="number of a cause whose positions are printed, from 0")
    args = parser.parse_args()
    scorer, gold = load_scorer(args.scorer), read_material(args.data).held_back
    least = read_decoding(args.models).least[POSITION]
    cases = [c for c in candidates(args.models, gold) if c.line["kind"] == POSITION]
    counts: Counter[str] = Counter()
    for number, article in enumerate(gold):
        own = [c for c in cases if c.article == number]
        for want in article.lines:
            if want["kind"] == POSITION and not want["optional"]:
                why = cause(want, own, least, scorer)
                counts[why] += 1
                if args.show is not None and why == CAUSES[args.show]:
                    near = (_short(c.line) for c in own if _touches(c.line, want, scorer))
                    print(article.id, _short(want), "|", *near)
    for why in CAUSES:
        print(f"{counts[why]:4d}  {why}")


if __name__ == "__main__":
    main()
