"""The SPARQL 1.1 Protocol, and what a query cannot do to the service."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sample_graph import write_quad_files

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import publish

SELECT = "PREFIX ws: <https://w3id.org/whostands/ns#> SELECT ?s WHERE { ?p ws:stance ?s } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?p <https://w3id.org/whostands/ns#stance> ?s }"
CROSS_JOIN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PARIS = "https://w3id.org/whostands/id/article/paris-2025/graph"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.9", "text/tab-separated-values"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
    ],
)
def test_bindings_are_negotiated(client: TestClient, accept: str, media_type: str) -> None:
    reply = client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].partition(";")[0] == media_type
    if media_type.endswith("+xml"):
        rows = len(ElementTree.fromstring(reply.content)[1])
    elif media_type.endswith("json"):
        rows = len(reply.json()["results"]["bindings"])
    else:
        rows = len(reply.text.strip().splitlines()) - 1
    assert rows == 4


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json"])
def test_graphs_are_negotiated(client: TestClient, accept: str) -> None:
    reply = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": accept})
    assert reply.headers["content-type"].partition(";")[0] == accept
    assert "commits" in reply.text


def test_no_format_that_fits_is_406(client: TestClient) -> None:
    for query, accept in ((SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "image/png")):
        reply = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert (reply.status_code, reply.headers["content-type"]) == (406, "application/problem+json")


def test_the_three_ways_to_ask_answer_alike(client: TestClient) -> None:
    replies = [
        client.get("/sparql", params={"query": SELECT}),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", content=SELECT.encode(), headers={"Content-Type": "application/sparql-query"}),
    ]
    assert len({reply.content for reply in replies}) == 1
    assert replies[0].status_code == 200


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_the_dataset_can_be_given_and_must_be_in_the_store(client: TestClient, name: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?p <https://w3id.org/whostands/ns#stance> ?s }"
    if name == "named-graph-uri":
        query = query.replace("?p <", "GRAPH ?g { ?p <").replace("?s }", "?s } }")
    reply = client.get("/sparql", params={"query": query, name: PARIS})
    assert reply.json()["results"]["bindings"][0]["n"]["value"] == "3"
    posted = client.post("/sparql", data={"query": query, name: PARIS})
    assert posted.content == reply.content
    refused = client.get("/sparql", params={"query": query, name: "http://example.org/none"})
    assert refused.status_code == 400
    assert refused.json()["where"] == "http://example.org/none"


def test_bad_queries_tell_what_and_where(client: TestClient) -> None:
    broken = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"})
    assert broken.status_code == 400
    assert broken.json()["where"].startswith("line 2")
    remote = client.get("/sparql", params={"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"})
    assert (remote.status_code, "SERVICE" in remote.json()["detail"]) == (400, True)
    update = client.get("/sparql", params={"query": "DELETE WHERE { ?s ?p ?o }"})
    assert (update.status_code, "update" in update.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"query=", FORM, 400),
        (b"query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        (b"query=%ff", FORM, 400),
        (b"\xff\xfe", "application/sparql-query", 400),
        (b"update=CLEAR+ALL", FORM, 403),
        (b"CLEAR ALL", "application/sparql-update", 403),
        (b"{}", "application/json", 415),
        (b"ASK {}", "", 415),
        (b"ASK {}#" + b"x" * 1_100_000, "application/sparql-query", 413),
        (b"ASK {}#" + b"x" * 4_000_000, "application/sparql-query", 413),
    ],
)
def test_bodies_that_are_no_query(client: TestClient, content: bytes, media_type: str, status: int) -> None:
    reply = client.post("/sparql", content=content, headers={"Content-Type": media_type})
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "soon"])
def test_a_timeout_must_be_a_positive_number(client: TestClient, timeout: str) -> None:
    assert client.get("/sparql", params={"query": SELECT, "timeout": timeout}).status_code == 400


@pytest.fixture
def small(sample_store: Path) -> Iterator[TestClient]:
    """Return a service with one worker, a queue of one, and tight caps."""
    limits = Settings(
        store=sample_store, workers=1, queue=1, deadline=20, result_bytes=2000, worker_memory=128 * 1024**2
    )
    with TestClient(create_app(limits), raise_server_exceptions=False) as client:
        yield client


def test_a_cross_join_ends_at_the_deadline_and_the_service_lives(small: TestClient) -> None:
    began = time.monotonic()
    reply = small.get("/sparql", params={"query": CROSS_JOIN, "timeout": "0.5"})
    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0
    assert reply.json()["type"].endswith("#timeout")
    assert time.monotonic() - began < 7, "sooner than the service's own deadline"
    assert small.get("/sparql", params={"query": SELECT}).status_code == 200


def test_a_long_answer_is_refused_and_not_cut(small: TestClient) -> None:
    reply = small.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    assert reply.status_code == 422
    assert "2000 bytes" in reply.json()["detail"]
    assert small.get("/sparql", params={"query": SELECT}).status_code == 200


@pytest.mark.parametrize("accept", ["", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_too_many_rows_are_refused_and_not_cut(sample_store: Path, accept: str) -> None:
    with TestClient(create_app(Settings(store=sample_store, workers=1, result_rows=10))) as client:
        for query, most in (("SELECT ?s { ?s ?p ?o } LIMIT %d", 10), ("CONSTRUCT WHERE { ?s a ?o } LIMIT %d", 10)):
            headers = {"Accept": accept if query.startswith("SELECT") else "text/turtle"}
            fits = client.get("/sparql", params={"query": query % most}, headers=headers)
            beyond = client.get("/sparql", params={"query": query % (most + 1)}, headers=headers)
            assert (fits.status_code, beyond.status_code) == (200, 422), beyond.text
            assert "more than 10 rows" in beyond.json()["detail"]
        assert client.get("/graphs", params={"graph": PARIS}).status_code == 422


@pytest.mark.skipif(sys.platform != "linux", reason="the memory cap is Linux's")
def test_a_query_that_eats_memory_is_ended(small: TestClient) -> None:
    reply = small.get("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c"})
    assert reply.status_code == 422, reply.text
    assert "memory" in reply.json()["detail"]
    assert small.get("/sparql", params={"query": SELECT}).status_code == 200


def test_a_full_queue_is_said_at_once(small: TestClient) -> None:
    statuses: list[int] = []
    ask = {"query": CROSS_JOIN, "timeout": "3"}
    threads = [
        threading.Thread(target=lambda: statuses.append(small.get("/sparql", params=ask).status_code)) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    assert small.get("/healthz").status_code == 200, "lookups go on while all workers are taken"
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [429, 429, 429, 429, 503], "one runs to its deadline, one waits, three are refused"


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
def test_a_worker_cannot_open_a_socket() -> None:
    code = """
