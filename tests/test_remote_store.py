"""A store on another server offers what the embedded one does: the same answers, refusals and neighbourhoods."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from remote_server import oxigraph_server
from sample_graph import write_quad_files

from kg.errors import QuerySyntaxError, StoreError
from kg.positions import find_actor
from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import FormatNotOffered, Formats, Graphs, Snapshot, open_snapshot, open_store, publish
from kg.store.remote import PASSWORD, TOKEN, USER, RemoteStore
from kg.store.remote_index import index_store

WS = "PREFIX ws: <https://w3id.org/whostands/ns#> "
PARIS = "https://w3id.org/whostands/id/article/paris-2025/graph"
STANCES = f"{WS}SELECT ?p ?s ?none WHERE {{ ?p ws:stance ?s }} ORDER BY ?p"
COUNT = f"{WS}SELECT (COUNT(*) AS ?n) FROM <{PARIS}> {{ ?p ws:stance ?s }}"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_quad_files(tmp_path_factory.mktemp("quads"))


@pytest.fixture(scope="module")
def server(files: list[Path]) -> Iterator[str]:
    with oxigraph_server(files) as url:
        yield url


@pytest.fixture(scope="module")
def folder(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embedded")
    publish(folder, files, version="1")
    return folder


@pytest.fixture(scope="module")
def both(server: str, folder: Path) -> tuple[Snapshot, Snapshot]:
    return open_snapshot(folder), open_snapshot(server)


@pytest.mark.parametrize("query", [STANCES, COUNT, f"ASK {{ GRAPH <{PARIS}> {{ ?s ?p ?o }} }}", "ASK { <x:y> ?p ?o }"])
@pytest.mark.parametrize("media_type", ["application/sparql-results+json", "text/tab-separated-values", "text/csv"])
def test_bindings_are_the_same(both: tuple[Snapshot, Snapshot], query: str, media_type: str) -> None:
    outputs = [io.BytesIO(), io.BytesIO()]
    for snapshot, output in zip(both, outputs, strict=True):
        assert snapshot.store.answer(query, output, formats=Formats(bindings=media_type)) == media_type
    assert outputs[0].getvalue() == outputs[1].getvalue() != b""


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_graphs_are_the_same(both: tuple[Snapshot, Snapshot], media_type: str) -> None:
    outputs = [io.BytesIO(), io.BytesIO()]
    query = "CONSTRUCT { ?s <n> ?o } WHERE { ?s <https://w3id.org/whostands/ns#stance> ?o }"
    for snapshot, output in zip(both, outputs, strict=True):
        snapshot.store.answer(query, output, formats=Formats(graph=media_type), base="http://base/")
    lines = [sorted(output.getvalue().splitlines()) for output in outputs]
    assert lines[0] == lines[1]
    assert b"http://base/" in outputs[1].getvalue()


def test_rows_and_datasets_are_the_same(both: tuple[Snapshot, Snapshot]) -> None:
    for graphs in (Graphs(), Graphs(default=[PARIS])):
        answers = [snapshot.store.select(STANCES, graphs=graphs) for snapshot in both]
        assert answers[0].variables == answers[1].variables == ("p", "s", "none")
        assert list(answers[0].rows) == list(answers[1].rows) != []
    for snapshot in both:
        assert snapshot.store.has_graph(PARIS) and not snapshot.store.has_graph("http://example.org/none")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT *\nWHERE { ?s ?p }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT * FROM <http://example.org/none> { ?s ?p ?o }",
        "ASK { <relative> ?p ?o }",
    ],
)
def test_refusals_are_told_alike(both: tuple[Snapshot, Snapshot], query: str) -> None:
    told = []
    for snapshot in both:
        with pytest.raises(QuerySyntaxError) as failure:
            snapshot.store.answer(query, io.BytesIO())
        told.append(str(failure.value))
    assert told[0] == told[1]


def test_formats_are_refused_alike(both: tuple[Snapshot, Snapshot]) -> None:
    for snapshot in both:
        with pytest.raises(FormatNotOffered):
            snapshot.store.answer(STANCES, io.BytesIO(), formats=Formats(bindings=None))


def test_the_arrays_are_the_same_whatever_the_page(both: tuple[Snapshot, Snapshot]) -> None:
    embedded, remote = both
    assert remote.manifest.counts == embedded.manifest.counts
    for edges in (remote.edges, index_store(remote.store, page=7)[0]):
        assert edges.iri.blob == embedded.edges.iri.blob
        assert edges.names.blob == embedded.edges.names.blob
        assert list(edges.kinds) == list(embedded.edges.kinds)
        for name in ("statement", "subject", "object", "day", "adjacent", "edge_start", "node_type"):
            assert np.array_equal(getattr(edges, name), getattr(embedded.edges, name)), name
    with pytest.raises(StoreError, match="More than 1 values"):
        index_store(remote.store, page=1)


@pytest.mark.parametrize(
    "path",
    [
        "/actors?q=frank",
        "/actors/Q142",
        "/actors/Q142/positions",
        "/topics",
        "/neighbourhood?node=Q142&depth=2",
        "/neighbourhood?node=Q142&format=graphml",
        "/evidence?subject=Q142&kind=commits&object=topic/entsendung-von-truppen",
        f"/sparql?query={STANCES.replace('#', '%23')}",
        "/sparql?query=SELECT",
        "/sparql?query=SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
)
def test_the_service_answers_the_same(services: tuple[TestClient, TestClient], path: str) -> None:
    embedded, remote = (client.get(path) for client in services)
    assert (embedded.status_code, embedded.text) == (remote.status_code, remote.text)


@pytest.fixture(scope="module")
def services(server: str, folder: Path) -> Iterator[tuple[TestClient, TestClient]]:
    with (
        TestClient(create_app(Settings(store=folder, workers=1))) as embedded,
        TestClient(create_app(Settings(store=server, workers=1))) as remote,
    ):
        yield embedded, remote


def test_a_slow_query_ends_at_its_deadline(services: tuple[TestClient, TestClient]) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert services[1].get("/sparql", params={"query": query, "timeout": "0.5"}).status_code == 503
    assert services[1].get("/sparql", params={"query": STANCES}).status_code == 200


def test_actors_are_found_by_name(server: str) -> None:
    assert find_actor(server, "Frankreich").endswith("/Q142")


def test_a_default_graph_that_is_not_the_union_is_refused(files: list[Path]) -> None:
    with oxigraph_server(files, union=False) as url, pytest.raises(StoreError, match="union"):
        open_store(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/query", "http://", "http://name:secret@127.0.0.1/query"])
def test_no_server_is_one_clear_error(url: str) -> None:
    with pytest.raises(StoreError) as failure:
        open_store(url)
    assert "secret" not in str(failure.value)


class _Guarded(BaseHTTPRequestHandler):
    """Answers every query with "no" to who has a token or a password, and sends all others elsewhere or away."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["Authorization"] in ("Bearer abc", "Basic " + base64.b64encode("ä:b:c".encode()).decode())
        self.send_response(307 if self.path == "/moved" else 200 if known else 401)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(b'{"head":{},"boolean":false}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def guarded() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Guarded)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_credentials_come_from_the_environment(guarded: str) -> None:
    RemoteStore(guarded, environment={TOKEN: "abc"})
    RemoteStore(guarded, environment={USER: "ä", PASSWORD: "b:c"})
    for environment in ({}, {TOKEN: "wrong"}):
        with pytest.raises(StoreError, match=r"401.*" + TOKEN):
            RemoteStore(guarded, environment=environment)
    with pytest.raises(StoreError, match="307"):
        RemoteStore(f"{guarded}/moved", environment={TOKEN: "abc"})
