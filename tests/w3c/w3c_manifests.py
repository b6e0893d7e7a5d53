"""Reads the W3C's SPARQL test manifests (https://w3c.github.io/rdf-tests/sparql/) and our list of exclusions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Namespace
from rdflib.term import Node

from kg.store.guard import check_query

SUITES = Path(__file__).resolve().parents[3] / "shared" / "w3c" / "sparql"
"""Where a checkout of the suites lies beside this repository; they are not shipped with it."""
MISSING = f"the W3C suites are not at {SUITES}"
BASE = "https://w3c.github.io/rdf-tests/sparql/"
"""What the suites' relative IRIs are resolved against: where they are published."""
EMPTY = "urn:x-test:none"
"""A graph that no test asks: to name it alone is how the Protocol says "an empty default graph"."""
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
_EXCLUSIONS = Path(__file__).with_name("exclusions.toml")
_EVALUATED = (MF.QueryEvaluationTest, MF.CSVResultFormatTest)
_POSITIVE = (MF.PositiveSyntaxTest, MF.PositiveSyntaxTest11)
_NEGATIVE = (MF.NegativeSyntaxTest, MF.NegativeSyntaxTest11)
_UPDATES_TAKEN = (MF.PositiveUpdateSyntaxTest11, MF.PositiveSyntaxTest11)
_UPDATES_REFUSED = (MF.NegativeUpdateSyntaxTest11, MF.NegativeSyntaxTest11)
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One query with data and the answer it must have; all paths are below :data:`SUITES`."""

    iri: str
    query: Path
    result: Path
    data: Sequence[Path]
    graphs: Sequence[Path]
    lax: bool

    @property
    def text(self) -> str:
        """The query, with its base written down: a service resolves against its own address."""
        return f"BASE <{iri_of(self.query)}>\n{self.query.read_text(encoding='utf-8')}"

    @property
    def clauses(self) -> Sequence[Path]:
        """The files that the query's own FROM clauses name."""
        return [path_of(clause.iri) for clause in check_query(self.text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """One query that must be taken (``positive``) or refused."""

    iri: str
    query: Path
    positive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update with the files of the graphs before and after it; None names the unnamed graph."""

    iri: str
    update: Path
    before: Sequence[tuple[str | None, Path]]
    after: Sequence[tuple[str | None, Path]]

    @property
    def text(self) -> str:
        """The update, with its base written down."""
        return f"BASE <{iri_of(self.update)}>\n{self.update.read_text(encoding='utf-8')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Why a test is not passed; ``alone``: the engine by itself passes it."""

    reason: str
    alone: bool = False


def iri_of(path: Path) -> str:
    """Return the IRI under which a file of the suites is published; it also names the file's graph in our store."""
    return BASE + path.relative_to(SUITES).as_posix()


def path_of(iri: str) -> Path:
    """Return the file of an IRI that :func:`iri_of` made."""
    return SUITES / iri.removeprefix(BASE)


@cache
def exclusions() -> tuple[Mapping[str, str], Mapping[str, Exclusion]]:
    """Return the reasons of excluded manifests by folder, and the exclusions of single tests by IRI."""
    told = tomllib.loads(_EXCLUSIONS.read_text(encoding="utf-8"))
    folders = {row["folder"]: row["reason"] for row in told.get("manifest", [])}
    tests = {
        iri: Exclusion(reason=row["reason"], alone=row.get("alone", False))
        for row in told["test"]
        for iri in row["iris"]
    }
    return folders, tests


def load(folder: str) -> Graph:
    """Return the manifest of one folder as a graph with absolute ``file:`` IRIs."""
    path = SUITES / folder / "manifest.ttl"
    return Graph().parse(path, publicID=path.as_uri())


def entries(manifest: Graph) -> Iterator[Node]:
    """Yield the tests of a manifest in their order."""
    for listed in manifest.objects(None, MF.entries):
        yield from manifest.items(listed)


@cache
def query_tests() -> tuple[Sequence[Evaluation], Sequence[Syntax]]:
    """Return all tests of queries in sparql10 and sparql11, those of excluded folders left out."""
    evaluations: list[Evaluation] = []
    syntax: list[Syntax] = []
    for path in sorted(SUITES.glob("sparql1[01]/*/manifest.ttl")):
        folder = path.parent.relative_to(SUITES).as_posix()
        if folder in exclusions()[0]:
            continue
        manifest = load(folder)
        for test in entries(manifest):
            kind = manifest.value(test, RDF.type)
            if kind in _EVALUATED:
                evaluations.append(_evaluation(manifest, test))
            elif kind in (*_POSITIVE, *_NEGATIVE):
                query = _file(manifest.value(test, MF.action))
                if query.suffix == ".ru":
                    continue  # of an update: see update_tests
                syntax.append(Syntax(iri=str(test), query=query, positive=kind in _POSITIVE))
    return evaluations, syntax


@cache
def update_tests() -> tuple[Sequence[Update], Sequence[Syntax]]:
    """Return all tests of updates in sparql11."""
    evaluations: list[Update] = []
    syntax: list[Syntax] = []
    for path in sorted(SUITES.glob("sparql11/*/manifest.ttl")):
        manifest = load(path.parent.relative_to(SUITES).as_posix())
        for test in entries(manifest):
            kind, action = manifest.value(test, RDF.type), manifest.value(test, MF.action)
            if kind == MF.UpdateEvaluationTest:
                request = _file(manifest.value(action, UT.request))
                result = manifest.value(test, MF.result)
                before, after = _graphs(manifest, action), _graphs(manifest, result)
                evaluations.append(Update(iri=str(test), update=request, before=before, after=after))
            elif kind in (*_UPDATES_TAKEN, *_UPDATES_REFUSED) and str(action).endswith(".ru"):
                syntax.append(Syntax(iri=str(test), query=_file(action), positive=kind in _UPDATES_TAKEN))
    return evaluations, syntax


def _graphs(manifest: Graph, node: Node | None) -> list[tuple[str | None, Path]]:
    graphs: list[tuple[str | None, Path]] = [(None, _file(data)) for data in manifest.objects(node, UT.data)]
    for named in manifest.objects(node, UT.graphData):
        graphs.append((str(manifest.value(named, RDFS.label)), _file(manifest.value(named, UT.graph))))
    return graphs


def data_files() -> set[Path]:
    """Return every file of data that some test of queries asks."""
    files: set[Path] = set()
    for test in query_tests()[0]:
        files.update(test.data, test.graphs, test.clauses)
    return files


def _evaluation(manifest: Graph, test: Node) -> Evaluation:
    action = manifest.value(test, MF.action)
    return Evaluation(
        iri=str(test),
        query=_file(manifest.value(action, QT.query)),
        result=_file(manifest.value(test, MF.result)),
        data=[_file(node) for node in manifest.objects(action, QT.data)],
        graphs=[_file(node) for node in manifest.objects(action, QT.graphData)],
        lax=manifest.value(test, MF.resultCardinality) == MF.LaxCardinality,
    )


def _file(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))
