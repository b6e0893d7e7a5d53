"""Request ids, the access log and the numbers for Prometheus."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from kg.service.app import create_app
from kg.service.settings import Settings


def numbers(client: TestClient) -> dict[tuple[str, str, str], float]:
    reply = client.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (
            sample.name,
            sample.labels.get("route", sample.labels.get("of", "")),
            sample.labels.get("status", ""),
        ): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
        if "le" not in sample.labels
    }


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/sparql?query=SELECT", "/static/page.css"])
def test_every_answer_has_an_id(client: TestClient, path: str) -> None:
    own, other = client.get(path).headers["x-request-id"], client.get(path).headers["x-request-id"]
    assert own != other and len(own) == 32
    assert client.get(path, headers={"X-Request-ID": "a-1.b"}).headers["x-request-id"] == "a-1.b"


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, 'quote"', "ü".encode().decode("latin-1")])
def test_an_id_that_is_none_is_replaced(client: TestClient, given: str) -> None:
    reply = client.get("/healthz", headers={"X-Request-ID": given.encode("latin-1")})  # type: ignore[dict-item]
    assert len(reply.headers["x-request-id"]) == 32


def test_requests_are_counted_by_route(sample_store: Path) -> None:
    with TestClient(create_app(Settings(store=sample_store, workers=1))) as client:
        before = numbers(client)
        for path in ("/actors/Q142", "/actors/Q43", "/actors/nobody", "/nowhere/1", "/nowhere/2"):
            client.get(path)
        client.head("/healthz")
        after = numbers(client)
    assert after["kg_http_requests_total", "/actors/{id}", "200"] == 2
    assert after["kg_http_requests_total", "/actors/{id}", "404"] == 1
    assert after["kg_http_requests_total", "other", "404"] == 2
    assert after["kg_http_requests_total", "/healthz", "200"] == 1
    assert after["kg_http_request_seconds_count", "/actors/{id}", ""] == 3
    assert ("kg_http_requests_total", "/actors/{id}", "200") not in before
    assert after["kg_http_requests_open", "", ""] == 1, "the one that asks"
    assert after["kg_query_workers_ready", "", ""] == 1
    assert after["kg_snapshot_count", "positions", ""] == 4


def test_a_line_of_the_log_tells_the_request_and_not_the_query(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="kg.access"):
        reply = client.get("/sparql", params={"query": "ASK { <urn:secret> ?p ?o }"}, headers={"X-Request-ID": "mine"})
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "kg.access"]
    assert line.keys() == {"time", "id", "method", "path", "status", "bytes", "seconds"}
    assert (line["id"], line["method"], line["path"], line["status"]) == ("mine", "GET", "/sparql", 200)
    assert line["bytes"] == len(reply.content)
    assert "secret" not in caplog.text


def test_an_unexpected_error_keeps_its_id(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("kg.service.routes.nodes.search_labels", fail)
    reply = client.get("/actors", headers={"X-Request-ID": "broken-1"})
    assert (reply.status_code, reply.headers["x-request-id"]) == (500, "broken-1")
    assert reply.headers["content-type"] == "application/problem+json"
