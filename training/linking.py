"""What linking is trained and measured on: annotated articles, their mentions of actors, the network's view.

Labels are compared as the project's scorer compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import sentences as _sentences  # noqa: F401  # registers the component
from kg.extract.actors import ArticleActors
from kg.extract.annotate import BODIES, Reading, read_words, set_annotations
from kg.extract.forms import plain
from kg.extract.inference import Floats, Network
from kg.model import Span
from training.material import read_material

_ARTICLES = ("der ", "die ", "das ", "den ", "dem ", "des ", "the ")
_SAME = {
    "großbritannien": "vereinigtes königreich", "uk": "vereinigtes königreich", "vereinigte staaten": "usa",
    "vereinigte staaten von amerika": "usa", "tschechische republik": "tschechien", "uno": "vereinte nationen",
    "un": "vereinte nationen", "europäische union": "eu", "nordatlantikpakt": "nato", "volksrepublik china": "china",
    "russische föderation": "russland", "republik kosovo": "kosovo", "iaea": "internationale atomenergie-organisation",
    "internationale atomenergieorganisation": "internationale atomenergie-organisation",
    "internationale atomenergiebehörde": "internationale atomenergie-organisation",
    "bundesrepublik deutschland": "deutschland", "sicherheitsrat": "un-sicherheitsrat",
    "sicherheitsrat der vereinten nationen": "un-sicherheitsrat", "weltsicherheitsrat": "un-sicherheitsrat",
    "burma": "myanmar", "osttimor": "timor-leste", "eu-kommission": "europäische kommission",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """An annotated mention; ``body`` is true for the second end of an office or a membership, ``type`` may be ""."""

    span: Span
    label: str
    accept: frozenset[str]
    type: str
    body: bool

    def right(self, label: str) -> bool:
        """Tell whether a label is the annotated one or one that the annotation accepts."""
        return norm(label) in self.accept


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated article; ``held`` where training must not see it."""

    id: str
    text: str
    date: date | None
    mentions: list[Mention] = field(default_factory=list)
    held: bool = False


def norm(label: str) -> str:
    """Return a label as the project's scorer compares it."""
    label = plain(label).casefold()
    while label.startswith(_ARTICLES):
        label = label.split(" ", 1)[1]
    return _SAME.get(label, label)


def annotated(data: Path) -> Iterator[Annotated]:
    """Yield all annotated articles once."""
    material = read_material(data)
    held = {article.id for article in material.held_back}
    for article in material:
        yield Annotated(article.id, article.text, article.date, mentions(article.lines), article.id in held)


def mentions(lines: list[dict[str, Any]]) -> list[Mention]:
    """Each annotated mention of an actor once; of two readings of the same words both are right."""
    types = {line["actor"]["label"]: line["actor"].get("type", "") for line in lines if "actor" in line}
    found: dict[tuple[Span, bool], Mention] = {}
    for line in lines:
        for key in ("actor", "a", "b"):
            if key not in line:
                continue
            side = line[key]
            span = (side["spans"][0][0], side["spans"][-1][1])
            body = key == "b" and line.get("relation") in BODIES
            accept = frozenset(norm(x) for x in (side["label"], *side.get("accept", ())))
            before = found.get((span, body))
            label = before.label if before else side["label"]
            kind = before.type if before else types.get(label, "")
            found[span, body] = Mention(span, label, accept | (before.accept if before else frozenset()), kind, body)
    return list(found.values())


class Readings:
    """What the exported encoder says of articles; ``keep`` is a folder where it stays for the next time."""

    def __init__(self, models: Path, keep: Path | None = None) -> None:
        self.network, self.keep = Network(models), keep
        self.nlp: Language = spacy.blank("de")
        self.nlp.add_pipe("kg_sentences")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)

    def read(self, article: Annotated) -> tuple[Doc, Reading, Floats]:
        """The Doc with names and tree, its words and sentences, and the words' states."""
        path = self._path(article)
        if path and path.exists():
            return self._stored(path)
        doc = self.nlp(article.text)
        reading = read_words(doc, self.network)
        set_annotations(doc, reading, self.network)
        states = reading.spread("states")
        if path:
            content = np.frombuffer(doc.to_bytes(), dtype=np.uint8)
            np.savez(path, doc=content, sentences=np.array(reading.sentences), states=states.astype(np.float16))
        return doc, reading, states

    def kept(self, article: Annotated) -> bool:
        """Tell whether an article need not be read again."""
        path = self._path(article)
        return path is not None and path.exists()

    def _path(self, article: Annotated) -> Path | None:
        return self.keep / f"{article.id}-{self.network.labels.version}.npz" if self.keep else None

    def _stored(self, path: Path) -> tuple[Doc, Reading, Floats]:
        with np.load(path) as table:
            doc = Doc(self.nlp.vocab).from_bytes(table["doc"].tobytes())
            sentences = [(int(begin), int(end)) for begin, end in table["sentences"]]
            states = table["states"].astype(np.float32)
        return doc, Reading([t for t in doc if not t.is_space], sentences, []), states


def stretch_of(span: Span, actors: ArticleActors) -> list[tuple[int, int]]:
    """The words under a span as one range; empty where there are none."""
    inside = [k for k, t in enumerate(actors.words) if t.idx < span[1] and t.idx + len(t.text) > span[0]]
    return [(inside[0], inside[-1] + 1)] if inside else []


__all__ = ["Annotated", "Mention", "Readings", "annotated", "mentions", "norm", "stretch_of"]
