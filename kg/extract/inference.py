"""Runs the two ONNX graphs of models/ on windows and frames. Arrays in, arrays out; no linguistics.

Shapes: B windows or frames, L pieces, N words. In a window's arrays word 0 is the root, so word k of the window is
row k + 1; :class:`WordOutputs` hides that and counts from the window's first word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.errors import ModelError
from kg.extract.windows import CLS, SEP, UNKNOWN, WORD_PIECES
from kg.resources import resource

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FRAME_PIECES = 512
"""Pieces in one run of the reader: what stays in a core's cache. With 4096 the reader takes a quarter longer."""
FRAME_PADDING = 1.1
"""By how much the longest frame of a run may exceed the shortest: padding costs more than a run does. Without this
bound the reader takes a fifth longer."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The label lists a model file was trained with; ``version`` names the file's bytes."""

    names: list[str]
    upos: list[str]
    labels: list[str]
    stances: list[str]
    relations: list[str]
    roles: list[str]
    version: str


@dataclass(frozen=True, slots=True)
class WordOutputs:
    """What the encoder says of one window's words: ``split`` [L, H] for frames, ``states`` [N, H], ``names`` [N, 9]
    chances, ``upos`` [N], ``heads`` [N] (number of the head in the window, -1 for the root), ``labels`` [N], ``cues``
    [N, 22] chances; ``first`` [N + 1] is where each word's pieces begin and where the last ends."""

    split: Floats
    states: Floats
    names: Floats
    upos: Ints
    heads: Ints
    labels: Ints
    cues: Floats
    first: Ints


@dataclass(frozen=True, slots=True)
class FrameInput:
    """One cue to read: words count from the window's first; ``label`` is 0 for a position, else 1 + the relation's
    column in ``cues``."""

    window: WordOutputs
    begin: int
    own: int
    cue: int
    end: int
    label: int


@dataclass(frozen=True, slots=True)
class FrameOutputs:
    """``roles`` [N, 4, 3] chances of outside, begin, inside; ``verdict`` [13] stances, relation holds, none;
    ``flags`` [2]."""

    roles: Floats
    verdict: Floats
    flags: Floats


