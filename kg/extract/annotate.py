"""Puts the network's outputs on a spaCy Doc: entities, parts of speech, dependency tree, and what it found of cues.

Words are tokens that are not white space. The readings of one Doc (:class:`Reading`) keep what positions are decoded
from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from spacy.tokens import Doc, Span, Token

from kg.extract.inference import Floats, FrameInput, FrameOutputs, Network, WordOutputs
from kg.extract.windows import ALONE, FAR, NEAR, Frame, Reach, Window, cut_frame, cut_windows

CANDIDATE = 0.4
"""Least chance from which a word is read as a cue at all: reading those below finds a little more and errs more."""

NONE_ALONE = 0.8
"""From which chance on a cue whose sentence lacks holder or topic is none, and is not read with earlier ones."""

BODIES = frozenset({"holds_office", "member_of"})
"""Relations whose second end is a state or an organisation, also where an office names it ("US-Präsident") or an
earlier sentence does."""


HOLDER, TOPIC, REPORTER, ADDRESSEE = range(4)
"""The reader's roles of words."""

_Place = tuple[Window, WordOutputs]


@dataclass(slots=True)
class Cue:
    """One cue as read: ``label`` is 0 for a position, else 1 + the relation's column; ``chances`` [22] are the cue
    finder's for its word, ``chance`` that of the label."""

    frame: Frame
    label: int
    chance: float
    chances: Floats
    outputs: FrameOutputs | None = None


@dataclass(slots=True)
class Reading:
    """The network's view of one article; word numbers count its words."""

    words: list[Token]
    sentences: list[tuple[int, int]]
    windows: list[Window]
    outputs: list[WordOutputs] = field(default_factory=list)
    names: list[tuple[int, int, str]] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)

    def spread(self, name: str) -> np.ndarray:
        """One array over all words, each row from the window that owns the word."""
        rows = [
            getattr(o, name)[w.own - w.begin : w.end - w.begin] for w, o in zip(self.windows, self.outputs, strict=True)
        ]
        return np.concatenate(rows)


def start_reading(doc: Doc, network: Network) -> Reading:
    """Return the Doc's words, sentences and windows, with nothing read yet."""
    words = [t for t in doc if not t.is_space]
    starts = [k for k, t in enumerate(words) if k == 0 or t.is_sent_start]
    sentences = list(zip(starts, [*starts[1:], len(words)], strict=True)) if words else []
    windows = cut_windows(sentences, [len(network.pieces(t.text)) for t in words])
    return Reading(words, sentences, windows)


def read_words(doc: Doc, network: Network) -> Reading:
    """Run the encoder over the windows of a Doc."""
    reading = start_reading(doc, network)
    number = [n for n, (b, e) in enumerate(reading.sentences, 1) for _ in range(b, e)]
    texts = [[t.text for t in reading.words[w.begin : w.end]] for w in reading.windows]
    reading.outputs = network.read_words(texts, [number[w.begin : w.end] for w in reading.windows])
    reading.names = name_spans(reading, network.labels.names) if reading.words else []
    return reading


def read_cues(reading: Reading, network: Network) -> None:
    """Find the cues of one article and read their frames."""
    labels = network.labels
    places = list(_find_cues(reading, len(labels.stances), reaches(labels.stances, labels.relations)))
    _read(reading.cues, places, network)
    _read_again(reading, places, network)


def _read_again(reading: Reading, places: Sequence[_Place], network: Network) -> None:
    """Have positions read with earlier sentences where holder or topic must stand there: "Moskau lehnt das ab"."""
    again = [(cue, place) for cue, place in zip(reading.cues, places, strict=True) if _is_incomplete(cue)]
    for cue, (window, _) in again:
        cue.frame = cut_frame(window, reading.sentences, cue.frame.cue, FAR)
    again = [(cue, place) for cue, place in again if cue.frame.begin < cue.frame.own]
    _read([cue for cue, _ in again], [place for _, place in again], network)


def _read(cues: Sequence[Cue], places: Sequence[_Place], network: Network) -> None:
    """Have the reader read the frames of cues, each in its window."""
    frames = []
    for cue, (window, outputs) in zip(cues, places, strict=True):
        f, b = cue.frame, window.begin
        frames.append(FrameInput(outputs, f.begin - b, f.own - b, f.cue - b, f.end - b, cue.label))
    for cue, read in zip(cues, network.read_frames(frames), strict=True):
        cue.outputs = read


def _is_incomplete(cue: Cue) -> bool:
    """Whether what may well be a position has no holder or no topic in what was read."""
    if cue.label or cue.outputs is None or cue.outputs.verdict[-1] >= NONE_ALONE:
        return False
    return not cue.outputs.roles[:, [HOLDER, TOPIC]].argmax(-1).any(0).all()


