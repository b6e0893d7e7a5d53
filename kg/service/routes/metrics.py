"""``/metrics``: the service's numbers for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from kg.service.observing import Metrics
from kg.service.parameters import CurrentServing, CurrentSnapshot

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def read_metrics(request: Request, serving: CurrentServing, snapshot: CurrentSnapshot) -> Response:
    """Give the service's numbers since its start, and what its graph holds."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    body = metrics.text(workers=serving.ready_workers, waiting=serving.waiting, manifest=snapshot.manifest)
    return Response(body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