import socket
from kg.store.sandbox import shut_network
open_before = socket.socket()
if shut_network():
    try:
        socket.socket()
    except PermissionError:
        print("shut")
else:
    print("no filter")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if done.stdout == "no filter\n":
        pytest.skip("this machine's kernel takes no filter")
    assert done.stdout == "shut\n"


def test_workers_and_service_load_no_language_pipeline() -> None:
    code = (
        "import sys, kg.service.app, kg.store.worker; "
        "print([name for name in sys.modules if name.split('.')[0] in ('spacy', 'onnxruntime', 'torch')"
        " or name.startswith('kg.extract')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_the_same_query_has_the_same_answer_until_the_graph_changes(tmp_path: Path) -> None:
    publish(tmp_path / "store", write_quad_files(tmp_path), version="1")
    count = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"}
    fresh = {"query": "SELECT (STRUUID() AS ?n) {}"}
    with TestClient(create_app(Settings(store=tmp_path / "store", workers=1, write_token="t"))) as client:
        first, again = (client.get("/sparql", params=count) for _ in range(2))
        assert (first.content, first.headers["content-type"]) == (again.content, again.headers["content-type"])
        assert first.headers["x-request-id"] != again.headers["x-request-id"]
        assert client.head("/sparql", params=count).content == b""
        assert client.get("/sparql", params=count, headers={"Accept": "text/csv"}).content != first.content
        assert client.get("/sparql", params=fresh).content != client.get("/sparql", params=fresh).content
        update = {"update": "INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }"}
        assert client.post("/sparql", data=update, headers={"Authorization": "Bearer t"}).status_code == 204
        assert client.get("/sparql", params=count).content != first.content
