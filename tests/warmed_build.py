"""A build for tests that start many: what it loads is loaded with this module, and processes fork from there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fake_extractor import FakeExtractor

from kg.build import build
from kg.model import Article
from kg.rdf import article_quads
from kg.shapes import check
from kg.vocabulary import load_vocabulary


def run(paths: list[Path], store: Path) -> None:
    """Build ``paths`` into ``store`` without a model, and without what follows, which is made of all the rest."""
    build(paths, store_dir=store, extractor=FakeExtractor(), reasoning=False)


def _warm() -> None:
    article = Article(id="warm", text="Polen unterstützt „Vorhaben“.", title="Warm", date=date(2025, 1, 1))
    for extraction in FakeExtractor().extract([article]):
        check(article_quads(extraction, vocabulary=load_vocabulary()))


_warm()
