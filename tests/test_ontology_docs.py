"""The drawing in docs/ontology.md is what the graph of that article says, and the tables there name what is shipped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from example_graph import example_store

from kg.iri import INFERRED_GRAPH, NS
from kg.questions import load_questions
from kg.resources import resource
from kg.vocabulary import load_vocabulary

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "ontology.md").read_text(encoding="utf-8")
_EDGE = re.compile(r'\s+\w+\["([^"<]+)"\] (-->|-\.->)\|([\w:]+)\| \w+\["([^"]+)"\]')
DRAWN = [edge.groups() for line in TEXT.splitlines() if (edge := _EDGE.fullmatch(line))]
PREFIXES = f"PREFIX ws: <{NS}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"


def test_enough_is_drawn() -> None:
    assert len(DRAWN) > 8
    assert {line for _, line, _, _ in DRAWN} == {"-->", "-.->"}


@pytest.mark.parametrize(("subject", "line", "predicate", "value"), DRAWN)
def test_a_drawn_edge_is_in_the_graph(subject: str, line: str, predicate: str, value: str) -> None:
    names = f'?s skos:prefLabel "{subject}"@de . ?o skos:prefLabel "{value}"@de'
    query = f"{PREFIXES} SELECT ?graph {{ {names} . GRAPH ?graph {{ ?s {predicate} ?o }} }}"
    graphs = {row[0].value for row in example_store().query(query, use_default_graph_as_union=True)}  # type: ignore[union-attr]
    assert graphs
    assert (graphs == {INFERRED_GRAPH}) == (line == "-.->")


def test_every_stance_and_relation_is_in_the_tables() -> None:
    vocabulary = load_vocabulary()
    assert [name for name in (*vocabulary.stances, *vocabulary.relations) if f"`{name}`" not in TEXT] == []


def test_every_rule_and_mapped_vocabulary_is_told() -> None:
    for path in resource("ontology", "rules").glob("*.rq"):
        for rule in re.findall(r"[a-z]+-[a-z0-9]+", path.read_text(encoding="utf-8").split("\n")[0]):
            assert f"`{rule}`" in TEXT, path.name
    assert f"The {len(load_questions())} questions" in TEXT
