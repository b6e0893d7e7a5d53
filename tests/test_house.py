"""What the house asks of its own code and packaging: sizes, docstrings, imports, and that all is shipped."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg

REPOSITORY = Path(__file__).resolve().parents[1]
MODULES = sorted((REPOSITORY / "kg").rglob("*.py"))
FUNCTION_LINES = 40
MODULE_LINES = 400
SHIPPED = {"ontology", "queries", "models", "examples"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def files_of_the_repository() -> list[Path]:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for part in done.stdout.split("\0") if part and (path := REPOSITORY / part).is_file()]


def test_modules_are_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: lines for path, lines in lengths.items() if lines >= MODULE_LINES} == {}


def test_nearly_all_functions_are_short() -> None:
    lengths = [
        (f"{name(path)}:{function.name}", (function.end_lineno or function.lineno) - function.lineno + 1)
        for path in MODULES
        for function in functions(path)
    ]
    long = [where for where, lines in lengths if lines >= FUNCTION_LINES]
    assert len(long) <= 0.05 * len(lengths), long


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_what_is_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    missing = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            missing.append(node.name)
    assert missing == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_handler_catches_everything(path: Path) -> None:
    caught = [node.type for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler)]
    broad = {"Exception", "BaseException"}
    assert not any(kind is None or (isinstance(kind, ast.Name) and kind.id in broad) for kind in caught)


def test_names_say_what_a_module_is_about() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)(_|$)")
    assert [name(path) for path in MODULES if vague.search(path.stem)] == []


def test_building_side_is_found_in_a_checkout_and_in_a_wheel() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["only-include"]) == {"kg", *SHIPPED}
    assert wheel["sources"] == {folder: f"kg/shipped/{folder}" for folder in SHIPPED}
    assert all(any((REPOSITORY / folder).iterdir()) for folder in SHIPPED)


def test_what_kg_imports_is_declared() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[<>=!~\[; ]", line)[0].lower().replace("-", "_") for line in project["dependencies"]}
    # Starlette is FastAPI's own base, and part of its documented interface.
    known = declared | {"kg", "starlette"} | set(sys.stdlib_module_names)
    imported = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    assert imported - known == set()


def test_paths_of_one_machine_are_nowhere() -> None:
    # Written apart, so that this file does not find itself.
    machine = re.compile(rb"/(?:" + b"|".join([b"wor" + b"k", b"ho" + b"me", b"ro" + b"ot"]) + rb")/[a-z]")
    found = []
    for path in files_of_the_repository():
        content = path.read_bytes()
        if b"\0" not in content[:8192] and "vendor" not in path.parts and machine.search(content):
            found.append(name(path))
    assert found == []


def test_changelog_and_citation_know_the_version() -> None:
    assert f"version: {kg.__version__}\n" in (REPOSITORY / "CITATION.cff").read_text()
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in changelog or f"## [{kg.__version__}]" in changelog


def test_make_help_tells_every_target() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    told = set(re.findall(r"^# make (\w+)", text, re.MULTILINE))
    targets = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    assert {"demo", "test", "lint", "bench", "train"} <= told <= targets


def test_continuous_integration_script_runs_the_tests() -> None:
    script = REPOSITORY / ".ci" / "run"
    assert script.stat().st_mode & 0o111, "it has to be executable"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert re.search(r"^make test$", script.read_text(), re.MULTILINE)
