"""Turns corpora into what the network is trained on: windows of piece numbers with labels, and frames of marked
cues."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tokenizers import Tokenizer
from torch import Tensor

from kg.extract.annotate import HOLDER, TOPIC, reaches
from kg.extract.windows import CLS, FAR, SEP, UNKNOWN, WORD_PIECES, Frame, Window, cut_frame, cut_windows
from training.corpora import GoldArticle, Line, Sentence
from training.network import CUES, FLAGS, NAMES, RELATIONS, ROLES, STANCES

IGNORED = -100
HOLDS, NONE = len(STANCES), len(STANCES) + 1
"""Verdicts beyond the stances: the relation holds; the cue is none."""

REACH = reaches(STANCES, RELATIONS)
"""By label: how far the reader sees."""
TOLD = (HOLDER, TOPIC)
"""The roles without which there is no position."""
UNTOLD = 0.2
"""Of the frames of positions that are none, the share that is cut as if holder or topic were missing in it."""

Tags = list[list[int]]
"""Per word, per role: 0 outside, 1 begin, 2 inside (a part that stands apart begins with inside)."""


class Pieces:
    """Words to piece numbers, remembered; at most ``WORD_PIECES`` a word."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.of = functools.lru_cache(maxsize=1_000_000)(self._cut)

    def _cut(self, word: str) -> tuple[int, ...]:
        return tuple(self.tokenizer.encode(word, add_special_tokens=False).ids[:WORD_PIECES]) or (UNKNOWN,)

    def window(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Return the piece numbers with CLS and SEP, and where each word's first piece is."""
        ids, first = [CLS], []
        for word in words:
            first.append(len(ids))
            ids.extend(self.of(word))
        return [*ids, SEP], first


@dataclass(slots=True)
class FrameExample:
    """Word numbers count from the window's first word. ``label`` is 0 for a position, else 1 + the relation's cue
    number."""

    begin: int
    own: int
    cue: int
    end: int
    label: int
    verdict: int
    tags: Tags | None
    flags: list[float]
    weight: float
    known: list[bool] = field(default_factory=lambda: [True] * len(ROLES))

    @property
    def tells_earlier(self) -> bool:
        """Whether it is a position's with the earlier sentences that tell its holder or topic."""
        return self.label == 0 and self.begin < self.own


@dataclass(slots=True)
class WindowExample:
    ids: list[int]
    first: list[int]
    sentence: list[int]
    own: int = 0
    names: list[int] | None = None
    upos: list[int] | None = None
    heads: list[int] | None = None
    labels: list[int] | None = None
    cues: dict[tuple[int, int], float] | None = None
    frames: list[FrameExample] = field(default_factory=list)
    verbs: list[int] = field(default_factory=list)
    place: tuple[GoldArticle, Window] | None = None
    split: Tensor | None = None
    """What the exported encoder says of its pieces, where the reader alone is trained: [L, H]."""


def sentence_window(
    sentences: Sequence[Sentence], pieces: Pieces, upos: dict[str, int], labels: dict[str, int]
) -> WindowExample:
    """Pack whole sentences of one corpus into a window; heads count from 1 over the window, 0 is the root."""
    words = [w for s in sentences for w in s.words]
    ids, first = pieces.window(words)
    example = WindowExample(ids, first, [n for n, s in enumerate(sentences, 1) for _ in s.words])
    if sentences[0].names:
        example.names = [NAMES.index(n) if n in NAMES else 0 for s in sentences for n in s.names]
    if sentences[0].heads:
        offset, example.heads = 0, []
        for s in sentences:
            example.heads.extend(h + offset if h else 0 for h in s.heads)
            offset += len(s.words)
        example.upos = [upos.get(u, 0) for s in sentences for u in s.upos]
        example.labels = [labels.get(r, 0) for s in sentences for r in s.relations]
    return example


def covered(article: GoldArticle, spans: Sequence[Sequence[int]]) -> list[list[int]]:
    """Article-wide word numbers that each span overlaps."""
    return [[k for k, (x, y, _) in enumerate(article.words) if b < y and e > x] for b, e in spans]


def cue_head(article: GoldArticle, line: Line) -> int | None:
    """The longest word of the cue (the first of equals): the one that carries its meaning."""
    words = [k for part in covered(article, line["cue"]) for k in part]
    return max(words, key=lambda k: (len(article.words[k][2]), -k)) if words else None


def verb_like(word: str) -> bool:
    """Words that could head a cue; as negatives they need not be exact."""
    verb = word[0].islower() and word.endswith(("te", "ten", "t", "en", "ert"))
    return len(word) > 3 and (verb or word.endswith(("ung", "ik", "ag")))


class ArticleExamples:
    """Builds the windows of annotated articles; ``surfaces`` maps an actor's label to the words it is known by.

    A position whose holder or topic stands earlier has two frames: one without it, and one that goes as far as the
    reader does when it finds none.
    """

    def __init__(self, pieces: Pieces, surfaces: dict[str, set[str]]) -> None:
        self.pieces, self.surfaces = pieces, surfaces

    def windows(self, article: GoldArticle) -> list[WindowExample]:
        sizes = [len(self.pieces.of(w)) for _, _, w in article.words]
        groups = self._group(article)
        number = [n for n, (b, e) in enumerate(article.sentences, 1) for _ in range(b, e)]
        examples = []
        for window in cut_windows(article.sentences, sizes):
            words = [w for _, _, w in article.words[window.begin : window.end]]
            ids, first = self.pieces.window(words)
            example = WindowExample(
                ids,
                first,
                number[window.begin : window.end],
                window.own - window.begin,
                cues={},
                place=(article, window),
            )
            taken = set()
            for (cue, label), lines in groups.items():
                if not window.own <= cue < window.end:
                    continue
                taken.add(cue)
                for line in lines:
                    name = line["stance"] if label == 0 else line["relation"]
                    key = (cue - window.begin, CUES.index(name))
                    weight = 0.4 if line["optional"] else 1.0
                    example.cues[key] = max(example.cues.get(key, 0.0), weight)  # type: ignore[index, union-attr]
                example.frames += self._frames(article, window, cue, label, lines)
            example.verbs = [
                k - window.begin
                for k in range(window.own, window.end)
                if k not in taken and verb_like(article.words[k][2])
            ]
            examples.append(example)
        return examples

    def _group(self, article: GoldArticle) -> dict[tuple[int, int], list[Line]]:
        groups: dict[tuple[int, int], list[Line]] = {}
        for line in article.lines:
            cue = cue_head(article, line)
            if cue is not None:
                label = 0 if line["kind"] == "position" else 1 + CUES.index(line["relation"])
                groups.setdefault((cue, label), []).append(line)
        return groups

    def _frames(
        self, article: GoldArticle, window: Window, cue: int, label: int, lines: list[Line]
    ) -> Iterator[FrameExample]:
        frame = self._frame(article, cut_frame(window, article.sentences, cue, REACH[label]), window, label, lines)
        yield frame
        if label == 0 and len(_told(frame)) < len(TOLD):
            far = self._frame(article, cut_frame(window, article.sentences, cue, FAR), window, label, lines)
            if len(_told(far)) > len(_told(frame)):
                yield far

    def _frame(self, article: GoldArticle, frame: Frame, window: Window, label: int, lines: list[Line]) -> FrameExample:
        tags: Tags = [[0] * len(ROLES) for _ in range(frame.begin, frame.end)]
        known = [True] * len(ROLES)
        required = [x for x in lines if not x["optional"]] or lines

        def tag(role: int, spans: Sequence[Sequence[int]]) -> bool:
            value = 1
            for words in covered(article, spans):
                for k in words:
                    if frame.begin <= k < frame.end:
                        tags[k - frame.begin][role] = value
                        value = 2
            return value == 2

        if label:
            self._tag_ends(lines, tag)
            verdict = HOLDS
        else:
            verdict = STANCES.index(required[0]["stance"])
            for line in lines:
                tag(0, line["actor"]["spans"])
                tag(1, line["topic"]["spans"])
                for role, key in ((2, "reported_by"), (3, "addressee")):
                    for name in (line[key] or "").split(";"):
                        if name.strip():
                            spans = self._find(article, frame.own, frame.end, frame.begin, name.strip())
                            known[role] = bool(spans and tag(role, spans)) and known[role]
        flags = [float(any(x.get(f) for x in required)) for f in FLAGS]
        weight = 0.5 if all(x["optional"] for x in lines) else 1.0
        b = window.begin
        return FrameExample(
            frame.begin - b, frame.own - b, frame.cue - b, frame.end - b, label, verdict, tags, flags, weight, known
        )

    @staticmethod
    def _tag_ends(lines: list[Line], tag: object) -> None:
        """First ends are holders, second ends topics; in a symmetric relation of many with many all are holders."""
        ends = {(side, str(x[side]["spans"])): x[side]["spans"] for x in lines for side in "ab"}
        mixed = any(("b", spans) in ends for side, spans in ends if side == "a") and lines[0]["symmetric"]
        for (side, _), spans in ends.items():
            tag(0 if side == "a" or mixed else 1, spans)  # type: ignore[operator]

    def _find(self, article: GoldArticle, own: int, end: int, begin: int, label: str) -> list[list[int]] | None:
        """The words that name ``label`` in the cue's sentence, else in the frame; None where no known name stands
        there."""
        words = article.words
        for start in (own, begin):
            low, high = words[start][0], words[end - 1][1]
            text = article.text[low:high]
            hits = [(len(s), text.find(s)) for s in self.surfaces.get(label, {label}) | {label} if s in text]
            if hits:
                size, at = max(hits)
                return [[low + at, low + at + size]]
        return None


def _told(frame: FrameExample) -> set[int]:
    """Which of holder and topic the frame has words of."""
    return {role for role in TOLD for tags in frame.tags or () if tags[role]}


def none_frame(window: WindowExample, word: int, label: int, *, far: bool = False) -> FrameExample:
    """A frame for a cue that is none, cut as at run time; ``far``: as if holder or topic were missing in it."""
    reach = FAR if label == 0 and far else REACH[label]
    assert window.place is not None
    article, place = window.place
    frame = cut_frame(place, article.sentences, word + place.begin, reach)
    b = place.begin
    return FrameExample(frame.begin - b, frame.own - b, word, frame.end - b, label, NONE, None, [0.0, 0.0], 0.7)


def known_surfaces(articles: Sequence[GoldArticle]) -> dict[str, set[str]]:
    """Actor labels to the words that stand for them anywhere in the annotation, pronouns left out."""
    surfaces: dict[str, set[str]] = {}
    for article in articles:
        for line in article.lines:
            for side in ("actor", "a", "b"):
                if side in line:
                    words = [article.text[b:e] for b, e in line[side]["spans"]]
                    if len(words) == 1 and words[0][0].isupper() and len(words[0]) > 3:
                        surfaces.setdefault(line[side]["label"], set()).add(words[0])
    for label in list(surfaces):
        surfaces[label].add(label.split()[-1])
    return surfaces


assert len(CUES) == len(STANCES) + len(RELATIONS)
