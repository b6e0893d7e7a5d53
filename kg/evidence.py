"""Spans -> Web Annotations: the words that a statement rests on, by place and by quote.

https://www.w3.org/TR/annotation-model/#selectors
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.iri import NS, article_iri
from kg.model import Article, Span, Spans
from kg.terms import OA, RDF, QuadGraph, named, offset, plain, ws


def describe_evidence(graph: QuadGraph, iri: str, article: Article, roles: Iterable[tuple[str, Spans]]) -> None:
    """Add the evidence of the statement ``iri``: one target a role, in it two selectors for each span of its words."""
    evidence = f"{iri}/evidence"
    graph.add(
        evidence,
        (f"{RDF}type", named(f"{OA}Annotation")),
        (f"{RDF}type", ws("Evidence")),
        (f"{OA}hasBody", named(iri)),
    )
    source = named(article_iri(article.id))
    for role, spans in roles:
        target = f"{evidence}/{role}"
        graph.add(evidence, (f"{OA}hasTarget", ox.NamedNode(target)))
        graph.add(
            target,
            (f"{RDF}type", named(f"{OA}SpecificResource")),
            (f"{OA}hasSource", source),
            (f"{NS}role", plain(role)),
        )
        for part, span in enumerate(spans):
            _select(graph, target, part, span=span, text=article.text)


def _select(graph: QuadGraph, target: str, part: int, *, span: Span, text: str) -> None:
    begin, end = span
    position, quote = f"{target}/position-{part}", f"{target}/quote-{part}"
    selector = f"{OA}hasSelector"
    graph.add(target, (selector, ox.NamedNode(position)), (selector, ox.NamedNode(quote)))
    graph.add(
        position,
        (f"{RDF}type", named(f"{OA}TextPositionSelector")),
        (f"{OA}start", offset(begin)),
        (f"{OA}end", offset(end)),
    )
    graph.add(
        quote,
        (f"{RDF}type", named(f"{OA}TextQuoteSelector")),
        (f"{OA}exact", plain(text[begin:end])),
    )
