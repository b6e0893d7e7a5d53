"""What each command does, once its arguments are parsed; it returns the exit code: 0, or 1 where something failed."""

from __future__ import annotations

import io
import json
import os
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path

from kg.build import BuildReport, Extractor, build
from kg.errors import BadParameter, KgError, NotFound
from kg.exchange import extraction_lines
from kg.export.events import write_events
from kg.export.nanopublications import Publication, write_nanopublications
from kg.export.turtle import write_turtle
from kg.ingest import read_articles
from kg.model import Article, Extraction, words_of
from kg.positions import find_actor, positions_query
from kg.questions import Question, load_questions, read_question
from kg.rdf import article_quads
from kg.store import Formats, Location, current_snapshot, open_store, read_manifest
from kg.store.formats import PREFIXES
from kg.terminal import progress_bar, table
from kg.vocabulary import load_vocabulary

JSON_RESULTS = "application/sparql-results+json"
QUERY_FORMATS = {"table": JSON_RESULTS, "csv": "text/csv", "json": JSON_RESULTS}


def extract(
    paths: Sequence[Path],
    *,
    format: str,
    language: str,
    jobs: int,
    min_confidence: float,
    extractor: Extractor | None = None,
) -> int:
    """Print what stands in articles as JSON lines, Turtle or a table; offsets are into each file's text as it is."""
    failures: list[KgError] = []
    articles = _good_articles(paths, language=language, failures=failures)
    if (first := next(articles, None)) is None:
        return _tell_failures(failures)  # before the model is loaded
    extractor = extractor or _shipped_extractor(language=language, jobs=jobs)
    found = (_at_least(extraction, min_confidence) for extraction in extractor.extract(chain([first], articles)))
    if format == "table":
        _print_found(found)
    elif format == "ttl":
        for extraction in found:
            write_turtle(article_quads(extraction, vocabulary=load_vocabulary()), sys.stdout.buffer)
    else:
        for extraction in found:
            for line in extraction_lines(extraction):
                print(line)
    return _tell_failures(failures)


def build_store(
    paths: Sequence[Path], *, store_dir: Path, language: str, jobs: int, quiet: bool, reasoning: bool = True
) -> int:
    """Build the graph of articles into a store, and tell what was done."""
    with progress_bar(quiet=quiet) as progress:
        report = build(paths, store_dir=store_dir, language=language, jobs=jobs, reasoning=reasoning, progress=progress)
    if not quiet:
        print(_summary(report, store_dir=store_dir))
    return _tell_failures(report.failures)


def serve(*, store_dir: Location, host: str, port: int, access_log: bool = False) -> int:
    """Serve a store over HTTP until interrupted; with ``access_log``, tell each request on standard error."""
    import uvicorn  # here, as the service: the other commands need neither

    from kg.service.app import create_app
    from kg.service.observing import log_requests
    from kg.service.settings import settings_from

    app = create_app(settings_from(os.environ, store=store_dir))
    if access_log:
        log_requests()
    listening = _listen(host, port)
    name = f"[{host}]" if ":" in host else host
    print(f"Serving {store_dir} on http://{name}:{listening.getsockname()[1]}/ (Ctrl-C stops)", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with suppress(KeyboardInterrupt):  # the way to stop it
        server.run(sockets=[listening])
    return 0 if server.started else 1


def query(source: str, *, store_dir: Location, format: str, values: Mapping[str, str]) -> int:
    """Answer a shipped question, or the query in a file, from a store."""
    _answer(_question(source).bound(values), store_dir=store_dir, format=format)
    return 0


def list_questions() -> int:
    """Print the shipped questions with their parameters and the reasoning they need."""
    rows = []
    for question in load_questions().values():
        parameters = " ".join(f"{parameter.name}={parameter.default}" for parameter in question.parameters)
        rows.append((question.name, question.title, parameters, question.reasoning.partition(":")[0]))
    table(("name", "question", "parameters", "reasoning"), rows)
    return 0


def positions(name: str, *, store_dir: Location, format: str, language: str) -> int:
    """Print the positions of an actor, the newest first, each with its sentence."""
    actor = find_actor(store_dir, name)
    _answer(positions_query(actor, language=language), store_dir=store_dir, format=format)
    return 0


def export(*, store_dir: Location, format: str, language: str, creator: str | None, licence: str | None) -> int:
    """Print a graph as event rows of PLOVER (CSV) or as nanopublications (TriG)."""
    store = open_store(store_dir)
    if format == "plover":
        write_events(store, sys.stdout.buffer, language=language)
    else:
        created = None if isinstance(store_dir, str) else read_manifest(current_snapshot(store_dir)).created
        publication = Publication(created=created, creator=creator, licence=licence)
        write_nanopublications(store, sys.stdout.buffer, publication)
    return 0


def _shipped_extractor(*, language: str, jobs: int) -> Extractor:
    from kg.extract.pipeline import Extractor as ShippedExtractor  # here, since it loads spaCy and the model

    return ShippedExtractor(language=language, jobs=jobs)


def _good_articles(paths: Sequence[Path], *, language: str, failures: list[KgError]) -> Iterator[Article]:
    for article in read_articles(paths, language=language, stem_ids=True):
        if isinstance(article, KgError):
            failures.append(article)
        else:
            yield article


def _at_least(extraction: Extraction, confidence: float) -> Extraction:
    return replace(
        extraction,
        positions=tuple(position for position in extraction.positions if position.confidence >= confidence),
        relations=tuple(relation for relation in extraction.relations if relation.confidence >= confidence),
    )


def _print_found(found: Iterable[Extraction]) -> None:
    rows = []
    for extraction in found:
        text, article = extraction.article.text, extraction.article.id
        for position in extraction.positions:
            topic = words_of(text, position.topic_spans)
            rows.append((article, position.actor.label, position.stance, topic, f"{position.confidence:.2f}"))
        for relation in extraction.relations:
            kind = f"not {relation.relation}" if relation.negated else relation.relation
            rows.append((article, relation.a.label, kind, relation.b.label, f"{relation.confidence:.2f}"))
    table(("article", "actor", "stance or relation", "topic or actor", "confidence"), rows)


def _tell_failures(failures: Sequence[KgError]) -> int:
    if failures:
        print(f"kg: {len(failures)} left out:", file=sys.stderr)
    for failure in failures:
        print(f"  {one_line(failure)}", file=sys.stderr)
    return 1 if failures else 0


def one_line(error: Exception) -> str:
    """Return an error's words on one line."""
    return " ".join(str(error).split())


def _summary(report: BuildReport, *, store_dir: Path) -> str:
    counts = read_manifest(report.snapshot).counts
    told = ", ".join(f"{counts[name]} {name}" for name in ("positions", "relations") if name in counts)
    articles = f"{report.articles} articles ({report.extracted} new)"
    end = f"snapshot {report.snapshot.name}" if report.changed else "nothing changed"
    return f"{', '.join(part for part in (articles, told) if part)} in {store_dir}: {end}"


def _listen(host: str, port: int) -> socket.socket:
    """Take the address before anything starts, so that a port in use is one clear line."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()  # who comes before the service has started waits instead of being refused
    except OSError as error:
        what = f"Cannot listen there ({error.strerror or error})"
        raise BadParameter(what, where=f"{host}:{port}", mend="Give another --port or --host.") from error
    return listening


def _question(source: str) -> Question:
    shipped = load_questions()
    if source in shipped:
        return shipped[source]
    path = Path(source)
    try:
        return read_question(path)
    except FileNotFoundError as error:
        names = ", ".join(shipped)
        raise NotFound("No such file and no such question", where=source, mend=f"Questions: {names}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadParameter(f"The query cannot be read ({error})", where=source, mend="Give a text file.") from error


def _answer(text: str, *, store_dir: Location, format: str) -> None:
    store = open_store(store_dir)
    formats = Formats(bindings=QUERY_FORMATS[format])
    if format != "table":
        store.answer(text, sys.stdout.buffer, formats=formats)
        sys.stdout.buffer.write(b"\n" if format == "json" else b"")
        return
    output = io.BytesIO()
    media_type = store.answer(text, output, formats=formats)
    if media_type == JSON_RESULTS:
        _print_results(json.loads(output.getvalue()))
    else:
        sys.stdout.buffer.write(output.getvalue())


def _print_results(results: dict[str, object]) -> None:
    """Print results in the W3C's JSON form (https://www.w3.org/TR/sparql11-results-json/) as a table."""
    match results:
        case {"boolean": bool(truth)}:
            print("yes" if truth else "no")
        case {"head": {"vars": list(variables)}, "results": {"bindings": list(bindings)}}:
            table(variables, [[_cell(row.get(variable)) for variable in variables] for row in bindings])


def _cell(term: Mapping[str, object] | None) -> str:
    if term is None:
        return ""
    value = str(term["value"])
    if term["type"] != "uri":
        return value
    prefix = max(PREFIXES, key=lambda prefix: value.startswith(PREFIXES[prefix]) * len(PREFIXES[prefix]))
    fits = value.startswith(PREFIXES[prefix])
    return f"{prefix}:{value.removeprefix(PREFIXES[prefix])}" if fits else f"<{value}>"
