"""Trains the annotator: all heads together, first mostly names and trees, then mostly positions.

    python -m training.train --data DATA --work WORK --seconds 4800 --seed 1
    python -m training.train --data DATA --work WORK --models models --frozen 2 --seconds 300 --seed 2 --device cuda

WORK holds base.pt and tokenizer.json (training.encoder); checkpoints go to WORK/SEED/. With --models it goes on from
exported files, on all annotation that may teach. The learning rate falls linearly to zero at the end of the given
wall-clock time, so a run of any length ends trained as well as that time allows; on SIGTERM it ends at once, as it is.
At the end it prints how much is found in what is held back (training.held_out).
"""

from __future__ import annotations

import argparse
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.anaphora import Resolver, questions
from training.arguments import parser_of
from training.batches import frame_batch, window_batch
from training.checkpoint import write_checkpoint
from training.corpora import read_topic_groups
from training.draw import Cycle, Examples, Rounds, batches, blot, negatives, read_examples
from training.examples import HOLDS, NONE, FrameExample, WindowExample, sentence_window
from training.held_out import measure
from training.losses import cue_loss, encode, frame_loss, read_frames, word_loss
from training.material import ANNOTATION
from training.network import CUES, Annotator
from training.start import read_exported
from training.swap import Swapper

LONGEST_STEP = 20.0
"""Seconds."""
SAVED = 120.0
"""Seconds between checkpoints."""
WARM_STEPS = 100
"""Steps until the full learning rate."""
PARTS = 4
"""Of the frames of a step."""
RESOLVER_RATE = 1e-3
"""Of what is thrown away after the training."""


def start(args: argparse.Namespace, examples: Examples) -> Annotator:
    """The network that training begins with."""
    upos, labels = len(examples.upos), len(examples.labels)
    if args.models:
        weights = read_exported(args.models)
        model = Annotator(weights["encoder.word.weight"].size(0), upos, labels)
        model.load_state_dict(weights)
    else:
        base = torch.load(args.work / "base.pt")
        model = Annotator(base["emb.word"].size(0), upos, labels)
        model.load(base)
    if args.frozen:
        for part in (model.encoder.layers[: args.frozen], model.encoder.norm, model.encoder.kind):
            part.requires_grad_(False)
    return model


