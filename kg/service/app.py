"""Puts the service together: routes, errors, and the layers that every request passes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

import kg
from kg.service.cache import Remembered
from kg.service.headers import CrossOrigin, HeadAsGet, SafeHeaders
from kg.service.observing import Metrics, Observed
from kg.service.problems import PROBLEM_SCHEMA, add_handlers, openapi_responses
from kg.service.routes import articles, graphs, health, metrics, neighbourhood, nodes, page, sparql, vocabulary
from kg.service.serving import Serving
from kg.service.settings import Settings
from kg.store import check_location

_DESCRIPTION = "Who stands where on what, since when, and who said so: positions read from news articles."


def create_app(settings: Settings) -> FastAPI:
    """Return the service on ``settings.store``; raises StoreError where nothing was built yet or no server answers.

    The snapshot is opened and the query workers are started with the application's lifespan.
    """
    check_location(settings.store)
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
    app.state.metrics = Metrics()
    app.router.routes.insert(0, sparql.ROUTE)
    for routes in (sparql, graphs, articles, nodes, neighbourhood, health, metrics, vocabulary, page):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=page.STATIC), name="static")
    add_handlers(app)
    app.add_middleware(Remembered, current=app.state.serving.replies)
    for layer in (HeadAsGet, CrossOrigin, SafeHeaders):  # the last is the outermost but one
        app.add_middleware(layer)
    app.add_middleware(Observed, metrics=app.state.metrics)
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
