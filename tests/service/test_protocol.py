"""What clients expect of a SPARQL endpoint beside answers: its description, HEAD, CORS, charsets, bases."""

from __future__ import annotations

import pytest
import rdflib
from fastapi.testclient import TestClient

from kg.store.guard import FromClause, check_query

ASK = "ASK { ?p <https://w3id.org/whostands/ns#stance> ?s }"
PARIS = "https://w3id.org/whostands/id/article/paris-2025/graph"
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
ELSEWHERE = {"Origin": "https://yasgui.example"}


def test_the_description_counts_the_graph(client: TestClient) -> None:
    reply = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=reply.text, format="turtle")
    rows = graph.query(
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?class ?n { ?x void:class ?class ; void:entities ?n }"
    )
    told = {str(row[0]).rpartition("#")[2]: int(row[1]) for row in rows}  # type: ignore[index]
    assert told.keys() == {"Article", "Position", "Topic"}
    for name, count in told.items():
        query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <https://w3id.org/whostands/ns#{name}> }}"
        answer = client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"]
        assert count == int(answer) > 0


@pytest.mark.parametrize(("accept", "status"), [("text/html, */*;q=0.1", 200), ("text/csv", 406), ("", 200)])
def test_the_description_is_negotiated(client: TestClient, accept: str, status: int) -> None:
    reply = client.get("/sparql", headers={"Accept": accept})
    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("text/turtle" if status == 200 else "application/problem+json")


def test_a_dataset_without_a_query_is_no_wish_for_the_description(client: TestClient) -> None:
    assert client.get("/sparql", params={"default-graph-uri": PARIS}).status_code == 400


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/sparql", "/healthz", "/", "/actors?q=a"])
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_pages_of_any_origin_may_ask(client: TestClient) -> None:
    ask = {**ELSEWHERE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    before = client.options("/sparql", headers=ask)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, "*")
    assert "content-type" in before.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in before.headers
    for reply in (
        client.get("/sparql", params={"query": ASK}, headers=ELSEWHERE),
        client.post("/sparql", data={"query": ASK}, headers=ELSEWHERE),
        client.get("/sparql", params={"query": "SELECT"}, headers=ELSEWHERE),
    ):
        assert reply.headers["access-control-allow-origin"] == "*"
    refused = client.options("/sparql", headers={**ask, "Access-Control-Request-Method": "DELETE"})
    assert refused.status_code == 400


def test_only_the_query_endpoint_is_open_to_other_origins(client: TestClient) -> None:
    assert "access-control-allow-origin" not in client.get("/actors", headers=ELSEWHERE).headers


def test_options_tell_the_methods(client: TestClient) -> None:
    reply = client.options("/sparql")
    assert (reply.status_code, reply.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        (f"{QUERY}; charset=UTF-8", 200),
        (f'{QUERY}; charset="utf-8"', 200),
        (f"{QUERY.upper()};charset=us-ascii", 200),
        (f"{QUERY}; charset=UTF-16", 415),
        (f"{QUERY}; charset=iso-8859-1", 415),
        ("text/plain", 415),
        ("nonsense", 415),
        (f"{QUERY}; charset=\u00e4", 415),
    ],
)
def test_charsets(client: TestClient, media_type: str, status: int) -> None:
    reply = client.post("/sparql", content=ASK.encode(), headers={"Content-Type": media_type.encode("latin-1")})  # type: ignore[dict-item]
    assert reply.status_code == status, reply.text


def test_relative_names_are_below_the_endpoint(client: TestClient) -> None:
    query = "CONSTRUCT { <s> <p> 1 } WHERE {}"
    reply = client.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})
    assert reply.text.startswith("<http://testserver/s> <http://testserver/p> ")


def test_a_dataset_in_the_address_counts_for_a_form_too(client: TestClient) -> None:
    form = {"query": "SELECT (COUNT(*) AS ?n) { ?p <https://w3id.org/whostands/ns#stance> ?s }"}
    reply = client.post("/sparql", params={"default-graph-uri": PARIS}, data=form)
    assert reply.json()["results"]["bindings"][0]["n"]["value"] == "3"
    twice = client.post("/sparql", params={"query": ASK}, data=form)
    assert (twice.status_code, twice.json()["where"]) == (400, "query")


def test_graphs_are_written_as_rdf_xml(client: TestClient) -> None:
    params = {"query": "CONSTRUCT WHERE { ?p <https://w3id.org/whostands/ns#stance> ?s }"}
    reply = client.get("/sparql", params=params, headers={"Accept": "application/rdf+xml"})
    assert reply.headers["content-type"] == "application/rdf+xml"
    assert len(rdflib.Graph().parse(data=reply.text, format="xml")) == 4


def test_from_clauses_are_found_however_they_are_written() -> None:
    base = "http://e/sparql"
    assert check_query(r"ASK FROM <http://e/\u0067> {}") == [FromClause("http://e/g", False)]
    assert check_query("ASK FROM NAMED <g> {}", base=base) == [FromClause("http://e/g", True)]
    assert check_query("BASE <http://x/> PREFIX p: <y/> ASK FROM p:g {}", base=base) == [
        FromClause("http://x/y/g", False)
    ]
