"""Measures extraction, memory, build, questions, requests and neighbourhoods, each against what it is made of.

    python -m bench [--jobs N] [--articles N,N] [--positions N] [--pages N,N] [--only extraction|memory|serving]

Each figure is the median of repeated runs, and stands beside its target where it has one. Seconds depend on the
machine; the ratios, taken in one run, are what to compare.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from bench.graph import write_graph
from bench.measuring import seconds, times, told
from bench.memory import measure_memory
from bench.serving import measure_build, measure_pages, measure_questions, measure_requests
from kg.extract.annotate import read_words
from kg.extract.pipeline import Extractor, make_pipeline
from kg.ingest import read_articles
from kg.model import Article
from kg.rdf import ontology_quads
from kg.resources import resource


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
    told("extraction / encoder alone", f"{whole / encoder:.2f}", target="<= 1.25", met=whole <= 1.25 * encoder)
    one, several = (_time_of_more(articles, n) for n in (1, jobs))
    ratio = one / several
    told(f"throughput of {jobs} jobs / 1 job (one thread each)", f"{ratio:.2f}", target=">= 1.80", met=ratio >= 1.8)


def _time_of_more(articles: list[Article], jobs: int) -> float:
    """Return what some articles more take: so the start of the processes, which load their model, does not count."""
    few, many = (times(partial(_extract, articles * n, jobs), 1)[0] for n in (1, 5))
    return many - few


def _extract(articles: list[Article], jobs: int) -> None:
    for _ in Extractor(jobs=jobs, threads=1).extract(articles):
        pass


def measure_serving(folder: Path, *, positions: int, pages: list[int], jobs: int) -> None:
    """All that is about store and service, on a generated graph."""
    files = write_graph(folder, positions, jobs=jobs)
    told("positions in the graph", f"{positions:,}")
    snapshot = measure_build(folder, files)
    small = folder / "small.ttl"
    ox.serialize((quad.triple for quad in ontology_quads()), str(small), ox.RdfFormat.TURTLE)
    measure_questions(snapshot)
    measure_requests(folder / "store", snapshot, small)
    measure_pages(folder, pages)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--articles", type=_numbers, default="1000,10000", help="sizes at which memory is measured")
    parser.add_argument("--positions", type=int, default=200_000)
    parser.add_argument(
        "--pages", type=_numbers, default="200000,2000000", help="sizes at which paged lookups are measured"
    )
    parser.add_argument("--only", choices=("extraction", "memory", "serving"))
    args = parser.parse_args()
    if args.only in (None, "extraction"):
        measure_extraction(args.jobs)
    with tempfile.TemporaryDirectory() as folder:
        if args.only in (None, "memory"):
            measure_memory(Path(folder), args.articles)
        if args.only in (None, "serving"):
            measure_serving(Path(folder), positions=args.positions, pages=args.pages, jobs=args.jobs)
    return 0


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
