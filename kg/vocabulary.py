"""The ontology as Python sees it: stances, relations and actor types, read from the Turtle file.

No stance or relation is named in code; what this module does not find in the ontology does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kg.errors import OntologyError
from kg.iri import NS
from kg.resources import resource

_WS = Namespace(NS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """A stance property: ``sign`` 1, 0 or -1; ``strength`` 2 (unreserved), 1 (with reserve) or 0 (no side).

    ``parent`` is the IRI of the stance family; ``labels`` and ``definition`` are texts by language tag.
    """

    name: str
    iri: str
    sign: int
    strength: int
    parent: str
    labels: Mapping[str, str]
    definition: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationKind:
    """A relation property between actors; ``irreflexive`` where no actor has it to itself.

    ``event`` where it comes about by an event with a time (meets), not where it lasts (is a member of).
    ``extracted`` tells whether the extractor finds it in articles; others come from registries and hand-made data.
    """

    name: str
    iri: str
    symmetric: bool
    irreflexive: bool
    event: bool
    extracted: bool
    labels: Mapping[str, str]
    definition: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All stances and relations by local name, and the IRIs of the classes of actors by local name; names sorted."""

    stances: Mapping[str, Stance]
    relations: Mapping[str, RelationKind]
    actor_types: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept of the thesaurus of diplomacy: its labels by language tag, the preferred one first."""

    iri: str
    labels: Mapping[str, tuple[str, ...]]


def load_thesaurus(path: Path | None = None) -> tuple[Concept, ...]:
    """Return the concepts of the shipped thesaurus (or of another Turtle file), sorted by IRI; read once for each path.

    Raises :class:`OntologyError` where the file is no Turtle or a concept lacks a preferred label.
    """
    return _load_thesaurus(path or resource("ontology", "topics.ttl"))


@lru_cache(maxsize=8)
def _load_thesaurus(path: Path) -> tuple[Concept, ...]:
    graph = read_turtle(path)
    return tuple(_concept(graph, term, path) for term in _terms(graph.subjects(RDF.type, SKOS.Concept)))


def _concept(graph: Graph, term: URIRef, path: Path) -> Concept:
    others = sorted(text for text in graph.objects(term, SKOS.altLabel) if isinstance(text, Literal))
    labels = {
        language: (preferred, *(str(text) for text in others if text.language == language))
        for language, preferred in _texts(graph, term, SKOS.prefLabel, path).items()
    }
    return Concept(iri=str(term), labels=labels)


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """Return the vocabulary of the shipped ontology, or of another Turtle file; read once for each path.

    Raises :class:`OntologyError` where the file is no Turtle or a stance lacks its sign, parent, label or definition.
    """
    return _load(path or resource("ontology", "core.ttl"))


@lru_cache(maxsize=8)
def _load(path: Path) -> Vocabulary:
    graph = read_turtle(path)
    stances = {_local(term): _stance(graph, term, path) for term in _terms(graph.subjects(RDF.type, _WS.Stance))}
    relations = {
        _local(term): _relation(graph, term, path) for term in _terms(graph.subjects(RDF.type, _WS.RelationKind))
    }
    types = {_local(term): str(term) for term in _terms(_below(graph, _WS.Actor))}
    if not (stances and relations and types):
        what = "The ontology has no stances, no relations or no classes of actors"
        raise OntologyError(what, where=str(path), mend=f"Use the namespace {NS}.")
    return Vocabulary(stances=stances, relations=relations, actor_types=types)


def read_turtle(path: Path) -> Graph:
    """Return the graph in a Turtle file; raises :class:`OntologyError` with the file and line where it is none."""
    try:
        return Graph().parse(path, format="turtle")
    except BadSyntax as error:
        mend = "Correct it there."
        raise OntologyError(
            f"Not Turtle: {error.message}", where=f"{path}, line {error.lines + 1}", mend=mend
        ) from error
    except (OSError, UnicodeDecodeError, ParserError) as error:
        raise OntologyError(f"Cannot be read: {error}", where=str(path), mend="Give a Turtle file in UTF-8.") from error


def _stance(graph: Graph, term: URIRef, path: Path) -> Stance:
    parent = graph.value(term, RDFS.subPropertyOf)
    if not isinstance(parent, URIRef):
        raise _lacking(term, "a parent (rdfs:subPropertyOf)", path)
    return Stance(
        name=_local(term),
        iri=str(term),
        sign=_integer(graph, term, "sign", range(-1, 2), path),
        strength=_integer(graph, term, "strength", range(3), path),
        parent=str(parent),
        labels=_texts(graph, term, SKOS.prefLabel, path),
        definition=_texts(graph, term, SKOS.definition, path),
    )


def _relation(graph: Graph, term: URIRef, path: Path) -> RelationKind:
    return RelationKind(
        name=_local(term),
        iri=str(term),
        symmetric=(term, RDF.type, OWL.SymmetricProperty) in graph,
        irreflexive=(term, RDF.type, OWL.IrreflexiveProperty) in graph,
        event=(term, RDF.type, _WS.EventKind) in graph,
        extracted=(term, _WS.extracted, Literal(True)) in graph,
        labels=_texts(graph, term, SKOS.prefLabel, path),
        definition=_texts(graph, term, SKOS.definition, path),
    )


def _below(graph: Graph, term: URIRef) -> Iterator[Node]:
    return (node for node in graph.transitive_subjects(RDFS.subClassOf, term) if node and node != term)


def _terms(nodes: Iterable[Node]) -> list[URIRef]:
    return sorted({node for node in nodes if isinstance(node, URIRef)})


def _integer(graph: Graph, term: URIRef, name: str, allowed: range, path: Path) -> int:
    values = [value.toPython() for value in graph.objects(term, _WS[name]) if isinstance(value, Literal)]
    if len(values) != 1 or not isinstance(values[0], int) or values[0] not in allowed:
        raise _lacking(term, f"one ws:{name} from {allowed[0]} to {allowed[-1]}", path)
    return values[0]


def _texts(graph: Graph, term: URIRef, predicate: URIRef, path: Path) -> dict[str, str]:
    found = [text for text in graph.objects(term, predicate) if isinstance(text, Literal) and text.language]
    texts = {str(text.language): str(text) for text in sorted(found)}
    if not texts:
        raise _lacking(term, f"a text with a language tag for {predicate}", path)
    return texts


def _lacking(term: URIRef, what: str, path: Path) -> OntologyError:
    return OntologyError(f"{term} lacks {what}", where=str(path), mend="Add it to the ontology.")


def _local(term: object) -> str:
    return str(term).removeprefix(NS)
