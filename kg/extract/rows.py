"""Reads the tables in ``kg/lang``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import OntologyError


def read_rows(path: Path, columns: int) -> Iterator[list[str]]:
    """Yield the rows of a table of this folder below its header: comment lines begin with ``# ``, cells end at tabs."""
    header = True
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("# "):
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise OntologyError(
                f"A line has {len(row)} columns, not {columns}", where=f"{path.name}:{number}", mend="Separate by tabs."
            )
        if header:
            header = False
            continue
        yield row
