"""Who may change the graph, what a change does to it, and that nobody else changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from remote_server import oxigraph_server
from sample_graph import write_quad_files

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import publish, read_manifest
from kg.store.remote_http import GRAPHS_URL, UPDATE_URL

TOKEN = "a-long-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
UPDATE, TURTLE = {"Content-Type": "application/sparql-update"}, {"Content-Type": "text/turtle"}
TRIPLES = {"Accept": "application/n-triples"}
COUNT = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"}
EDGES = "https://w3id.org/whostands/id/graph/edges"
PARIS = "https://w3id.org/whostands/id/article/paris-2025/graph"
INSERT = b"INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }"


def writable(store: Path | str) -> TestClient:
    return TestClient(create_app(Settings(store=store, workers=1, write_token=TOKEN)), raise_server_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path / "store", write_quad_files(tmp_path), version="1")
    return tmp_path / "store"


@pytest.fixture
def own(folder: Path) -> Iterator[TestClient]:
    with writable(folder) as client:
        yield client


@pytest.fixture(params=["embedded", "server"])
def either(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Return a service that may be written to, on a folder and on another server."""
    files = write_quad_files(tmp_path)
    if request.param == "embedded":
        publish(tmp_path / "store", files, version="1")
        with writable(tmp_path / "store") as client:
            yield client
        return
    with oxigraph_server(files) as url:
        monkeypatch.setenv(UPDATE_URL, url.replace("/query", "/update"))
        monkeypatch.setenv(GRAPHS_URL, url.replace("/query", "/store"))
        with writable(url) as client:
            yield client


def number(client: TestClient, query: str = COUNT["query"]) -> int:
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return int(row["n"]["value"])


