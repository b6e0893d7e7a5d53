"""How the benchmarks take times and tell figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

RUNS = 3
_LONG, _MANY, _SLOW = 0.2, 25, 4.0


def seconds(action: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median wall-clock time of ``action`` over some runs after one that does not count."""
    action()
    return statistics.median(times(action, runs))


def seconds_of_both(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Return the median wall-clock times of two actions that take turns, so that what else goes on slows both alike.

    Each runs :data:`RUNS` times after one that does not count, short ones more often; of those that take long the first
    counts, which is to the disadvantage of ``one``.
    """
    first = (times(one, 1)[0], times(other, 1)[0])
    if sum(first) > _SLOW:
        return first
    taken: tuple[list[float], list[float]] = ([], [])
    while len(taken[0]) < RUNS or (sum(taken[0]) < _LONG and len(taken[0]) < _MANY):
        taken[0].extend(times(one, 1))
        taken[1].extend(times(other, 1))
    return statistics.median(taken[0]), statistics.median(taken[1])


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
