"""The commands as a user types them: what they print, where errors go, and with which code they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from fake_extractor import FakeExtractor

import kg
from kg.cli import main
from kg.terminal import fit

TEXT = "\ufeffParis\r\n\r\nFrankreich unterstützt „Einsatz“. Polen unterstützt „Abzug“.\r\nFrankreich trifft Polen.\r\n"
COMMANDS = ("extract", "build", "serve", "query", "positions")

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeExtractor:
    """Put the fake extractor in the place of the shipped one."""
    extractor = FakeExtractor()
    monkeypatch.setattr("kg.extract.pipeline.Extractor", lambda **options: extractor)
    monkeypatch.setattr("kg.extract.pipeline.model_version", lambda: extractor.version)
    return extractor


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "paris.txt"
    path.write_bytes(TEXT.encode())
    path.with_suffix(".json").write_text('{"id": "other", "date": "2025-09-04", "title": "Treffen in Paris"}')
    return path


@pytest.fixture
def store(article: Path, tmp_path: Path, capfd: Output) -> Path:
    assert main(["build", str(article), "--store", str(tmp_path / "store")]) == 0
    capfd.readouterr()
    return tmp_path / "store"


def test_extract_prints_the_exchange_format(article: Path, capfd: Output) -> None:
    assert main(["extract", str(article)]) == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["kind"] for line in lines] == ["position", "position", "relation"]
    position, _, relation = lines
    assert {line["article"] for line in lines} == {"paris"}
    assert TEXT[slice(*position["actor"]["spans"][0])] == position["actor"]["label"] == "Frankreich"
    assert TEXT[slice(*position["topic"]["spans"][0])] == position["topic"]["text"] == "Einsatz"
    assert TEXT[slice(*position["cue"][0])] == "unterstützt"
    assert TEXT[slice(*position["sentence"]["spans"][0])] == position["sentence"]["text"]
    assert (position["addressee"], position["reported_by"], position["hedged"]) == ("Polen; Frankreich", "Polen", True)
    assert (position["stance"], position["confidence"]) == ("supports", 0.9)
    assert (relation["relation"], relation["negated"], relation["office"]) == ("meets", False, None)
    assert [relation[side]["label"] for side in ("a", "b")] == ["Frankreich", "Polen"]


def test_scorer_reads_what_extract_prints(article: Path, shared: Path, tmp_path: Path, capfd: Output) -> None:
    main(["extract", str(article)])
    lines = capfd.readouterr().out
    (tmp_path / "found.jsonl").write_text(lines)
    (tmp_path / "gold").mkdir()
    extra = {"optional": False, "accept": []}
    gold = []
    for line in map(json.loads, lines.splitlines()):
        sides = {side: {**line[side], **extra} for side in ("actor", "a", "b") if side in line}
        signs = {"sign": 1} if line["kind"] == "position" else {"symmetric": True}
        gold.append(json.dumps({**line, **sides, **signs, **extra, "sentence": 0}))
    (tmp_path / "gold" / "paris.jsonl").write_text("\n".join(gold))
    scorer = [sys.executable, str(shared / "eval" / "score.py"), "gold", "found.jsonl", "--json"]
    scores = json.loads(subprocess.run(scorer, cwd=tmp_path, check=True, capture_output=True).stdout)
    for level in ("position.stance", "relation.linked", "detail.addressee", "detail.reported_by", "detail.hedged"):
        assert scores[level]["f1"] == 1, level


def test_extract_leaves_out_what_is_less_sure(article: Path, capfd: Output) -> None:
    assert main(["extract", str(article), "--min-confidence", "0.8"]) == 0
    kinds = [json.loads(line)["confidence"] for line in capfd.readouterr().out.splitlines()]
    assert kinds == [0.9, 0.8]


def test_extract_prints_turtle(article: Path, capfd: Output) -> None:
    import rdflib

    assert main(["extract", str(article), "--format", "ttl"]) == 0
    graph = rdflib.Graph().parse(data=capfd.readouterr().out, format="turtle")
    query = "PREFIX ws: <https://w3id.org/whostands/ns#> SELECT ?t { ?p a ws:Position ; ws:topicText ?t } ORDER BY ?t"
    assert [str(row[0]) for row in graph.query(query)] == ["Abzug", "Einsatz"]  # type: ignore[index]


def test_extract_prints_a_table(article: Path, capfd: Output) -> None:
    assert main(["extract", str(article), "--format", "table"]) == 0
    header, rule, *rows = capfd.readouterr().out.splitlines()
    assert header.split() == ["article", "actor", "stance", "or", "relation", "topic", "or", "actor", "confidence"]
    assert set(rule) == {"-", " "}
    assert [row.split() for row in rows] == [
        ["paris", "Frankreich", "supports", "Einsatz", "0.90"],
        ["paris", "Polen", "supports", "Abzug", "0.40"],
        ["paris", "Frankreich", "meets", "Polen", "0.80"],
    ]


def test_extract_goes_on_behind_a_bad_file(article: Path, tmp_path: Path, capfd: Output) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    assert main(["extract", str(tmp_path / "empty.txt"), str(article)]) == 1
    output = capfd.readouterr()
    assert len(output.out.splitlines()) == 3
    assert "empty.txt: The article is empty - " in output.err


def test_extract_without_a_good_file_loads_no_model(tmp_path: Path, fake: FakeExtractor, capfd: Output) -> None:
    assert main(["extract", str(tmp_path / "none.txt")]) == 1
    assert capfd.readouterr().out == "" and fake.asked == []


def test_build_tells_what_it_did(article: Path, tmp_path: Path, capfd: Output) -> None:
    arguments = ["build", str(article), "--store", str(tmp_path / "store")]
    assert main(arguments) == 0
    expected = f"1 articles (1 new), 2 positions, 1 relations in {tmp_path / 'store'}: snapshot 0001\n"
    assert capfd.readouterr().out == expected
    assert main(arguments) == 0
    assert "(0 new)" in (told := capfd.readouterr().out) and told.endswith("nothing changed\n")
    assert main([*arguments, "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")


def test_build_lists_bad_files_at_the_end(article: Path, tmp_path: Path, capfd: Output) -> None:
    (tmp_path / "latin.txt").write_bytes("trägt".encode("latin-1"))
    assert main(["build", str(article), str(tmp_path / "latin.txt"), "--store", str(tmp_path / "store")]) == 1
    output = capfd.readouterr()
    assert output.out.startswith("1 articles (1 new)")
    assert "1 left out:\n" in output.err and "byte 0xe4 at byte 2" in output.err and "iconv" in output.err


def test_build_of_nothing_good_is_one_line(tmp_path: Path, capfd: Output) -> None:
    assert main(["build", str(tmp_path / "none.txt"), "--store", str(tmp_path / "store")]) == 1
    output = capfd.readouterr()
    assert output.out == "" and output.err.count("\n") == 1 and "no such file" in output.err


def test_positions_are_found_by_name_id_and_iri(store: Path, capfd: Output) -> None:
    for name in ("Frankreich", "frankreich", "Q142", "https://w3id.org/whostands/id/actor/Q142"):
        assert main(["positions", name, "--store", str(store), "--format", "csv"]) == 0
        header, row = capfd.readouterr().out.splitlines()
        assert header == "date,stance,topic,sentence,article,confidence"
        assert row == "2025-09-04,unterstützt,Einsatz,Frankreich unterstützt „Einsatz“.,Treffen in Paris,0.9"


def test_stances_are_named_in_the_language_asked_for(store: Path, capfd: Output) -> None:
    assert main(["positions", "Q142", "--store", str(store)]) == 0
    assert "unterstützt" in capfd.readouterr().out.splitlines()[2]


def test_positions_of_nobody_is_one_line(store: Path, capfd: Output) -> None:
    assert main(["positions", "Atlantis", "--store", str(store)]) == 1
    assert capfd.readouterr().err == "kg: Atlantis: No actor of that name - Try a shorter part of the name.\n"


def test_name_of_several_actors_asks_which(store: Path, capfd: Output) -> None:
    assert main(["positions", "r", "--store", str(store)]) in (0, 2)
    assert main(["positions", "", "--store", str(store)]) == 1


def test_every_shipped_question_answers(store: Path, capfd: Output) -> None:
    assert main(["query", "--list"]) == 0
    names = [line.split()[0] for line in capfd.readouterr().out.splitlines()[2:]]
    assert len(names) >= 10
    for name in names:
        assert main(["query", name, "--store", str(store), "--format", "json"]) == 0
        assert json.loads(capfd.readouterr().out)["head"]["vars"]


QUERIES = {
    "SELECT ?s { VALUES ?s { 'a' 'b' } }": {"table": "s\n-\na\nb\n", "csv": "s\r\na\r\nb\r\n"},
    "ASK { ?s ?p ?o }": {"table": "yes\n", "csv": "true"},
    "ASK { ?s ?p 'no such' }": {"table": "no\n"},
    "SELECT ?s { VALUES ?s { <https://w3id.org/whostands/id/actor/Q142> <urn:x> UNDEF } }": {
        "table": "s\n----------\nactor:Q142\n<urn:x>\n\n"
    },
    "CONSTRUCT { <urn:s> <urn:p> 'o' } {}": {"table": '<urn:s> <urn:p> "o" .\n'},
}


@pytest.mark.parametrize("query", QUERIES)
def test_query_of_ones_own_is_answered(store: Path, tmp_path: Path, query: str, capfd: Output) -> None:
    (tmp_path / "own.rq").write_text(query)
    for format, answer in QUERIES[query].items():
        assert main(["query", str(tmp_path / "own.rq"), "--store", str(store), "--format", format]) == 0
        assert capfd.readouterr().out.endswith(answer)


FAILURES = {
    "syntax error": (["query", "{tmp}/bad.rq", "--store", "{store}"], 1, "Not a SPARQL query"),
    "no such question": (["query", "nothing", "--store", "{store}"], 1, "Questions: "),
    "no query": (["query", "--store", "{store}"], 2, "kg query --list"),
    "query that is a folder": (["query", "{tmp}", "--store", "{store}"], 2, "cannot be read"),
    "unknown parameter": (["query", "demands", "--store", "{store}", "--set", "x=1"], 2, "no parameter 'x'"),
    "no store to query": (["query", "demands", "--store", "{tmp}/none"], 1, "kg build"),
    "no store to serve": (["serve", "--store", "{tmp}/none", "--port", "0"], 1, "kg build"),
    "no store to look in": (["positions", "Q142", "--store", "{tmp}/none"], 1, "kg build"),
    "address that is not ours": (["serve", "--store", "{store}", "--host", "203.0.113.7"], 2, "--host"),
}


@pytest.mark.parametrize(("arguments", "code", "message"), FAILURES.values(), ids=FAILURES)
def test_failure_is_one_line_with_the_mend(
    store: Path, tmp_path: Path, capfd: Output, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "bad.rq").write_text("SELECT * WHERE { ?s ?p }")
    assert main([argument.format(tmp=tmp_path, store=store) for argument in arguments]) == code
    output = capfd.readouterr()
    assert message in output.err and output.err.count("\n") == 1 and output.err.startswith("kg: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_that_parses(command: str, capfd: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    text = capfd.readouterr().out
    assert ended.value.code == 0 and f"example:\n  kg {command} " in text


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing"], ["extract"], ["extract", "x", "--jobs", "0"], ["extract", "x", "--min-confidence", "nan"],
     ["extract", "x", "--language", "tlh"], ["serve", "--port", "70000"], ["serve", "--port", "x"],
     ["query", "x", "--set", "y"], ["build"]],
    ids=" ".join,
)  # fmt: skip
def test_usage_error_ends_with_2_in_one_line(arguments: list[str], capfd: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    output = capfd.readouterr()
    assert ended.value.code == 2 and output.out == ""
    assert output.err.count("\n") == 1 and "--help'" in output.err


def test_version(capfd: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0 and capfd.readouterr().out == f"kg {kg.__version__}\n"


def test_reader_that_has_seen_enough_is_no_error(store: Path) -> None:
    command = f"{sys.executable} -m kg query --list | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("name ") and done.stderr == ""


def test_names_come_out_whatever_the_locale(store: Path) -> None:
    command = [sys.executable, "-m", "kg", "positions", "Frankreich", "--store", str(store)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "unterstützt".encode() in done.stdout


def test_serve_answers_and_stops_quietly(store: Path) -> None:
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stderr is not None
        try:
            address = server.stdout.readline().split(" on ")[1].split()[0]
            with urlopen(f"{address}actors?q=Frankreich", timeout=30) as answer:
                assert json.load(answer)["items"][0]["id"] == "Q142"
            server.send_signal(signal.SIGINT)
            assert server.wait(30) == 0
            assert server.stderr.read() == ""
        finally:
            server.kill()


def test_port_in_use_is_one_line(store: Path, capfd: Output) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--store", str(store), "--port", str(taken.getsockname()[1])]) == 2
    assert "--port" in capfd.readouterr().err


def test_wide_columns_give_way() -> None:
    assert fit([10, 200, 90], 120) == [10, 55, 55]
    assert fit([10, 20], 120) == [10, 20]
    assert fit([50, 50, 50], 20) == [12, 12, 12]
