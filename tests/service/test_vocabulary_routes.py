"""The ontology at its own IRI, in every format that it is offered in, and the description of the dataset."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from rdflib import OWL, RDF, VOID, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kg.iri import NS, ONTOLOGY
from kg.resources import resource

CORE = resource("ontology", "core.ttl")


def test_a_browser_gets_the_page_with_an_anchor_a_term(client: TestClient) -> None:
    answer = client.get("/ns", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Accept" in answer.headers["vary"]
    assert "unsafe-inline" in answer.headers["content-security-policy"]
    for term in {str(term).removeprefix(NS) for term in Graph().parse(CORE).subjects() if str(term).startswith(NS)}:
        assert f'id="{term}"' in answer.text, term


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_a_program_gets_the_terms(client: TestClient, accept: str) -> None:
    answer = client.get("/ns", headers={"Accept": accept, "Origin": "https://example.org"})
    assert answer.headers["content-type"].startswith(accept)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert isomorphic(Graph().parse(data=answer.content, format=accept), Graph().parse(CORE))


def test_the_version_iri_leads_to_its_version_and_to_no_other(client: TestClient) -> None:
    version = str(Graph().parse(CORE).value(URIRef(ONTOLOGY), OWL.versionIRI)).removeprefix(ONTOLOGY)
    assert client.get(f"/ns{version}", headers={"Accept": "text/turtle"}).content == CORE.read_bytes()
    missing = client.get("/ns/9.9.9")
    assert missing.status_code == 404
    assert version.removeprefix("/") in missing.text


def test_another_format_is_refused_with_what_is_offered(client: TestClient) -> None:
    answer = client.get("/ns", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


def test_the_dataset_is_described_where_programs_look(client: TestClient) -> None:
    answer = client.get("/void")
    assert str(answer.url).endswith("/.well-known/void")
    described = Graph().parse(data=answer.content, format="turtle")
    [endpoint] = described.objects(None, VOID.sparqlEndpoint)
    assert str(endpoint) == f"{client.base_url}/sparql"
    quads = client.get("/healthz").json()["counts"]["quads"]
    assert Literal(quads) in set(described.objects(None, VOID.triples))
    assert (None, RDF.type, VOID.Dataset) in described
