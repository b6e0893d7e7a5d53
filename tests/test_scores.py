"""The triples are true to the measured degree: the scores on the articles kept for measuring do not fall.

tests/gold/baseline.json is written by `python -m training.gate`, which lowers a score only with --allow-lower.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.gate import TOLERANCE, measure

BASELINE = Path(__file__).parent / "gold" / "baseline.json"


@pytest.fixture(scope="module")
def scores(shared: Path) -> dict[str, float]:
    return measure(shared / "eval")


@pytest.mark.parametrize("name", sorted(json.loads(BASELINE.read_text())["scores"]))
def test_no_score_falls(scores: dict[str, float], name: str) -> None:
    assert scores[name] >= json.loads(BASELINE.read_text())["scores"][name] - TOLERANCE