class Trainer:
    def __init__(self, args: argparse.Namespace, examples: Examples) -> None:
        self.args, self.examples, self.rng = args, examples, random.Random(args.seed)
        torch.manual_seed(args.seed)
        torch.set_num_threads(args.threads)
        self.device = torch.device(args.device)
        self.model = start(args, examples).to(self.device)
        self.trees, self.names = Cycle(examples.trees, self.rng), Cycle(examples.names, self.rng)
        self.draw, self.round, self.rounds = Rounds(examples, args.written, self.rng), list[list[WindowExample]](), -1
        self.swapper = Swapper(examples.pieces)
        self.resolver = self._resolver().to(self.device) if args.anaphora else None
        groups = list(self._groups())
        self.rates: list[float] = [group["lr"] for group in groups]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)

    def _resolver(self) -> Resolver:
        groups = read_topic_groups(ANNOTATION / "topics.jsonl")
        return Resolver(questions([*self.examples.windows, *self.examples.written], groups))

    def _groups(self) -> Iterator[dict[str, Any]]:
        """Lower layers learn more slowly: their knowledge of the language is what the small data cannot give back."""
        a = self.args
        encoder, reader = self.model.encoder, self.model.reader
        for number, layer in enumerate(encoder.layers):
            yield {"params": list(layer.parameters()), "lr": a.rate * a.decay ** (len(encoder.layers) - 1 - number)}
        yield {"params": [encoder.mix, encoder.kind, *encoder.norm.parameters()], "lr": a.rate}
        yield {"params": list(reader.layers.parameters()), "lr": a.rate * 1.5}
        yield {"params": list(self.model.heads.parameters()), "lr": a.head_rate}
        yield {"params": [p for n, p in reader.named_parameters() if not n.startswith("layers.")], "lr": a.head_rate}
        if self.resolver:
            yield {"params": list(self.resolver.parameters()), "lr": RESOLVER_RATE}

    def _word_step(self, cycle: Cycle) -> Tensor:
        ex = self.examples
        windows = [
            sentence_window(cycle.pack(ex.pieces, self.rng.choice((40, 120, 180))), ex.pieces, ex.upos, ex.labels)
            for _ in range(self.args.packs)
        ]
        batch = window_batch(windows).to(self.device)
        return word_loss(self.model, batch, encode(self.model, batch).states)

    def _position_step(self) -> Tensor:
        if not self.round:
            windows = self.swapper.some(self.draw.take(), self.args.swap, self.rng)
            self.round, self.rounds = batches(windows, self.args.windows, self.rng), self.rounds + 1
        windows = self.round.pop()
        batch = window_batch(windows).to(self.device)
        batch.ids = blot(batch.ids, self.args.blot)
        encoded = encode(self.model, batch)
        scores = self.model.heads.cues(self.model.heads.drop(encoded.states))[:, 1:]
        loss = cue_loss(batch, scores)
        for share, part in self._frames(windows, scores.detach().sigmoid().cpu()):
            frames = frame_batch(windows, part).to(self.device)
            loss = loss + share * frame_loss(frames, read_frames(self.model.reader, frames, encoded.split))
        if self.resolver:
            words = self.model.heads.drop(encoded.states)[:, 1:].float()
            loss = loss + self.resolver.loss(words, windows)
        return loss

    def _frames(
        self, windows: Sequence[WindowExample], chances: Tensor
    ) -> Iterator[tuple[float, list[tuple[int, FrameExample]]]]:
        """The frames of this step in some parts of like lengths, which halves the padding, each with its share."""
        frames = []
        for row, window in enumerate(windows):
            frames += [(row, f) for f in (*window.frames, *negatives(window, chances[row], self.rng))]
        frames = self.rng.sample(frames, min(len(frames), self.args.frames * len(windows)))
        frames.sort(key=lambda f: f[1].end - f[1].begin)
        cuts = [len(frames) * number // PARTS for number in range(PARTS + 1)]
        for begin, end in pairwise(cuts):
            if end > begin:
                yield (end - begin) / len(frames), frames[begin:end]

    def _step(self, kind: str, factor: float) -> Tensor:
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        cycle = self.trees if kind == "trees" else self.names
        loss = self._position_step() if kind == "positions" else self._word_step(cycle)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.detach()

    def run(self) -> None:
        """Train, with checkpoints; print what is reached on what is held back."""
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        worked, step, now = 0.0, 0, time.time()
        begin = saved = now
        sums: dict[str, list[Tensor]] = {"trees": [], "names": [], "positions": []}
        while (progress := worked / self.args.seconds) < 1 and not stopped.is_set():
            kind = self._choose(progress)
            sums[kind].append(self._step(kind, min(1, (step + 1) / WARM_STEPS) * max(0.01, 1 - progress)))
            step += 1
            # A run that is stopped for a while and goes on loses nothing of its time.
            now, then = time.time(), now
            worked += min(now - then, LONGEST_STEP)
            if step % 100 == 0:
                means = " ".join(f"{k} {torch.stack(x).mean():.3f} ({len(x)})" for k, x in sums.items() if x)
                print(f"step {step} {now - begin:.0f}s {progress:.1%} round {self.rounds} {means}", flush=True)
                sums = {k: [] for k in sums}
            if now - saved > SAVED:
                self.save("last")
                saved = now
        self.save("final")
        print("held back:", measure(self.model, self.examples.held), flush=True)
        print("single sentences held back:", measure(self.model, self.examples.held_sentences), flush=True)

    def _choose(self, progress: float) -> str:
        others = self.args.others if progress > self.args.warm else 0.75
        draw = self.rng.random()
        return "positions" if draw >= others else "trees" if draw < others * 0.5 else "names"

    def save(self, name: str) -> None:
        """Write WORK/SEED/name.pt."""
        path = self.args.work / str(self.args.seed) / f"{name}.pt"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_checkpoint(path, self.model, list(self.examples.upos), list(self.examples.labels))


def parser() -> argparse.ArgumentParser:
    """The parser of this step's arguments."""
    p = parser_of(__doc__, "data", "work")
    p.add_argument("--models", type=Path, help="exported files to go on from, on all annotation")
    p.add_argument("--frozen", type=int, default=0, help="lower layers that stay as they are")
    p.add_argument("--seconds", type=float, default=4800)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--rate", type=float, default=1.5e-4)
    p.add_argument("--head-rate", type=float, default=1e-3)
    p.add_argument("--decay", type=float, default=0.92, help="how much slower each lower layer learns")
    p.add_argument("--blot", type=float, default=0.0, help="share of the pieces that are made unknown")
    p.add_argument("--swap", type=float, default=0.0, help="share of the windows with other names, anew each round")
    p.add_argument("--written", type=float, default=1.0, help="share of the articles written for this that a round has")
    p.add_argument("--anaphora", action="store_true", help="teach what words refer back to, too")
    p.add_argument("--others", type=float, default=0.22, help="share of steps on trees and names after the beginning")
    p.add_argument("--windows", type=int, default=5, help="full windows in a batch")
    p.add_argument("--packs", type=int, default=7, help="windows of trees or names in a batch")
    p.add_argument("--frames", type=int, default=16, help="the most frames that a step reads for each window")
    p.add_argument("--warm", type=float, default=0.12, help="share of the time that is mostly names and trees")
    return p


def main() -> None:
    args = parser().parse_args()
    tokenizer = (args.models or args.work) / "tokenizer.json"
    examples = read_examples(args.data, tokenizer, taught=args.models is not None)
    print(examples, flush=True)
    Trainer(args, examples).run()


assert HOLDS < NONE and len(CUES) == 22

if __name__ == "__main__":
    main()
