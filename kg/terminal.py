"""What a person sees in the terminal: tables, and how far a build is."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, TextIO

from tqdm import tqdm

_EVERY = 10.0
"""Seconds between two lines of progress where the output is no terminal."""

_LEAST = 12
"""Columns that even a crowded table gives each of its columns."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, output: TextIO | None = None) -> None:
    """Print rows in aligned columns; cells are cut to the width of a terminal, and whole where the output is none."""
    output = output or sys.stdout
    lines = [[_one_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    if output.isatty():
        widths = fit(widths, shutil.get_terminal_size().columns - 2 * (len(widths) - 1))
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        cells = (_cut(cell, width).ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip(), file=output)


def fit(widths: Sequence[int], room: int) -> list[int]:
    """Make the widest columns narrower until all fit into ``room`` columns, none below a readable few."""
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > _LEAST:
        widest = fitted.index(max(fitted))
        others = [width for index, width in enumerate(fitted) if index != widest]
        fitted[widest] = max(_LEAST, min(fitted[widest] - 1, max(room - sum(others), max(others, default=0))))
    return fitted


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call with (done, total): a bar where stderr is a terminal, else now and then a line."""
    if quiet:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        bar: tqdm[NoReturn]
        with tqdm(unit=" articles", leave=False, file=sys.stderr) as bar:
            yield lambda done, total: _move(bar, done, total)
    else:
        yield _Lines().say


class _Lines:
    """Says how far it is at most every few seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def say(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last >= _EVERY:
            self._last = now
            print(f"kg: {done} of {total} articles", file=sys.stderr, flush=True)


def _move(bar: tqdm[NoReturn], done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


def _one_line(cell: str) -> str:
    return "".join(character if character.isprintable() else " " for character in cell)


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"
