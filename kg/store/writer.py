"""The writer's process: ``python -m kg.store.writer LOCATION MEMORY`` carries out the changes it reads, one by one.

It speaks as a query worker does (:mod:`kg.store.worker`). Killed at any time, it leaves the store as it was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from kg.store.protocol import Write, Writer
from kg.store.remote import RemoteWriter, is_remote
from kg.store.sandbox import confined
from kg.store.snapshots import amend
from kg.store.worker import reply, send


class EmbeddedWriter:
    """Changes the store of a folder on this machine."""

    def __init__(self, store_dir: Path) -> None:
        self._store_dir = store_dir

    def apply(self, write: Write) -> bool:
        """See :meth:`kg.store.protocol.Writer.apply`."""
        return amend(self._store_dir, write)[1]


def open_writer(location: str | Path) -> Writer:
    """Return the writer of the store at ``location``; raises StoreError where a server cannot be written."""
    return RemoteWriter(str(location)) if is_remote(location) else EmbeddedWriter(Path(location))


def main(arguments: Sequence[str], source: IO[bytes], target: IO[bytes]) -> None:
    """Say that it is ready, carry out changes until the source ends; ``arguments``: a location and a cap in bytes."""
    location, memory = arguments[0], int(arguments[1])
    writer, network = confined(lambda: open_writer(location), remote=is_remote(location), memory=memory)
    send(target, {"ready": True, "network": network})
    for line in source:
        write = Write(**json.loads(line))

        def change(write: Write = write) -> tuple[dict[str, Any], bytes]:
            return {"was_there": writer.apply(write)}, b""

        reply(change, target)


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
