"""Has a worker answer for a request, and stops it when the caller goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import lru_cache

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.datastructures import URL

from kg.service.pool import Answer
from kg.service.serving import Serving
from kg.store.worker import Job

VARY = {"Vary": "Accept"}
_CLIENT_GONE = 499  # nobody reads it; what proxies write into their logs
_SOON = 0.05  # an answer that is there by then is not worth a look at whether its caller still is


def accept_of(request: Request) -> str:
    """Return what a request accepts, all its Accept headers as one."""
    return ", ".join(request.headers.getlist("accept"))


def endpoint_of(request: Request) -> str:
    """Return the address that was called: relative IRIs of queries are resolved against it."""
    scope = request.scope
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    return _address(scope["scheme"], host, tuple(scope.get("server") or ()), scope["path"])


@lru_cache(maxsize=64)
def _address(scheme: str, host: bytes | None, server: tuple[str, int] | tuple[()], path: str) -> str:
    headers = [] if host is None else [(b"host", host)]
    return str(URL(scope={"scheme": scheme, "headers": headers, "server": server or None, "path": path}))


def as_json(model: BaseModel) -> Response:
    """Answer with a model that was made here, and so needs no second look at whether it is as described."""
    return Response(model.model_dump_json(), media_type="application/json")


async def answer_job(request: Request, serving: Serving, job: Job, *, timeout: float) -> Response:
    """Answer a request by what a worker makes of ``job``; raises what :meth:`Serving.run` raises."""
    answer = await _unless_gone(request, serving.run(job, timeout=timeout))
    if answer is None:
        return Response(status_code=_CLIENT_GONE)
    return Response(answer.body, media_type=answer.media_type, headers=VARY)


class _Watch:
    """Cancels a task when the caller of its request goes away; begins to look when the task takes longer than most."""

    def __init__(self, request: Request) -> None:
        self.saw_leave = False
        self._request, self._task = request, asyncio.current_task()
        self._looking: asyncio.Task[None] | None = None
        self._begins = asyncio.get_running_loop().call_later(_SOON, self._begin)

    def _begin(self) -> None:
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        if self._task is not None:
            self.saw_leave = self._task.cancel()

    def end(self) -> None:
        self._begins.cancel()
        if self._looking is not None:
            self._looking.cancel()


async def _unless_gone(request: Request, work: Awaitable[Answer]) -> Answer | None:
    """Wait for an answer; when its caller goes away, cancel it and return None."""
    watch = _Watch(request)
    try:
        return await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if watch.saw_leave and task is not None and not task.uncancel():
            return None
        raise
    finally:
        watch.end()
