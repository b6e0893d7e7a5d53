"""Store and service against what they are made of: pyoxigraph alone, `oxigraph serve`, and rdflib-endpoint."""

from __future__ import annotations

import contextlib
import http
import http.client
import io
import itertools
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import sysconfig
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from bench.lean import actor_iri, write_lean_graph
from bench.measuring import RUNS, seconds_of_both, times, told
from kg.edges import Edges
from kg.neighbourhood import neighbourhood
from kg.questions import load_questions
from kg.store import Store, open_store, publish
from kg.store.snapshots import DATABASE, EDGES

TEN_ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 10"
_JSON = {"Accept": "application/sparql-results+json, application/json;q=0.9"}
_SCRIPTS = Path(sysconfig.get_path("scripts"))
_CLIENTS = 2


def measure_build(folder: Path, files: Sequence[Path]) -> Path:
    """A snapshot's publication against the engine's bulk load of the same files; the load alone, then the whole."""
    size = sum(1 for file in files for _ in file.open("rb"))

    def load() -> None:
        store = ox.Store(str(folder / "alone"))
        for file in files:
            store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
        store.flush()

    (alone,) = times(load, 1)
    start = time.perf_counter()
    snapshot = publish(folder / "store", files, version="bench")
    ratio = alone / (time.perf_counter() - start)
    told("quads", f"{size:,}")
    told("build into a snapshot / bulk load alone, quads a second", f"{ratio:.2f}", target=">= 0.80", met=ratio >= 0.8)
    return snapshot


def measure_questions(snapshot: Path) -> None:
    """Each shipped question through our store against the engine alone."""
    store, alone = open_store(snapshot), ox.Store.read_only(str(snapshot / DATABASE))
    for name, question in sorted(load_questions().items()):
        ours, engine = seconds_of_both(partial(_ask, store, question.text), partial(_answer, alone, question.text))
        figure = f"{ours * 1000:.1f} / {engine * 1000:.1f}"
        told(f"question {name}: ms, engine's", figure, target="<= 1.2 x + 1", met=ours <= 1.2 * engine + 0.001)


def _ask(store: Store, text: str) -> None:
    store.answer(text, io.BytesIO())


def _answer(store: ox.Store, text: str) -> None:
    result = store.query(text, use_default_graph_as_union=True)
    if isinstance(result, ox.QueryTriples):
        ox.serialize(result, io.BytesIO(), ox.RdfFormat.TURTLE)
    else:
        result.serialize(io.BytesIO(), ox.QueryResultsFormat.JSON)


