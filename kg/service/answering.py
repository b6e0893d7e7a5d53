"""Has a worker answer for a request, and stops it when the caller goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from fastapi import Request, Response

from kg.service.pool import Answer
from kg.service.serving import Serving
from kg.store.worker import Job

VARY = {"Vary": "Accept"}
_CLIENT_GONE = 499  # nobody reads it; what proxies write into their logs


def accept_of(request: Request) -> str:
    """Return what a request accepts, all its Accept headers as one."""
    return ", ".join(request.headers.getlist("accept"))


def endpoint_of(request: Request) -> str:
    """Return the address that was called: relative IRIs of queries are resolved against it."""
    return str(request.url).partition("?")[0]


async def answer_job(request: Request, serving: Serving, job: Job, *, timeout: float) -> Response:
    """Answer a request by what a worker makes of ``job``; raises what :meth:`Serving.run` raises."""
    answer = await _unless_gone(request, serving.run(job, timeout=timeout))
    if answer is None:
        return Response(status_code=_CLIENT_GONE)
    return Response(answer.body, media_type=answer.media_type, headers=VARY)


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer | None:
    """Wait for an answer; when its caller goes away, cancel it and return None."""
    answer = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await answer if answer.done() else None
    finally:
        answer.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
