"""A query worker: ``python -m kg.store.worker LOCATION MEMORY`` answers the queries it reads, one after the other.

It reads one JSON line per job from standard input and writes one JSON line per answer to standard output, followed by
as many bytes of body as that line says. The first line says that it is ready. It is made to be killed at any time.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import KgError, QuerySyntaxError, QueryTooLarge
from kg.store.embedded import offered
from kg.store.formats import BINDING_FORMATS, GRAPH_FORMATS, write_triples
from kg.store.opening import open_store
from kg.store.protocol import Formats, Graphs, Store
from kg.store.remote import is_remote
from kg.store.sandbox import cap_memory, confined

_LEAST_ROW = 2
"""Bytes that a row of bindings has at least, in any format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One query, with what its answer may be.

    ``max_bytes`` bounds the answer's body, ``max_rows`` its rows or triples. ``base`` is what relative IRIs of the
    query are resolved against. Without a query, the triples of the graph ``named[0]`` are asked for (the unnamed graph
    where ``named`` is empty).
    """

    query: str | None
    bindings: str | None
    graph: str | None
    default: Sequence[str] | None
    named: Sequence[str] | None
    max_bytes: int
    max_rows: int
    base: str | None = None

    def line(self, location: str) -> bytes:
        """Return the job as the line a worker reads; the store it is about is told when a worker takes it."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"location": location, "job": told}).encode() + b"\n"


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
    location, memory = arguments[0], int(arguments[1])
    store, network = confined(lambda: open_store(location), remote=is_remote(location), memory=memory)
    send(target, {"ready": True, "network": network})
    for line in source:
        told = json.loads(line)

        def answer(told: dict[str, Any] = told) -> tuple[dict[str, Any], bytes | memoryview]:
            nonlocal store, location
            if told["location"] != location:  # a newer snapshot is there
                store = open_store(told["location"])
                location = told["location"]
                cap_memory(memory)
            return _answer(store, Job(**told["job"]))

        reply(answer, target)


def reply(work: Callable[[], tuple[dict[str, Any], bytes | memoryview]], target: IO[bytes]) -> None:
    """Send the header and body that ``work`` returns, or the error it ends in."""
    try:
        header, body = work()
    except KgError as error:
        fields = {"what": error.what[:1000], "where": error.where, "mend": error.mend}
        send(target, {"error": type(error).__name__, **fields})
    except (OSError, ValueError, RuntimeError) as error:
        # What the engine raises while it evaluates, such as a remote call that the sandbox stopped.
        send(target, {"error": QuerySyntaxError.__name__, "what": f"The query cannot be run: {str(error)[:500]}"})
    except MemoryError:
        send(target, {"error": QueryTooLarge.__name__, "what": "The query needs more memory than it may have"})
    else:
        send(target, {**header, "length": len(body)}, body)


def send(target: IO[bytes], header: dict[str, Any], body: bytes | memoryview = b"") -> None:
    """Write one header line and the body behind it."""
    target.write(json.dumps(header).encode() + b"\n")
    target.write(body)
    target.flush()


def _answer(store: Store, job: Job) -> tuple[dict[str, Any], memoryview]:
    output = _CappedBuffer(job.max_bytes)
    if job.query is None:
        media_type = offered(job.graph, "Graphs", list(GRAPH_FORMATS))
        triples = store.triples(job.named[0] if job.named else None)
        write_triples(_counted(triples, job.max_rows), output, media_type=media_type)
    else:
        formats = Formats(bindings=job.bindings, graph=job.graph)
        graphs = Graphs(default=job.default, named=job.named)
        media_type = store.answer(job.query, output, formats=formats, graphs=graphs, base=job.base)
        if output.tell() > _LEAST_ROW * job.max_rows:
            _count_rows(output, media_type, job.max_rows)
    return {"media_type": media_type}, output.getbuffer()


def _counted(triples: Iterator[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples):
        if number == most:
            raise _too_many(most)
        yield triple


def _count_rows(output: io.BytesIO, media_type: str, most: int) -> None:
    """Raise QueryTooLarge where a written answer has too many rows: the engine, which writes it, does not count."""
    output.seek(0)
    if media_type in GRAPH_FORMATS:
        rows: Iterator[object] = iter(ox.parse(output, GRAPH_FORMATS[media_type], without_named_graphs=True))
    elif media_type == "text/csv":
        rows = csv.reader(io.StringIO(output.getvalue().decode(), newline=""))
        next(rows)
    else:
        found = ox.parse_query_results(output, BINDING_FORMATS[media_type])
        rows = iter(()) if isinstance(found, ox.QueryBoolean) else iter(found)
    if any(number == most for number, _ in enumerate(rows)):
        raise _too_many(most)
    output.seek(0, io.SEEK_END)


def _too_many(most: int) -> QueryTooLarge:
    return QueryTooLarge(f"The answer has more than {most} rows", mend="Ask for fewer rows with LIMIT, page by page.")


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)
