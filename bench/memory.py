"""Memory of a build over many articles: the most it takes for a few against the most it takes for many."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.measuring import told

_STATES = ("Frankreich", "Polen", "Indien", "Kanada", "Norwegen", "Ägypten", "Brasilien", "Japan")
_VERBS = ("unterstützt", "fordert", "lehnt", "kritisiert")


def measure_memory(folder: Path, sizes: Sequence[int]) -> None:
    """Peak resident memory of ``kg build`` over short articles, no two alike, at several sizes."""
    peaks = []
    for size in sizes:
        peaks.append(_peak(folder, size))
        told(f"memory of a build over {size:,} articles, at its peak, MiB", f"{peaks[-1] / 1024**2:,.0f}")
    name = f"memory of a build, {sizes[-1]:,} / {sizes[0]:,} articles"
    told(name, f"{peaks[-1] / peaks[0]:.2f}", target="<= 1.10 (flat)", met=peaks[-1] <= 1.1 * peaks[0])


def _peak(folder: Path, size: int) -> int:
    """Return the most memory that the build's process had, in bytes."""
    source = folder / f"{size}.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for number in range(size):
            file.write(json.dumps({"id": f"article-{number}", "text": _text(number), "date": "2024-05-01"}) + "\n")
    command = [sys.executable, "-m", "kg", "build", str(source), "--quiet", "--store", str(folder / f"build-{size}")]
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return usage.ru_maxrss * 1024  # kibibytes, on Linux


def _text(number: int) -> str:
    state, other = _STATES[number % 8], _STATES[(number // 8 + number % 8 + 1) % 8]
    verb = _VERBS[number % 4]
    return f"{state} {verb} das Vorhaben {number} von {other}{' ab' if verb == 'lehnt' else ''}."
