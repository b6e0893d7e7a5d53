"""A real service on the sample graph: in this process by ASGI, and as a server on the loopback interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from live_service import live_service
from sample_graph import write_quad_files

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import publish


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store folder with the sample graph published."""
    folder = tmp_path_factory.mktemp("sample")
    publish(folder / "store", write_quad_files(folder), version="sample-1")
    return folder / "store"


@pytest.fixture(scope="session")
def client(sample_store: Path) -> Iterator[TestClient]:
    """Return a client of a running service; errors of the service are answered, not raised."""
    with TestClient(create_app(Settings(store=sample_store)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def address(sample_store: Path) -> Iterator[str]:
    """Return the address of a real server on the loopback interface."""
    with live_service(create_app(Settings(store=sample_store, workers=1))) as address:
        yield address
