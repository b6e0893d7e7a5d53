"""Building: what is new is extracted once, the same again changes nothing, and what is bad is left out and told."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fake_extractor import FakeExtractor
from hypothesis import given
from hypothesis import strategies as st

from kg.build import BuildReport, build
from kg.cache import QuadCache, pipeline_version
from kg.errors import ArticleError, ShapeError, StoreError
from kg.iri import BASE, INFERRED_GRAPH, NS
from kg.model import Article, Extraction
from kg.store import open_store, read_manifest


def article(folder: Path, name: str, topic: str = "Einsatz", *, more: str = "") -> Path:
    path = folder / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Paris\n\nFrankreich unterstützt „{topic}“. Frankreich trifft Polen. {more}\n", encoding="utf-8")
    return path


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Return a folder of three articles."""
    for name in ("a", "b", "c"):
        article(tmp_path / "articles", name, f"Einsatz {name}")
    return tmp_path / "articles"


def run(*paths: Path, store: Path, extractor: FakeExtractor | None = None) -> BuildReport:
    return build(paths, store_dir=store, extractor=extractor or FakeExtractor())


def topics(store: Path) -> list[str]:
    rows = open_store(store).select(
        "PREFIX ws: <https://w3id.org/whostands/ns#> SELECT DISTINCT ?t { ?p ws:topicText ?t } ORDER BY ?t"
    )
    return [str(row[0].value) for row in rows.rows if row[0] is not None]  # type: ignore[union-attr]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_build_makes_a_graph_that_answers(articles: Path, tmp_path: Path) -> None:
    report = run(articles, store=tmp_path / "store")
    assert (report.articles, report.extracted, report.reused, report.failures) == (3, 3, 0, ())
    assert report.changed
    assert topics(tmp_path / "store") == ["Einsatz a", "Einsatz b", "Einsatz c"]
    counts = read_manifest(report.snapshot).counts
    assert (counts["articles"], counts["positions"], counts["relations"]) == (3, 3, 3)


def test_building_again_changes_nothing(articles: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(articles, store=store)
    before = tree(store)
    extractor = FakeExtractor()
    report = run(articles, store=store, extractor=extractor)
    assert extractor.asked == [] and not report.changed and report.reused == 3
    assert tree(store) == before


def test_same_articles_give_the_same_quads_in_another_store(articles: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(articles, store=tmp_path / name)
    assert tree(tmp_path / "one" / "articles") == tree(tmp_path / "two" / "articles")
    versions = {read_manifest(tmp_path / name / "snapshots" / "0001").version for name in ("one", "two")}
    assert len(versions) == 1


FAMILIES = f"SELECT ?g {{ GRAPH ?g {{ <{BASE}actor/Q142> <{NS}favours> ?topic }} }}"


def test_what_follows_is_in_its_own_graph_unless_switched_off(articles: Path, tmp_path: Path) -> None:
    def graphs(store: Path) -> set[str]:
        return {str(row[0].value) for row in open_store(store).select(FAMILIES).rows}  # type: ignore[union-attr]

    run(articles, store=tmp_path / "store")
    assert graphs(tmp_path / "store") == {INFERRED_GRAPH}
    extractor = FakeExtractor()
    without = build([articles], store_dir=tmp_path / "store", extractor=extractor, reasoning=False)
    assert without.changed and extractor.asked == []  # nothing is extracted again
    assert graphs(tmp_path / "store") == set()
    assert [read_manifest(without.snapshot).reasoning] == [False]


def test_an_article_that_breaks_the_shapes_is_told_with_its_node(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg import rdf

    monkeypatch.setattr(rdf, "decimal", lambda value: rdf.plain("sicher"))
    with pytest.raises(ArticleError) as caught:
        run(articles, store=tmp_path / "store")
    assert "ws:confidence" in str(caught.value) and "/id/position/" in str(caught.value)


def test_a_snapshot_is_described(articles: Path, tmp_path: Path) -> None:
    report = run(articles, store=tmp_path / "store")
    described = (report.snapshot / "void.ttl").read_text(encoding="utf-8")
    assert f"void:triples {read_manifest(report.snapshot).counts['quads']}" in described
    assert "void:entities 3" in described


def test_order_of_paths_does_not_matter(articles: Path, tmp_path: Path) -> None:
    paths = sorted(articles.iterdir())
    run(*paths, store=tmp_path / "store")
    assert not run(*reversed(paths), store=tmp_path / "store").changed


def test_only_what_is_new_is_extracted(articles: Path, tmp_path: Path) -> None:
    run(articles, store=tmp_path / "store")
    article(articles, "b", "Abzug")
    extractor = FakeExtractor()
    assert run(articles, store=tmp_path / "store", extractor=extractor).changed
    assert extractor.asked == ["b"]
    assert topics(tmp_path / "store") == ["Abzug", "Einsatz a", "Einsatz c"]


def test_article_that_is_gone_is_gone_from_the_graph(articles: Path, tmp_path: Path) -> None:
    run(articles, store=tmp_path / "store")
    (articles / "a.txt").unlink()
    run(articles, store=tmp_path / "store")
    assert topics(tmp_path / "store") == ["Einsatz b", "Einsatz c"]


def test_new_date_in_the_sidecar_is_a_new_article(articles: Path, tmp_path: Path) -> None:
    run(articles, store=tmp_path / "store")
    (articles / "a.json").write_text('{"date": "2025-09-04"}')
    extractor = FakeExtractor()
    run(articles, store=tmp_path / "store", extractor=extractor)
    assert extractor.asked == ["a"]


def test_new_model_extracts_all_again(articles: Path, tmp_path: Path) -> None:
    run(articles, store=tmp_path / "store")
    extractor = FakeExtractor(version="fake-2")
    assert run(articles, store=tmp_path / "store", extractor=extractor).changed
    assert extractor.asked == ["a", "b", "c"]


class Stopped(Exception):
    """Stands for a process that is killed."""


class StoppingExtractor(FakeExtractor):
    """Stops behind two articles."""

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        for number, extraction in enumerate(super().extract(articles)):
            if number == 2:
                raise Stopped
            yield extraction


def test_stopped_build_goes_on_where_it_was(articles: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        run(articles, store=tmp_path / "store", extractor=StoppingExtractor())
    extractor = FakeExtractor()
    run(articles, store=tmp_path / "store", extractor=extractor)
    assert extractor.asked == ["c"]
    run(articles, store=tmp_path / "undisturbed")
    assert tree(tmp_path / "store" / "articles") == tree(tmp_path / "undisturbed" / "articles")


def test_bad_files_are_left_out_and_told(articles: Path, tmp_path: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    (articles / "latin.txt").write_bytes("Frankreich trägt es".encode("latin-1"))
    report = run(articles, articles / "none.txt", store=tmp_path / "store")
    assert report.articles == 3
    names = [Path(str(failure.where)).name for failure in report.failures]
    assert names == ["empty.txt", "latin.txt", "none.txt"]


def test_article_of_another_language_is_left_out(articles: Path, tmp_path: Path) -> None:
    (articles / "a.json").write_text('{"language": "en"}')
    report = run(articles, store=tmp_path / "store")
    assert [failure.where for failure in report.failures] == ["a"] and report.articles == 2


def test_article_the_extractor_refuses_costs_no_other(articles: Path, tmp_path: Path) -> None:
    article(articles, "b", more="kaputt")
    report = run(articles, store=tmp_path / "store")
    assert [failure.what for failure in report.failures] == ["The annotator gave up"]
    assert topics(tmp_path / "store") == ["Einsatz a", "Einsatz c"]


def test_extraction_that_breaks_the_shapes_is_left_out(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Overconfident(FakeExtractor):
        def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
            from dataclasses import replace

            for extraction in super().extract(articles):
                sure = tuple(replace(position, confidence=1.5) for position in extraction.positions)
                yield replace(extraction, positions=sure) if extraction.article.id == "b" else extraction

    report = run(articles, store=tmp_path / "store", extractor=Overconfident())
    assert [type(failure) for failure in report.failures] == [ShapeError]
    assert topics(tmp_path / "store") == ["Einsatz a", "Einsatz c"]


def test_nothing_built_leaves_the_snapshot_that_was(articles: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(articles, store=store)
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(ArticleError, match=r"empty\.txt"):
        run(tmp_path / "empty.txt", store=store)
    assert topics(store) == ["Einsatz a", "Einsatz b", "Einsatz c"]


def test_folder_of_other_things_is_no_store(articles: Path) -> None:
    before = tree(articles)
    with pytest.raises(StoreError, match="holds other things"):
        run(articles, store=articles)
    with pytest.raises(StoreError, match="must be a folder"):
        run(articles, store=articles / "a.txt")
    assert tree(articles) == before


def test_nothing_is_written_beside_the_store(articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(Path("articles"), store=Path("store"))
    assert sorted(os.listdir(tmp_path)) == ["articles", "store"]
    assert sorted(os.listdir(articles)) == ["a.txt", "b.txt", "c.txt"]


def test_progress_goes_up_to_the_end(articles: Path, tmp_path: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    steps: list[tuple[int, int]] = []
    build(
        [articles],
        store_dir=tmp_path / "store",
        extractor=FakeExtractor(),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert sorted(steps) == [(number, 4) for number in (1, 2, 3, 4)]


def test_reading_keeps_step_with_extraction(tmp_path: Path) -> None:
    """Memory stays flat: an article is read when the extractor asks for it, not before."""
    taken: list[int] = []

    class Stepwise(FakeExtractor):
        def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
            for extraction in super().extract(articles):
                taken.append(len(list((tmp_path / "store" / "articles").rglob("*.nq.gz"))))
                yield extraction

    lines = tmp_path / "articles.jsonl"
    lines.write_text("".join(f'{{"id": "{number}", "text": "Polen {"x" * number}"}}\n' for number in range(9)))
    run(lines, store=tmp_path / "store", extractor=Stepwise())
    assert taken == list(range(9))


@given(left=st.text(max_size=3), right=st.text(max_size=3), title=st.none() | st.text(max_size=3))
def test_key_tells_articles_apart(left: str, right: str, title: str | None) -> None:
    cache = QuadCache(Path("unused"), "1")
    one, other = Article(id=left, text=right, title=title), Article(id=right, text=left, title=title)
    assert (cache.key(one) == cache.key(other)) == (one == other)
    assert cache.key(one) != QuadCache(Path("unused"), "2").key(one)


def test_cache_writes_whole_files_or_none(tmp_path: Path) -> None:
    cache = QuadCache(tmp_path, "1")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise Stopped

    with pytest.raises(Stopped):
        cache.write("abcd", broken())
    assert tree(tmp_path) == {} and not cache.has("abcd")
    assert gzip.decompress(cache.write("abcd", [b"who", b"le"]).read_bytes()) == b"whole"


def test_version_depends_on_model_and_language_data() -> None:
    assert pipeline_version("1", language="de") != pipeline_version("2", language="de")
