"""Builds that are killed at random points, for real: what the next build leaves is what an undisturbed one leaves."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from warmed_build import run

from kg.errors import StoreError
from kg.store import Write, current_snapshot
from kg.store.snapshots import DATABASE, EDGES, amend

KILLS = 50
ARTICLES = 12
WRITE = Write(update="INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["warmed_build"])


def write(store: Path) -> None:
    amend(store, WRITE)


def killed(work: Callable[..., None], *arguments: object, after: float) -> bool:
    """Run ``work`` in a process of its own, kill it after some seconds; return whether it was still at it."""
    process = SERVER.Process(target=work, args=arguments)
    process.start()
    process.join(after)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def dump(store: Path) -> tuple[bytes, bytes]:
    """Return all quads of the current snapshot as sorted N-Quads, and its arrays as they lie on the disk."""
    snapshot = current_snapshot(store)
    lines = ox.serialize(ox.Store.read_only(str(snapshot / DATABASE)), format=ox.RdfFormat.N_QUADS) or b""
    return b"\n".join(sorted(lines.splitlines())), (snapshot / EDGES).read_bytes()


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("articles")
    for number in range(ARTICLES):
        text = f"Frankreich unterstützt „Vorhaben {number}“. Polen unterstützt „Vorhaben {number % 3}“."
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def test_a_build_killed_anywhere_is_made_good_by_the_next(articles: list[Path], tmp_path: Path) -> None:
    half, whole, store = tmp_path / "half", tmp_path / "whole", tmp_path / "store"
    run(articles[: ARTICLES // 2], half)
    before = dump(half)
    shutil.copytree(half, whole)
    began = time.monotonic()
    assert not killed(run, articles, whole, after=600)
    seconds = time.monotonic() - began
    told = dump(whole)
    assert told != before
    rng, done, tried = random.Random(7), 0, 0
    while done < KILLS:
        tried += 1
        assert tried < 10 * KILLS, "builds end before they are killed"
        shutil.copytree(half, store)
        if killed(run, articles, store, after=rng.uniform(0, seconds)):
            done += 1
            assert dump(store) in (before, told), "what is served is the one or the other"
            assert not killed(run, articles, store, after=600)
            assert dump(store) == told
            assert len(list((store / "snapshots").iterdir())) <= 2, "nothing is left lying about"
        shutil.rmtree(store)


def test_a_first_build_killed_anywhere_leaves_nothing_or_all(articles: list[Path], tmp_path: Path) -> None:
    whole, store = tmp_path / "whole", tmp_path / "store"
    began = time.monotonic()
    run(articles, whole)
    seconds = time.monotonic() - began
    told = dump(whole)
    for share in (0.1, 0.4, 0.7, 0.95):
        killed(run, articles, store, after=share * seconds)
        try:
            assert dump(store) == told
        except StoreError:
            assert not (store / "current").exists()
    run(articles, store)
    assert dump(store) == told


def test_a_change_killed_anywhere_is_whole_or_not_there(articles: list[Path], tmp_path: Path) -> None:
    built, changed, store = tmp_path / "built", tmp_path / "changed", tmp_path / "store"
    run(articles, built)
    shutil.copytree(built, changed)
    began = time.monotonic()
    assert not killed(write, changed, after=600)
    seconds = time.monotonic() - began
    before, told = dump(built), dump(changed)
    rng = random.Random(7)
    for _ in range(10):
        shutil.copytree(built, store)
        killed(write, store, after=rng.uniform(0, seconds))
        assert dump(store) in (before, told)
        run(articles[:1], store)  # a build with less, then the one before: what was not told as done is not there
        run(articles, store)
        assert dump(store) in (before, told)
        shutil.rmtree(store)
