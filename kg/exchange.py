"""Extractions as lines of JSON: the exchange format that the scorer, hand annotation and other programs read.

One object a line, a position or a relation. Spans are half-open [begin, end) in code points of the article's text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg.model import Actor, Extraction, Position, Relation, Spans, words_of


def extraction_lines(extraction: Extraction) -> Iterator[str]:
    """Yield one JSON line, without its line end, for each position and then each relation of ``extraction``."""
    text = extraction.article.text
    objects = [_position(position, text=text) for position in extraction.positions]
    objects += [_relation(relation, text=text) for relation in extraction.relations]
    for line in objects:
        yield json.dumps({"article": extraction.article.id, **line}, ensure_ascii=False)


def _position(position: Position, *, text: str) -> dict[str, object]:
    return {
        "kind": "position",
        "actor": _actor(position.actor, position.actor_spans),
        "stance": position.stance,
        "topic": {
            "text": words_of(text, position.topic_spans),
            "label": position.topic.label,
            "iri": position.topic.iri,
            "spans": position.topic_spans,
        },
        "cue": position.cue,
        "addressee": "; ".join(actor.label for actor in position.addressees) or None,
        "reported_by": position.reported_by.label if position.reported_by else None,
        "hedged": position.hedged,
        **_evidence(position, text=text),
    }


def _relation(relation: Relation, *, text: str) -> dict[str, object]:
    return {
        "kind": "relation",
        "relation": relation.relation,
        "a": _actor(relation.a, relation.a_spans),
        "b": _actor(relation.b, relation.b_spans),
        "cue": relation.cue,
        "negated": relation.negated,
        "office": relation.office,
        **_evidence(relation, text=text),
    }


def _actor(actor: Actor, spans: Spans) -> dict[str, object]:
    return {"label": actor.label, "type": actor.type, "iri": actor.iri, "resolved": actor.resolved, "spans": spans}


def _evidence(found: Position | Relation, *, text: str) -> dict[str, object]:
    begin, end = found.sentence
    return {
        "sentence": {"text": text[begin:end], "spans": [found.sentence]},
        "confidence": round(found.confidence, 4),
    }
