"""How the benchmarks take times and tell figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

RUNS = 3


def seconds(action: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median wall-clock time of ``action`` over some runs after one that does not count."""
    action()
    return statistics.median(times(action, runs))


def times(action: Callable[[], object], runs: int) -> list[float]:
    """Return the wall-clock time of each of some runs of ``action``."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return taken


def told(name: str, value: str, *, target: str = "", met: bool | None = None) -> None:
    """Print one figure, with its target and whether it is met where it has one."""
    verdict = "" if met is None else "  met" if met else "  MISSED"
    print(f"{name:<62} {value:>16}  {target:<14}{verdict}".rstrip(), flush=True)
