"""Keeps the changes that were written to a store, one file each, so that they hold on a graph that is built anew.

``DIR/writes/000001.ru`` is an update in SPARQL 1.1; they are applied in their order. A change counts once a snapshot
holds it: what lies behind the number in the current manifest was never told as done, and is removed by the next writer.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

WRITES = "writes"


def read_writes(store_dir: Path) -> list[Path]:
    """Return the files of all changes, in order."""
    return sorted((store_dir / WRITES).glob("[0-9]*.ru"))


def forget_unfinished(store_dir: Path, kept: int) -> None:
    """Remove what was written down behind the first ``kept`` changes."""
    for path in read_writes(store_dir)[kept:]:
        path.unlink()


def write_down(store_dir: Path, update: str) -> Path:
    """Write down one more change; it is on the disk when this returns."""
    folder = store_dir / WRITES
    folder.mkdir(exist_ok=True)
    last = read_writes(store_dir)[-1:]
    number = int(last[0].stem) + 1 if last else 1
    unfinished = folder / ".unfinished"
    unfinished.write_text(update, encoding="utf-8")
    sync(unfinished)
    path = folder / f"{number:06}.ru"
    unfinished.replace(path)
    sync(folder)
    return path


def version_with(version: str, updates: Sequence[str]) -> str:
    """Return the version of a graph of ``version`` after these updates."""
    for update in updates:
        version = hashlib.sha256(f"{version}\n{hashlib.sha256(update.encode()).hexdigest()}".encode()).hexdigest()
    return version


def sync(path: Path) -> None:
    """Have the system write a file's or folder's content to the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
