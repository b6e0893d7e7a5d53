"""The page of the ontology: every term with anchor, labels, definition and example; links that lead somewhere."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rdflib import RDFS, SKOS, Graph, URIRef

from kg.errors import OntologyError
from kg.iri import NS, ONTOLOGY
from kg.ontology_page import ontology_html
from kg.resources import resource

PAGE = ontology_html()
CORE = Graph().parse(resource("ontology", "core.ttl"))
TERMS = sorted(URIRef(str(term)) for term in CORE.subjects(RDFS.isDefinedBy, URIRef(ONTOLOGY)))


class Balance(HTMLParser):
    """Collects what is opened and never closed, or closed and never opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def section(term: URIRef) -> str:
    name = term.removeprefix(NS)
    found = re.findall(rf'<section id="{name}">.*?</section>', PAGE, re.DOTALL)
    assert len(found) == 1, term
    return str(found[0])


def test_every_term_is_told_in_both_languages_with_an_example() -> None:
    assert len(TERMS) > 100
    for term in TERMS:
        text = section(term)
        for predicate in (RDFS.label, SKOS.definition, SKOS.example):
            for value in CORE.objects(term, predicate):
                assert f'lang="{value.language}">{escape(str(value))}<' in text, (term, value)  # type: ignore[attr-defined]


def test_every_link_within_the_page_leads_to_an_anchor() -> None:
    anchors = re.findall(r' id="([^"]+)"', PAGE)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', PAGE)) <= set(anchors)


def test_the_page_stands_alone_and_is_whole() -> None:
    assert not re.findall(r"<(?:script|link|img)\b|url\(|@import", PAGE)
    balance = Balance()
    balance.feed(PAGE)
    assert not balance.open
    assert not balance.wrong


def test_the_head_names_version_licence_and_prefix() -> None:
    head = PAGE[: PAGE.index("<section")]
    assert f"{ONTOLOGY}/0.1.0" in head
    assert "https://www.apache.org/licenses/LICENSE-2.0" in head
    assert "<dd>ws</dd>" in head


def test_the_same_file_gives_the_same_page_and_text_is_escaped(tmp_path: Path) -> None:
    assert ontology_html() == PAGE
    path = tmp_path / "core.ttl"
    path.write_text(
        f"<{NS}x> <{RDFS.isDefinedBy}> <{ONTOLOGY}> ; <{SKOS.definition}> '<script>alert(1)</script> & mehr'@de .",
        encoding="utf-8",
    )
    page = ontology_html(path)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mehr" in page
    assert "<script>" not in page


def test_a_file_that_is_no_turtle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "core.ttl"
    path.write_text("nonsense", encoding="utf-8")
    with pytest.raises(OntologyError, match="Not Turtle"):
        ontology_html(path)
