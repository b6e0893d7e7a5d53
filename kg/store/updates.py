"""Writes the SPARQL updates (https://www.w3.org/TR/sparql11-update/) that changes of whole graphs are made of.

A change is text that needs nothing beside it, so that it can be kept and applied again to a graph built anew. What an
article's graph says is told a second time, as plain triples, in the edges graph: a change of the one changes the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from kg.errors import QuerySyntaxError
from kg.iri import EDGES_GRAPH, NS, ONTOLOGY
from kg.store.guard import check_update, place, read_tokens, word_of
from kg.store.protocol import UNNAMED, Graphs, Write

_SYMMETRIC = "<http://www.w3.org/2002/07/owl#SymmetricProperty>"
_EDGE = f"GRAPH <{EDGES_GRAPH}> {{ ?a ?k ?b }}"


def read_update(update: str, *, using: Graphs = Graphs(), base: str | None = None) -> Write:  # noqa: B008  # frozen
    """Return a caller's update as a change that needs neither ``base`` nor the Protocol's dataset ``using`` any more.

    Raises QuerySyntaxError for SERVICE and LOAD, for what is no update, and for a dataset that is given twice
    (https://www.w3.org/TR/sparql11-protocol/#update-dataset).
    """
    check_update(update)
    text = "".join(_with_dataset(update, using)) if using.default or using.named else update
    return Write(update=f"BASE <{base}>\n{text}" if base else text)


def put_graph(graph: str | None, triples: Iterable[ox.Triple]) -> Write:
    """Return the change that makes ``triples`` the whole of a graph; None is the unnamed one."""
    if graph is None:
        return Write(update=f"DROP DEFAULT ;\n{_insert(None, triples)}", graph=UNNAMED)
    name = _iri(graph)
    steps = (
        _forget_edges(name),
        f"DROP SILENT GRAPH {name}",
        f"CREATE SILENT GRAPH {name}",
        _insert(name, triples),
        _tell_edges(name),
    )
    return Write(update=" ;\n".join(steps), graph=graph)


def post_graph(graph: str | None, triples: Iterable[ox.Triple]) -> Write:
    """Return the change that adds ``triples`` to a graph, and makes it where it was not there."""
    if graph is None:
        return Write(update=_insert(None, triples), graph=UNNAMED)
    name = _iri(graph)
    return Write(
        update=" ;\n".join((f"CREATE SILENT GRAPH {name}", _insert(name, triples), _tell_edges(name))), graph=graph
    )


def delete_graph(graph: str | None) -> Write:
    """Return the change that removes a graph, which has to be there."""
    if graph is None:
        return Write(update="DROP DEFAULT")
    name = _iri(graph)
    return Write(update=f"{_forget_edges(name)} ;\nDROP SILENT GRAPH {name}", graph=graph, must_exist=True)


def _insert(name: str | None, triples: Iterable[ox.Triple]) -> str:
    lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return f"INSERT DATA {{\n{lines}}}" if name is None else f"INSERT DATA {{ GRAPH {name} {{\n{lines}}} }}"


def _told(graph: str, statement: str = "?x") -> str:
    """Return the pattern that binds ``?a ?k ?b`` to the plain triples a graph's positions and relations stand for."""
    whole = f"FILTER NOT EXISTS {{ {statement} <{NS}negated> true }}"
    kinds = (
        f"GRAPH {graph} {{ {statement} <{NS}actor> ?a ; <{NS}stance> ?k ; <{NS}topic> ?b }}",
        f"GRAPH {graph} {{ {statement} <{NS}subject> ?a ; <{NS}relation> ?k ; <{NS}object> ?b {whole} }}",
        f"GRAPH {graph} {{ {statement} <{NS}subject> ?b ; <{NS}relation> ?k ; <{NS}object> ?a {whole} }}"
        f" GRAPH <{ONTOLOGY}> {{ ?k a {_SYMMETRIC} }}",
    )
    return " UNION ".join(f"{{ {kind} }}" for kind in kinds)


def _forget_edges(name: str) -> str:
    """Remove the plain triples that no other graph tells."""
    elsewhere = f"{_told('?other', '?y')} FILTER(?other != {name})"
    where = f"{_told(name)} FILTER NOT EXISTS {{ {elsewhere} }}"
    return f"DELETE {{ {_EDGE} }} WHERE {{ {where} }}"


def _tell_edges(name: str) -> str:
    return f"INSERT {{ {_EDGE} }} WHERE {{ {_told(name)} }}"


def _iri(graph: str) -> str:
    try:
        return str(ox.NamedNode(graph))
    except ValueError as error:
        raise QuerySyntaxError("Not an absolute IRI", where=graph, mend="Write the graph's IRI in full.") from error


def _with_dataset(update: str, using: Graphs) -> Iterator[str]:
    """Yield the update's text with the dataset put in as USING clauses before each WHERE that takes one."""
    clauses = " ".join(
        [f"USING {_iri(graph)}" for graph in using.default or ()]
        + [f"USING NAMED {_iri(graph)}" for graph in using.named or ()]
    )
    tokens = list(read_tokens(update))
    depth, done = 0, 0
    for number, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        word = word_of(token) if not depth else ""
        if word in ("USING", "WITH"):
            mend = "Leave out the one or the other."
            what = f"{word} and a dataset in the request exclude each other"
            raise QuerySyntaxError(what, where=place(update, token.start()), mend=mend)
        if word == "WHERE":
            yield update[done : token.start()]
            if number and word_of(tokens[number - 1]) == "DELETE":  # the short form takes no USING
                yield f"{_block(update, tokens[number + 1 :])} "
            yield f"{clauses} "
            done = token.start()
    yield update[done:]


def _block(update: str, tokens: Sequence[re.Match[str]]) -> str:
    depth = 0
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if not depth:
            return update[tokens[0].start() : token.end()]
    return ""  # unbalanced: the engine tells where
