"""Requests while the graph changes under them, and queries whose caller has gone."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_service import live_service
from sample_graph import write_quad_files

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import publish
from kg.store.holding import Held, is_held

TOKEN = "moving-token"
UPDATE = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s <http://e/p> ?o }"}
# Some seconds of work whose answer depends on the graph it began with.
SLOW = "SELECT (COUNT(*) AS ?n) (SAMPLE(?v) AS ?of) { ?x <http://e/p> ?v . ?a ?b ?c . ?d ?e ?f }"
ENDLESS = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path / "store", write_quad_files(tmp_path), version="1")
    return tmp_path / "store"


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    settings = Settings(store=folder, workers=2, write_token=TOKEN, deadline=300)
    with live_service(create_app(settings)) as address, httpx.Client(base_url=address, timeout=300) as client:
        yield client


def write(client: httpx.Client, number: int) -> None:
    update = f"DELETE WHERE {{ <http://e/s> <http://e/p> ?o }} ; INSERT DATA {{ <http://e/s> <http://e/p> {number} }}"
    assert client.post("/sparql", content=update.encode(), headers=UPDATE).status_code == 204


def test_no_request_is_dropped_while_changes_come(client: httpx.Client, folder: Path) -> None:
    statuses: list[int] = []
    done = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as other:
            while not done.is_set():
                for path in ("/sparql?query=ASK%7B%7D", "/actors/Q142/positions", "/neighbourhood?node=Q142"):
                    statuses.append(other.get(path).status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(6):
        write(client, number)
        row = client.get("/sparql", params={"query": "SELECT ?o { ?s <http://e/p> ?o }"}).json()["results"]["bindings"]
        assert [one["o"]["value"] for one in row] == [str(number)], "what was written is seen at once"
    done.set()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    wait_until(lambda: len(list((folder / "snapshots").glob("[0-9]*"))) <= 3)


def test_a_query_ends_on_the_graph_it_began_with(client: httpx.Client, folder: Path) -> None:
    write(client, 0)
    answers: list[httpx.Response] = []
    slow = threading.Thread(target=lambda: answers.append(client.get("/sparql", params={"query": SLOW})))
    slow.start()
    wait_until(lambda: client.get("/healthz").json()["workers_ready"] == 1)
    for number in range(1, 5):
        write(client, number)
    slow.join()
    (reply,) = answers
    assert reply.status_code == 200, reply.text
    assert reply.json()["results"]["bindings"][0]["of"]["value"] == "0"


def test_a_query_is_ended_when_its_caller_goes(client: httpx.Client) -> None:
    with contextlib.suppress(httpx.ReadTimeout):
        client.get("/sparql", params=ENDLESS, timeout=1)
    began = time.monotonic()
    wait_until(lambda: client.get("/healthz").json()["workers_ready"] == 2)
    assert time.monotonic() - began < 60, "long before the deadline"


def test_a_folder_that_is_read_is_held(tmp_path: Path) -> None:
    held = Held(tmp_path)
    assert is_held(tmp_path)
    del held
    assert not is_held(tmp_path)
    assert not is_held(tmp_path / "missing")


def wait_until(condition: object, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
