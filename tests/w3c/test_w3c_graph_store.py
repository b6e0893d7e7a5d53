"""The W3C's suites of the Graph Store HTTP Protocol, request by request from their manifests, against the live service.

The newer suite tells its requests in RDF; the older one, which it replaces, in words that are read here as well.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal
from rdflib.term import Node
from test_w3c_protocol import CNT, HT
from w3c_manifests import MF, MISSING, RDFS, SUITES, entries, exclusions, load

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=MISSING)
DROP = {"content": b"DROP ALL", "headers": {"Content-Type": "application/sparql-update"}}
HOST = "www.example"
STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
OLD = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/http-rdf-update/manifest#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request, and what must come back."""

    method: str
    path: str
    headers: Sequence[tuple[str, str]]
    body: str | None
    statuses: frozenset[int]
    graph: str | None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Requests that are sent one after the other to a store that is empty at first."""

    iri: str
    steps: Sequence[Step]


def read_suite() -> list[Conversation]:
    """Return the tests of the suite that is written in RDF."""
    tests = []
    for name in ("manifest-direct.ttl", "manifest-indirect.ttl"):
        path = SUITES / "sparql11" / "graph-store-protocol" / name
        manifest = Graph().parse(path, publicID=path.as_uri())
        for test in entries(manifest):
            listed = manifest.value(manifest.value(test, MF.action), HT.requests)
            steps = [_step(manifest, node) for node in manifest.items(listed)] if listed else []
            tests.append(Conversation(iri=str(test), steps=steps))
    return tests


def _step(manifest: Graph, node: Node) -> Step:
    reply = manifest.value(node, HT.resp)
    location = manifest.value(reply, MF.expectedLocation)
    return Step(
        method=str(manifest.value(node, HT.methodName)),
        path=_here(str(manifest.value(node, HT.absolutePath))),
        headers=[
            (str(manifest.value(one, HT.fieldName)), str(manifest.value(one, HT.fieldValue)))
            for listed in manifest.objects(node, HT.headers)
            for one in manifest.items(listed)
        ],
        body=_chars(manifest, node),
        statuses=frozenset(STATUS[str(one).rpartition("#")[2]] for one in manifest.objects(reply, MF.expectedStatus)),
        graph=_chars(manifest, reply),
        location=None if location is None else str(location),
    )


def _chars(manifest: Graph, node: Node | None) -> str | None:
    text = manifest.value(manifest.value(node, HT.body), CNT.chars)
    return _here(str(text)) if isinstance(text, Literal) else None


def _here(text: str) -> str:
    """Put our address where the suite writes that of its endpoint, in paths as in IRIs."""
    return text.replace("/gsp", "/graphs").replace("%2Fgsp", "%2Fgraphs")


TESTS = read_suite() if SUITES.is_dir() else []


def name_of(test: Conversation) -> str:
    return test.iri.rpartition("#")[2]


@pytest.mark.parametrize("test", TESTS, ids=name_of)
def test_graph_store(writable: httpx.Client, test: Conversation) -> None:
    assert writable.post("/sparql", **DROP).status_code == 204  # type: ignore[arg-type]
    kept: dict[str, str] = {}
    for step in test.steps:
        reply = send(writable, step, kept)
        assert reply.status_code in step.statuses, f"{step.method} {step.path}: {reply.status_code} {reply.text}"
        if step.location is not None:
            kept[step.location] = reply.headers["location"]
        if step.graph is not None:
            assert triples(reply.text, reply.headers["content-type"]) == triples(filled(step.graph, kept))


def send(client: httpx.Client, step: Step, kept: dict[str, str]) -> httpx.Response:
    body = None if step.body is None else filled(step.body, kept).encode()
    headers = [("Host", HOST), *step.headers]
    path = filled(step.path, kept).removeprefix(f"http://{HOST}")
    return client.request(step.method, path, headers=headers, content=body)


def filled(text: str, kept: dict[str, str]) -> str:
    for name, value in kept.items():
        text = text.replace(name, value)
    return text


def triples(text: str, media_type: str = "text/turtle") -> set[ox.Quad]:
    assert media_type.partition(";")[0] == "text/turtle", media_type
    dataset = ox.Dataset(ox.parse(text, ox.RdfFormat.TURTLE, base_iri=f"http://{HOST}/"))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


_MESSAGE = re.compile(r"#### Request\n+(.*?)#### Response\n+(.*)", re.DOTALL)


def read_old_suite() -> list[Conversation]:
    """Return the requests of the older suite, each a test; they build on one another."""
    manifest = load("sparql11/http-rdf-update")
    tests = []
    for test in entries(manifest):
        comments = (str(one) for one in manifest.objects(test, RDFS.comment))
        found = next(match for one in comments if (match := _MESSAGE.search(one)))
        first, headers, body = _message(found[1])
        method, path, _ = first.split()
        status, _, graph = _message(found[2])
        tests.append(
            Conversation(
                iri=str(test),
                steps=[
                    Step(
                        method=method,
                        path=path if path.startswith(("/", "$NEWPATH$")) else f"/{path}",
                        headers=[one for one in headers if one[0] != "Host"],
                        body=body,
                        statuses=_alike(int(status.split()[0]), method),
                        graph=graph,
                        location=dict(_message(found[2])[1]).get("Location"),
                    )
                ],
            )
        )
    return tests


def _message(text: str) -> tuple[str, list[tuple[str, str]], str | None]:
    """Read a message in the manifest's own writing: first line, headers, body."""
    text = textwrap.dedent(text.replace("$GRAPHSTORE$", "graphs").replace("$HOST$", HOST)).strip("\n")
    head, _, body = text.partition("\n\n")
    first, *lines = [line.strip() for line in head.splitlines()]
    return first, [(name, value) for name, _, value in (line.partition(": ") for line in lines)], body.strip() or None


def _alike(status: int, method: str) -> frozenset[int]:
    """Return the statuses that stand for one: where nothing is read, the Protocol leaves 200 or 204 to the service."""
    return frozenset({200, 204} if status == 200 and method not in ("GET", "HEAD") else {status})


OLD_TESTS = read_old_suite() if SUITES.is_dir() else []


def test_the_old_suite(writable: httpx.Client) -> None:
    assert writable.post("/sparql", **DROP).status_code == 204  # type: ignore[arg-type]
    # The suite removes a graph that it takes to be there.
    turtle = {"Host": HOST, "Content-Type": "text/turtle"}
    assert writable.put("/graphs/person/2.ttl", content=b"<a> <b> <c> .", headers=turtle).status_code == 201
    kept: dict[str, str] = {}
    failed = {}
    for test in OLD_TESTS:
        (step,) = test.steps
        reply = send(writable, step, kept)
        if step.location is not None and "location" in reply.headers:
            kept[step.location] = reply.headers["location"]
        if reply.status_code not in step.statuses:
            failed[test.iri] = f"{reply.status_code} instead of {sorted(step.statuses)} {reply.text}"
        elif step.graph is not None and triples(reply.text) != triples(step.graph):
            failed[test.iri] = f"another graph: {reply.text}"
    expected = {iri for iri in exclusions()[1] if iri.startswith(OLD)}
    assert failed.keys() == expected, "\n".join(f"{k}: {v}" for k, v in failed.items())


def test_the_manifests_are_read_whole() -> None:
    assert (len(TESTS), len(OLD_TESTS)) == (13, 18), "tests of the suites as they were pinned"
    assert all(step.statuses for test in (*TESTS, *OLD_TESTS) for step in test.steps)
