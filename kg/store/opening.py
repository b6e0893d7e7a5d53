"""Opens a store from where it is said to be: a folder on this machine, or the URL of a SPARQL endpoint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import StoreError
from kg.store.embedded import EmbeddedStore
from kg.store.protocol import Store
from kg.store.remote import RemoteStore, is_remote
from kg.store.snapshots import DATABASE, EDGES, Manifest, current_snapshot, read_manifest

if TYPE_CHECKING:  # query workers, which are to be there at once, need no arrays and not what these load
    from kg.edges import Edges

Location = str | Path


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A whole graph as it is at one time; ``location`` is what :func:`open_store` opens again, in another process."""

    location: Location
    manifest: Manifest
    store: Store
    edges: Edges


def open_store(location: Location) -> Store:
    """Open the store at ``location``: a store folder (its current snapshot), the folder of one snapshot, or a URL.

    Raises StoreError where there is none.
    """
    if is_remote(location):
        return RemoteStore(str(location))
    folder = Path(location)
    snapshot = folder if (folder / DATABASE).is_dir() else current_snapshot(folder)
    return EmbeddedStore(snapshot / DATABASE)


def open_snapshot(location: Location) -> Snapshot:
    """Open the store at ``location`` with the arrays of its statements; raises StoreError where there is none.

    Of a server's store the arrays are made now, from all its statements: seconds per 100,000 of them.
    """
    if is_remote(location):
        from kg.store.remote_index import index_store

        store = open_store(location)
        edges, counts = index_store(store)
        digest = hashlib.sha256(edges.iri.blob + edges.statement.tobytes()).hexdigest()
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return Snapshot(location, Manifest(version=digest, counts=counts, created=created), store, edges)
    while True:
        folder = current_snapshot(Path(location))
        try:
            return Snapshot(folder, read_manifest(folder), open_store(folder), _load_edges(folder))
        except StoreError:
            if folder == current_snapshot(Path(location)):
                raise  # else: others came so fast that this one was removed before it was opened


def check_location(location: Location) -> None:
    """Raise StoreError where nothing can be served from ``location``: no snapshot there, or no server that answers."""
    if is_remote(location):
        open_store(location)
    else:
        current_snapshot(Path(location))


def _load_edges(folder: Path) -> Edges:
    from kg.edges import Edges

    try:
        return Edges.load(folder / EDGES)
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"The snapshot's arrays cannot be read: {error}", where=str(folder)) from error
