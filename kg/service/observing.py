"""Says of every request how it ended and how long it took: as a line of JSON, and as numbers for Prometheus.

Neither tells what was asked: of an address only its path is kept, and of metrics only the route.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.store import Manifest

HEADER = "X-Request-ID"
_LOG = logging.getLogger("kg.access")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
_OTHER = "other"
_SERVER_ERROR = 500
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The numbers of one service, by the names of https://prometheus.io/docs/practices/naming/."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("kg_http_requests", "Requests answered", labels, registry=self._registry)
        self._seconds = Histogram(
            "kg_http_request_seconds", "Time to answer", ("route",), registry=self._registry, buckets=_SECONDS
        )
        self._open = Gauge("kg_http_requests_open", "Requests being answered", registry=self._registry)
        self._workers = Gauge("kg_query_workers_ready", "Query workers that wait", registry=self._registry)
        self._waiting = Gauge("kg_queries_waiting", "Queries that wait for a worker", registry=self._registry)
        self._counts = Gauge("kg_snapshot_count", "What the graph holds", ("of",), registry=self._registry)

    def begin(self) -> None:
        """Count a request that begins."""
        self._open.inc()

    def end(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._open.dec()
        self._requests.labels(method if method in _METHODS else _OTHER, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, *, workers: int, waiting: int, manifest: Manifest) -> bytes:
        """Return all numbers as Prometheus reads them
        (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format)."""
        self._workers.set(workers)
        self._waiting.set(waiting)
        for name, count in manifest.counts.items():
            self._counts.labels(name).set(count)
        return generate_latest(self._registry)


class Observed:
    """Gives every request an id (the caller's own ``X-Request-ID`` where it has one), logs it and counts it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        scope["request_id"] = request_id = given if _GIVEN_ID.fullmatch(given) else uuid4().hex
        status, length = _SERVER_ERROR, 0

        async def send_observed(message: Message) -> None:
            nonlocal status, length
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            elif message["type"] == "http.response.body":
                length += len(message.get("body", b""))
            await send(message)

        began = time.perf_counter()
        self._metrics.begin()
        try:
            await self._app(scope, receive, send_observed)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.end(method=scope["method"], route=_route(scope), status=status, seconds=seconds)
            _log(scope, status=status, length=length, seconds=seconds)


def log_requests() -> None:
    """Write one line of JSON per request to standard error: time (UTC), id, method, path, status, bytes, seconds."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False


def _route(scope: Scope) -> str:
    """Return a request's route as it is declared (``/actors/{id}``), so that there are as many as there are routes."""
    return str(getattr(scope.get("route"), "path", _OTHER))


def _log(scope: Scope, *, status: int, length: int, seconds: float) -> None:
    if _LOG.isEnabledFor(logging.INFO):
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": scope["request_id"],
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "bytes": length,
            "seconds": round(seconds, 4),
        }
        _LOG.info(json.dumps(line))
