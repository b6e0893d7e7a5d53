"""Publishes numbered snapshots of the graph, so that a reader sees a whole one or the one before, never half of one.

``DIR/snapshots/0001/`` holds ``oxigraph/`` (the database), ``edges.npz`` (:mod:`kg.edges`) and ``manifest.json``;
``DIR/current`` holds the number of the one to read. Every step before the pointer moves can be cut off by a crash or a
power failure and leaves only a temporary folder, which the next publication removes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.index import index_graph
from kg.store.reading import QuadFiles

DATABASE = "oxigraph"
EDGES = "edges.npz"
MANIFEST = "manifest.json"
POINTER = "current"
_FOLDER = "snapshots"
FORMAT = 1
"""Changes with the layout of a snapshot, so that a build renews one that an older version of the code wrote."""
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot says of itself; ``created`` (UTC, ISO 8601) is no part of what ``version`` stands for."""

    version: str
    counts: dict[str, int]
    created: str
    format: int = FORMAT


def current_snapshot(store_dir: Path) -> Path:
    """Return the folder of the snapshot to read; raises StoreError where nothing was published yet."""
    try:
        number = (store_dir / POINTER).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError) as error:
        mend = f"Run `kg build ARTICLES --store {store_dir}` first."
        raise StoreError("No snapshot here", where=str(store_dir), mend=mend) from error
    snapshot = store_dir / _FOLDER / number
    if not number.isdigit() or not snapshot.is_dir():
        raise StoreError("The current snapshot is missing", where=str(snapshot), mend="Run `kg build` again.")
    return snapshot


def read_manifest(snapshot: Path) -> Manifest:
    """Read a snapshot's manifest; raises StoreError where it is missing or broken."""
    path = snapshot / MANIFEST
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"Not a manifest: {error}", where=str(path), mend="Run `kg build` again.") from error


def publish(store_dir: Path, quad_files: Iterable[Path], *, version: str) -> Path:
    """Load N-Quads files (gzipped if named ``.gz``) into a new snapshot, make it the current one, return its folder.

    Where the current snapshot has the same ``version`` digest nothing is done. The last two snapshots are kept, for
    readers still on the one before. One publication at a time; raises StoreError when another is under way or a file
    is no N-Quads.
    """
    snapshots = store_dir / _FOLDER
    snapshots.mkdir(parents=True, exist_ok=True)
    with _only_writer(store_dir):
        current = _current_or_none(store_dir)
        if current is not None and _is_of(current, version):
            return current
        for stale in snapshots.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(stale)
        number = max((int(path.name) for path in snapshots.iterdir() if path.name.isdigit()), default=0) + 1
        # A fresh name: the engine locks a failed one for as long as this process holds the failure.
        unfinished = snapshots / f"{_UNFINISHED}{uuid4().hex}"
        unfinished.mkdir()
        _write_snapshot(unfinished, quad_files, version)
        finished = snapshots / f"{number:04}"
        os.rename(unfinished, finished)
        _sync(snapshots)
        _point(store_dir, finished.name)
        _remove_old(snapshots, keep={finished, current})
    return finished


def _write_snapshot(folder: Path, quad_files: Iterable[Path], version: str) -> None:
    store = ox.Store(str(folder / DATABASE))
    with QuadFiles(quad_files) as reader:
        try:
            store.bulk_load(cast(IO[bytes], reader), format=ox.RdfFormat.N_QUADS)
        except (SyntaxError, OSError, EOFError) as error:
            what = f"Not N-Quads: {error}" if isinstance(error, SyntaxError) else f"Cannot be loaded: {error}"
            raise StoreError(what, where=reader.where(error), mend="Delete this file and build again.") from error
    store.flush()
    edges, counts = index_graph(store)
    del store  # closes the database; readers find it as it stays
    edges.save(folder / EDGES)
    manifest = Manifest(version=version, counts=counts, created=datetime.now(UTC).isoformat(timespec="seconds"))
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _point(store_dir: Path, number: str) -> None:
    fresh = store_dir / f"{POINTER}.new"
    fresh.write_text(f"{number}\n", encoding="ascii")
    _sync(fresh)
    os.replace(fresh, store_dir / POINTER)
    _sync(store_dir)


def _remove_old(snapshots: Path, *, keep: set[Path | None]) -> None:
    # Also goes: a snapshot finished by a build that a crash ended before it moved the pointer.
    for path in snapshots.iterdir():
        if path.name.isdigit() and path not in keep:
            shutil.rmtree(path)


def _current_or_none(store_dir: Path) -> Path | None:
    try:
        return current_snapshot(store_dir)
    except StoreError:
        return None


def _is_of(snapshot: Path, version: str) -> bool:
    try:
        manifest = read_manifest(snapshot)
    except StoreError:
        return False
    return (manifest.version, manifest.format) == (version, FORMAT)


@contextlib.contextmanager
def _only_writer(store_dir: Path) -> Iterator[None]:
    """Hold the store's lock; the system lets go of it when the process ends, however it ends."""
    with (store_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            mend = "Wait for the other build to end."
            raise StoreError("Another build is writing this store", where=str(store_dir), mend=mend) from error
        yield


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