def measure_neighbourhood(snapshot: Path, port: int) -> None:
    """Two steps around nodes from all over the graph, in process and over HTTP; medians."""
    edges = Edges.load(snapshot / EDGES)
    nodes = [edges.iri[n] for n in range(0, len(edges.iri), max(1, len(edges.iri) // 50))]
    inside = [t for node in nodes for t in times(partial(neighbourhood, edges, node, depth=2), 2)[1:]]
    client = http.client.HTTPConnection("127.0.0.1", port)
    paths = [f"/neighbourhood?depth=2&node={urllib.parse.quote(node, safe='')}" for node in nodes]
    assert {_get(client, path)[0] for path in paths} == {http.HTTPStatus.OK}
    outside = [t for path in paths for t in times(partial(_get, client, path), 1)]
    for name, taken, most in (("in process", inside, 5), ("over HTTP", outside, 15)):
        middle = statistics.median(taken) * 1000
        told(f"neighbourhood, 2 steps, {name}, ms", f"{middle:.1f}", target=f"<= {most}", met=middle <= most)


def measure_requests(store: Path, snapshot: Path, small: Path) -> None:
    """Requests a second for ten rows: ours against `oxigraph serve` on the same data, rdflib-endpoint on few triples.

    rdflib-endpoint gets ``small`` (Turtle), which it holds in memory; it would not come up with the whole graph.
    """
    with our_service(store) as port:
        same = _rate(port, "/sparql", itertools.repeat(TEN_ROWS))
        other = _rate(port, "/sparql", _unlike_queries())
        measure_neighbourhood(snapshot, port)
        measure_replacement(port)
    copy = snapshot.parent.parent / "served"
    shutil.copytree(snapshot / DATABASE, copy)
    serve = [str(_SCRIPTS / "oxigraph"), "serve-read-only", "--union-default-graph", "--location", str(copy), "--bind"]
    with _server(lambda port: [*serve, f"127.0.0.1:{port}"], "/query") as port:
        oxigraph = _rate(port, "/query", _unlike_queries())
    with _server(
        lambda port: [
            str(_SCRIPTS / "rdflib-endpoint"),
            "serve",
            "--port",
            str(port),
            "--host",
            "127.0.0.1",
            str(small),
        ],
        "/",
    ) as port:
        rdflib = _rate(port, "/", itertools.repeat(TEN_ROWS))
    told("requests a second: ours, another query each time", f"{same:,.0f}, {other:,.0f}")
    told("requests a second: oxigraph serve, rdflib-endpoint", f"{oxigraph:,.0f}, {rdflib:,.0f}")
    for name, rate in (("requests, ours", same), ("requests, ours with another query each time", other)):
        for than, theirs, least in (("oxigraph serve", oxigraph, 0.5), ("rdflib-endpoint", rdflib, 5)):
            ratio = rate / theirs
            told(f"{name} / {than}", f"{ratio:.2f}", target=f">= {least}", met=ratio >= least)


def _unlike_queries() -> Iterator[str]:
    """Yield queries that cost an engine the same and that nobody can have answered before."""
    # Not a generator, which two clients could not take from at once.
    return map("SELECT ?s ?p ?o{0} WHERE {{ ?s ?p ?o{0} }} LIMIT 10".format, itertools.count())


def measure_replacement(port: int) -> None:
    """How long after a query was stopped at its deadline its worker is replaced."""
    client = http.client.HTTPConnection("127.0.0.1", port)

    def ready() -> int:
        return int(json.loads(_get(client, "/healthz")[1])["workers_ready"])

    whole, taken = ready(), []
    endless = urllib.parse.quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    for _ in range(RUNS):
        assert _get(client, f"/sparql?timeout=0.3&query={endless}")[0] == http.HTTPStatus.SERVICE_UNAVAILABLE
        start = time.perf_counter()
        while ready() < whole:
            time.sleep(0.005)
        taken.append(time.perf_counter() - start)
    middle = statistics.median(taken)
    told("a stopped query's worker is replaced within, s", f"{middle:.2f}", target="< 0.50", met=middle < 0.5)


def measure_pages(folder: Path, sizes: Sequence[int]) -> None:
    """p95 of paged lookups of positions, over HTTP, at several sizes of the graph."""
    taken = {}
    for size in sizes:
        write_lean_graph(folder / "lean.nq", size)
        store = folder / f"lean-{size}"
        publish(store, [folder / "lean.nq"], version="lean")
        with our_service(store) as port:
            taken[size] = _page_times(port)
        told(f"paged lookup, {size:,} positions, p95 ms", f"{taken[size] * 1000:.1f}")
        shutil.rmtree(store)
    least, most = taken[sizes[0]], taken[sizes[-1]]
    name = f"paged lookup, p95, {sizes[-1]:,} / {sizes[0]:,} positions"
    told(name, f"{most / least:.2f}", target="<= 1.20 (flat)", met=most <= 1.2 * least)


def _page_times(port: int) -> float:
    """Return the 95th percentile over pages from all over the listings of actors, frequent and rare."""
    client, taken = http.client.HTTPConnection("127.0.0.1", port), []
    rng = random.Random(1)
    for number in [0, 1, 2, *(rng.randrange(400) for _ in range(27))]:
        path = f"/actors/{urllib.parse.quote(actor_iri(number).rpartition('/')[2])}/positions?limit=20"
        following = ""
        for _ in range(10):
            start = time.perf_counter()
            status, body = _get(client, path + following)
            taken.append(time.perf_counter() - start)
            cursor = json.loads(body).get("next") if status == 200 else None
            if cursor is None:
                break
            following = f"&cursor={cursor}"
    return statistics.quantiles(taken, n=20)[-1]


def our_service(store: Path) -> contextlib.AbstractContextManager[int]:
    """Serve a store as `kg serve` does; gives the port."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port"]
    return _server(lambda port: [*command, str(port)], "/healthz")


@contextlib.contextmanager
def _server(command: object, path: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command(port), env=os.environ, **quiet)  # type: ignore[operator]
    try:
        end = time.monotonic() + 300
        while True:
            try:
                _get(http.client.HTTPConnection("127.0.0.1", port, timeout=60), path)
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, f"{command(port)} does not start"  # type: ignore[operator]
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _rate(port: int, path: str, queries: Iterator[str], *, seconds_each: float = 4) -> float:
    """Return requests a second of two clients at once, each on one connection, after some that do not count."""

    def ask(end: float) -> int:
        client, number = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
        while time.perf_counter() < end:
            status, _ = _get(client, f"{path}?query={urllib.parse.quote(next(queries))}")
            assert status == 200, status
            number += 1
        return number

    ask(time.perf_counter() + seconds_each / 8)
    with ThreadPoolExecutor(_CLIENTS) as clients:
        end = time.perf_counter() + seconds_each
        return sum(clients.map(ask, [end] * _CLIENTS)) / seconds_each


def _get(client: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    client.request("GET", path, headers=_JSON)
    reply = client.getresponse()
    return reply.status, reply.read()
