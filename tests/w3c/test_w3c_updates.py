"""The W3C's suites of SPARQL 1.1 updates, over HTTP; what is not passed is listed in ``exclusions.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from w3c_manifests import MISSING, SUITES, Syntax, Update, exclusions, update_tests
from w3c_results import triples_of

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=MISSING)
EVALUATIONS, SYNTAX = update_tests() if SUITES.is_dir() else ([], [])
UPDATE = {"Content-Type": "application/sparql-update"}


def name_of(test: Update | Syntax) -> str:
    path = test.update if isinstance(test, Update) else test.query
    return f"{path.parent.name}/{test.iri.rpartition('#')[2]}"


@pytest.mark.parametrize("test", EVALUATIONS, ids=name_of)
def test_evaluation(writable: httpx.Client, test: Update) -> None:
    prepared = writable.post("/sparql", content=insertion(test.before), headers=UPDATE)
    assert prepared.status_code == 204, prepared.text
    reply = writable.post("/sparql", content=test.text.encode(), headers=UPDATE)
    passed = reply.status_code == 204 and stored(writable) == told(test.after)
    exclusion = exclusions()[1].get(test.iri)
    assert passed == (exclusion is None), f"{test.iri}: {reply.status_code} {reply.text[:300]}"
    assert passed or not is_carried_out_alone(test) or exclusion is not None


@pytest.mark.parametrize("test", SYNTAX, ids=name_of)
def test_syntax(writable: httpx.Client, test: Syntax) -> None:
    reply = writable.post("/sparql", content=test.query.read_bytes(), headers=UPDATE)
    assert reply.status_code in (204, 400), reply.text
    taken = reply.status_code == 204 or reply.json()["detail"].startswith("The update fails")
    exclusion = exclusions()[1].get(test.iri)
    assert (taken == test.positive) == (exclusion is None), f"{test.iri}: {reply.status_code} {reply.text[:300]}"


def test_the_manifests_are_read_whole() -> None:
    assert (len(EVALUATIONS), len(SYNTAX)) == (94, 63), "tests of the suites as they were pinned"


def insertion(graphs: Sequence[tuple[str | None, Path]]) -> bytes:
    """Return the update that leaves these graphs and nothing else."""
    steps = ["DROP ALL"]
    for name, path in graphs:
        lines = (ox.serialize(triples_of(path), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        if name is not None:
            steps.append(f"CREATE SILENT GRAPH <{name}>")
        steps.append(
            f"INSERT DATA {{ {lines} }}" if name is None else f"INSERT DATA {{ GRAPH <{name}> {{ {lines} }} }}"
        )
    return " ;\n".join(steps).encode()


def stored(client: httpx.Client) -> set[ox.Quad]:
    """Return all quads of the service's store, read graph by graph."""
    query = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}
    names = [row["g"]["value"] for row in client.get("/sparql", params=query).json()["results"]["bindings"]]
    return canonical(quad for name in (None, *names) for quad in read_graph(client, name))


def read_graph(client: httpx.Client, name: str | None) -> Iterator[ox.Quad]:
    params = {"default": ""} if name is None else {"graph": name}
    reply = client.get("/graphs", params=params, headers={"Accept": "application/n-triples"})
    assert reply.status_code == 200, reply.text
    for quad in ox.parse(reply.content, ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(*quad.triple, ox.DefaultGraph() if name is None else ox.NamedNode(name))


def told(graphs: Sequence[tuple[str | None, Path]]) -> set[ox.Quad]:
    """Return the quads that a test wants, as the engine stores them."""
    store = ox.Store()
    for name, path in graphs:
        store.extend(
            ox.Quad(*triple, ox.DefaultGraph() if name is None else ox.NamedNode(name)) for triple in triples_of(path)
        )
    return canonical(store)


def canonical(quads: Iterator[ox.Quad] | ox.Store) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def is_carried_out_alone(test: Update) -> bool:
    """Whether pyoxigraph, called directly, leaves what the suite tells."""
    store = ox.Store()
    try:
        store.update(insertion(test.before).decode())
        store.update(test.text)
    except (SyntaxError, ValueError, OSError, RuntimeError):
        return False
    return canonical(store) == told(test.after)