class Network:
    """The annotator's sessions. Create one per process; ``threads`` 0 lets onnxruntime take all cores."""

    def __init__(self, folder: Path | None = None, *, threads: int = 0) -> None:
        folder = folder or resource("models")
        self.labels = _read_labels(folder)
        self._tokenizer = Tokenizer.from_file(str(model_file(folder, "tokenizer.json")))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait without sleeping take the core from the work between two runs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Weights are stored as int8: have them unpacked once, at load, and not at every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        providers = ["CPUExecutionProvider"]
        self._encoder = onnxruntime.InferenceSession(
            str(model_file(folder, "annotator.onnx")), options, providers=providers
        )
        self._reader = onnxruntime.InferenceSession(
            str(model_file(folder, "reader.onnx")), options, providers=providers
        )
        self.pieces = lru_cache(maxsize=200_000)(self._pieces)

    def _pieces(self, word: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(word, add_special_tokens=False).ids[:WORD_PIECES]) or (UNKNOWN,)

    def read_words(self, windows: Sequence[Sequence[str]], sentences: Sequence[Sequence[int]]) -> list[WordOutputs]:
        """Return the outputs of each window of words; ``sentences`` numbers each word's sentence, from 1.

        One window a run: nothing is lost by it on a CPU, and no window is padded.
        """
        return [self._read_window(words, numbers) for words, numbers in zip(windows, sentences, strict=True)]

    def _read_window(self, words: Sequence[str], sentence: Sequence[int]) -> WordOutputs:
        ids, first = self._row(words)
        feed = {"ids": [ids], "mask": [[1] * len(ids)], "first": [[0, *first[:-1]]], "sentence": [[-1, *sentence]]}
        arrays = {name: np.array(rows, dtype=np.int64) for name, rows in feed.items()}
        split, states, names, upos, heads, labels, cues = self._encoder.run(None, arrays)
        own = slice(1, None)
        return WordOutputs(
            split[0],
            states[0, own],
            names[0, own],
            upos[0, own],
            heads[0, own] - 1,
            labels[0, own],
            cues[0, own],
            np.array(first, dtype=np.int64),
        )

    def _row(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        ids, first = [CLS], []
        for word in words:
            first.append(len(ids))
            ids.extend(self.pieces(word))
        first.append(len(ids))
        return [*ids, SEP], first

    def read_frames(self, frames: Sequence[FrameInput]) -> list[FrameOutputs]:
        """Return the outputs of the frames of one article, in order; give no more than one article at a time.

        They share batches of like sizes; sums must not come out otherwise because of what else is in a batch.
        """
        sizes = [int(f.window.first[f.end] - f.window.first[f.begin]) for f in frames]
        outputs: list[FrameOutputs | None] = [None] * len(frames)
        for batch in _batches(sizes, FRAME_PIECES):
            roles, verdict, flags = self._reader.run(None, _frame_feed([frames[i] for i in batch]))
            for row, i in enumerate(batch):
                outputs[i] = FrameOutputs(roles[row, : frames[i].end - frames[i].begin], verdict[row], flags[row])
        return [o for o in outputs if o is not None]


def _frame_feed(frames: Sequence[FrameInput]) -> dict[str, NDArray[np.generic]]:
    starts = [f.window.first - f.window.first[f.begin] for f in frames]
    sizes = [int(first[f.end]) for f, first in zip(frames, starts, strict=True)]
    x = np.zeros((len(frames), max(sizes), frames[0].window.split.shape[1]), dtype=np.float32)
    mark = np.zeros(x.shape[:2], dtype=np.int64)
    mask = np.zeros(x.shape[:2], dtype=np.int64)
    for row, (f, first, size) in enumerate(zip(frames, starts, sizes, strict=True)):
        begin = int(f.window.first[f.begin])
        x[row, :size] = f.window.split[begin : begin + size]
        mask[row, :size] = 1
        mark[row, first[f.own] : size] = 1
        mark[row, first[f.cue] : first[f.cue + 1]] = 3 if f.label else 2
    return {
        "x": x,
        "mask": mask,
        "mark": mark,
        "label": np.array([f.label for f in frames], dtype=np.int64),
        "first": _pad([first[f.begin : f.end] for f, first in zip(frames, starts, strict=True)], 0),
        "cue": np.array([f.cue - f.begin for f in frames], dtype=np.int64),
    }


def _batches(sizes: Sequence[int], limit: int) -> Iterator[list[int]]:
    """Group numbers of like sizes so that a padded batch stays under ``limit`` pieces and has little padding."""
    batch: list[int] = []
    for i in sorted(range(len(sizes)), key=lambda i: sizes[i]):
        if batch and ((len(batch) + 1) * sizes[i] > limit or sizes[i] > FRAME_PADDING * sizes[batch[0]]):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _pad(rows: Iterable[Sequence[int] | Ints], value: int) -> Ints:
    rows = list(rows)
    table = np.full((len(rows), max(len(r) for r in rows)), value, dtype=np.int64)
    for n, row in enumerate(rows):
        table[n, : len(row)] = row
    return table


def model_file(folder: Path, name: str) -> Path:
    """Return the path of a file of a model folder; raises ModelError where it is missing."""
    path = folder / name
    if not path.is_file():
        raise ModelError("A model file is missing", where=name, mend="Install the package again, or run `make train`.")
    return path


def _read_labels(folder: Path) -> Labels:
    table = json.loads(model_file(folder, "labels.json").read_text(encoding="utf-8"))
    try:
        lists = {name: table[name] for name in ("names", "upos", "labels", "stances", "relations", "roles")}
        return Labels(**lists, version=table["version"][0])
    except KeyError as missing:
        raise ModelError(
            f"Label list {missing} is missing", where="labels.json", mend="Export the model again."
        ) from None
