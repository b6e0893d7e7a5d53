"""Trains the reader on, on all annotation, from what the exported network says of the words: minutes a round.

    python -m training.reader --data DATA --models models --out WORK --seconds 3600

Only the reader learns; the encoder below it and the cue finder stay as they are. Its frames are those of run time: the
annotated cues and what the cue finder takes for one. Starts from the exported reader; writes WORK/reader.pt, which
training.export puts in its place (--reader).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm

from kg.extract.annotate import labels_read
from kg.extract.inference import Network, WordOutputs
from training.arguments import parser_of
from training.batches import FrameBatch, frame_batch
from training.corpora import GoldArticle
from training.examples import UNTOLD, ArticleExamples, FrameExample, Pieces, WindowExample, known_surfaces, none_frame
from training.losses import frame_loss, read_frames
from training.material import read_material
from training.network import CUES, STANCES, Reader
from training.start import exported_part, read_windows

CHUNK = 600
"""Frames that are sorted by length before they are cut into batches."""
WARM = 100
"""Steps until the full learning rate."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One frame, the number of its window, and how many pieces it has."""

    window: int
    frame: FrameExample
    size: int


class Frames:
    """The windows of annotated articles with the states that the reader starts from, and all frames of them."""

    def __init__(self, models: Path, articles: Sequence[GoldArticle], threads: int, rng: random.Random) -> None:
        self.network = Network(models, threads=threads)
        pieces = Pieces(Tokenizer.from_file(str(models / "tokenizer.json")))
        maker = ArticleExamples(pieces, known_surfaces(articles))
        self.windows: list[WindowExample] = []
        self.all: list[Piece] = []
        for window, outputs in read_windows(self.network, articles, maker):
            self._add(window, outputs, rng)

    def _add(self, window: WindowExample, outputs: WordOutputs, rng: random.Random) -> None:
        window.split = torch.from_numpy(outputs.split).half()
        first = [*window.first, len(window.ids) - 1]
        for frame in (*window.frames, *_false_alarms(window, outputs, rng)):
            self.all.append(Piece(len(self.windows), frame, first[frame.end] - first[frame.begin]))
        self.windows.append(window)

    def round(self, pieces: int, rng: random.Random) -> list[list[Piece]]:
        """All frames once, in random batches of like lengths that have at most ``pieces`` with padding."""
        drawn, batches = rng.sample(self.all, len(self.all)), list[list[Piece]]()
        for at in range(0, len(drawn), CHUNK):
            batches.append([])
            for piece in sorted(drawn[at : at + CHUNK], key=lambda p: p.size):
                if batches[-1] and (len(batches[-1]) + 1) * piece.size > pieces:
                    batches.append([])
                batches[-1].append(piece)
        return rng.sample(batches, len(batches))

    def batch(self, pieces: Sequence[Piece]) -> tuple[FrameBatch, Tensor]:
        """The frames as tensors, and their windows' states [B, L, H]."""
        rows = {number: row for row, number in enumerate(sorted({p.window for p in pieces}))}
        windows = [self.windows[number] for number in rows]
        states = pad_sequence([w.split.float() for w in windows if w.split is not None], batch_first=True)
        return frame_batch(windows, [(rows[p.window], p.frame) for p in pieces]), states


def _false_alarms(window: WindowExample, outputs: WordOutputs, rng: random.Random) -> Iterator[FrameExample]:
    """What run time would read of this window and is no annotated cue."""
    known = {(frame.cue, frame.label) for frame in window.frames}
    for word in range(window.own, len(window.first)):
        found = labels_read(outputs.cues[word], len(STANCES))
        yield from (none_frame(window, word, x, far=rng.random() < UNTOLD) for x in found if (word, x) not in known)


def start(models: Path) -> Reader:
    """The exported reader."""
    reader = Reader(0.1)
    reader.load_state_dict(exported_part(models, "reader"))
    return reader


def train(reader: Reader, frames: Frames, rng: random.Random, args: argparse.Namespace) -> None:
    """Train for some seconds; the learning rate falls linearly to zero."""
    queue = list[list[Piece]]()
    heads = [p for name, p in reader.named_parameters() if not name.startswith("layers.")]
    groups = [{"params": list(reader.layers.parameters())}, {"params": heads}]
    optimizer = torch.optim.AdamW(groups, lr=args.rate, weight_decay=0.01, fused=True)
    reader.train()
    steps, begin = 0, time.time()
    with tqdm(total=args.seconds, unit="s", mininterval=10) as bar:
        while (past := time.time() - begin) < args.seconds:
            queue = queue or frames.round(args.pieces, rng)
            batch, states = frames.batch(queue.pop())
            share = min(1, (steps + 1) / WARM) * max(0.01, 1 - past / args.seconds)
            for group, factor in zip(optimizer.param_groups, (1, 2), strict=True):
                group["lr"] = args.rate * factor * share
            loss = frame_loss(batch, read_frames(reader, batch, states))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            steps += 1
            bar.set_postfix(loss=f"{loss.item():.2f}", steps=steps, refresh=False)
            bar.update(time.time() - begin - bar.n)


def main() -> None:
    parser = parser_of(__doc__, "data", "models")
    parser.add_argument("--out", type=Path, required=True, help="folder to write reader.pt to")
    parser.add_argument("--seconds", type=float, default=3600, help="wall-clock time of the training itself")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest rate of the layers; heads have twice it")
    parser.add_argument("--pieces", type=int, default=1500, help="pieces in a batch, padding included")
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads or torch.get_num_threads())
    rng = random.Random(args.seed)
    frames = Frames(args.models, read_material(args.data).taught, args.threads, rng)
    print(f"{len(frames.windows)} windows, {len(frames.all)} frames of {len(CUES)} kinds of cue", flush=True)
    reader = start(args.models)
    train(reader, frames, rng, args)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(reader.state_dict(), args.out / "reader.pt")


if __name__ == "__main__":
    main()
