"""Publishes numbered snapshots of the graph, so that a reader sees a whole one or the one before, never half of one.

``DIR/snapshots/0001/`` holds ``oxigraph/`` (the database), ``edges.npz`` (:mod:`kg.edges`), ``manifest.json`` and
``void.ttl`` (:mod:`kg.void`);
``DIR/current`` holds the number of the one to read; ``DIR/writes/`` what was changed since (:mod:`kg.store.journal`).
Every step before the pointer moves can be cut off by a crash or a
power failure and leaves only a temporary folder, which the next publication removes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

import pyoxigraph as ox

from kg.errors import NotFound, QuerySyntaxError, StoreError
from kg.reasoning import materialise
from kg.store.embedded import run_update
from kg.store.holding import is_held, only_writer
from kg.store.journal import forget_unfinished, read_writes, sync, version_with, write_down
from kg.store.protocol import UNNAMED, Write, WriteRefused
from kg.store.reading import QuadFiles
from kg.void import void_turtle

DATABASE = "oxigraph"
EDGES = "edges.npz"
MANIFEST = "manifest.json"
DESCRIPTION = "void.ttl"
POINTER = "current"
_FOLDER = "snapshots"
FORMAT = 1
"""Changes with the layout of a snapshot, so that a build renews one that an older version of the code wrote."""
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot says of itself; ``created`` (UTC, ISO 8601) is no part of what ``version`` stands for.

    ``writes`` is how many changes it holds beside what was built; ``reasoning`` whether it holds what follows from them
    (:mod:`kg.reasoning`).
    """

    version: str
    counts: dict[str, int]
    created: str
    format: int = FORMAT
    writes: int = 0
    reasoning: bool = False


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


def publish(store_dir: Path, quad_files: Iterable[Path], *, version: str, reasoning: bool = False) -> Path:
    """Load N-Quads files (gzipped if named ``.gz``) into a new snapshot, make it the current one, return its folder.

    With ``reasoning`` what follows from them is added, now and after every change; ``version`` has to tell it apart.
    What was changed in the store before (:func:`amend`) is applied again. Where the current snapshot has the same
    ``version`` digest nothing is done. The last two snapshots are kept, and older ones that somebody still reads. One
    publication at a time; raises StoreError when another is under way, a file is no N-Quads, or a change cannot be
    applied any more.
    """
    snapshots = store_dir / _FOLDER
    snapshots.mkdir(parents=True, exist_ok=True)
    with only_writer(store_dir):
        current = _current_or_none(store_dir)
        updates = _kept_updates(store_dir, current)
        version = version_with(version, [update for _, update in updates])
        if current is not None and _is_of(current, version):
            return current
        unfinished = _unfinished(snapshots)
        store = _load(unfinished / DATABASE, quad_files)
        for path, update in updates:
            _apply_again(store, path, update)
        _complete(unfinished, store, version=version, writes=len(updates), reasoning=reasoning)
        del store  # closes the database; readers find it as it stays
        return _finish(store_dir, unfinished, before=current)


def amend(store_dir: Path, write: Write) -> tuple[Path, bool]:
    """Apply a change to the current graph as a new snapshot; return its folder and whether ``write.graph`` was there.

    Costs the making of a snapshot's arrays: seconds per 100,000 positions. Raises as
    :meth:`kg.store.protocol.Writer.apply`.
    """
    snapshots = store_dir / _FOLDER
    with only_writer(store_dir):
        current = current_snapshot(store_dir)
        manifest = read_manifest(current)
        forget_unfinished(store_dir, manifest.writes)
        unfinished = _unfinished(snapshots)
        shutil.copytree(current / DATABASE, unfinished / DATABASE, copy_function=_link_or_copy)
        store = ox.Store(str(unfinished / DATABASE))
        was_there = _has(store, write.graph)
        if write.must_exist and not was_there:
            raise NotFound("No such graph in this store", where=write.graph)
        run_update(store, write.update)
        version = version_with(manifest.version, [write.update])
        try:
            _complete(unfinished, store, version=version, writes=manifest.writes + 1, reasoning=manifest.reasoning)
        except StoreError as error:
            raise WriteRefused(error.what, where=error.where, mend=error.mend) from error
        del store
        write_down(store_dir, write.update)
        return _finish(store_dir, unfinished, before=current), was_there


