"""The W3C's three tests of SPARQL 1.1 Service Description, which its manifest tells in words only."""

from __future__ import annotations

import httpx
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from w3c_manifests import MISSING, SUITES, entries, load

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=MISSING)
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
# Property -> class of what has it, https://www.w3.org/TR/sparql11-service-description/#vocab
PROPERTIES = {
    SD.endpoint: SD.Service,
    SD.feature: SD.Service,
    SD.supportedLanguage: SD.Service,
    SD.resultFormat: SD.Service,
    SD.defaultEntailmentRegime: SD.Service,
    SD.defaultDataset: SD.Service,
    SD.defaultGraph: SD.Dataset,
}
INSTANCES = {
    SD.feature: {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs, SD.BasicFederatedQuery},
    SD.supportedLanguage: {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update},
}


def description(service: httpx.Client, media_type: str = "text/turtle") -> Graph:
    reply = service.get("/sparql", headers={"Accept": media_type})
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].partition(";")[0] == media_type
    return Graph().parse(data=reply.content, format=FORMATS[media_type])


def test_the_manifest_has_no_more() -> None:
    names = {str(test).rpartition("#")[2] for test in entries(load("sparql11/service-description"))}
    assert names == {"returns-rdf", "has-endpoint-triple", "conforms-to-schema"}


@pytest.mark.parametrize("media_type", FORMATS)
def test_returns_rdf(service: httpx.Client, media_type: str) -> None:
    assert set(description(service, media_type)) == set(description(service)) != set()


def test_has_endpoint_triple(service: httpx.Client) -> None:
    endpoint = URIRef(f"{service.base_url}/sparql".replace("//sparql", "/sparql"))
    (described,) = description(service).subjects(SD.endpoint, endpoint)
    assert (described, RDF.type, SD.Service) in description(service)


def test_conforms_to_schema(service: httpx.Client) -> None:
    graph = description(service)
    told = {(subject, name, value) for subject, name, value in graph if str(name).startswith(str(SD))}
    assert {name for _, name, _ in told} <= PROPERTIES.keys()
    assert [row for row in told if (row[0], RDF.type, PROPERTIES[row[1]]) not in graph] == []
    assert [row for row in told if row[1] in INSTANCES and row[2] not in INSTANCES[row[1]]] == []
    for dataset in graph.objects(None, SD.defaultDataset):
        assert (dataset, RDF.type, SD.Dataset) in graph
    for default in graph.objects(None, SD.defaultGraph):
        assert (default, RDF.type, SD.Graph) in graph


def test_what_it_claims_is_so(service: httpx.Client) -> None:
    graph = description(service)
    count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    quads = service.get("/sparql", params={"query": count}).json()["results"]["bindings"][0]["n"]["value"]
    assert list(graph.objects(None, VOID.triples)) == [Literal(int(quads))]
    union = service.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"]
    assert union is ((None, SD.feature, SD.UnionDefaultGraph) in graph)
