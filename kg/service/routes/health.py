"""``/healthz``: whether the service answers, and from what."""

from __future__ import annotations

from fastapi import APIRouter

from kg.service.parameters import CurrentServing, CurrentSnapshot
from kg.service.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def read_health(serving: CurrentServing, snapshot: CurrentSnapshot) -> Health:
    """Say that the service is up, and which build it answers from."""
    manifest = snapshot.manifest
    return Health(
        status="ok",
        version=manifest.version,
        created=manifest.created,
        counts=manifest.counts,
        workers_ready=serving.ready_workers,
    )
