"""Runs queries in worker processes that are killed at a deadline and replaced at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import kg
from kg import errors
from kg.store import FormatNotOffered, Location
from kg.store.worker import Job

_LOG = logging.getLogger(__name__)
_PACKAGE_ROOT = str(Path(kg.__file__).resolve().parents[1])
_READ_AHEAD = 1 << 20
_START_LIMIT = 20.0
_PAUSE = 1.0
_ERRORS: dict[str, type[errors.KgError]] = {
    kind.__name__: kind for kind in (errors.QuerySyntaxError, errors.QueryTooLarge, errors.StoreError, FormatNotOffered)
}


class PoolClosed(Exception):
    """The pool answers no more queries: its snapshot was followed by another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's whole answer."""

    media_type: str
    body: bytes


class _Worker:
    """One process on one snapshot."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, location: Location, memory: int) -> _Worker:
        path = os.pathsep.join(part for part in (_PACKAGE_ROOT, os.environ.get("PYTHONPATH", "")) if part)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kg.store.worker", str(location), str(memory)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_READ_AHEAD,
            env={**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"},
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_LIMIT):
                line = await worker._stdout.readline()
        except (TimeoutError, asyncio.CancelledError):
            await worker.end()
            raise
        if not line:
            await worker.end()
            raise errors.StoreError("A query worker cannot be started", where=str(location))
        return worker

    @property
    def _stdout(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None  # a pipe was asked for
        return self._process.stdout

    async def ask(self, job: Job) -> Answer:
        """Run one query; raises EOFError where the process died of it."""
        assert self._process.stdin is not None  # a pipe was asked for
        try:
            self._process.stdin.write(job.line())
            await self._process.stdin.drain()
            line = await self._stdout.readline()
            if not line:
                raise EOFError
            header = json.loads(line)
            if "error" in header:
                kind = _ERRORS.get(header["error"], errors.KgError)
                raise kind(header["what"], where=header.get("where"), mend=header.get("mend"))
            return Answer(header["media_type"], await self._stdout.readexactly(header["length"]))
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            raise EOFError from error

    async def end(self) -> None:
        """Kill the process, whatever it does, and wait until it is gone: nobody else may reap it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()
        await self._stdout.read()  # to its end: a pipe left open is closed too late, when the loop is gone


class WorkerPool:
    """Some workers on one snapshot, and a bounded queue before them."""

    def __init__(self, location: Location, *, size: int, queue: int, memory: int) -> None:
        self._location, self._size, self._queue, self._memory = location, size, queue, memory
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._open = 0
        self._closed = False
        self._starting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all workers and wait until they are ready; raises StoreError where one cannot start."""
        starts = (_Worker.start(self._location, self._memory) for _ in range(self._size))
        failures = []
        for started in await asyncio.gather(*starts, return_exceptions=True):
            if isinstance(started, _Worker):
                self._idle.put_nowait(started)
            else:
                failures.append(started)
        if failures:
            await self.drain()
            raise failures[0]

    @property
    def ready(self) -> int:
        """How many workers wait for a query."""
        return self._idle.qsize()

    async def run(self, job: Job, *, timeout: float) -> Answer:
        """Answer a query within ``timeout`` seconds, waiting included.

        Raises ServiceBusy (queue full, or no worker came free in time), QueryTimeout, QueryTooLarge, QuerySyntaxError,
        FormatNotOffered, and PoolClosed. Cancelling it kills the worker: the query of a caller who left is not run on.
        """
        if self._closed:
            raise PoolClosed
        if self._open >= self._size + self._queue:
            raise errors.ServiceBusy("All query workers are taken and the queue is full", mend="Try again soon.")
        self._open += 1
        try:
            return await self._run(job, asyncio.get_running_loop().time() + timeout, timeout)
        finally:
            self._open -= 1

    async def _run(self, job: Job, deadline: float, timeout: float) -> Answer:
        try:
            async with asyncio.timeout_at(deadline):
                worker = await self._idle.get()
        except TimeoutError as error:
            raise errors.ServiceBusy(f"No query worker came free in {timeout:g} s", mend="Try again soon.") from error
        keep = False
        try:
            async with asyncio.timeout_at(deadline):
                answer = await worker.ask(job)
            keep = True
        except TimeoutError as error:
            mend = "Ask for less: add LIMIT, or join on something that both sides share."
            raise errors.QueryTimeout(f"The query was stopped after {timeout:g} s", mend=mend) from error
        except EOFError as error:
            mib = self._memory // 1024**2
            mend = "Ask for less: a smaller join, fewer groups, no sorting of everything."
            raise errors.QueryTooLarge(f"The query needed more than {mib} MiB of memory", mend=mend) from error
        except errors.KgError:
            keep = True
            raise
        finally:
            self._give_back(worker, keep=keep)
        return answer

    def _give_back(self, worker: _Worker, *, keep: bool) -> None:
        if keep:
            self._idle.put_nowait(worker)
            return
        task = asyncio.get_running_loop().create_task(self._replace(worker))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _replace(self, worker: _Worker) -> None:
        await worker.end()
        while not self._closed or self._open:
            try:
                self._idle.put_nowait(await _Worker.start(self._location, self._memory))
            except (errors.StoreError, OSError, TimeoutError) as error:
                _LOG.warning("A query worker could not be started, trying again: %s", error)
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def drain(self) -> None:
        """Take no more queries, let those under way finish, then end all workers."""
        self._closed = True
        while self._open:
            await asyncio.sleep(0.05)
        # Not cancelled: a process whose end or start is cut off would leave its pipes to a loop that is gone.
        await asyncio.gather(*self._starting, return_exceptions=True)
        while not self._idle.empty():
            await self._idle.get_nowait().end()
