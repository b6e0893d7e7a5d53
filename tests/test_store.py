"""Snapshots are whole or absent, and queries of a store run on what was published and on nothing else."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sample_graph import write_quad_files

from kg.errors import QuerySyntaxError, StoreError
from kg.store import FormatNotOffered, Formats, Graphs, Store, current_snapshot, open_store, publish, read_manifest
from kg.store.guard import FromClause, check_query

QUAD = b"<http://e/%d> <http://e/p> <http://e/o> <http://e/g> .\n"


def write(folder: Path, number: int) -> list[Path]:
    path = folder / f"{number}.nq"
    path.write_bytes(QUAD % number)
    return [path]


def test_publishing_moves_the_pointer_and_keeps_two(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for number in (1, 2, 3):
        snapshot = publish(store, write(tmp_path, number), version=str(number))
        assert current_snapshot(store) == snapshot
        assert read_manifest(snapshot).counts["quads"] == 1
    assert sorted(path.name for path in (store / "snapshots").iterdir()) == ["0002", "0003"]


def test_publishing_the_same_version_again_does_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = publish(store, write(tmp_path, 1), version="same")
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.name != "lock"}
    assert publish(store, write(tmp_path, 2), version="same") == first
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.name != "lock"} == before


def test_a_snapshot_of_an_older_layout_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(tmp_path / "store", write(tmp_path, 1), version="same")
    (first / "manifest.json").write_text("{}")
    assert publish(tmp_path / "store", write(tmp_path, 1), version="same") != first
    monkeypatch.setattr("kg.store.snapshots.FORMAT", -1)
    assert publish(tmp_path / "store", write(tmp_path, 1), version="same").name == "0003"


def test_plain_and_gzipped_files_make_one_graph(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.nq", tmp_path / "b.nq.gz"
    plain.write_bytes((QUAD % 1).rstrip(b"\n"))  # a file may end without a newline
    packed.write_bytes(gzip.compress(QUAD % 2))
    assert read_manifest(publish(tmp_path / "s", [plain, packed], version="1")).counts["quads"] == 2


def test_many_quads_are_loaded_in_parts_and_an_error_in_a_later_one_is_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store.reading.PART_LINES", 2)
    one, other = tmp_path / "1.nq", tmp_path / "2.nq"
    one.write_bytes(b"".join(QUAD % n for n in range(5)).rstrip(b"\n"))
    other.write_bytes(b"".join(QUAD % n for n in range(5, 8)))
    assert read_manifest(publish(tmp_path / "s", [one, other], version="1")).counts["quads"] == 8
    other.write_bytes(QUAD % 6 + QUAD % 7 + QUAD % 8 + b"this is no quad\n")
    with pytest.raises(StoreError) as failure:
        publish(tmp_path / "s", [one, other], version="2")
    assert failure.value.where == f"{other}, line 4"


def test_a_broken_file_is_named_and_leaves_the_old_snapshot(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = publish(store, write(tmp_path, 1), version="1")
    broken = tmp_path / "broken.nq"
    broken.write_bytes(QUAD % 5 + b"this is no quad\n")
    with pytest.raises(StoreError) as failure:
        publish(store, [*write(tmp_path, 2), broken], version="2")
    assert failure.value.where == f"{broken}, line 2"
    assert current_snapshot(store) == first
    assert read_manifest(publish(store, write(tmp_path, 2), version="2")).counts["quads"] == 1
    assert not list((store / "snapshots").glob(".*")), "the unfinished folder is removed by the next publication"


def test_a_publication_killed_before_the_pointer_moves_changes_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = publish(store, write(tmp_path, 1), version="1")
    killed = (
        "import os, kg.store.snapshots as s; from pathlib import Path;"
        f"s._point = lambda *_: os._exit(9); s.publish(Path({str(store)!r}), [Path({str(write(tmp_path, 2)[0])!r})],"
        " version='2')"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == 9
    assert current_snapshot(store) == first
    second = publish(store, write(tmp_path, 2), version="2")
    assert current_snapshot(store) == second
    assert set((store / "snapshots").iterdir()) == {first, second}


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    def files() -> list[Path]:
        with pytest.raises(StoreError, match="Another build"):
            publish(tmp_path / "store", [], version="2")
        return write(tmp_path, 1)

    class Lazy:
        def __iter__(self) -> object:
            return iter(files())

    publish(tmp_path / "store", Lazy(), version="1")  # type: ignore[arg-type]


def test_a_folder_without_a_snapshot_says_how_to_mend(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        open_store(tmp_path)
    snapshot = publish(tmp_path, write(tmp_path, 1), version="1")
    shutil.rmtree(snapshot)
    with pytest.raises(StoreError):
        open_store(tmp_path)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("graph")
    publish(folder / "store", write_quad_files(folder), version="1")
    return open_store(folder / "store")


def test_the_default_graph_is_all_graphs_and_from_narrows_it(sample: Store) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?p <https://w3id.org/whostands/ns#stance> ?s }}"
    paris = "https://w3id.org/whostands/id/article/paris-2025/graph"

    def number(query: str, graphs: Graphs = Graphs()) -> str:  # noqa: B008
        (row,) = sample.select(query, graphs=graphs).rows
        return getattr(row[0], "value", "")

    assert number(count.format("")) == "4"
    assert number(count.format(f"FROM <{paris}>")) == "3"
    assert number(count.format(""), Graphs(default=[paris])) == "3"
    assert number(count.format(""), Graphs(named=[paris])) == "0"
    with pytest.raises(QuerySyntaxError, match="No such graph"):
        number(count.format("FROM <http://example.org/elsewhere>"))


def test_answers_come_in_the_format_of_the_query_form(sample: Store) -> None:
    output = io.BytesIO()
    assert sample.answer("ASK {}", output, formats=Formats(bindings="text/csv", graph=None)) == "text/csv"
    assert output.getvalue().strip() == b"true"
    with pytest.raises(FormatNotOffered):
        sample.answer("CONSTRUCT WHERE { ?s ?p ?o }", output, formats=Formats(bindings="text/csv", graph=None))


@pytest.mark.parametrize(
    ("query", "place"),
    [("SELECT * WHERE {\n ?s ?p }", "line 2"), ("nonsense", "line 1"), ("SELECT ?x {\n\n FILTER(?x = ) }", "line 3")],
)
def test_a_syntax_error_tells_its_line(sample: Store, query: str, place: str) -> None:
    with pytest.raises(QuerySyntaxError) as failure:
        sample.select(query)
    assert (failure.value.where or "").startswith(place)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?s{ ?s ?p ?o } }",
        "SELECT * { FILTER(1<2)SERVICE<http://127.0.0.1/>{} }",
        "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE#>\n?x{} }",
        "SELECT * { ?a ?b ?c FILTER(?a<'>')SERVICE <http://x/> {} FILTER('a'='a') }",
        "SELECT * { FILTER(?a<1SERVICE<http://x/> {}",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "PREFIX x: <http://x/> DROP ALL",
    ],
)
def test_remote_calls_and_updates_are_refused(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        check_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s <http://www.w3.org/ns/prov#wasDerivedFrom> ?o }",
        "SELECT ?service { ?service ?p 'SERVICE' }",
        'SELECT * { ?s <http://e/SERVICE> """it\'s SERVICE""" } # SERVICE',
        "PREFIX service: <http://e/> SELECT * { ?s service:service ex:SERVICE . ?d service:delete ?e }",
        "SELECT * { ?s ?p ?o BIND(REPLACE('a', 'b', 'c') AS ?with) FILTER(?o < 3 && ?s > 4) }",
    ],
)
def test_the_guard_lets_mere_words_pass(query: str) -> None:
    assert check_query(query) == []


def test_from_clauses_are_read_with_their_prefixes() -> None:
    query = "BASE <http://b/> PREFIX e: <http://e/> SELECT * FROM e:g FROM NAMED <x> FROM <http://y> { }"
    assert check_query(query) == [
        FromClause("http://e/g", False),
        FromClause("http://b/x", True),
        FromClause("http://y", False),
    ]
