"""The service on Virtuoso answers as on a folder. Only by `make test-virtuoso`: the server is no Python package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sample_graph import write_quad_files
from virtuoso_server import virtuoso_server

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import open_snapshot, publish
from kg.store.remote_http import UPDATE_URL

pytestmark = pytest.mark.skipif("KG_TEST_VIRTUOSO" not in os.environ, reason="`make test-virtuoso` runs these")
TOKEN = "virtuoso-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PATHS = [
    "/actors?q=frank",
    "/actors/Q142",
    "/actors/Q142/positions",
    "/topics",
    "/neighbourhood?node=Q142&depth=2",
    "/evidence?subject=Q142&kind=commits&object=topic/entsendung-von-truppen",
    "/sparql?query=SELECT DISTINCT ?s { ?p <https://w3id.org/whostands/ns%23stance> ?s } ORDER BY ?s",
    "/sparql?query=SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_quad_files(tmp_path_factory.mktemp("quads"))


@pytest.fixture(scope="module")
def server(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso"), files) as url:
        yield url


@pytest.fixture(scope="module")
def folder(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    publish(folder := tmp_path_factory.mktemp("embedded"), files, version="1")
    return folder


def test_the_arrays_are_the_same(server: str, folder: Path) -> None:
    embedded, remote = open_snapshot(folder).edges, open_snapshot(server).edges
    assert remote.iri.blob == embedded.iri.blob
    for name in ("statement", "subject", "object", "day", "adjacent", "edge_start", "node_type"):
        assert np.array_equal(getattr(remote, name), getattr(embedded, name)), name


@pytest.mark.parametrize("path", PATHS)
def test_the_service_answers_the_same(server: str, folder: Path, path: str) -> None:
    replies = []
    for store in (folder, server):
        with TestClient(create_app(Settings(store=store, workers=1))) as client:
            replies.append(client.get(path))
    embedded, remote = replies
    assert (remote.status_code, remote.json()) == (embedded.status_code, embedded.json())


def test_it_is_written_to(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UPDATE_URL, server)
    graph, turtle = {"graph": "http://e/g"}, {"Content-Type": "text/turtle", **BEARER}
    with TestClient(create_app(Settings(store=server, workers=1, write_token=TOKEN))) as client:
        assert client.put("/graphs", params=graph, content=b"<a> <b> 1 .", headers=turtle).status_code == 201
        assert client.put("/graphs", params=graph, content=b"<a> <b> 2 .", headers=turtle).status_code == 204
        read = client.get("/graphs", params=graph, headers={"Accept": "application/n-triples"})
        assert read.text.startswith('<http://e/a> <http://e/b> "2"')
        assert client.delete("/graphs", params=graph, headers=BEARER).status_code == 204
        assert client.get("/graphs", params=graph).status_code == 404
