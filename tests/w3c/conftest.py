"""One live service over the data of all W3C tests: each file of data is a graph named by where it is published.

So one server and one worker do for all tests: a test's data are given by the Protocol's dataset parameters.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from live_service import live_service
from w3c_manifests import EMPTY, MISSING, SUITES, data_files, iri_of
from w3c_results import triples_of

from kg.service.app import create_app
from kg.service.settings import Settings
from kg.store import publish

TOKEN = "w3c-token"
PROTOCOL_DATA = "http://kasei.us/2009/09/sparql/data/"
# The protocol's manifest names this graph and leaves its file out; its queries need only that it is there.
_DATA_0 = f"<{PROTOCOL_DATA}data0.rdf> a <http://xmlns.com/foaf/0.1/Document> ."


def _quads(files: set[Path]) -> Iterator[ox.Quad]:
    for path in sorted(files):
        yield from (ox.Quad(*triple, ox.NamedNode(iri_of(path))) for triple in triples_of(path))
    for number in (1, 2, 3):
        graph = ox.NamedNode(f"{PROTOCOL_DATA}data{number}.rdf")
        path = SUITES / "sparql11" / "protocol" / f"data{number}.nt"
        yield from (ox.Quad(*triple, graph) for triple in triples_of(path))
    for text, name in ((_DATA_0, f"{PROTOCOL_DATA}data0.rdf"), ("<urn:x:s> <urn:x:p> <urn:x:o> .", EMPTY)):
        yield from (ox.Quad(*quad.triple, ox.NamedNode(name)) for quad in ox.parse(text, ox.RdfFormat.TURTLE))


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of a store that holds every file of data; empty ones are no graph of it."""
    if not SUITES.is_dir():
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("w3c")
    with (folder / "data.nq").open("wb") as file:
        ox.serialize(_quads(data_files()), file, ox.RdfFormat.N_QUADS)
    publish(folder / "store", [folder / "data.nq"], version="w3c")
    yield folder / "store"


@pytest.fixture(scope="session")
def service(graphs: Path) -> Iterator[httpx.Client]:
    """Return a client of the live service."""
    settings = Settings(store=graphs, workers=1, deadline=10)
    with live_service(create_app(settings)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def writable() -> Iterator[httpx.Client]:
    """Return a client, with the token, of a live service whose graph is empty at first."""
    if not SUITES.is_dir():
        pytest.skip(MISSING)
    memory = Path("/dev/shm")  # some hundred changes, each of which would wait for a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        publish(Path(folder), [], version="w3c")
        settings = Settings(store=Path(folder), workers=1, deadline=10, write_token=TOKEN)
        with (
            live_service(create_app(settings)) as address,
            httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {TOKEN}"}) as client,
        ):
            yield client
