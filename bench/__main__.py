"""Measures extraction, build, questions and neighbourhoods; prints ratios to what the parts alone take.

    python -m bench [--jobs N] [--positions N]

Each figure is the median of repeated runs. Seconds depend on the machine; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox

from bench.graph import extractions
from kg.edges import Edges
from kg.extract.annotate import read_words
from kg.extract.pipeline import Extractor, make_pipeline
from kg.ingest import read_articles
from kg.model import Article
from kg.neighbourhood import neighbourhood
from kg.questions import load_questions
from kg.rdf import actor_quads, article_quads, edge_quads, nquads, ontology_quads
from kg.resources import resource
from kg.store import open_store, publish
from kg.store.snapshots import DATABASE, EDGES
from kg.vocabulary import load_vocabulary

RUNS = 3


def seconds(action: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median wall-clock time of ``action`` over some runs after one that does not count."""
    action()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def told(name: str, value: str) -> None:
    print(f"{name:<58} {value:>16}", flush=True)


def shipped_articles() -> list[Article]:
    return [a for a in read_articles([resource("examples", "articles")]) if isinstance(a, Article)]


def measure_extraction(jobs: int) -> None:
    """Words a second, the pipeline against its encoder alone, and several jobs against one."""
    articles = shipped_articles()
    words = sum(len(a.text.split()) for a in articles)
    nlp = make_pipeline("de")
    network = nlp.get_pipe("kg_annotator").network  # type: ignore[attr-defined]  # our own component
    sentences = nlp.get_pipe("kg_sentences")
    docs = [sentences(nlp.make_doc(a.text)) for a in articles]
    encoder = seconds(lambda: [read_words(doc, network) for doc in docs])
    whole = seconds(lambda: list(nlp.pipe(a.text for a in articles)))
    told("extraction, words a second", f"{words / whole:,.0f}")
    told("extraction / encoder alone", f"{whole / encoder:.2f}")
    many = articles * 2
    one, several = (_extraction_time(many, n) for n in (1, jobs))
    told(f"throughput of {jobs} jobs / 1 job (one thread each)", f"{one / several:.2f}")


def _extraction_time(articles: list[Article], jobs: int) -> float:
    extractor = Extractor(jobs=jobs, threads=1)
    found = extractor.extract(articles)
    next(found)  # the workers have loaded their model
    start = time.perf_counter()
    for _ in found:
        pass
    return time.perf_counter() - start


def write_graph(folder: Path, positions: int) -> list[Path]:
    vocabulary = load_vocabulary()
    files = [folder / "articles.nq", folder / "edges.nq", folder / "shared.nq"]
    with files[0].open("wb") as articles, files[1].open("wb") as edges:
        for extraction in extractions(positions):
            articles.write(nquads(article_quads(extraction, vocabulary=vocabulary)))
            edges.write(nquads(edge_quads(extraction, vocabulary=vocabulary)))
    files[2].write_bytes(nquads([*ontology_quads(), *actor_quads()]))
    return files


def measure_build(folder: Path, files: list[Path]) -> Path:
    """The publication of a snapshot against the engine's bulk load of the same files."""
    start = time.perf_counter()
    store = ox.Store(str(folder / "alone"))
    for file in files:
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    store.flush()
    alone = time.perf_counter() - start
    del store
    start = time.perf_counter()
    snapshot = publish(folder / "store", files, version="bench")
    told("snapshot / bulk load alone", f"{(time.perf_counter() - start) / alone:.2f}")
    return snapshot


def measure_questions(snapshot: Path) -> None:
    """Each shipped question through our store against the engine alone."""
    store = open_store(snapshot)
    alone = ox.Store.read_only(str(snapshot / DATABASE))
    for name, question in sorted(load_questions().items()):
        ours = seconds(lambda text=question.text: store.answer(text, io.BytesIO()), 3)  # type: ignore[misc]
        engine = seconds(lambda text=question.text: _answer(alone, text), 3)  # type: ignore[misc]
        told(f"question {name}: ms, / engine alone", f"{ours * 1000:.1f}, {ours / engine:.2f}")


def _answer(store: ox.Store, text: str) -> None:
    result = store.query(text, use_default_graph_as_union=True)
    assert isinstance(result, ox.QuerySolutions)
    result.serialize(io.BytesIO(), ox.QueryResultsFormat.JSON)


def measure_neighbourhood(snapshot: Path) -> None:
    """Two steps around the states most talked of, median."""
    edges = Edges.load(snapshot / EDGES)
    nodes = [edges.iri[n] for n in range(0, len(edges.iri), max(1, len(edges.iri) // 20))]
    told("neighbourhood, 2 steps, ms", f"{seconds(lambda: _walk(edges, nodes)) / len(nodes) * 1000:.1f}")


def _walk(edges: Edges, nodes: Iterable[str]) -> None:
    for node in nodes:
        neighbourhood(edges, node, depth=2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--positions", type=int, default=20_000)
    args = parser.parse_args()
    measure_extraction(args.jobs)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = write_graph(folder, args.positions)
        told("positions in the graph", f"{args.positions:,}")
        snapshot = measure_build(folder, files)
        measure_questions(snapshot)
        measure_neighbourhood(snapshot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
