"""The German registry: its tables are whole, agree with each other and with ontology/actors.ttl."""

from __future__ import annotations

import gc
import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from babel import Locale
from rdflib import OWL, RDF, SKOS, Graph, Literal, URIRef

from kg.errors import OntologyError
from kg.extract import rows as rows_module
from kg.extract.registry import OF_THE_FIRST_PART, Registry
from kg.extract.rows import read_rows
from kg.extract.tables import load_registry, published
from kg.iri import NS, WIKIDATA
from kg.resources import package_file, resource

FOLDER = package_file("lang", "de")
ACTORS = ("states", "organisations", "persons", "further-organisations", "further-persons")
TABLES = (*ACTORS, "further-terms", "titles", "nouns", "pronouns", "offices")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry("de")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(resource("ontology", "actors.ttl"))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_names_its_source_and_licence(table: str) -> None:
    head = (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").split("\n")
    comments = " ".join(line for line in head if line.startswith("# "))
    assert "Source:" in comments
    assert "CC0" in comments


def test_the_registry_is_as_large_as_it_claims(registry: Registry) -> None:
    kinds = Counter(entry.actor.type for entry in registry.labels.values())
    assert kinds["State"] >= 220
    assert kinds["Organisation"] + kinds["Coalition"] >= 240
    assert kinds["Person"] >= 900


def test_no_two_actors_share_a_name_or_an_iri(registry: Registry) -> None:
    rows = [row[2] for row in read_rows(FOLDER / "states.tsv", 9)]
    for table in ("organisations.tsv", "further-organisations.tsv"):
        rows += [row[1] for row in read_rows(FOLDER / table, 6)]
    for table in ("persons.tsv", "further-persons.tsv"):
        rows += [row[1] for row in read_rows(FOLDER / table, 7)]
    assert not [label for label, n in Counter(rows).items() if n > 1]
    iris = Counter(entry.actor.iri for entry in registry.labels.values())
    assert not [iri for iri, n in iris.items() if n > 1]


def test_every_member_of_the_united_nations_is_there(registry: Registry) -> None:
    # CLDR lists territories too: those without a state of their own are left out here.
    no_states = (
        "AC AI AQ AS AW AX BL BM BQ BV CC CP CQ CW CX DG EA EH FK FO GF GG GI GL GP GS GU HK HM IC IM IO JE KY MF MO "
        "MP MQ MS NC NF NU CK PF PM PN PR RE SH SJ SX TA TC TF TK UM VG VI WF YT EU EZ UN QO XA XB ZZ"
    )
    codes = {str(code) for code in Locale("de").territories if len(str(code)) == 2} - set(no_states.split(" "))
    have = {row[0].upper() for row in read_rows(FOLDER / "states.tsv", 9)}
    assert sorted(codes - have) == []


def test_further_terms_are_of_persons_of_the_registry(registry: Registry) -> None:
    further = [label for label, _ in read_rows(FOLDER / "further-terms.tsv", 2)]
    persons = {row[1] for row in read_rows(FOLDER / "persons.tsv", 7)}
    assert further
    assert sorted(set(further)) == further
    assert not set(further) - persons


def test_terms_of_office_are_sound(registry: Registry) -> None:
    kinds = {row[0] for row in read_rows(FOLDER / "offices.tsv", 3)}
    for label, entry in registry.labels.items():
        for term in entry.terms:
            assert term.body in registry.labels, label
            assert term.kind in kinds, label
            assert all(DAY.fullmatch(day) for day in (term.begin, term.end) if day), label
            assert not term.end or term.begin[: len(term.end)] <= term.end[: len(term.begin)], label


def test_one_head_of_government_at_a_time(registry: Registry) -> None:
    """Two chancellors on one day would make "die Kanzlerin" ambiguous."""
    for (kind, body), holders in registry.holders.items():
        if kind != "head_of_government":
            continue
        terms = sorted(
            (t.begin, t.end, x.actor.label) for x in holders for t in x.terms if (t.kind, t.body) == (kind, body)
        )
        for (_, end, one), (begin, _, other) in pairwise(terms):
            short = min(len(end), len(begin))
            assert end and end[:short] <= begin[:short], f"{body}: {one} and {other}"


def test_titles_name_known_kinds_and_bodies(registry: Registry) -> None:
    for word, title in registry.titles.items():
        whole = not (word.startswith("-") and title.body == OF_THE_FIRST_PART)
        assert not (whole and title.body) or title.body in registry.labels, word
        assert title.gender in ("", "m", "f", "n"), word


def test_an_adjective_means_one_state() -> None:
    owners: dict[str, set[str]] = {}
    for row in read_rows(FOLDER / "states.tsv", 9):
        for adjective in row[6].split("|"):
            owners.setdefault(adjective, set()).add(row[2])
    assert not {word: sorted(labels) for word, labels in owners.items() if word and len(labels) > 1}


def test_turtle_and_tables_agree_on_every_actor_but_the_further_ones(registry: Registry, graph: Graph) -> None:
    for label, terms in published():
        entry = registry.labels[label]
        node = URIRef(entry.actor.iri)
        assert (node, RDF.type, URIRef(NS + entry.actor.type)) in graph, label
        assert (node, SKOS.prefLabel, Literal(label, lang="de")) in graph
        assert {str(x) for x in graph.objects(node, SKOS.altLabel)} == set(entry.names)
        same = {WIKIDATA + entry.actor.wikidata} if entry.actor.wikidata else set()
        assert {str(x) for x in graph.objects(node, OWL.sameAs)} == same
        assert len(set(graph.objects(node, URIRef(NS + "holdsOffice")))) == len(terms), label
    labelled = set(graph.subjects(SKOS.prefLabel, None))
    assert labelled == {URIRef(registry.labels[label].actor.iri) for label, _ in published()}


def test_turtle_holds_the_dates_of_an_office(graph: Graph) -> None:
    merkel = URIRef("https://w3id.org/whostands/id/actor/Q567")
    germany = URIRef("https://w3id.org/whostands/id/actor/Q183")
    terms = [
        x for x in graph.objects(merkel, URIRef(NS + "holdsOffice")) if (x, URIRef(NS + "officeOf"), germany) in graph
    ]
    assert [str(x) for x in graph.objects(terms[0], URIRef(NS + "from"))] == ["2005-11-22"]
    assert [str(x) for x in graph.objects(terms[0], URIRef(NS + "to"))] == ["2021-12-08"]


def test_loading_is_quick() -> None:
    load_registry.cache_clear()
    gc.disable()  # what other tests have left is not its own work
    try:
        begin = time.process_time()
        load_registry("de")
        assert time.process_time() - begin < 0.5
    finally:
        gc.enable()


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    table = tmp_path / "states.tsv"
    table.write_text("# Source\ncode\tlabel\nfr\tFrankreich\tzu viel\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"states\.tsv:3: A line has 3 columns, not 2"):
        list(rows_module.read_rows(table, 2))
