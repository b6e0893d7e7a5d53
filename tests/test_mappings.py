"""The mappings to other vocabularies are SSSOM tables that agree with the ontology.

https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import RDFS, Graph, URIRef

from kg.iri import NS
from kg.resources import resource

COLUMNS = [
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "comment",
]
PREDICATES = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")} | {"rdfs:subClassOf"}
FILES = sorted(resource("ontology", "mappings").glob("*.sssom.tsv"))
WANTED = {
    "cameo",
    "dcterms",
    "foaf",
    "marl",
    "open-claims",
    "org",
    "plover",
    "prov-o",
    "schema-org",
    "sem",
    "skos",
    "web-annotation",
    "wikidata",
}


@dataclass(frozen=True, slots=True)
class MappingSet:
    prefixes: dict[str, str]
    header: dict[str, str]
    rows: list[dict[str, str]]

    def expand(self, curie: str) -> URIRef:
        prefix, _, name = curie.partition(":")
        return URIRef(self.prefixes[prefix] + name)


def read(path: Path) -> MappingSet:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line[1:] for line in lines if line.startswith("#")]
    prefixes = dict(match.groups() for line in head if (match := re.fullmatch(r"  (\S+): (\S+)", line)))
    header = dict(match.groups() for line in head if (match := re.fullmatch(r"(\w+): (.+)", line)))
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    assert table[0] == COLUMNS
    return MappingSet(prefixes, header, [dict(zip(COLUMNS, row, strict=True)) for row in table[1:]])


@pytest.fixture(scope="module")
def core() -> Graph:
    return Graph().parse(resource("ontology", "core.ttl"))


def test_every_vocabulary_has_its_file() -> None:
    assert {path.name.removesuffix(".sssom.tsv") for path in FILES} == WANTED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_mapping_set_is_whole(path: Path, core: Graph) -> None:
    mappings = read(path)
    assert mappings.header["mapping_set_id"].endswith(f"/{path.name.removesuffix('.sssom.tsv')}")
    assert {"mapping_set_title", "mapping_set_version", "license", "mapping_date"} <= set(mappings.header)
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in mappings.rows]
    assert keys
    assert len(keys) == len(set(keys))
    assert [key[0] for key in keys] == sorted(key[0] for key in keys)
    for row in mappings.rows:
        subject = mappings.expand(row["subject_id"])
        assert row["subject_label"] in {str(text) for text in core.objects(subject, RDFS.label)}, row
        assert row["predicate_id"] in PREDICATES, row
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        assert row["object_label"].strip(), row
        assert row["comment"].endswith("."), row
        assert not mappings.expand(row["object_id"]).startswith(NS), row


def test_superclasses_of_the_ontology_are_the_mapped_ones(core: Graph) -> None:
    mapped = {
        (mappings.expand(row["subject_id"]), mappings.expand(row["object_id"]))
        for mappings in map(read, FILES)
        for row in mappings.rows
        if row["predicate_id"] == "rdfs:subClassOf"
    }
    told = {(term, parent) for term, parent in core.subject_objects(RDFS.subClassOf) if not str(parent).startswith(NS)}
    assert mapped == told


def test_an_exact_match_is_the_only_one_of_its_object() -> None:
    for mappings in map(read, FILES):
        exact = [row["object_id"] for row in mappings.rows if row["predicate_id"] == "skos:exactMatch"]
        for target in exact:
            assert [row["object_id"] for row in mappings.rows].count(target) == 1
