"""The W3C's suites of SPARQL 1.0 and 1.1 queries, over HTTP; what is not passed is listed in ``exclusions.toml``."""

from __future__ import annotations

import io

import httpx
import pyoxigraph as ox
import pytest
from w3c_manifests import (
    EMPTY,
    MISSING,
    SUITES,
    Evaluation,
    Syntax,
    entries,
    exclusions,
    iri_of,
    load,
    query_tests,
    update_tests,
)
from w3c_results import accepted, expected, read, same, triples_of

from kg.store import BINDING_FORMATS

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=MISSING)
EVALUATIONS, SYNTAX = query_tests() if SUITES.is_dir() else ([], [])


def name_of(test: Evaluation | Syntax) -> str:
    return f"{test.query.parent.parent.name}/{test.query.parent.name}/{test.iri.rpartition('#')[2]}"


@pytest.mark.parametrize("test", EVALUATIONS, ids=name_of)
def test_evaluation(service: httpx.Client, test: Evaluation) -> None:
    passed = is_answered(service, test)
    exclusion = exclusions()[1].get(test.iri)
    if exclusion is None:
        assert passed, f"{test.iri}; the engine alone passes it: {is_answered_alone(test)}"
    else:
        assert not passed, f"{test.iri} is passed now: take it from the exclusions"
        assert is_answered_alone(test) == exclusion.alone, f"{test.iri}: `alone` is told wrongly"


@pytest.mark.parametrize("test", SYNTAX, ids=name_of)
def test_syntax(service: httpx.Client, test: Syntax) -> None:
    parameters = {"named-graph-uri": EMPTY}  # nothing to find: the syntax counts, whatever the query would join
    headers = {"Content-Type": "application/sparql-query"}
    reply = service.post("/sparql", params=parameters, content=test.query.read_bytes(), headers=headers)
    assert reply.status_code in (200, 400), reply.text
    # A query that calls a function nobody has is taken for syntax and then refused, with other words.
    taken = reply.status_code == 200 or not reply.json()["detail"].startswith("Not a SPARQL query")
    passed = taken == test.positive
    exclusion = exclusions()[1].get(test.iri)
    assert passed == (exclusion is None), f"{test.iri}: {reply.status_code} {reply.text[:300]}"
    if exclusion is not None:
        assert (is_taken_alone(test) == test.positive) == exclusion.alone, f"{test.iri}: `alone` is told wrongly"


def test_every_exclusion_is_of_a_test() -> None:
    folders, tests = exclusions()
    assert [folder for folder in folders if not (SUITES / folder / "manifest.ttl").is_file()] == []
    known = {test.iri for test in (*EVALUATIONS, *SYNTAX, *update_tests()[0], *update_tests()[1])}
    assert [iri for iri in tests if iri not in known and "/http-rdf-update/" not in iri] == []


def test_every_test_is_run_or_excluded() -> None:
    run = {test.iri for test in (*EVALUATIONS, *SYNTAX, *update_tests()[0], *update_tests()[1])}
    elsewhere = {
        f"sparql11/{name}" for name in ("protocol", "service-description", "graph-store-protocol", "http-rdf-update")
    }
    missing = []
    for path in sorted(SUITES.glob("sparql1[01]/*/manifest*.ttl")):
        folder = path.parent.relative_to(SUITES).as_posix()
        if folder not in exclusions()[0].keys() | elsewhere:
            missing += [str(test) for test in entries(load(folder)) if str(test) not in run]
    assert missing == []
    assert (len(EVALUATIONS), len(SYNTAX)) == (518, 302), "tests of the suites as they were pinned"


def is_answered(service: httpx.Client, test: Evaluation) -> bool:
    """Whether the live service gives the answer that the suite tells."""
    parameters: list[tuple[str, str]] = []
    if not test.clauses:
        parameters += [("default-graph-uri", iri_of(path)) for path in test.data if triples_of(path)]
        parameters += [("named-graph-uri", iri_of(path)) for path in test.graphs if triples_of(path)]
    headers = {"Accept": accepted(test), "Content-Type": "application/sparql-query"}
    reply = service.post(
        "/sparql",
        params=parameters or ({} if test.clauses else {"named-graph-uri": EMPTY}),
        content=test.text.encode(),
        headers=headers,
    )
    return reply.status_code == 200 and same(test, expected(test), read(reply.headers["content-type"], reply.content))


def is_answered_alone(test: Evaluation) -> bool:
    """Whether pyoxigraph, called directly, gives the answer that the suite tells."""
    store = ox.Store()
    for path in test.data:
        store.extend(ox.Quad(*triple) for triple in triples_of(path))
    for path in (*test.graphs, *test.clauses):
        store.add_graph(ox.NamedNode(iri_of(path)))
        store.extend(ox.Quad(*triple, ox.NamedNode(iri_of(path))) for triple in triples_of(path))
    try:
        answer = store.query(test.text)
        media_type = accepted(test).partition(",")[0]
        output = io.BytesIO()
        if isinstance(answer, ox.QueryTriples):
            media_type = "text/turtle"
            ox.serialize(answer, output, ox.RdfFormat.TURTLE)
        else:
            answer.serialize(output, BINDING_FORMATS[media_type])
    except (SyntaxError, ValueError, OSError):
        return False
    return same(test, expected(test), read(media_type, output.getvalue()))


def is_taken_alone(test: Syntax) -> bool:
    """Whether pyoxigraph, called directly, takes a query."""
    try:
        ox.Store().query(test.query.read_text(encoding="utf-8"), base_iri=iri_of(test.query))
    except (SyntaxError, ValueError):
        return False
    except RuntimeError:
        return True
    return True
