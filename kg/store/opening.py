"""Opens a store from where it is said to be."""

from __future__ import annotations

from pathlib import Path

from kg.errors import StoreError
from kg.store.embedded import EmbeddedStore
from kg.store.protocol import Store
from kg.store.snapshots import DATABASE, current_snapshot


def open_store(location: str | Path) -> Store:
    """Open the store at ``location``: a store folder (its current snapshot) or the folder of one snapshot.

    Raises StoreError where there is none, and for URLs, which no backend takes yet.
    """
    if "://" in str(location):
        raise StoreError("Stores on other servers cannot be opened", where=str(location), mend="Give a folder.")
    folder = Path(location)
    snapshot = folder if (folder / DATABASE).is_dir() else current_snapshot(folder)
    return EmbeddedStore(snapshot / DATABASE)
