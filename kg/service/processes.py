"""One process that works on a store for the service: it is asked by a line, answers by a line, and can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, cast

import kg
from kg import errors
from kg.service.settings import variable_of
from kg.store import FormatNotOffered, Location, WriteRefused

_PACKAGE_ROOT = str(Path(kg.__file__).resolve().parents[1])
_START_LIMIT = 20.0
_ERRORS: dict[str, type[errors.KgError]] = {
    kind.__name__: kind
    for kind in (
        *(errors.NotFound, errors.QuerySyntaxError, errors.QueryTooLarge, errors.StoreError),
        *(FormatNotOffered, WriteRefused),
    )
}


Reply = tuple[dict[str, Any], bytes]
"""The header and body of an answer."""


class Replies(asyncio.SubprocessProtocol):
    """Puts together what a process answers; a stream instead would be a good part of what a short query takes."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._header: dict[str, Any] | None = None
        self._ended = False
        self._awaited: asyncio.Future[Reply] | None = None
        self.ready = self.following()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def following(self) -> asyncio.Future[Reply]:
        """Return the answer that comes next; it ends in EOFError where the process does."""
        self._awaited = asyncio.get_running_loop().create_future()
        if self._ended:
            self._awaited.set_exception(EOFError())
        return self._awaited

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._received += data
        if self._header is None:
            line, newline, rest = self._received.partition(b"\n")
            if not newline:
                return
            self._header, self._received = json.loads(line), rest
        if self._awaited is None or len(self._received) < self._header.get("length", 0):
            return
        if not self._awaited.done():
            self._awaited.set_result((self._header, bytes(self._received)))
        self._header, self._awaited = None, None
        self._received.clear()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._ended = True
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(EOFError())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.gone.done():
            self.gone.set_result(None)


class Process:
    """A running ``kg.store.worker`` or ``kg.store.writer``."""

    def __init__(self, process: asyncio.SubprocessTransport, replies: Replies) -> None:
        self._process, self._replies = process, replies
        self._stdin = cast(asyncio.WriteTransport, process.get_pipe_transport(0))

    @classmethod
    async def start(cls, module: str, location: Location, memory: int) -> Process:
        """Start ``python -m MODULE LOCATION MEMORY`` and wait until it is ready; raises StoreError where it ends."""
        path = os.pathsep.join(part for part in (_PACKAGE_ROOT, os.environ.get("PYTHONPATH", "")) if part)
        process, replies = await asyncio.get_running_loop().subprocess_exec(
            Replies,
            *(sys.executable, "-m", module, str(location), str(memory)),
            stderr=None,
            env={**_environment(), "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"},
        )
        started = cls(process, replies)
        try:
            async with asyncio.timeout(_START_LIMIT):
                await replies.ready
        except (TimeoutError, asyncio.CancelledError):
            await started.end()
            raise
        except EOFError as error:
            await started.end()
            what = "A process that works on the store cannot be started"
            raise errors.StoreError(what, where=str(location)) from error
        return started

    async def ask(self, line: bytes) -> Reply:
        """Have one job done, told as one line of JSON; return what it is answered by.

        Raises the error it is answered by, and EOFError where the process died of it.
        """
        following = self._replies.following()
        if not following.done():
            self._stdin.write(line)
        header, body = await following
        if "error" in header:
            kind = _ERRORS.get(header["error"], errors.KgError)
            raise kind(header["what"], where=header.get("where"), mend=header.get("mend"))
        return header, body

    async def end(self) -> None:
        """Kill the process, whatever it does, and wait until it is gone: nobody else may reap it."""
        self._stdin.close()
        if self._process.get_returncode() is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._replies.gone  # its pipes, too: one left open is closed too late, when the loop is gone


def _environment() -> dict[str, str]:
    """Return the environment without the write token, which is no business of those who run queries."""
    return {name: value for name, value in os.environ.items() if name != variable_of("write_token")}
