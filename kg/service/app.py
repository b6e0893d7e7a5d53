"""Puts the service together: routes, errors, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import kg
from kg.service.problems import PROBLEM_SCHEMA, add_handlers, openapi_responses
from kg.service.routes import health, neighbourhood, nodes, page, sparql
from kg.service.serving import Serving
from kg.service.settings import Settings
from kg.store import current_snapshot

_DESCRIPTION = "Who stands where on what, since when, and who said so: positions read from news articles."
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Swagger UI writes style attributes.
_DOCS_POLICY = _POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def create_app(settings: Settings) -> FastAPI:
    """Return the service on ``settings.store``; raises StoreError where nothing was built there yet.

    The snapshot is opened and the query workers are started with the application's lifespan.
    """
    current_snapshot(settings.store)
    app = FastAPI(
        title="Whostands",
        description=_DESCRIPTION,
        version=getattr(kg, "__version__", "0"),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        responses=openapi_responses(),
    )
    app.state.settings = settings
    app.state.serving = Serving(settings)
    for routes in (sparql, nodes, neighbourhood, health, page):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=page.STATIC), name="static")
    add_handlers(app)
    app.add_middleware(_SafeHeaders)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    serving: Serving = app.state.serving
    await serving.start()
    try:
        yield
    finally:
        await serving.stop()


def _describe_problems(app: FastAPI) -> None:
    """Put the schema of errors into the API description, which knows only schemas of models."""
    describe = app.openapi

    def with_problems() -> dict[str, Any]:
        description = describe()
        description.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        return description

    app.openapi = with_problems  # type: ignore[method-assign]  # FastAPI's documented way


class _SafeHeaders:
    """Adds the headers that keep a browser from loading or framing anything it should not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = _DOCS_POLICY if scope["path"] == "/docs" else _POLICY

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)
