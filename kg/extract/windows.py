"""Cuts an article's words into the windows and frames that the annotator reads.

A *word* is a token that is not white space. A *window* is a run of whole sentences short enough for the encoder, with
the two sentences before it as context. A *frame* is what the reader sees of a window for one cue: the cue's own
sentence, for some cues with sentences before it. Training and run time both cut here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

CLS, PAD, SEP, UNKNOWN = 0, 1, 2, 3
"""Piece numbers of the special pieces (XLM-R order)."""

WINDOW_PIECES = 256
"""Pieces in a window, context included; a single longer sentence is cut into windows of its own."""

CONTEXT_SENTENCES = 2


class Reach(NamedTuple):
    """How many earlier ``sentences`` a frame takes in while it has no more than so many ``words``."""

    sentences: int
    words: int


ALONE, NEAR, FAR = Reach(0, 0), Reach(1, 64), Reach(3, 128)
"""The cue's own sentence, for what is told by it alone; with the one before; with what may tell a position's holder or
topic that its own sentence does not. The reader's time goes by a frame's words."""

WORD_PIECES = 8
"""A word longer than this many pieces is cut: its beginning tells enough."""


@dataclass(frozen=True, slots=True)
class Window:
    """Words ``[begin, end)`` of an article; words before ``own`` are context, labelled by an earlier window."""

    begin: int
    own: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Words ``[begin, end)`` around the cue word ``cue``; the cue's sentence begins at ``own``. Article-wide
    numbers."""

    begin: int
    own: int
    cue: int
    end: int


def cut_windows(sentences: Sequence[tuple[int, int]], sizes: Sequence[int]) -> list[Window]:
    """Return the windows of an article; every word is owned by exactly one.

    ``sentences`` are half-open word ranges in order, without gaps; ``sizes`` is the number of pieces of each word.
    """
    limit = WINDOW_PIECES - 2
    parts = _short_enough(sentences, sizes, limit)
    pieces = [sum(sizes[begin:end]) for begin, end in parts]
    windows: list[Window] = []
    at = 0
    while at < len(parts):
        start = at
        total = pieces[at]
        while start > 0 and at - start < CONTEXT_SENTENCES and total + pieces[start - 1] <= limit:
            start -= 1
            total += pieces[start]
        stop = at + 1
        while stop < len(parts) and total + pieces[stop] <= limit:
            total += pieces[stop]
            stop += 1
        windows.append(Window(parts[start][0], parts[at][0], parts[stop - 1][1]))
        at = stop
    return windows


def _short_enough(sentences: Sequence[tuple[int, int]], sizes: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Split sentences of more than ``limit`` pieces (lists, tables, text without full stops)."""
    parts: list[tuple[int, int]] = []
    for begin, end in sentences:
        total, start = 0, begin
        for word in range(begin, end):
            if total + sizes[word] > limit:
                parts.append((start, word))
                total, start = 0, word
            total += sizes[word]
        if end > start:
            parts.append((start, end))
    return parts


def cut_frame(window: Window, sentences: Sequence[tuple[int, int]], cue: int, reach: Reach) -> Frame:
    """Return the frame of the cue word ``cue`` within ``window``.

    ``sentences`` are the article's half-open word ranges; ``cue`` lies in the window's own words.
    """
    number = next(i for i, (begin, end) in enumerate(sentences) if begin <= cue < end)
    begin, end = max(sentences[number][0], window.begin), min(sentences[number][1], window.end)
    start = begin
    for earlier in range(number - 1, max(-1, number - 1 - reach.sentences), -1):
        if sentences[earlier][0] < window.begin or end - sentences[earlier][0] > reach.words:
            break
        start = sentences[earlier][0]
    return Frame(start, begin, cue, end)
