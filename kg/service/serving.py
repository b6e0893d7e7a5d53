"""Holds what the service answers from, and moves to a newer snapshot while requests go on."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from kg.errors import KgError, StoreError
from kg.service.pool import Answer, PoolClosed, WorkerPool
from kg.service.settings import Settings
from kg.store import Location, Snapshot, open_snapshot
from kg.store.snapshots import POINTER
from kg.store.worker import Job

_LOG = logging.getLogger(__name__)


class Serving:
    """The current snapshot with its query workers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._pool: WorkerPool | None = None
        self._stamp: tuple[int, int] | None = None
        self._following: asyncio.Task[None] | None = None
        self._draining: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the current snapshot, start its workers, and begin to follow the store; raises StoreError."""
        await self._move()
        self._following = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """End following and all workers."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await asyncio.gather(*self._draining, return_exceptions=True)  # to its end: it ends processes
        if self._pool is not None:
            await self._pool.drain()

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot to answer from; raises StoreError before one was opened."""
        if self._snapshot is None:
            raise StoreError("No snapshot is open", mend="Run `kg build` first.")
        return self._snapshot

    @property
    def ready_workers(self) -> int:
        """How many query workers wait."""
        return self._pool.ready if self._pool else 0

    async def run(self, job: Job, *, timeout: float) -> Answer:
        """Run a query on the current snapshot; raises what :meth:`WorkerPool.run` raises."""
        while self._pool is not None:
            try:
                return await self._pool.run(job, timeout=timeout)
            except PoolClosed:
                continue  # a newer snapshot came in between: its pool is in place already
        raise StoreError("No snapshot is open", mend="Run `kg build` first.")

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._settings.follow)
            if _stamp_of(self._settings.store) == self._stamp:
                continue
            try:
                await self._move()
            except (KgError, OSError, ValueError, TimeoutError) as error:
                _LOG.error("The new snapshot cannot be opened, staying with the one before: %s", error)

    async def _move(self) -> None:
        settings = self._settings
        stamp = _stamp_of(settings.store)
        snapshot = await asyncio.to_thread(open_snapshot, settings.store)
        pool = WorkerPool(snapshot.location, size=settings.workers, queue=settings.queue, memory=settings.worker_memory)
        await pool.start()
        old, self._pool, self._snapshot, self._stamp = self._pool, pool, snapshot, stamp
        _LOG.info("Answering from %s", snapshot.location)
        if old is not None:
            task = asyncio.get_running_loop().create_task(old.drain())
            self._draining.add(task)
            task.add_done_callback(self._draining.discard)


def _stamp_of(location: Location) -> tuple[int, int] | None:
    """Return what changes when the pointer is replaced; a server tells nothing of the kind."""
    try:
        status = os.stat(Path(location) / POINTER)
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino
