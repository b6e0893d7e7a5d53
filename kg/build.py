"""Articles -> a published snapshot: reads, extracts what is new, checks it, keeps it, and publishes the whole.

A build can be stopped at any time: what was extracted is kept in the store and not extracted again. The snapshot
holds the articles of the given paths, no others; the same articles with the same model give the same snapshot.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol

from kg.cache import QuadCache, pipeline_version
from kg.errors import ArticleError, KgError, OntologyError, ShapeError, StoreError
from kg.ingest import count_articles, read_articles
from kg.model import Article, Extraction
from kg.rdf import actor_quads, article_quads, edge_quads, nquads, ontology_quads
from kg.shapes import check, check_ontology
from kg.store import current_snapshot, publish
from kg.vocabulary import Vocabulary, load_vocabulary

CHECKED = 200
"""About so many articles of a build are checked against the shapes; of a smaller build, all."""

PARTS = frozenset({"articles", "ontology", "snapshots", "current", "current.new", "lock", "writes"})
"""What a store folder holds."""

Progress = Callable[[int, int], None]
"""Is called with the number of articles done and the number there are at most."""


class Extractor(Protocol):
    """Finds positions and relations in articles; ``version`` is that of its model, as in ``Extraction.model``."""

    @property
    def version(self) -> str:
        """The model's version."""
        ...

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """Yield the extraction of each article, taking a bounded number of articles ahead."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did; ``failures`` tells of each article that is not in the snapshot, and why."""

    articles: int
    extracted: int
    reused: int
    failures: tuple[KgError, ...]
    snapshot: Path
    changed: bool


@dataclass(slots=True, kw_only=True)
class _Run:
    """The state of one build while it runs."""

    cache: QuadCache
    language: str
    vocabulary: Vocabulary
    total: int
    progress: Progress
    keys: list[str] = field(default_factory=list)
    extracted: int = 0
    failures: list[KgError] = field(default_factory=list)

    def fail(self, error: KgError) -> None:
        self.failures.append(error)
        self.report()

    def report(self) -> None:
        done = len(self.keys) + len(self.failures)
        self.progress(done, max(done, self.total))


def build(
    paths: Iterable[Path],
    *,
    store_dir: Path,
    language: str = "de",
    jobs: int = 1,
    reasoning: bool = True,
    extractor: Extractor | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build the graph of all articles in ``paths`` and publish it as the current snapshot of ``store_dir``.

    A bad article is reported in ``failures`` and left out. Without ``reasoning`` nothing is inferred
    (:mod:`kg.reasoning`). Raises :class:`ArticleError` where no article at all could be built (the snapshot before
    stays), StoreError where ``store_dir`` is no place for a store, ModelError where the annotator cannot be loaded.
    ``extractor`` stands in for the shipped one.
    """
    sources = tuple(paths)
    _check_place(store_dir)
    version = extractor.version if extractor else _shipped_version()
    run = _Run(
        cache=QuadCache(store_dir / "articles", pipeline_version(version, language=language)),
        language=language,
        vocabulary=load_vocabulary(),
        total=count_articles(sources),
        progress=progress or (lambda done, total: None),
    )
    _add_new(_new_articles(sources, run), run, extractor, jobs=jobs)
    if not run.keys:
        raise _nothing_built(run.failures)
    return _publish(run, store_dir=store_dir, reasoning=reasoning)


def _add_new(new: Iterator[Article], run: _Run, extractor: Extractor | None, *, jobs: int) -> None:
    """Extract and keep the new articles; the model is loaded only where there are some, and goes with the last."""
    if (first := next(new, None)) is None:
        return
    extractor = extractor or _shipped_extractor(language=run.language, jobs=jobs)
    for extraction in _extract(extractor, chain([first], new), run):
        _keep(extraction, run)
    del extractor
    gc.collect()  # it refers to itself, and publishing needs the memory


def _shipped_version() -> str:
    from kg.extract.pipeline import model_version  # here, since it loads spaCy and a build may bring its own

    return model_version()


def _shipped_extractor(*, language: str, jobs: int) -> Extractor:
    from kg.extract.pipeline import Extractor as ShippedExtractor

    return ShippedExtractor(language=language, jobs=jobs)


def _check_place(store_dir: Path) -> None:
    """Refuse a folder of other things: a mistyped --store must not fill somebody's documents with a database."""
    if not store_dir.exists():
        return
    mend = "Give a new folder, or one that holds a store."
    if not store_dir.is_dir():
        raise StoreError("The store must be a folder", where=str(store_dir), mend=mend)
    strange = sorted(path.name for path in store_dir.iterdir() if path.name not in PARTS)
    if strange:
        raise StoreError(f"The folder holds other things ({strange[0]!r})", where=str(store_dir), mend=mend)


def _new_articles(sources: tuple[Path, ...], run: _Run) -> Iterator[Article]:
    """Yield the articles whose quads are not kept yet; count the others."""
    for article in read_articles(sources, language=run.language):
        if isinstance(article, ArticleError):
            run.fail(article)
        elif article.language.partition("-")[0] != run.language:
            what = f"The article's language is {article.language!r}, and this build reads {run.language!r}"
            run.fail(ArticleError(what, where=article.id, mend="Leave it out, or correct its sidecar."))
        elif run.cache.has(key := run.cache.key(article)):
            run.keys.append(key)
            run.report()
        else:
            yield article


def _extract(extractor: Extractor, articles: Iterator[Article], run: _Run) -> Iterator[Extraction]:
    """Extract all articles in one stream; where it breaks on one, take those under way one by one and go on behind."""
    under_way: dict[str, Article] = {}

    def taken() -> Iterator[Article]:
        for article in articles:
            under_way[article.id] = article
            yield article

    while True:
        try:
            for extraction in extractor.extract(taken()):
                del under_way[extraction.article.id]
                yield extraction
            return
        except ArticleError:
            for article in list(under_way.values()):
                yield from _extract_one(extractor, article, run)
            under_way.clear()


def _extract_one(extractor: Extractor, article: Article, run: _Run) -> Iterator[Extraction]:
    try:
        yield from extractor.extract([article])
    except ArticleError as error:
        run.fail(error)


def _keep(extraction: Extraction, run: _Run) -> None:
    """Check and write the quads of one article."""
    key = run.cache.key(extraction.article)
    stride = max(1, run.total // CHECKED)
    try:
        quads = article_quads(extraction, vocabulary=run.vocabulary)
        edges = edge_quads(extraction, vocabulary=run.vocabulary)
        if int(key[:8], 16) % stride == 0:
            check([*quads, *edges])
    except (ShapeError, OntologyError) as error:
        run.fail(error)
        return
    run.cache.write(key, [nquads(quads), nquads(edges)])
    run.keys.append(key)
    run.extracted += 1
    run.report()


def _nothing_built(failures: list[KgError]) -> ArticleError:
    if len(failures) == 1:
        only = failures[0]
        return ArticleError(only.what, where=only.where, mend=only.mend)
    first = f"; the first: {failures[0]}" if failures else ""
    return ArticleError(
        f"None of {len(failures)} articles could be built{first}", mend="Mend them; the store is as it was."
    )


def _publish(run: _Run, *, store_dir: Path, reasoning: bool) -> BuildReport:
    keys = sorted(run.keys)
    version = hashlib.sha256("\n".join([run.cache.version, str(reasoning), *keys]).encode()).hexdigest()
    before = _current_or_none(store_dir)
    files = _quad_files(run, keys, store_dir=store_dir)
    snapshot = publish(store_dir, files, version=version, reasoning=reasoning)
    return BuildReport(
        articles=len(keys),
        extracted=run.extracted,
        reused=len(keys) - run.extracted,
        failures=tuple(run.failures),
        snapshot=snapshot,
        changed=snapshot != before,
    )


def _quad_files(run: _Run, keys: list[str], *, store_dir: Path) -> Iterator[Path]:
    ontology = QuadCache(store_dir / "ontology", run.cache.version)
    if not ontology.has(run.cache.version):
        check_ontology()
        ontology.write(run.cache.version, [nquads(ontology_quads()), nquads(actor_quads())])
    yield ontology.path(run.cache.version)
    yield from (run.cache.path(key) for key in keys)


def _current_or_none(store_dir: Path) -> Path | None:
    try:
        return current_snapshot(store_dir)
    except StoreError:
        return None
