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
from kg.resources import resource
from kg.service.app import create_app
from kg.service.settings import Settings

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


def test_every_span_lies_in_its_article(articles: Path) -> None:
    read = [article for article in read_articles([articles]) if isinstance(article, Article)]
    for extraction in Extractor(language="de").extract(read):
        text = extraction.article.text
        assert extraction.positions
        for p in extraction.positions:
            assert text[slice(*p.sentence)].strip() == text[slice(*p.sentence)]
            for begin, end in (*p.actor_spans, *p.topic_spans, *p.cue):
                assert 0 <= begin < end <= len(text)
