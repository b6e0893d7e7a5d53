"""Writes the page that describes the ontology: one section a term, in German and English, made from ``core.ttl`` alone.

A term's section has its local name as anchor, so that the page served at the ontology's IRI answers the term's IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.iri import NS, ONTOLOGY
from kg.resources import resource
from kg.vocabulary import read_turtle

_WS = Namespace(NS)
_SCHEMA = Namespace("https://schema.org/")
_LANGUAGES = ("de", "en")

_STYLE = """
:root{color-scheme:light dark;--line:light-dark(#d8dce2,#3a4048);--soft:light-dark(#5b6470,#a5adb8)}
body{font:16px/1.55 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{line-height:1.2}h2{margin-top:3rem;border-bottom:1px solid var(--line)}h3{margin:0;font-size:1.1rem}
section{padding:1rem 0;border-bottom:1px solid var(--line)}section:target{outline:2px solid;outline-offset:.4rem}
dl{display:grid;grid-template-columns:9rem 1fr;gap:.25rem 1rem;margin:.5rem 0}dt{color:var(--soft)}dd{margin:0}
code{font-size:.9em}[lang=en]{color:var(--soft)}nav a{margin-right:.75rem;white-space:nowrap}p{margin:.3rem 0}
@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
"""

# Predicate, and what it is called on the page; in the order they are shown.
_TEXTS = ((SKOS.definition, "Definition"), (SKOS.scopeNote, "Hinweis / Note"), (SKOS.example, "Beispiel / Example"))
_LINKS = (
    (RDF.type, "Art / Kind"),
    (RDFS.subClassOf, "Unterklasse von / Subclass of"),
    (RDFS.subPropertyOf, "Untereigenschaft von / Subproperty of"),
    (OWL.inverseOf, "Umkehrung von / Inverse of"),
    (OWL.propertyChainAxiom, "Folgt aus / Follows from"),
    (RDFS.domain, "Von / Domain"),
    (_SCHEMA.domainIncludes, "Von / Domain includes"),
    (RDFS.range, "Zu / Range"),
    (_SCHEMA.rangeIncludes, "Zu / Range includes"),
    (OWL.disjointWith, "Getrennt von / Disjoint with"),
    (OWL.propertyDisjointWith, "Getrennt von / Disjoint with"),
    (_WS.oppositeStance, "Gegenhaltung / Opposite stance"),
    (_WS.sign, "Vorzeichen / Sign"),
    (_WS.strength, "Stärke / Strength"),
    (_WS.extracted, "Wird gefunden / Extracted"),
)


def ontology_html(path: Path | None = None) -> str:
    """Return the page of the shipped ontology, or of another Turtle file, as HTML; the same file gives the same page.

    Raises :class:`OntologyError` where the file is no Turtle.
    """
    graph = read_turtle(path or resource("ontology", "core.ttl"))
    groups = [(anchor, title, terms) for anchor, title, terms in _groups(graph) if terms]
    body = [_head(graph), _contents(graph, groups)]
    for anchor, title, terms in groups:
        body.append(f'<h2 id="{anchor}">{escape(title)}</h2>')
        body += [_section(graph, term) for term in terms]
    title = escape(_text(graph, URIRef(ONTOLOGY), DCTERMS.title, "de"))
    return (
        f'<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def ontology_version(path: Path | None = None) -> str:
    """Return the version of the shipped ontology, or of another Turtle file, as ``owl:versionInfo`` has it."""
    return str(read_turtle(path or resource("ontology", "core.ttl")).value(URIRef(ONTOLOGY), OWL.versionInfo))


def _groups(graph: Graph) -> Iterator[tuple[str, str, list[URIRef]]]:
    """Give every term of the namespace to the first group that takes it."""
    left = {term for term in graph.subjects(RDFS.isDefinedBy, URIRef(ONTOLOGY)) if isinstance(term, URIRef)}
    kinds = (
        ("group-classes", "Klassen / Classes", graph.subjects(RDF.type, OWL.Class)),
        ("group-stance-families", "Haltungsfamilien / Stance families", graph.subjects(RDF.type, _WS.StanceFamily)),
        ("group-stances", "Haltungen / Stances", graph.subjects(RDF.type, _WS.Stance)),
        ("group-families", "Beziehungsfamilien / Relation families", graph.subjects(RDF.type, _WS.RelationFamily)),
        ("group-relations", "Beziehungen / Relations", graph.subjects(RDF.type, _WS.RelationKind)),
        ("group-inverses", "Umkehrungen / Inverses", graph.subjects(OWL.inverseOf)),
        ("group-properties", "Weitere Eigenschaften / Other properties", iter(set(left))),
    )
    for anchor, title, found in kinds:
        terms = left & set(found)
        left -= terms
        yield anchor, title, sorted(URIRef(str(term)) for term in terms)


def _head(graph: Graph) -> str:
    node = URIRef(ONTOLOGY)
    facts = (
        ("IRI", escape(ONTOLOGY)),
        ("Fassung / Version", _values(graph, node, OWL.versionIRI)),
        ("Geändert / Modified", _values(graph, node, DCTERMS.modified)),
        ("Urheber / Creator", _values(graph, node, DCTERMS.creator)),
        ("Lizenz / Licence", _values(graph, node, DCTERMS.license)),
        ("Präfix / Prefix", _values(graph, node, VANN.preferredNamespacePrefix)),
        ("Zitieren / Cite", _values(graph, node, DCTERMS.bibliographicCitation)),
    )
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in facts)
    return f"<h1>{_both(graph, node, DCTERMS.title)}</h1>\n{_both(graph, node, DCTERMS.description)}\n<dl>{rows}</dl>"


def _contents(graph: Graph, groups: Iterable[tuple[str, str, list[URIRef]]]) -> str:
    lines = []
    for anchor, title, terms in groups:
        links = " ".join(f'<a href="#{_local(term)}">{_local(term)}</a>' for term in terms)
        lines.append(f'<p><a href="#{anchor}">{escape(title)}</a> ({len(terms)})</p><nav>{links}</nav>')
    return "\n".join(lines)


def _section(graph: Graph, term: URIRef) -> str:
    rows = [f"<dt>IRI</dt><dd><code>{escape(str(term))}</code></dd>"]
    for predicate, name in _TEXTS:
        if graph.value(term, predicate) is not None:
            rows.append(f"<dt>{escape(name)}</dt><dd>{_both(graph, term, predicate)}</dd>")
    for predicate, name in _LINKS:
        if graph.value(term, predicate) is not None:
            rows.append(f"<dt>{escape(name)}</dt><dd>{_values(graph, term, predicate)}</dd>")
    heading = f"<h3><code>ws:{_local(term)}</code> {_both(graph, term, RDFS.label, tag='span')}</h3>"
    return f'<section id="{_local(term)}">\n{heading}\n<dl>{"".join(rows)}</dl>\n</section>'


def _both(graph: Graph, node: URIRef, predicate: URIRef, *, tag: str = "") -> str:
    """Return a text in all languages of the page, each in an element that tells its language."""
    tag = tag or ("span" if predicate == DCTERMS.title else "p")
    texts = [(language, _text(graph, node, predicate, language)) for language in _LANGUAGES]
    return " ".join(f'<{tag} lang="{language}">{escape(text)}</{tag}>' for language, text in texts if text)


def _text(graph: Graph, node: URIRef, predicate: URIRef, language: str) -> str:
    found = sorted(
        str(text) for text in graph.objects(node, predicate) if isinstance(text, Literal) and text.language == language
    )
    return " ".join(found)


def _values(graph: Graph, node: URIRef, predicate: URIRef) -> str:
    return ", ".join(_value(graph, value) for value in sorted(graph.objects(node, predicate), key=str))


def _value(graph: Graph, value: Node) -> str:
    if graph.value(value, RDF.first) is not None:  # a chain of properties
        return " ∘ ".join(_value(graph, one) for one in graph.items(value))
    if not isinstance(value, URIRef):
        return escape(str(value))
    name = graph.namespace_manager.curie(value, generate=False) if "#" in value else str(value)
    target = f"#{_local(value)}" if value.startswith(NS) else str(value)
    return f'<a href="{escape(target)}">{escape(name)}</a>'


def _local(term: URIRef) -> str:
    return escape(str(term).removeprefix(NS))
