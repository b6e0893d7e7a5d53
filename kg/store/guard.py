"""Reads the tokens of a query or an update, to refuse what must not be run here: SERVICE, LOAD; and to find FROM.

The engine parses; this only looks for keywords outside IRIs, names, strings and comments
(https://www.w3.org/TR/sparql11-query/#sparqlGrammar). The sandbox of the workers is the second wall.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from kg.errors import QuerySyntaxError
from kg.store.protocol import Graphs

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
# No token begins behind a letter, so "wasDerivedFrom" is none of these.
_TELLING = re.compile(rf"(?<![^\W\d])(?:{'|'.join(sorted({'SERVICE', 'FROM', *_UPDATES}))})", re.IGNORECASE)
"""A text without any of these has nothing that :func:`check_query` looks for."""
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
      | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
      | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:"{0,2}(?:[^"\\]|\\.))*\"\"\"
          |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
      | (?P<variable>[?$]\w+)
      | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<name>(?:\w[\w.-]*)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*)
      | (?P<word>[^\W\d]\w*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U(0010[0-9A-Fa-f]{4}|000[0-9A-Fa-f]{5}))")
# "FILTER(?a<?b)SERVICE..." read as one IRI would hide the keyword: such an IRI is taken for operators.
_SUSPECT_IRI = re.compile(r"[)'&=].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FromClause:
    """One graph that a query's FROM or FROM NAMED asks for."""

    iri: str
    named: bool


def check_query(query: str, *, base: str = "") -> list[FromClause]:
    """Return the graphs a query's FROM clauses name, relative ones resolved against ``base``.

    Raises QuerySyntaxError for SERVICE and for updates.
    """
    if not _TELLING.search(query):
        return []
    tokens = list(read_tokens(query))
    for reading in _readings(query, tokens):
        _refuse(query, reading)
        _refuse_updates(query, reading)
    return list(_from_clauses(tokens, base))


def check_update(update: str) -> None:
    """Raise QuerySyntaxError for an update that would fetch from elsewhere: SERVICE and LOAD."""
    for reading in _readings(update, list(read_tokens(update))):
        _refuse(update, reading)
        for token in reading:
            if word_of(token) == "LOAD":
                raise QuerySyntaxError(
                    "LOAD is refused: this service fetches nothing",
                    where=place(update, token.start()),
                    mend="Send the triples: PUT or POST them to /graphs.",
                )


def chosen_graphs(query: str, graphs: Graphs, *, base: str | None, has_graph: Callable[[str], bool]) -> Graphs:
    """Return the dataset a query runs on: that of ``graphs``, else that of its FROM clauses, else all graphs as one.

    Raises QuerySyntaxError for a graph that the store does not have, and for what :func:`check_query` refuses.
    """
    clauses = check_query(query, base=base or "")
    chosen = graphs
    if graphs.default is None and graphs.named is None and clauses:
        chosen = Graphs(
            default=[clause.iri for clause in clauses if not clause.named],
            named=[clause.iri for clause in clauses if clause.named],
        )
    for iri in (*(chosen.default or ()), *(chosen.named or ())):
        if not has_graph(iri):
            raise QuerySyntaxError("No such graph in this store", where=iri, mend="Leave FROM out to ask all.")
    return chosen


def place(query: str, offset: int) -> str:
    """Return where an offset lies, as ``line L, column C`` counted from 1."""
    line = query.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - query.rfind(chr(10), 0, offset)}"


def read_tokens(query: str, *, cautious: bool = False) -> Iterator[re.Match[str]]:
    """Yield the tokens of a query or update, without comments and spaces; ``cautious``: suspect IRIs are operators."""
    at = 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:  # unreachable: "other" takes any character
            return
        at = match.end()
        if cautious and match.lastgroup == "iri" and _SUSPECT_IRI.search(match.group()):
            at = match.start() + 1
            continue
        if match.lastgroup != "comment" and not match.group().isspace():
            yield match


def word_of(token: re.Match[str]) -> str:
    """Return a keyword in capitals, nothing for a token of another kind."""
    return token.group().upper() if token.lastgroup == "word" else ""


def _readings(query: str, tokens: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    yield tokens
    if any(token.lastgroup == "iri" and _SUSPECT_IRI.search(token.group()) for token in tokens):
        yield list(read_tokens(query, cautious=True))


def _refuse(query: str, tokens: list[re.Match[str]]) -> None:
    for token in tokens:
        if word_of(token) == "SERVICE":
            raise QuerySyntaxError(
                "SERVICE is refused: this service asks no other server",
                where=place(query, token.start()),
                mend="Ask that server yourself and put its answer into VALUES.",
            )


def _refuse_updates(query: str, tokens: list[re.Match[str]]) -> None:
    form_seen = False
    for token in tokens:
        word = word_of(token)
        form_seen = form_seen or word in _FORMS
        if word in _UPDATES and not form_seen:
            raise QuerySyntaxError(
                f"{word} is an update; this operation takes queries only",
                where=place(query, token.start()),
                mend="Start the query with SELECT, ASK, CONSTRUCT or DESCRIBE.",
            )


def _from_clauses(tokens: list[re.Match[str]], base: str) -> Iterator[FromClause]:
    prefixes = dict[str, str]()
    padded: list[re.Match[str] | None] = [*tokens, None, None]
    for token, second, third in zip(tokens, padded[1:], padded[2:], strict=False):
        word = word_of(token)
        if word == "BASE" and second is not None:
            base = urljoin(base, _unescape(second.group()[1:-1]))
        elif word == "PREFIX" and second is not None and third is not None:
            prefixes[second.group()] = urljoin(base, _unescape(third.group()[1:-1]))
        elif word == "FROM" and second is not None:
            named = second.group().upper() == "NAMED" and second.lastgroup == "word"
            graph = third if named else second
            if graph is not None and graph.lastgroup in ("iri", "name"):
                yield FromClause(_resolve(graph.group(), base, prefixes), named)


def _resolve(text: str, base: str, prefixes: dict[str, str]) -> str:
    if text.startswith("<"):
        iri = _unescape(text[1:-1])
        return urljoin(base, iri) if base else iri
    prefix, _, local = text.partition(":")
    return prefixes.get(f"{prefix}:", "") + re.sub(r"\\(.)", r"\1", local)


def _unescape(iri: str) -> str:
    """Return an IRI with its code points written out (https://www.w3.org/TR/sparql11-query/#codepointEscape)."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1) or found.group(2), 16)), iri)
