"""Keeps the last answers to queries: a snapshot never changes, so the same query has the same answer until the next."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FRESH = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\b|\\u", re.IGNORECASE)
"""Functions whose value is another each time (https://www.w3.org/TR/sparql11-query/#SparqlOps), however written."""
_KEPT = "reply_kept"
_PATH = "/sparql"
_SHARE = 16
_OK = 200
_TELLING = (b"host", b"accept")
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer over HTTP, and the route it came from."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    route: Any


class ReplyCache:
    """Replies from one snapshot, those used last: at most ``size`` bytes, each at most a sixteenth of that."""

    def __init__(self, size: int) -> None:
        self._size, self._held = size, 0
        self._replies: OrderedDict[Key, Reply] = OrderedDict()

    def get(self, key: Key) -> Reply | None:
        """Return the reply kept for a request, None where there is none."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def put(self, key: Key, reply: Reply) -> None:
        """Keep a reply, and let go of those that were not asked for longest."""
        if len(reply.body) * _SHARE > self._size or key in self._replies:
            return
        self._replies[key] = reply
        self._held += len(reply.body)
        while self._held > self._size:
            _, oldest = self._replies.popitem(last=False)
            self._held -= len(oldest.body)


def keep_reply(scope: Scope, query: str) -> None:
    """Have the reply to a request for this query kept, unless it is another each time."""
    scope[_KEPT] = not _FRESH.search(query)


class Remembered:
    """Answers a query by GET from the cache of the current snapshot, and keeps there what :func:`keep_reply` says."""

    def __init__(self, app: ASGIApp, current: Callable[[], ReplyCache]) -> None:
        self._app, self._current = app, current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        cache = self._current()
        reply = cache.get(key)
        if reply is None:
            await self._app(scope, receive, _keeping(cache, key, scope, send))
            return
        scope["route"] = reply.route
        await send({"type": "http.response.start", "status": _OK, "headers": list(reply.headers)})
        await send({"type": "http.response.body", "body": reply.body})


def _key(scope: Scope) -> Key | None:
    """Return all of a request that its answer depends on, None for a request whose answer is not kept."""
    if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "GET" or not scope["query_string"]:
        return None
    return scope["scheme"], scope["query_string"], *(header for header in scope["headers"] if header[0] in _TELLING)


def _keeping(cache: ReplyCache, key: Key, scope: Scope, send: Send) -> Send:
    headers: list[tuple[bytes, bytes]] = []

    async def send_and_keep(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == _OK:
            headers.extend(message["headers"] if scope.get(_KEPT) else ())
        elif message["type"] == "http.response.body" and headers and not message.get("more_body"):
            cache.put(key, Reply(tuple(headers), message["body"], scope.get("route")))
        await send(message)

    return send_and_keep
