"""One process that works on a store for the service: it is asked by a line, answers by a line, and can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Protocol

import kg
from kg import errors
from kg.service.settings import variable_of
from kg.store import FormatNotOffered, Location, WriteRefused

_PACKAGE_ROOT = str(Path(kg.__file__).resolve().parents[1])
_READ_AHEAD = 1 << 20
_START_LIMIT = 20.0
_ERRORS: dict[str, type[errors.KgError]] = {
    kind.__name__: kind
    for kind in (
        *(errors.NotFound, errors.QuerySyntaxError, errors.QueryTooLarge, errors.StoreError),
        *(FormatNotOffered, WriteRefused),
    )
}


class Line(Protocol):
    """What a process is asked."""

    def line(self) -> bytes:
        """Return it as one line of JSON."""
        ...


class Process:
    """A running ``kg.store.worker`` or ``kg.store.writer``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, location: Location, memory: int) -> Process:
        """Start ``python -m MODULE LOCATION MEMORY`` and wait until it is ready; raises StoreError where it ends."""
        path = os.pathsep.join(part for part in (_PACKAGE_ROOT, os.environ.get("PYTHONPATH", "")) if part)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, str(location), str(memory)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_READ_AHEAD,
            env={**_environment(), "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"},
        )
        started = cls(process)
        try:
            async with asyncio.timeout(_START_LIMIT):
                line = await started._stdout.readline()
        except (TimeoutError, asyncio.CancelledError):
            await started.end()
            raise
        if not line:
            await started.end()
            raise errors.StoreError("A process that works on the store cannot be started", where=str(location))
        return started

    @property
    def _stdout(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None  # a pipe was asked for
        return self._process.stdout

    async def ask(self, job: Line) -> tuple[dict[str, Any], bytes]:
        """Have one job done; return the header and body it is answered by.

        Raises the error it is answered by, and EOFError where the process died of it.
        """
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
            return header, await self._stdout.readexactly(header["length"])
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


def _environment() -> dict[str, str]:
    """Return the environment without the write token, which is no business of those who run queries."""
    return {name: value for name, value in os.environ.items() if name != variable_of("write_token")}
