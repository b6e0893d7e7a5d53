"""A query worker: ``python -m kg.store.worker LOCATION MEMORY`` answers the queries it reads, one after the other.

It reads one JSON line per job from standard input and writes one JSON line per answer to standard output, followed by
as many bytes of body as that line says. The first line says that it is ready. It is made to be killed at any time.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

from kg.errors import KgError, QuerySyntaxError, QueryTooLarge
from kg.store.opening import open_store
from kg.store.protocol import Formats, Graphs, Store
from kg.store.remote import is_remote
from kg.store.sandbox import cap_memory, die_with_parent, shut_network


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One query with what its answer may be; ``max_bytes`` bounds the answer's body.

    ``base`` is what relative IRIs of the query are resolved against.
    """

    query: str
    bindings: str | None
    graph: str | None
    default: Sequence[str] | None
    named: Sequence[str] | None
    max_bytes: int
    base: str | None = None

    def line(self) -> bytes:
        """Return the job as the line a worker reads."""
        return json.dumps(asdict(self)).encode() + b"\n"


class _CappedBuffer(io.BytesIO):
    """Collects an answer and stops the engine once it is longer than allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._limit:
            mend = "Ask for fewer rows with LIMIT, or for fewer variables."
            raise QueryTooLarge(f"The answer is longer than {self._limit} bytes", mend=mend)
        return super().write(data)


def main(arguments: Sequence[str], source: IO[bytes], target: IO[bytes]) -> None:
    """Open the store, say so, and answer until the source ends; ``arguments`` are its location and a cap in bytes."""
    location, memory = arguments
    die_with_parent()
    shut = not is_remote(location) and shut_network()
    store = open_store(location)
    cap_memory(int(memory))
    _send(target, {"ready": True, "network": not shut})
    for line in source:
        _reply(store, Job(**json.loads(line)), target)


def _reply(store: Store, job: Job, target: IO[bytes]) -> None:
    output = _CappedBuffer(job.max_bytes)
    formats = Formats(bindings=job.bindings, graph=job.graph)
    try:
        graphs = Graphs(default=job.default, named=job.named)
        media_type = store.answer(job.query, output, formats=formats, graphs=graphs, base=job.base)
    except KgError as error:
        fields = {"what": error.what[:1000], "where": error.where, "mend": error.mend}
        _send(target, {"error": type(error).__name__, **fields})
    except (OSError, ValueError, RuntimeError) as error:
        # What the engine raises while it evaluates, such as a remote call that the sandbox stopped.
        _send(target, {"error": QuerySyntaxError.__name__, "what": f"The query cannot be run: {str(error)[:500]}"})
    except MemoryError:
        _send(target, {"error": QueryTooLarge.__name__, "what": "The query needs more memory than it may have"})
    else:
        _send(target, {"media_type": media_type, "length": output.tell()}, output.getbuffer())


def _send(target: IO[bytes], header: dict[str, Any], body: bytes | memoryview = b"") -> None:
    target.write(json.dumps(header).encode() + b"\n")
    target.write(body)
    target.flush()


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
