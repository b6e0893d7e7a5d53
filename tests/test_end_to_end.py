"""From articles to answers: the shipped model builds a graph of shipped articles, and the service answers from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kg.build import build
from kg.extract.pipeline import Extractor
from kg.ingest import read_articles
from kg.model import Article
from kg.questions import load_questions
from kg.resources import resource
from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import open_store

STEMS = ("2021-09-17-paris-aukus-streit", "2023-03-10-peking-iran-saudi-arabien")


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for stem in STEMS:
        for suffix in (".txt", ".json"):
            shutil.copy(resource("examples", "articles", stem + suffix), folder)
    return folder


@pytest.fixture(scope="module")
def store(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph") / "store"
    report = build([articles], store_dir=folder)
    assert (report.articles, report.failures, report.changed) == (len(STEMS), (), True)
    return folder


@pytest.fixture(scope="module")
def client(store: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=store, workers=1))) as client:
        yield client


def test_building_again_changes_nothing(articles: Path, store: Path) -> None:
    report = build([articles], store_dir=store)
    assert (report.reused, report.extracted, report.changed) == (len(STEMS), 0, False)


def test_an_actor_s_position_comes_with_its_sentence(client: TestClient) -> None:
    found = client.get("/actors/Q148/positions", params={"stance": "opposes"}).json()
    assert "China lehnt den Pakt dagegen ab." in {row["sentence"]["text"] for row in found["items"]}


def test_sparql_answers_over_what_was_built(client: TestClient) -> None:
    query = """PREFIX ws: <https://w3id.org/whostands/ns#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT DISTINCT ?holder WHERE { ?r ws:relation ws:holds_office ; ws:subject/skos:prefLabel ?holder ;
          ws:object/skos:prefLabel "Frankreich"@de }"""
    rows = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"}).json()
    assert "Jean-Yves Le Drian" in {row["holder"]["value"] for row in rows["results"]["bindings"]}


# What no graph that was built holds, as patterns.
WRONG = {
    "an event that nothing tells of": "?event a ws:Event FILTER NOT EXISTS { ?any ws:tellsOf ?event }",
    "an event of another kind": "?told ws:tellsOf/ws:eventKind ?kind ; ws:relation ?other FILTER(?kind != ?other)",
    "a happening without its event": "?told ws:relation ?kind ; ws:negated false . ?kind a ws:EventKind "
    "FILTER NOT EXISTS { ?told ws:tellsOf ?event }",
    "a position without its edge": "?held ws:actor ?a ; ws:stance ?k ; ws:topic ?t FILTER NOT EXISTS { ?a ?k ?t }",
    "a position without its family": "?held ws:actor ?a ; ws:topic ?t FILTER NOT EXISTS { ?a ws:standsOn ?t }",
    "a relation without its inverse": "?told ws:relation ?k ; ws:negated false ; ws:subject ?a ; ws:object ?b . "
    "?inverse owl:inverseOf ?k FILTER NOT EXISTS { ?b ?inverse ?a }",
    "something said twice": "GRAPH <https://w3id.org/whostands/id/graph/inferred> { ?s ?p ?o } "
    "GRAPH ?g { ?s ?p ?o } FILTER(?g != <https://w3id.org/whostands/id/graph/inferred>)",
    "a term of office without source": "?term a ws:OfficeTerm FILTER NOT EXISTS { ?term dcterms:source ?source }",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_was_built_holds_together(store: Path, name: str) -> None:
    prefixes = (
        "PREFIX ws: <https://w3id.org/whostands/ns#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
        "PREFIX dcterms: <http://purl.org/dc/terms/>"
    )
    found = open_store(store).select(f"{prefixes} SELECT * {{ {WRONG[name]} }} LIMIT 3")
    assert list(found.rows) == []


def test_every_shipped_question_is_understood_by_what_was_built(store: Path) -> None:
    opened = open_store(store)
    answered = [name for name, question in load_questions().items() if list(opened.select(question.text).rows)]
    assert {"discourse-network", "events", "plain-edges"} <= set(answered)


def test_every_span_lies_in_its_article(articles: Path) -> None:
    read = [article for article in read_articles([articles]) if isinstance(article, Article)]
    for extraction in Extractor(language="de").extract(read):
        text = extraction.article.text
        assert extraction.positions
        for p in extraction.positions:
            assert text[slice(*p.sentence)].strip() == text[slice(*p.sentence)]
            for begin, end in (*p.actor_spans, *p.topic_spans, *p.cue):
                assert 0 <= begin < end <= len(text)
