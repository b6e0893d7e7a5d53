"""Locks on files and folders of a store: one writer, and readers whose snapshot must not be removed under them.

The system lets go of a lock when its process ends, however it ends
(https://man7.org/linux/man-pages/man2/flock.2.html).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from kg.errors import StoreError


class Held:
    """A folder that somebody reads; it is held until this object is gone."""

    def __init__(self, folder: Path) -> None:
        """Hold ``folder``; raises OSError where it is not there."""
        self._handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            os.close(self._handle)


def is_held(folder: Path) -> bool:
    """Whether any process reads ``folder``; of a folder that is not there nobody does."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextlib.contextmanager
def only_writer(store_dir: Path) -> Iterator[None]:
    """Be the one writer of a store; raises StoreError where there is another."""
    with (store_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            mend = "Wait for the other build or write to end."
            raise StoreError("Another build is writing this store", where=str(store_dir), mend=mend) from error
        yield
