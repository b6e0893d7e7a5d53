"""The W3C's suite of the SPARQL 1.1 Protocol, request by request from its manifest, against the live service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import pytest
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node
from w3c_manifests import MF, MISSING, SUITES, entries, load

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=MISSING)
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
BINDINGS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
GRAPHS = {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"}
ALLOWED = {"boolean": BINDINGS - {"text/csv", "text/tab-separated-values"}, "tabular": BINDINGS, "RDF": GRAPHS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of the manifest, and what must come back: the hundreds of the status, a format, a truth value."""

    method: str
    path: str
    headers: Sequence[tuple[str, str]]
    body: bytes | None
    statuses: frozenset[int]
    format: str | None
    truth: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolTest:
    """Requests that are sent one after the other."""

    iri: str
    requests: Sequence[Request]


def read_tests() -> list[ProtocolTest]:
    """Return the tests of the protocol's manifest."""
    manifest = load("sparql11/protocol")
    tests = []
    for test in entries(manifest):
        listed = manifest.value(manifest.value(test, MF.action), HT.requests)
        tests.append(
            ProtocolTest(iri=str(test), requests=[read_request(manifest, one) for one in _items(manifest, listed)])
        )
    return tests


def _items(manifest: Graph, listed: Node | None) -> list[Node]:
    return [] if listed is None else list(manifest.items(listed))


def read_request(manifest: Graph, node: Node) -> Request:
    """Return one request as it is to be sent; the suite's path ``/sparql/`` stands for the endpoint's own."""
    reply = manifest.value(node, HT.resp)
    body = manifest.value(node, HT.body)
    encoding = str(manifest.value(body, CNT.characterEncoding, default="UTF-8"))
    truth = manifest.value(reply, MF.expectedBoolean)
    format = manifest.value(reply, MF.expectedFormat)
    return Request(
        method=str(manifest.value(node, HT.methodName)),
        path=str(manifest.value(node, HT.absolutePath)).replace("/sparql/", "/sparql", 1),
        headers=[
            (str(manifest.value(one, HT.fieldName)), str(manifest.value(one, HT.fieldValue)))
            for one in _items(manifest, manifest.value(node, HT.headers))
        ],
        body=None if body is None else str(manifest.value(body, CNT.chars)).encode(encoding),
        statuses=frozenset(int(str(one)[-3]) for one in manifest.objects(reply, MF.expectedStatus)),
        format=None if format is None else str(format),
        truth=None if truth is None else str(truth) == "true",
    )


TESTS = read_tests() if SUITES.is_dir() else []


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.iri.rpartition("#")[2])
def test_protocol(service: httpx.Client, writable: httpx.Client, test: ProtocolTest) -> None:
    client = writable if "update" in test.iri.rpartition("#")[2] else service
    for request in test.requests:
        reply = send(client, request)
        assert reply.status_code // 100 in request.statuses, reply.text
        media_type = reply.headers.get("content-type", "").partition(";")[0]
        if request.format is not None:
            assert media_type in ALLOWED[request.format]
        if request.truth is not None:
            assert reply.json()["boolean"] is request.truth


def send(service: httpx.Client, request: Request) -> httpx.Response:
    return service.request(request.method, request.path, headers=list(request.headers), content=request.body)


def test_the_manifest_is_read_whole() -> None:
    assert len(TESTS) == 34
    assert sum(len(test.requests) for test in TESTS) >= 34
    assert all(request.statuses for test in TESTS for request in test.requests)
    assert (None, RDF.type, MF.ProtocolTest) in load("sparql11/protocol")