WRITES = [
    ("POST", "/sparql", INSERT, UPDATE),
    ("POST", "/sparql?using-graph-uri=http%3A%2F%2Fe%2Fg", INSERT, UPDATE),
    ("POST", "/sparql", b"update=DROP+ALL", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("PUT", "/graphs?default", b"<a> <b> 1 .", TURTLE),
    ("PUT", "/graphs/x", b"<a> <b> 1 .", TURTLE),
    ("POST", "/graphs", b"<a> <b> 1 .", TURTLE),
    ("POST", f"/graphs?graph={PARIS}", b"<a> <b> 1 .", TURTLE),
    ("POST", "/graphs/x", b"<a> <b> 1 .", TURTLE),
    ("DELETE", f"/graphs?graph={PARIS}", None, {}),
    ("DELETE", "/graphs/x", None, {}),
    ("PUT", "/articles/paris-2025", b"<a> <b> 1 .", TURTLE),
    ("DELETE", "/articles/paris-2025", None, {}),
]


@pytest.mark.parametrize(("method", "path", "body", "headers"), WRITES)
def test_without_a_token_nothing_is_written(
    client: TestClient, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    before = number(client)
    for given in ({}, BEARER):
        reply = client.request(method, path, content=body, headers={**headers, **given})
        assert (reply.status_code, reply.json()["type"].rpartition("#")[2]) == (403, "forbidden")
    assert number(client) == before


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_with_another_token_nothing_is_written(own: TestClient, folder: Path, given: str) -> None:
    before = number(own)
    for method, path, body, headers in WRITES:
        sent = {**headers, "Authorization": given.encode("latin-1")} if given else headers
        reply = own.request(method, path, content=body, headers=sent)  # type: ignore[arg-type]
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer"), path
        assert TOKEN not in reply.text
    assert number(own) == before
    assert not (folder / "writes").exists()


def test_an_update_is_seen_at_once(either: TestClient) -> None:
    before = number(either)
    assert either.post("/sparql", content=INSERT, headers={**UPDATE, **BEARER}).status_code == 204
    assert number(either) == before + 1
    form = {"update": "DELETE WHERE { GRAPH <http://e/g> { ?s ?p ?o } }"}
    assert either.post("/sparql", data=form, headers=BEARER).status_code == 204
    assert number(either) == before


@pytest.mark.parametrize(
    ("update", "detail"),
    [
        ("INSERT DATA { <s> <p> }", "Not a SPARQL update"),
        ("ASK {}", "Not a SPARQL update"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD is refused"),
        ("LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://e/g>", "LOAD is refused"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("INSERT DATA { <s> <p> 1 } ; DELETE DATA { <s> <p> } ", "Not a SPARQL update"),
    ],
)
def test_bad_updates_change_nothing(either: TestClient, update: str, detail: str) -> None:
    before = number(either)
    reply = either.post("/sparql", content=update.encode(), headers={**UPDATE, **BEARER})
    assert (reply.status_code, detail in reply.json()["detail"]) == (400, True), reply.text
    assert number(either) == before


def test_a_graph_is_put_read_added_to_and_removed(either: TestClient) -> None:
    graph = {"graph": "http://e/g"}
    assert either.get("/graphs", params=graph).status_code == 404
    made = either.put("/graphs", params=graph, content=b"<a> <b> 1 .", headers={**TURTLE, **BEARER})
    assert made.status_code == 201
    put = either.put("/graphs", params=graph, content=b"<a> <b> 2 .", headers={**TURTLE, **BEARER})
    assert put.status_code == 204
    posted = either.post("/graphs", params=graph, content=b"<a> <b> 3 .", headers={**TURTLE, **BEARER})
    assert posted.status_code == 204
    read = either.get("/graphs", params=graph, headers=TRIPLES)
    assert sorted(line.split()[2][:3] for line in read.text.splitlines()) == ['"2"', '"3"']
    assert "<http://e/a> <http://e/b>" in read.text, "relative names are below the graph's"
    assert either.delete("/graphs", params=graph, headers=BEARER).status_code == 204
    assert either.get("/graphs", params=graph).status_code == 404
    assert either.delete("/graphs", params=graph, headers=BEARER).status_code == 404


def test_the_unnamed_graph_is_one_of_its_own(either: TestClient) -> None:
    put = either.put("/graphs?default", content=b"<http://a> <http://b> 1 .", headers={**TURTLE, **BEARER})
    assert put.status_code in (201, 204)
    assert len(either.get("/graphs?default", headers=TRIPLES).text.splitlines()) == 1
    assert number(either, "SELECT (COUNT(*) AS ?n) { <http://a> ?p ?o }") == 1


def test_an_article_is_removed_with_what_only_it_told(either: TestClient) -> None:
    def told() -> set[str]:
        query = f"SELECT * {{ GRAPH <{EDGES}> {{ ?a ?k ?b }} }}"
        rows = either.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        return {" ".join(row[name]["value"].rpartition("/")[2].rpartition("#")[2] for name in "akb") for row in rows}

    troops = "entsendung-von-truppen"
    others = {f"Q142 opposes {troops}", "Q43 meets Q142", "Q142 meets Q43"}
    mine = {f"Q142 commits {troops}", f"Q43 opposes {troops}", "Q183 demands verhandlungen"}
    assert told() == others | mine
    whole = either.get("/articles/paris-2025", headers=TRIPLES)
    assert either.delete("/articles/paris-2025", headers=BEARER).status_code == 204
    assert told() == others
    assert either.get("/articles/paris-2025").status_code == 404
    back = either.put("/articles/paris-2025", content=whole.content, headers={**TURTLE, **BEARER})
    assert back.status_code == 201, back.text
    assert told() == others | mine
    assert either.delete("/articles/nobody", headers=BEARER).status_code == 404


def test_lookups_follow_a_change(own: TestClient) -> None:
    assert own.get("/actors/Q142/positions").json()["total"] == 2
    assert own.delete("/articles/paris-2025", headers=BEARER).status_code == 204
    assert own.get("/actors/Q142/positions").json()["total"] == 1
    assert own.get("/actors/Q183").status_code == 404


def test_an_articles_graph_must_keep_to_the_shapes(own: TestClient) -> None:
    whole = own.get("/articles/ankara%202024%2F1", headers=TRIPLES)
    assert whole.status_code == 200
    stance = "<https://w3id.org/whostands/ns#stance>"
    broken = "\n".join(line for line in whole.text.splitlines() if stance not in line)
    reply = own.put("/articles/ankara%202024%2F1", content=broken.encode(), headers={**TURTLE, **BEARER})
    assert (reply.status_code, reply.json()["type"].rpartition("#")[2]) == (422, "bad-shape")
    other = own.put("/articles/other", content=whole.content, headers={**TURTLE, **BEARER})
    assert (other.status_code, "article itself" in other.json()["detail"]) == (422, True)
    assert own.get("/articles/ankara%202024%2F1", headers=TRIPLES).text == whole.text


def test_a_statement_that_cannot_be_served_is_refused(own: TestClient) -> None:
    ws = "https://w3id.org/whostands/ns#"
    told = f"<http://e/p> <{ws}actor> <a> ; <{ws}stance> <{ws}demands> ; <{ws}topic> <t>"
    update = f"INSERT DATA {{ GRAPH <{PARIS}> {{ {told} }} }}"
    reply = own.post("/sparql", content=update.encode(), headers={**UPDATE, **BEARER})
    assert (reply.status_code, reply.json()["where"]) == (422, "http://e/p")
    assert number(own, "SELECT (COUNT(*) AS ?n) { <http://e/p> ?p ?o }") == 0


def test_changes_hold_on_a_graph_that_is_built_anew(folder: Path, tmp_path: Path) -> None:
    with writable(folder) as client:
        assert client.delete("/articles/paris-2025", headers=BEARER).status_code == 204
        assert client.post("/sparql", content=INSERT, headers={**UPDATE, **BEARER}).status_code == 204
    files = write_quad_files(tmp_path)
    same = publish(folder, files, version="1")
    assert same.name == "0003", "nothing was built that was not there"
    anew = publish(folder, files, version="2")
    assert (anew.name, read_manifest(anew).writes) == ("0004", 2)
    with writable(folder) as client:
        assert client.get("/articles/paris-2025").status_code == 404
        assert number(client, "SELECT (COUNT(*) AS ?n) { <http://e/s> ?p ?o }") == 1


def test_bodies_that_are_too_long_or_no_graph_are_refused(folder: Path) -> None:
    with TestClient(create_app(Settings(store=folder, workers=1, write_token=TOKEN, write_bytes=100))) as client:
        for body, headers, status in (
            (b"<a> <b> '" + b"x" * 100 + b"' .", TURTLE, 413),
            (b"<a> <b> ", TURTLE, 400),
            (b"a,b", {"Content-Type": "text/csv"}, 415),
            (b"<a> <b> 1 .", {"Content-Type": "text/turtle; charset=latin-1"}, 415),
        ):
            reply = client.put("/graphs/x", content=body, headers={**headers, **BEARER})
            assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
        for address in ("/graphs", "/graphs?graph=relative", "/graphs?default&graph=http://e/g"):
            assert client.get(address).status_code == 400, address


def test_the_description_tells_of_updates_where_they_are_taken(own: TestClient, client: TestClient) -> None:
    assert "SPARQL11Update" in own.get("/sparql").text
    assert "SPARQL11Update" not in client.get("/sparql").text
