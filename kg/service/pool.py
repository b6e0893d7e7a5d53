"""Runs queries in worker processes that are killed at a deadline and replaced at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from kg import errors
from kg.service.processes import Process
from kg.store import Location
from kg.store.worker import Job

_LOG = logging.getLogger(__name__)
_MODULE = "kg.store.worker"
_PAUSE = 1.0
_SHORTLY = 0.05
_START_LIMIT = 20.0
_NOTHING = Job(query="ASK {}", bindings="text/csv", graph=None, default=None, named=None, max_bytes=64, max_rows=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's whole answer."""

    media_type: str
    body: bytes


class WorkerPool:
    """Some workers, and a bounded queue before them. A worker opens the snapshot that its next query is about."""

    def __init__(self, location: Location, *, size: int, queue: int, memory: int) -> None:
        self.location = location
        """What queries are answered from: the current snapshot."""
        self._size, self._queue, self._memory = size, queue, memory
        self._idle: asyncio.LifoQueue[Process] = asyncio.LifoQueue()
        self._open = 0
        self._closed = False
        self._starting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all workers and wait until they are ready; raises StoreError where one cannot start."""
        starts = (Process.start(_MODULE, self.location, self._memory) for _ in range(self._size))
        failures = []
        for started in await asyncio.gather(*starts, return_exceptions=True):
            if isinstance(started, Process):
                self._idle.put_nowait(started)
            else:
                failures.append(started)
        if failures:
            await self.stop()
            raise failures[0]

    @property
    def ready(self) -> int:
        """How many workers wait for a query."""
        return self._idle.qsize()

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return max(0, self._open - self._size)

    async def run(self, job: Job, *, timeout: float) -> Answer:
        """Answer a query within ``timeout`` seconds, waiting included.

        Raises ServiceBusy (queue full, or no worker came free in time), QueryTimeout, QueryTooLarge, QuerySyntaxError,
        FormatNotOffered, NotFound. Cancelling it kills the worker: the query of a caller who left is not run on.
        """
        if self._open >= self._size + self._queue:
            raise errors.ServiceBusy("All query workers are taken and the queue is full", mend="Try again soon.")
        self._open += 1
        try:
            return await self._run(job, asyncio.get_running_loop().time() + timeout, timeout)
        finally:
            self._open -= 1

    async def _run(self, job: Job, deadline: float, timeout: float) -> Answer:
        try:
            worker = self._idle.get_nowait() if self._idle.qsize() else await self._next(deadline)
        except TimeoutError as error:
            raise errors.ServiceBusy(f"No query worker came free in {timeout:g} s", mend="Try again soon.") from error
        keep = False
        try:
            async with asyncio.timeout_at(deadline):
                # Not before now: while a query waited, a newer snapshot may have come.
                header, body = await worker.ask(job.line(str(self.location)))
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
        return Answer(header["media_type"], body)

    async def _next(self, deadline: float) -> Process:
        async with asyncio.timeout_at(deadline):
            return await self._idle.get()

    def _give_back(self, worker: Process, *, keep: bool) -> None:
        if keep:
            self._idle.put_nowait(worker)
            return
        task = asyncio.get_running_loop().create_task(self._replace(worker))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _replace(self, worker: Process) -> None:
        await worker.end()
        while not self._closed:
            try:
                self._idle.put_nowait(await Process.start(_MODULE, self.location, self._memory))
            except (errors.StoreError, OSError, TimeoutError) as error:
                _LOG.warning("A query worker could not be started, trying again: %s", error)
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def move(self, location: Location) -> None:
        """Answer from ``location`` from now on; queries under way end on what they began with."""
        self.location = location
        for _ in range(self._idle.qsize()):  # so that nobody idle holds what was left
            with contextlib.suppress(errors.KgError):
                await self.run(_NOTHING, timeout=_START_LIMIT)

    async def stop(self) -> None:
        """Let queries under way finish, then end all workers."""
        self._closed = True
        while self._open:
            await asyncio.sleep(_SHORTLY)
        # Not cancelled: a process whose end or start is cut off would leave its pipes to a loop that is gone.
        await asyncio.gather(*self._starting, return_exceptions=True)
        while not self._idle.empty():
            await self._idle.get_nowait().end()
