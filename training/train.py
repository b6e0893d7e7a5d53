"""Trains the annotator: all heads together, first mostly names and trees, then mostly positions.

    python -m training.train --data DATA --work WORK --seconds 4800 --seed 1
    python -m training.train --data DATA --work WORK --models models --frozen 4 --seconds 4800 --seed 2

WORK holds base.pt and tokenizer.json (training.encoder); checkpoints go to WORK/SEED/. With --models it goes on from
exported files, on all annotation that may teach. The learning rate falls linearly to zero at the end of the given
wall-clock time, so a run of any length ends trained as well as that time allows.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from training.arguments import parser_of
from training.batches import FrameBatch, WindowBatch, frame_batch, window_batch
from training.corpora import Sentence, read_names, read_trees
from training.examples import (
    HOLDS,
    IGNORED,
    NONE,
    ArticleExamples,
    FrameExample,
    Pieces,
    WindowExample,
    known_surfaces,
    none_frame,
    sentence_window,
)
from training.material import read_material
from training.network import CUES, STANCES, Annotator, Reader, word_states
from training.start import read_exported

MISSED = 3.0
"""How much worse it is to miss a cue than to take a word for one: the reader still sorts out what is none."""

LONGEST_STEP = 20.0
"""Seconds."""

TREES = ("gsd-dev", "pud-a", "pud-b", "hdt-part", "parseme-gsd")
NAMES = ("germeval-dev", "germeval-test", "wikiner-part")


class Cycle:
    """Draws examples without end, shuffled anew each round."""

    def __init__(self, items: Sequence[object], rng: random.Random) -> None:
        self.items, self.rng = list(items), rng
        self.queue: list[object] = []
        self.rounds = -1

    def take(self) -> object:
        if not self.queue:
            self.queue = self.rng.sample(self.items, len(self.items))
            self.rounds += 1
        return self.queue.pop()


def batches(windows: Sequence[WindowExample], size: int, rng: random.Random) -> list[list[WindowExample]]:
    """One round of all windows in random batches of like lengths: little padding, and no two rounds alike."""
    drawn = rng.sample(windows, len(windows))
    chunks = [sorted(drawn[at : at + 10 * size], key=lambda w: len(w.ids)) for at in range(0, len(drawn), 10 * size)]
    cut = [chunk[at : at + size] for chunk in chunks for at in range(0, len(chunk), size)]
    return rng.sample(cut, len(cut))


def pack(cycle: Cycle, pieces: Pieces, limit: int) -> list[Sentence]:
    sentences: list[Sentence] = []
    total = 0
    while total < limit:
        sentence: Sentence = cycle.take()  # type: ignore[assignment]
        if len(sentence.words) > 90:
            continue
        sentences.append(sentence)
        total += sum(len(pieces.of(w)) for w in sentence.words)
    return sentences


def word_loss(model: Annotator, batch: WindowBatch, states: Tensor) -> Tensor:
    """Cross-entropy of names, or of tree, labels and parts of speech, whichever the batch has."""
    x = model.heads.drop(states)

    def loss(scores: Tensor, gold: Tensor) -> Tensor:
        return F.cross_entropy(scores.flatten(0, -2), gold.flatten(), ignore_index=IGNORED)

    if batch.names is not None:
        return loss(model.heads.names(x), batch.names)
    assert batch.heads is not None and batch.labels is not None and batch.upos is not None
    arcs = loss(model.heads.arc_scores(x, batch.sentence), batch.heads)
    labels = loss(model.heads.label_scores(x, batch.heads.clamp(min=0)), batch.labels)
    return arcs + labels + 0.5 * loss(model.heads.upos(x), batch.upos)


def cue_loss(scores: Tensor, batch: WindowBatch) -> Tensor:
    assert batch.cues is not None and batch.cue_weight is not None
    raw = F.binary_cross_entropy_with_logits(scores, batch.cues, reduction="none", pos_weight=torch.tensor(MISSED))
    return (raw * batch.cue_weight).sum() / (batch.cue_weight[..., 0] > 0).sum() * 1.2


def half_precision() -> torch.autocast:
    """bfloat16 where the processor computes with it; where it has to be emulated it takes twenty times as long."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=torch.ops.mkldnn._is_mkldnn_bf16_supported())


