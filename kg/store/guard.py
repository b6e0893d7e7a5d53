"""Reads a query's tokens, to refuse what a read-only service must not run: SERVICE and updates; and to find FROM.

The engine parses; this only looks for keywords outside IRIs, names, strings and comments
(https://www.w3.org/TR/sparql11-query/#sparqlGrammar). The sandbox of the workers is the second wall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from kg.errors import QuerySyntaxError

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:"{0,2}(?:[^"\\]|\\.))*\"\"\"
          |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
      | (?P<variable>[?$]\w+)
      | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<name>(?:\w[\w.-]*)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*)
      | (?P<word>[^\W\d]\w*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# "FILTER(?a<?b)SERVICE..." read as one IRI would hide the keyword: such an IRI is taken for operators.
_SUSPECT_IRI = re.compile(r"[)'&=].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FromClause:
    """One graph that a query's FROM or FROM NAMED asks for."""

    iri: str
    named: bool


def check_query(query: str) -> list[FromClause]:
    """Return the graphs a query's FROM clauses name; raises QuerySyntaxError for SERVICE and for updates."""
    tokens = list(_tokens(query))
    for reading in (tokens, list(_tokens(query, cautious=True)) if _has_suspect(tokens) else []):
        _refuse(query, reading)
    return list(_from_clauses(tokens))


def place(query: str, offset: int) -> str:
    """Return where an offset lies, as ``line L, column C`` counted from 1."""
    line = query.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - query.rfind(chr(10), 0, offset)}"


def _tokens(query: str, *, cautious: bool = False) -> Iterator[re.Match[str]]:
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


def _has_suspect(tokens: list[re.Match[str]]) -> bool:
    return any(token.lastgroup == "iri" and _SUSPECT_IRI.search(token.group()) for token in tokens)


def _refuse(query: str, tokens: list[re.Match[str]]) -> None:
    form_seen = False
    for token in tokens:
        if token.lastgroup != "word":
            continue
        word = token.group().upper()
        form_seen = form_seen or word in _FORMS
        if word == "SERVICE":
            raise QuerySyntaxError(
                "SERVICE is refused: this service asks no other server",
                where=place(query, token.start()),
                mend="Ask that server yourself and put its answer into VALUES.",
            )
        if word in _UPDATES and not form_seen:
            raise QuerySyntaxError(
                f"{word} is an update; this operation takes queries only",
                where=place(query, token.start()),
                mend="Start the query with SELECT, ASK, CONSTRUCT or DESCRIBE.",
            )


def _from_clauses(tokens: list[re.Match[str]]) -> Iterator[FromClause]:
    base, prefixes = "", dict[str, str]()
    padded: list[re.Match[str] | None] = [*tokens, None, None]
    for token, second, third in zip(tokens, padded[1:], padded[2:], strict=False):
        word = token.group().upper() if token.lastgroup == "word" else ""
        if word == "BASE" and second is not None:
            base = urljoin(base, second.group()[1:-1])
        elif word == "PREFIX" and second is not None and third is not None:
            prefixes[second.group()] = urljoin(base, third.group()[1:-1])
        elif word == "FROM" and second is not None:
            named = second.group().upper() == "NAMED" and second.lastgroup == "word"
            graph = third if named else second
            if graph is not None and graph.lastgroup in ("iri", "name"):
                yield FromClause(_resolve(graph.group(), base, prefixes), named)


def _resolve(text: str, base: str, prefixes: dict[str, str]) -> str:
    if text.startswith("<"):
        return urljoin(base, text[1:-1]) if base else text[1:-1]
    prefix, _, local = text.partition(":")
    return prefixes.get(f"{prefix}:", "") + re.sub(r"\\(.)", r"\1", local)
