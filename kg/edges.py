"""The arrays of a snapshot: nodes with their labels, statements, and the edges they add up to.

A *statement* is one position or one relation as an article tells it; an *edge* is all statements of one subject, kind
and object. Nodes are sorted by IRI, statements by (subject, kind, object, date), edges in the same order, so that the
statements of an edge and the edges of a node are slices. numpy only: the file is read without opening the store.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
NO_SIGN = -128
"""The sign of an edge whose kind has none (a relation)."""
NO_DATE = -(2**31)
"""The day of a statement whose article has no date; sorts before every date."""
_EPOCH = date(1970, 1, 1)


def day_of(value: date) -> int:
    """Return the days from 1970-01-01 to ``value``."""
    return (value - _EPOCH).days


def date_of(day: int) -> date | None:
    """Return the date of a day number, or None for :data:`NO_DATE`."""
    return None if day == NO_DATE else _EPOCH + timedelta(days=int(day))


def slice_of(column: Ints, value: int) -> slice:
    """Return where a value lies in a sorted column."""
    # Looked for as the column's own type: else all of the column is converted first.
    begin, end = np.searchsorted(column, np.array([value, value + 1], dtype=column.dtype)).tolist()
    return slice(begin, end)


def fold(text: str) -> str:
    """Return ``text`` without case and accents, as labels are compared in a search ("Türkei" -> "turkei")."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in parts if not unicodedata.combining(char)).split())


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Many strings in one UTF-8 buffer, each ended by a newline; ``starts`` has one entry more than there are."""

    blob: bytes
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Pack strings; a newline inside one becomes a space."""
        parts = [text.replace("\n", " ").encode() + b"\n" for text in texts]
        starts = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=starts[1:])
        return cls(b"".join(parts), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> str:
        return self.raw(index).decode()

    def raw(self, index: int) -> bytes:
        """Return the bytes of one string."""
        return self.blob[self.starts[index] : self.starts[index + 1] - 1]

    def find_sorted(self, text: str) -> int | None:
        """Return the index of ``text`` where the strings are sorted by their bytes, or None."""
        wanted, low, high = text.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self.raw(low) == wanted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A stance or a relation as an edge carries it; ``sign`` is None for relations."""

    name: str
    iri: str
    sign: int | None
    symmetric: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_stance(self) -> bool:
        """Whether its statements are positions."""
        return self.sign is not None

    @property
    def label(self) -> str:
        """How it is shown where one label must do: in German, else in English, else its name."""
        return self.labels.get("de") or self.labels.get("en") or self.name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """All arrays of one snapshot; lengths: n nodes, l labels, s statements, e edges.

    ``adjacent[adjacent_start[i]:adjacent_start[i + 1]]`` are the edges that touch node ``i``, most statements first.
    ``statement`` are the 64 bits that end a position's or relation's IRI; ``by_date`` orders the statements of each
    subject by day and these bits.
    """

    kinds: Sequence[Kind]
    types: Sequence[str]
    languages: Sequence[str]
    iri: Texts
    label: Texts
    node_type: NDArray[np.int16]
    names: Texts
    folded: Texts
    name_node: Ints
    name_language: NDArray[np.int16]
    subject: Ints
    kind: NDArray[np.int16]
    object: Ints
    day: Ints
    statement: NDArray[np.uint64]
    edge_subject: Ints
    edge_kind: NDArray[np.int16]
    edge_object: Ints
    edge_start: NDArray[np.int64]
    edge_first: Ints
    edge_last: Ints
    adjacent_start: NDArray[np.int64]
    adjacent: Ints
    weight: Ints
    by_date: Ints

    def node(self, iri: str) -> int | None:
        """Return the index of a node, or None where the snapshot has no statement of it."""
        return self.iri.find_sorted(iri)

    def kind_index(self, name: str) -> int | None:
        """Return the index of a kind by its local name, or None."""
        return next((index for index, kind in enumerate(self.kinds) if kind.name == name), None)

    def is_topic(self, node: int) -> bool:
        """Whether a node is a topic; every other node is an actor."""
        return bool(self.types[self.node_type[node]] == "Topic")

    def kind_signs(self) -> NDArray[np.int8]:
        """Return the sign of each kind by its index, :data:`NO_SIGN` for relations."""
        return np.array([NO_SIGN if kind.sign is None else kind.sign for kind in self.kinds] or [0], dtype=np.int8)

    def edges_of(self, node: int) -> Ints:
        """Return the edges that touch a node, most statements first."""
        return self.adjacent[self.adjacent_start[node] : self.adjacent_start[node + 1]]

    def statements_of(self, subject: int) -> Ints:
        """Return the statements of a subject, the newest first."""
        return self.by_date[self.rows_of(subject)][::-1]

    def rows_of(self, subject: int) -> slice:
        """Return where the statements of a subject lie."""
        return slice_of(self.subject, subject)

    def statements_behind(self, edge: int) -> Ints:
        """Return the statements of an edge, the newest first."""
        return np.arange(self.edge_start[edge], self.edge_start[edge + 1], dtype=np.int32)[::-1]

    def save(self, path: Path) -> None:
        """Write all arrays to one ``.npz`` file that needs no pickle to read."""
        arrays: dict[str, NDArray[Any]] = {}
        for name in (item.name for item in fields(self)):
            value = getattr(self, name)
            if isinstance(value, Texts):
                arrays[f"{name}.blob"] = np.frombuffer(value.blob, dtype=np.uint8)
                arrays[f"{name}.starts"] = value.starts
            elif isinstance(value, np.ndarray):
                arrays[name] = value
        tables: dict[str, list[Any]] = {"kinds": [_kind_row(kind) for kind in self.kinds], "types": list(self.types)}
        tables["languages"] = list(self.languages)
        arrays["tables"] = np.frombuffer(json.dumps(tables).encode(), dtype=np.uint8)
        with path.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy types every keyword as allow_pickle

    @classmethod
    def load(cls, path: Path) -> Edges:
        """Read what :meth:`save` wrote; raises OSError or ValueError where it is not such a file."""
        with np.load(path, allow_pickle=False) as arrays:
            tables = json.loads(arrays["tables"].tobytes())
            values: dict[str, Any] = {"types": tables["types"], "languages": tables["languages"]}
            values["kinds"] = [Kind(**row) for row in tables["kinds"]]
            for name in (item.name for item in fields(cls) if item.name not in values):
                if f"{name}.blob" in arrays:
                    values[name] = Texts(arrays[f"{name}.blob"].tobytes(), arrays[f"{name}.starts"])
                else:
                    values[name] = arrays[name]
        return cls(**values)


def _kind_row(kind: Kind) -> dict[str, object]:
    row = {item.name: getattr(kind, item.name) for item in fields(kind)}
    return {**row, "labels": dict(kind.labels)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row that :func:`build_edges` takes: what one article says once."""

    iri: str
    subject: str
    kind: str
    object: str
    day: int = NO_DATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What is known of one node: its type's local name and its names as (text, language), preferred ones first."""

    type: str
    names: Sequence[tuple[str, str]]


def build_edges(statements: Sequence[Statement], nodes: Mapping[str, Node], kinds: Sequence[Kind]) -> Edges:
    """Sort and group statements into the arrays of a snapshot; the result depends on the set of rows alone.

    Every subject, object and kind of ``statements`` must be in ``nodes`` and ``kinds``. Statements of a symmetric kind
    are stored with the smaller end first.
    """
    iris = sorted(nodes, key=str.encode)
    index = {iri: number for number, iri in enumerate(iris)}
    kinds = sorted(kinds, key=lambda kind: kind.iri)
    rows = _sorted_rows(statements, index, kinds)
    subject, kind, target, day = (rows[name] for name in ("subject", "kind", "object", "day"))
    new = np.ones(len(subject), dtype=bool)
    new[1:] = (np.diff(subject) != 0) | (np.diff(kind) != 0) | (np.diff(target) != 0)
    begin = np.flatnonzero(new)
    start = np.append(begin, len(subject)).astype(np.int64)
    weight = np.bincount(subject, minlength=len(iris)) + np.bincount(target, minlength=len(iris))
    adjacent_start, adjacent = _adjacency(subject[begin], target[begin], np.diff(start), len(iris))
    return Edges(
        kinds=kinds,
        subject=subject,
        kind=kind,
        object=target,
        day=day,
        statement=rows["statement"],
        edge_subject=subject[begin],
        edge_kind=kind[begin],
        edge_object=target[begin],
        edge_start=start,
        edge_first=day[begin],
        edge_last=day[start[1:] - 1],
        adjacent_start=adjacent_start,
        adjacent=adjacent,
        weight=weight.astype(np.int32),
        by_date=np.lexsort((rows["statement"], day, subject)).astype(np.int32),
        **_node_arrays(iris, nodes),
    )


def _sorted_rows(statements: Sequence[Statement], index: Mapping[str, int], kinds: Sequence[Kind]) -> dict[str, Any]:
    kind_of = {kind.iri: number for number, kind in enumerate(kinds)}
    count = len(statements)
    subject = np.fromiter((index[row.subject] for row in statements), np.int32, count)
    target = np.fromiter((index[row.object] for row in statements), np.int32, count)
    kind = np.fromiter((kind_of[row.kind] for row in statements), np.int16, count)
    day = np.fromiter((row.day for row in statements), np.int32, count)
    number = np.fromiter((int(row.iri.rsplit("/", 1)[1], 16) for row in statements), np.uint64, count)
    swap = np.array([one.symmetric for one in kinds] or [False])[kind] & (subject > target)
    subject[swap], target[swap] = target[swap], subject[swap]
    order = np.lexsort((number, day, target, kind, subject))
    columns: dict[str, NDArray[Any]] = {
        "subject": subject,
        "kind": kind,
        "object": target,
        "day": day,
        "statement": number,
    }
    return {name: column[order] for name, column in columns.items()}


def _adjacency(subject: Ints, target: Ints, count: NDArray[np.int64], nodes: int) -> tuple[NDArray[np.int64], Ints]:
    loops = subject == target
    edge = np.arange(len(subject), dtype=np.int32)
    node = np.concatenate([subject, target[~loops]])
    edge = np.concatenate([edge, edge[~loops]])
    order = np.lexsort((edge, -count[edge], node))
    start = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(node, minlength=nodes), out=start[1:])
    return start, edge[order]


def _node_arrays(iris: Sequence[str], nodes: Mapping[str, Node]) -> dict[str, Any]:
    types = sorted({node.type for node in nodes.values()})
    languages = sorted({language for node in nodes.values() for _, language in node.names})
    names = [(number, text, language) for number, iri in enumerate(iris) for text, language in nodes[iri].names]
    return {
        "types": types,
        "languages": languages,
        "iri": Texts.of(iris),
        "label": Texts.of(nodes[iri].names[0][0] for iri in iris),
        "node_type": np.array([types.index(nodes[iri].type) for iri in iris], dtype=np.int16),
        "names": Texts.of(text for _, text, _ in names),
        "folded": Texts.of(fold(text) for _, text, _ in names),
        "name_node": np.array([number for number, _, _ in names], dtype=np.int32),
        "name_language": np.array([languages.index(language) for _, _, language in names], dtype=np.int16),
    }