def frame_loss(reader: Reader, batch: FrameBatch, split: Tensor) -> Tensor:
    x = batch.gather(split)
    with half_precision():
        roles, verdict, flags = reader(x, batch.mask, batch.mark, batch.label, batch.first, batch.cue)
    roles, verdict, flags = roles.float(), verdict.float(), flags.float()
    raw = F.cross_entropy(roles.flatten(0, 2), batch.tags.flatten(), reduction="none", ignore_index=IGNORED).view(
        batch.tags.shape
    )
    words = (batch.tags[..., 0] != IGNORED).sum(1).clamp(min=1)
    per_frame = raw.sum((1, 2)) / words
    tagging = (per_frame * batch.weight * batch.positive).sum() / (batch.weight * batch.positive).sum().clamp(min=1)
    judging = (F.cross_entropy(verdict, batch.verdict, reduction="none") * batch.weight).sum() / batch.weight.sum()
    flagging = F.binary_cross_entropy_with_logits(flags, batch.flags, reduction="none").mean()
    return 4 * tagging + judging + 0.5 * flagging


def negatives(window: WindowExample, scores: Tensor, rng: random.Random) -> list[FrameExample]:
    """Frames whose cue is none: false alarms of the cue finder as it is now, and verbs at random."""
    gold = window.cues or {}
    candidates: list[tuple[float, int, int]] = []
    for offset, cue in (scores[window.own : len(window.first)] > 0.15).nonzero().tolist():
        word = offset + window.own
        position = cue < len(STANCES)
        if (position and any((word, c) in gold for c in range(len(STANCES)))) or (word, cue) in gold:
            continue
        candidates.append((float(scores[word, cue]), word, 0 if position else 1 + cue))
    best = sorted(candidates, reverse=True)[: 1 + len(window.frames) // 2]
    chosen = {(word, label) for _, word, label in best}
    if window.verbs and rng.random() < 0.5:
        chosen.add((rng.choice(window.verbs), 0))
    return [none_frame(window, word, label, rng) for word, label in sorted(chosen)]


class Trainer:
    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.rng = args, random.Random(args.seed)
        torch.manual_seed(args.seed)
        torch.set_num_threads(args.threads)
        self.pieces = Pieces(Tokenizer.from_file(str((args.models or args.work) / "tokenizer.json")))
        self._read()
        self.model = self._start()
        self.optimizer = torch.optim.AdamW(list(self._groups()), weight_decay=0.01, fused=True)
        self.rates = [g["lr"] for g in self.optimizer.param_groups]

    def _start(self) -> Annotator:
        if self.args.models:
            weights = read_exported(self.args.models)
            model = Annotator(weights["encoder.word.weight"].size(0), len(self.upos), len(self.labels))
            # The export leaves the mix of layers out: it begins anew.
            model.load_state_dict(weights | {"encoder.mix": model.encoder.mix.detach()})
        else:
            base = torch.load(self.args.work / "base.pt")
            model = Annotator(base["emb.word"].size(0), len(self.upos), len(self.labels))
            model.load(base)
        if self.args.frozen:
            for part in (model.encoder.layers[: self.args.frozen], model.encoder.norm, model.encoder.kind):
                part.requires_grad_(False)
        return model

    def _read(self) -> None:
        data: Path = self.args.data
        trees = [s for name in TREES for s in read_trees(data / "trees" / f"{name}.conllu")]
        names = [s for name in NAMES for s in read_names(data / "ner" / f"{name}.tsv") if len(s.words) > 3]
        self.upos = {u: i for i, u in enumerate(sorted({u for s in trees for u in s.upos}))}
        self.labels = {r: i for i, r in enumerate(sorted({r for s in trees for r in s.relations}))}
        material = read_material(data)
        articles = material.taught if self.args.models else material.first
        maker = ArticleExamples(self.pieces, known_surfaces(articles))
        self.trees, self.names = Cycle(trees, self.rng), Cycle(names, self.rng)
        windows = [w for a in articles for w in maker.windows(a)]
        self.windows, self.round, self.rounds = windows, list[list[WindowExample]](), -1
        print(
            f"{len(trees)} trees, {len(names)} sentences with names, {len(articles)} articles, "
            f"{len(windows)} windows, "
            f"{sum(len(w.frames) for w in windows)} frames, {sum(len(w.ids) for w in windows)} pieces",
            flush=True,
        )

    def _groups(self) -> Iterator[dict[str, object]]:
        """Lower layers learn more slowly: their knowledge of the language is what the small data cannot give back."""
        a = self.args
        encoder = self.model.encoder
        for number, layer in enumerate(encoder.layers):
            yield {"params": list(layer.parameters()), "lr": a.rate * a.decay ** (len(encoder.layers) - 1 - number)}
        yield {"params": [encoder.mix, encoder.kind, *encoder.norm.parameters()], "lr": a.rate}
        yield {"params": list(self.model.reader.layers.parameters()), "lr": a.rate * 1.5}
        yield {"params": list(self.model.heads.parameters()), "lr": a.head_rate}
        rest = [p for n, p in self.model.reader.named_parameters() if not n.startswith("layers.")]
        yield {"params": rest, "lr": a.head_rate}

    def _encode(self, batch: WindowBatch) -> tuple[Tensor, Tensor]:
        with half_precision():
            split, mixed = self.model.encoder(batch.ids, batch.mask)
        return split, word_states(mixed, batch.first)

    def _word_step(self, cycle: Cycle) -> Tensor:
        windows = [
            sentence_window(
                pack(cycle, self.pieces, self.rng.choice((40, 120, 180))), self.pieces, self.upos, self.labels
            )
            for _ in range(7)
        ]
        batch = window_batch(windows)
        return word_loss(self.model, batch, self._encode(batch)[1])

    def _position_step(self) -> Tensor:
        if not self.round:
            self.round, self.rounds = batches(self.windows, self.args.windows, self.rng), self.rounds + 1
        windows = self.round.pop()
        batch = window_batch(windows)
        split, states = self._encode(batch)
        scores = self.model.heads.cues(self.model.heads.drop(states))
        chances = scores.detach().sigmoid()
        frames = []
        for row, window in enumerate(windows):
            extra = negatives(window, chances[row, 1:], self.rng)
            frames += [(row, f) for f in window.frames + extra]
        loss = cue_loss(scores[:, 1:], batch)
        if frames:
            frames = self.rng.sample(frames, min(len(frames), self.args.frames * self.args.windows))
            # In two parts of like lengths: half the padding.
            frames.sort(key=lambda f: f[1].end - f[1].begin)
            for part in (frames[: len(frames) // 2], frames[len(frames) // 2 :]):
                if part:
                    share = len(part) / len(frames)
                    loss = loss + share * frame_loss(self.model.reader, frame_batch(windows, part), split)
        return loss

    def run(self) -> None:
        worked, step, now = 0.0, 0, time.time()
        start = saved = now
        sums = {"trees": [0.0, 0], "names": [0.0, 0], "positions": [0.0, 0]}
        while (progress := worked / self.args.seconds) < 1:
            kind = self._choose(progress)
            for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
                group["lr"] = rate * min(1, (step + 1) / 100) * max(0.01, 1 - progress)
            loss = (
                self._position_step()
                if kind == "positions"
                else self._word_step(self.trees if kind == "trees" else self.names)
            )
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            step += 1
            # A run that is stopped for a while and goes on loses nothing of its time.
            now, then = time.time(), now
            worked += min(now - then, LONGEST_STEP)
            sums[kind][0] += loss.item()
            sums[kind][1] += 1
            if step % 100 == 0:
                means = " ".join(f"{k} {s / max(1, n):.3f} ({n})" for k, (s, n) in sums.items())
                print(f"step {step} {now - start:.0f}s {progress:.1%} round {self.rounds} {means}", flush=True)
                sums = {k: [0.0, 0] for k in sums}
            if now - saved > 600:
                self.save("last")
                saved = now
        self.save("final")

    def _choose(self, progress: float) -> str:
        others = self.args.others if progress > self.args.warm else 0.75
        draw = self.rng.random()
        return "positions" if draw >= others else "trees" if draw < others * 0.5 else "names"

    def save(self, name: str) -> None:
        folder = self.args.work / str(self.args.seed)
        folder.mkdir(exist_ok=True)
        torch.save(
            {"model": self.model.state_dict(), "upos": list(self.upos), "labels": list(self.labels)},
            folder / f"{name}.tmp",
        )
        (folder / f"{name}.tmp").replace(folder / f"{name}.pt")


def main() -> None:
    parser = parser_of(__doc__, "data", "work")
    parser.add_argument("--models", type=Path, help="exported files to go on from, on all annotation")
    parser.add_argument("--frozen", type=int, default=0, help="lower layers that stay as they are")
    parser.add_argument("--seconds", type=float, default=4800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.92)
    parser.add_argument(
        "--others", type=float, default=0.22, help="share of steps on trees and names after the beginning"
    )
    parser.add_argument("--windows", type=int, default=5, help="windows in a batch")
    parser.add_argument("--frames", type=int, default=16, help="the most frames that a step reads for each window")
    parser.add_argument("--warm", type=float, default=0.12, help="share of the time that is mostly names and trees")
    Trainer(parser.parse_args()).run()


assert HOLDS < NONE and len(CUES) == 22

if __name__ == "__main__":
    main()