def reaches(stances: Sequence[str], relations: Sequence[str]) -> list[Reach]:
    """Return for each label of a cue how far the reader sees, as it learnt: beyond the cue's sentence only for offices
    and memberships."""
    return [ALONE] * (1 + len(stances)) + [NEAR if name in BODIES else ALONE for name in relations]


def labels_read(chances: Floats, stances: int) -> list[int]:
    """Return the labels as which a word is read, by the cue finder's ``chances`` [22] for it: once for all stances."""
    position = [0] if chances[:stances].max() >= CANDIDATE else []
    return position + [1 + int(r) for r in np.flatnonzero(chances[stances:] >= CANDIDATE) + stances]


def chance_of(chances: Floats, label: int, stances: int) -> float:
    """Return the cue finder's chance of a label: of a position, that of its likeliest stance."""
    return float(chances[label - 1] if label else chances[:stances].max())


def _find_cues(reading: Reading, stances: int, reach: Sequence[Reach]) -> Iterable[_Place]:
    """Add the cues to the reading and yield where each was found; ``reach`` says by label how far the reader sees."""
    for window, output in zip(reading.windows, reading.outputs, strict=True):
        for k in range(window.own - window.begin, window.end - window.begin):
            chances = output.cues[k]
            for label in labels_read(chances, stances):
                frame = cut_frame(window, reading.sentences, k + window.begin, reach[label])
                reading.cues.append(Cue(frame, label, chance_of(chances, label, stances), chances))
                yield window, output


def set_annotations(doc: Doc, reading: Reading, network: Network) -> None:
    """Write entities, parts of speech and the tree to ``doc``; every sentence gets one root and no cycle."""
    if not reading.words:
        return
    labels = network.labels
    doc.ents = [Span(doc, reading.words[b].i, reading.words[e - 1].i + 1, label=label) for b, e, label in reading.names]
    upos = reading.spread("upos")
    relations = reading.spread("labels")
    offsets = np.concatenate([np.full(w.end - w.own, w.begin) for w in reading.windows])
    heads = reading.spread("heads")
    heads = heads + np.where(heads >= 0, offsets, 0)
    fixed = [h for b, e in reading.sentences for h in _one_tree(heads[b:e], b, e)]
    tags, deps, places = ["SPACE"] * len(doc), [""] * len(doc), [0] * len(doc)
    for k, token in enumerate(reading.words):
        tags[token.i] = labels.upos[upos[k]]
        places[token.i] = reading.words[fixed[k]].i
        deps[token.i] = "ROOT" if fixed[k] == k else labels.labels[relations[k]].replace("root", "dep")
    _attach_spaces(doc, places, deps)
    vocab = doc.vocab.strings
    # spaCy keeps heads as unsigned offsets: two's complement where the head stands before.
    rows = [
        [vocab.add(t), (i - n) % 2**64, vocab.add(d)]
        for n, (t, i, d) in enumerate(zip(tags, places, deps, strict=True))
    ]
    doc.from_array(["POS", "HEAD", "DEP"], np.array(rows, dtype=np.uint64))  # type: ignore[arg-type]  # spaCy's stubs know signed


def _attach_spaces(doc: Doc, places: list[int], deps: list[str]) -> None:
    """White space hangs on the word before it, or at the text's beginning on the first word."""
    last = next((t.i for t in doc if not t.is_space), 0)
    for token in doc:
        if token.is_space:
            places[token.i], deps[token.i] = last, "dep"
        else:
            last = token.i


def _one_tree(heads: np.ndarray, begin: int, end: int) -> list[int]:
    """Heads of one sentence with one root that all words lead to; words in a cycle or at a second root hang on the
    first."""
    table = [int(h) if begin <= h < end else -1 for h in heads]
    roots = [k + begin for k, h in enumerate(table) if h < 0 or h == k + begin]
    root = roots[0] if roots else begin
    fixed = [root if h < 0 or h == k + begin else h for k, h in enumerate(table)]
    fixed[root - begin] = root
    for k in range(begin, end):
        seen, at = set(), k
        while at != root and at not in seen:
            seen.add(at)
            at = fixed[at - begin]
        if at != root:
            fixed[at - begin] = root
    return fixed


def name_spans(reading: Reading, names: Sequence[str]) -> list[tuple[int, int, str]]:
    """Decode BIO chances into (begin, end, type) word ranges; a lone inside tag begins a name, names end with a
    sentence."""
    best = reading.spread("names").argmax(-1)
    found: list[tuple[int, int, str]] = []
    for begin, end in reading.sentences:
        open_at, kind = -1, ""
        for k in range(begin, end + 1):
            tag = names[best[k]] if k < end else "O"
            if open_at >= 0 and (tag == "O" or tag[0] == "B" or tag[2:] != kind):
                found.append((open_at, k, kind))
                open_at = -1
            if open_at < 0 and tag != "O":
                open_at, kind = k, tag[2:]
    return found
