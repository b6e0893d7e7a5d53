"""Finds the files that hold articles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import ArticleError

SIDECAR = ".json"
HTML = frozenset({".html", ".htm"})
JSONL = frozenset({".jsonl", ".ndjson"})
SUFFIXES = frozenset({".txt"}) | HTML | JSONL
"""What is taken from a folder; anything else there is left alone."""


def is_html(path: Path) -> bool:
    """Tell whether the file's name says HTML."""
    return path.suffix.lower() in HTML


def is_jsonl(path: Path) -> bool:
    """Tell whether the file's name says one JSON object a line."""
    return path.suffix.lower() in JSONL


def find_files(paths: Iterable[Path]) -> Iterator[Path | ArticleError]:
    """Yield the article files of ``paths``: files as named, folders searched in sorted order, hidden names left out.

    A path that does not exist, a folder that cannot be listed and a folder without articles each yield an
    :class:`ArticleError`. Links to folders are not followed, so that no circle of links is endless.
    """
    for path in paths:
        if path.is_dir():
            yield from _find_in_folder(path)
        elif path.exists():
            yield path
        else:
            yield ArticleError("There is no such file or folder", where=str(path), mend="Check the path.")


def _find_in_folder(folder: Path) -> Iterator[Path | ArticleError]:
    errors: list[OSError] = []
    found = False
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES and path.is_file():
                found = True
                yield path
    for error in errors:
        found = True  # the error below says why nothing came of it
        yield ArticleError(f"The folder cannot be listed ({error.strerror})", where=str(error.filename))
    if not found:
        kinds = ", ".join(sorted(SUFFIXES))
        yield ArticleError("The folder holds no articles", where=str(folder), mend=f"Articles are files of {kinds}.")
