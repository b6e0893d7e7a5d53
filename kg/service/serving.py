"""Holds what the service answers from, moves to a newer snapshot while requests go on, and has changes written."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from kg.errors import KgError, ServiceBusy, StoreError
from kg.service.cache import ReplyCache
from kg.service.pool import Answer, WorkerPool
from kg.service.processes import Process
from kg.service.settings import Settings
from kg.store import Location, Snapshot, Write, open_snapshot
from kg.store.remote import is_remote
from kg.store.snapshots import POINTER
from kg.store.worker import Job

_LOG = logging.getLogger(__name__)
_WRITER = "kg.store.writer"


class Serving:
    """The current snapshot with its query workers, and the one writer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._pool = WorkerPool(
            settings.store, size=settings.workers, queue=settings.queue, memory=settings.worker_memory
        )
        # Whether a server's graph has changed nobody tells.
        self._cache_bytes = 0 if is_remote(settings.store) else settings.cache_bytes
        self._replies = ReplyCache(self._cache_bytes)
        self._stamp: tuple[int, int] | None = None
        self._moving = asyncio.Lock()
        self._move_waits = False
        self._writing = asyncio.Lock()
        self._writes = 0
        self._writer: Process | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the current snapshot, start the workers, and begin to follow the store; raises StoreError."""
        self._snapshot = await asyncio.to_thread(open_snapshot, self._settings.store)
        self._stamp = _stamp_of(self._settings.store)
        self._pool.location = self._snapshot.location
        await self._pool.start()
        self._begin(self._follow())

    async def stop(self) -> None:
        """End following, all workers and the writer."""
        async with self._writing:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._pool.stop()
            if self._writer is not None:
                await self._writer.end()

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot to answer from; raises StoreError before one was opened."""
        if self._snapshot is None:
            raise StoreError("No snapshot is open", mend="Run `kg build` first.")
        return self._snapshot

    @property
    def ready_workers(self) -> int:
        """How many query workers wait."""
        return self._pool.ready

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._pool.waiting

    async def run(self, job: Job, *, timeout: float) -> Answer:
        """Run a query on the current snapshot; raises what :meth:`WorkerPool.run` raises."""
        return await self._pool.run(job, timeout=timeout)

    def replies(self) -> ReplyCache:
        """Return what was answered from the current snapshot."""
        return self._replies

    async def write(self, write: Write) -> bool:
        """Carry out a change, so that what is asked afterwards sees it; return whether its graph was there before.

        On a server's store, neighbourhoods and lookups follow as soon as their arrays were read anew. Raises
        ServiceBusy (too many changes wait), and what :meth:`kg.store.protocol.Writer.apply` raises.
        """
        if self._writes > self._settings.queue:
            raise ServiceBusy("Too many changes wait", mend="Try again soon, or send several in one request.")
        self._writes += 1
        try:
            async with self._writing:
                was_there = await self._apply(write)
                if is_remote(self._settings.store):
                    self._begin(self._move())
                else:
                    await self._move()
                return was_there
        finally:
            self._writes -= 1

    async def _apply(self, write: Write) -> bool:
        settings = self._settings
        writer = self._writer or await Process.start(_WRITER, settings.store, settings.writer_memory)
        self._writer = None  # until it has answered: one that did not is ended
        try:
            async with asyncio.timeout(settings.write_deadline):
                header, _ = await writer.ask(write.line())
            self._writer = writer
        except KgError:
            self._writer = writer
            raise
        except (EOFError, TimeoutError) as error:
            what = "The change needed too much memory" if isinstance(error, EOFError) else "The change took too long"
            raise StoreError(what, mend="Nothing was changed. Write less at once.") from error
        finally:
            if self._writer is None:
                await writer.end()
        return bool(header["was_there"])

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._settings.follow)
            if _stamp_of(self._settings.store) != self._stamp:
                await self._move()

    async def _move(self) -> None:
        if self._move_waits:
            return  # it will find what is there when it begins
        self._move_waits = True
        async with self._moving:
            self._move_waits = False
            stamp = _stamp_of(self._settings.store)
            if stamp == self._stamp and stamp is not None:
                return
            try:
                snapshot = await asyncio.to_thread(open_snapshot, self._settings.store)
            except (KgError, OSError, ValueError) as error:
                _LOG.error("The new snapshot cannot be opened, staying with the one before: %s", error)
                return
            self._snapshot, self._stamp, self._replies = snapshot, stamp, ReplyCache(self._cache_bytes)
            await self._pool.move(snapshot.location)
            _LOG.info("Answering from %s", snapshot.location)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _stamp_of(location: Location) -> tuple[int, int] | None:
    """Return what changes when the pointer is replaced; a server tells nothing of the kind."""
    try:
        status = os.stat(Path(location) / POINTER)
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino
