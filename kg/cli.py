"""The command line: parses arguments and calls one function per command.

Exit codes: 0 done, 1 failed or done in part, 2 not understood, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from kg import __version__
from kg.errors import BadParameter, KgError
from kg.ingest import languages

STORE_VARIABLE = "KG_STORE"
DEFAULT_STORE = "kg-store"

_Command = Callable[[argparse.Namespace], int]
_Number = TypeVar("_Number", int, float)


class _Parser(argparse.ArgumentParser):
    """Tells errors in one line, with the way to more."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} - see '{self.prog} --help'\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; ``arguments`` are those of the process if not given."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale says: names have to come out
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = _parser().parse_args(arguments)
    command: _Command = options.command
    try:
        code = command(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as in `kg query ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("kg: interrupted - a build goes on from here when it is run again", file=sys.stderr)
        return 130
    except KgError as error:
        print(f"kg: {' '.join(str(error).split())}", file=sys.stderr)
        return 2 if isinstance(error, BadParameter) else 1
    except OSError as error:
        print(f"kg: {error} - check the path, its permissions and the space left", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="kg",
        description="Who stands where on what: from news articles to a graph of positions, each with its sentence.",
        epilog="examples:\n  kg extract article.txt\n  kg build articles/ --store graph\n  kg serve --store graph",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kg {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (_add_extract, _add_build, _add_serve, _add_query, _add_positions, _add_export):
        add(commands)
    return parser


def _add_extract(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(
        commands,
        "extract",
        _extract,
        help="print the positions and relations that stand in articles",
        example="kg extract article.txt --format table",
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="an article: text, HTML, JSONL, or a folder"
    )
    parser.add_argument(
        "--format",
        choices=("jsonl", "ttl", "table"),
        default="jsonl",
        help="one JSON object a line, Turtle, or a table to read (default: %(default)s)",
    )
    parser.add_argument(
        "--min-confidence", type=_share, default=0.0, metavar="X", help="leave out what is less sure than X, 0 to 1"
    )
    _add_reading_options(parser)


def _add_build(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(
        commands,
        "build",
        _build,
        help="build the graph of articles into a store",
        example="kg build articles/ more.jsonl --store graph",
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="articles: text, HTML, JSONL, or folders")
    _add_store(parser, servers=False)
    _add_reading_options(parser)
    parser.add_argument(
        "--no-reasoning",
        action="store_true",
        help="leave out what follows by the ontology, such as inverses",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _add_serve(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(
        commands,
        "serve",
        _serve,
        help="serve a store: SPARQL, positions, neighbourhoods and a page to look at them",
        example="kg serve --store graph --port 8000\n  KG_SERVE_WRITE_TOKEN=SECRET kg serve --store graph",
    )
    _add_store(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port, 0 for any free one (default: %(default)s)")
    parser.add_argument("--access-log", action="store_true", help="tell each request as JSON on standard error")


def _add_query(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(
        commands,
        "query",
        _query,
        help="answer a shipped question, or a SPARQL query in a file",
        example="kg query --list\n  kg query my-question.rq --store graph --format csv",
    )
    parser.add_argument("source", metavar="FILE.rq|NAME", nargs="?", help="a query file, or a shipped question's name")
    parser.add_argument("--list", action="store_true", help="list the shipped questions and their parameters")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="set a parameter of the question; may be given again",
    )
    _add_store(parser)
    _add_format(parser)


def _add_positions(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(
        commands,
        "positions",
        _positions,
        help="print what an actor stands for, the newest first",
        example='kg positions "Emmanuel Macron" --store graph',
    )
    parser.add_argument("actor", metavar="ACTOR", help="a name, a Wikidata id such as Q142, or an IRI")
    _add_store(parser)
    _add_format(parser)
    _add_language(parser, help="language of the stances' names")


def _add_export(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(
        commands,
        "export",
        _export,
        help="print a graph as event rows of PLOVER (CSV) or as nanopublications (TriG)",
        example="kg export --format plover --store graph > events.csv",
    )
    parser.add_argument("--format", choices=("plover", "nanopub"), required=True, help="what to print")
    parser.add_argument("--creator", metavar="IRI", help="of nanopublications: who publishes them, such as an ORCID")
    parser.add_argument("--licence", metavar="IRI", help="of nanopublications: the licence they are published under")
    _add_store(parser)
    _add_language(parser, help="of event rows: language of names")


def _add(
    commands: argparse._SubParsersAction[_Parser], name: str, command: _Command, *, help: str, example: str
) -> _Parser:
    parser = commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=command)
    return parser


def _add_store(parser: _Parser, *, servers: bool = True) -> None:
    what = "the store's folder"
    if servers:
        what += ", or a SPARQL endpoint's URL (credentials: $KG_STORE_TOKEN, or $KG_STORE_USER and $KG_STORE_PASSWORD)"
    parser.add_argument(
        "--store",
        type=_location if servers else _folder,
        default=os.environ.get(STORE_VARIABLE) or DEFAULT_STORE,
        metavar="DIR|URL" if servers else "DIR",
        help=f"{what} (default: ${STORE_VARIABLE}, or {DEFAULT_STORE})",
    )


def _folder(text: str) -> Path:
    if "://" in text:
        raise argparse.ArgumentTypeError(f"{text}: a build writes into a folder, not to a server")
    return Path(text)


def _location(text: str) -> str | Path:
    return text if "://" in text else Path(text)  # a path would make one slash of the two


def _add_format(parser: _Parser) -> None:
    parser.add_argument(
        "--format", choices=("table", "csv", "json"), default="table", help="of the answer (default: %(default)s)"
    )


def _add_reading_options(parser: _Parser) -> None:
    _add_language(parser, help="language of articles that do not say theirs")
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes to share the work (default: 1)")


def _add_language(parser: _Parser, *, help: str) -> None:
    parser.add_argument("--language", choices=languages(), default="de", help=f"{help} (default: %(default)s)")


def _extract(options: argparse.Namespace) -> int:
    from kg import commands  # here and below: help, version and usage errors need not load the graph libraries

    return commands.extract(
        options.files,
        format=options.format,
        language=options.language,
        jobs=options.jobs,
        min_confidence=options.min_confidence,
    )


def _build(options: argparse.Namespace) -> int:
    from kg import commands

    return commands.build_store(
        options.paths,
        store_dir=options.store,
        language=options.language,
        jobs=options.jobs,
        quiet=options.quiet,
        reasoning=not options.no_reasoning,
    )


def _serve(options: argparse.Namespace) -> int:
    from kg import commands

    return commands.serve(store_dir=options.store, host=options.host, port=options.port, access_log=options.access_log)


def _query(options: argparse.Namespace) -> int:
    from kg import commands

    if options.list:
        return commands.list_questions()
    if options.source is None:
        raise BadParameter("No query was given", mend="Name a file or a question; 'kg query --list' lists them.")
    return commands.query(options.source, store_dir=options.store, format=options.format, values=dict(options.set))


def _positions(options: argparse.Namespace) -> int:
    from kg import commands

    return commands.positions(options.actor, store_dir=options.store, format=options.format, language=options.language)


def _export(options: argparse.Namespace) -> int:
    from kg import commands

    return commands.export(
        store_dir=options.store,
        format=options.format,
        language=options.language,
        creator=options.creator,
        licence=options.licence,
    )


def _share(text: str) -> float:
    return _between(float, text, 0, 1)


def _jobs(text: str) -> int:
    return _between(int, text, 1, 256)


def _port(text: str) -> int:
    return _between(int, text, 0, 65535)


def _between(kind: Callable[[str], _Number], text: str, low: int, high: int) -> _Number:
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:  # NaN is not between either
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {low} to {high}")
    return value


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