def _has(store: ox.Store, graph: str | None) -> bool:
    if graph is None:
        return True
    if graph == UNNAMED:
        return any(True for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return store.contains_named_graph(ox.NamedNode(graph))


def _unfinished(snapshots: Path) -> Path:
    for stale in snapshots.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(stale)
    # A fresh name: the engine locks a failed one for as long as this process holds the failure.
    unfinished = snapshots / f"{_UNFINISHED}{uuid4().hex}"
    unfinished.mkdir()
    return unfinished


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(".sst"):  # tables are written once; all other files are written on
        os.link(source, target)
    elif not Path(source).name.startswith(("LOG", "LOCK")):
        shutil.copy2(source, target)


def _kept_updates(store_dir: Path, current: Path | None) -> Sequence[tuple[Path, str]]:
    if current is not None:
        with contextlib.suppress(StoreError):  # a broken snapshot: what was written down is all there is
            forget_unfinished(store_dir, read_manifest(current).writes)
    return [(path, path.read_text(encoding="utf-8")) for path in read_writes(store_dir)]


def _apply_again(store: ox.Store, path: Path, update: str) -> None:
    try:
        run_update(store, update)
    except QuerySyntaxError as error:
        mend = "Remove the file to build without this change."
        raise StoreError(f"A change cannot be applied any more: {error.what}", where=str(path), mend=mend) from error


def _load(folder: Path, quad_files: Iterable[Path]) -> ox.Store:
    store = ox.Store(str(folder))
    with QuadFiles(quad_files) as reader:
        try:
            while reader.next_part():
                store.bulk_load(cast(IO[bytes], reader), format=ox.RdfFormat.N_QUADS)
        except (SyntaxError, OSError, EOFError) as error:
            what = f"Not N-Quads: {error}" if isinstance(error, SyntaxError) else f"Cannot be loaded: {error}"
            raise StoreError(what, where=reader.where(error), mend="Delete this file and build again.") from error
    return store


def _complete(folder: Path, store: ox.Store, *, version: str, writes: int, reasoning: bool) -> None:
    """Add what follows, and write arrays, manifest and description beside the database."""
    if reasoning:
        materialise(store)
    from kg.store.index import index_graph  # here: it is slow to load, and who reads a snapshot has no need of it

    store.flush()
    edges, counts = index_graph(store)
    edges.save(folder / EDGES)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(version=version, counts=counts, created=created, writes=writes, reasoning=reasoning)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    (folder / DESCRIPTION).write_bytes(void_turtle(counts, version=version, created=created))


def _finish(store_dir: Path, unfinished: Path, *, before: Path | None) -> Path:
    """Give a snapshot its number, point to it, and remove those that nobody needs any more."""
    for path in unfinished.rglob("*"):
        if path.stat().st_nlink == 1 or path.is_dir():  # a table that is linked lies on the disk already
            sync(path)
    sync(unfinished)
    snapshots = store_dir / _FOLDER
    number = max((int(path.name) for path in snapshots.iterdir() if path.name.isdigit()), default=0) + 1
    finished = snapshots / f"{number:04}"
    os.rename(unfinished, finished)
    sync(snapshots)
    _point(store_dir, finished.name)
    _remove_old(snapshots, keep={finished, before})
    return finished


def _point(store_dir: Path, number: str) -> None:
    fresh = store_dir / f"{POINTER}.new"
    fresh.write_text(f"{number}\n", encoding="ascii")
    sync(fresh)
    os.replace(fresh, store_dir / POINTER)
    sync(store_dir)


def _remove_old(snapshots: Path, *, keep: set[Path | None]) -> None:
    # Also goes: a snapshot finished by a build that a crash ended before it moved the pointer.
    for path in snapshots.iterdir():
        if path.name.isdigit() and path not in keep and not is_held(path / DATABASE):
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
