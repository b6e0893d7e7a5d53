"""Whatever fits the API's description is answered as it says, and never by an error of the service."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from live_service import live_service
from sample_graph import write_quad_files
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import publish

TOKEN = "openapi-token"
EXAMPLES = 25


@pytest.fixture(scope="module")
def api() -> Iterator[Any]:
    """Return the description of a live service that may be written to."""
    memory = Path("/dev/shm")  # many changes, each of which would wait for a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        publish(Path(folder) / "store", write_quad_files(Path(folder)), version="1")
        app = create_app(Settings(store=Path(folder) / "store", workers=1, write_token=TOKEN))
        with live_service(app) as address:
            yield schemathesis.openapi.from_url(f"{address}/openapi.json")


def test_whatever_fits_the_description_is_answered(api: Any) -> None:
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) >= 18
    for operation in operations:
        make_requests(operation)


def make_requests(operation: Any) -> None:
    """Send one operation whatever Hypothesis makes up, and check each answer against the description."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        reply = case.call(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
        if reply.status_code == 503 and "timeout" in (case.query or {}):
            assert reply.json()["type"].endswith("#timeout")  # sooner than any query is answered, as the caller wished
            return
        case.validate_response(reply, checks=[not_a_server_error, status_code_conformance, content_type_conformance])

    send()
