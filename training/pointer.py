"""Trains the pointer from pronouns and descriptions to the names they stand for.

    python -m training.pointer --data DATA --models models [--keep WORK/readings]

Queries are the annotated holders and ends of relations that the linker calls references; right are the candidates that
link to the annotated label, and none of them where the words are right by themselves or no candidate is. Reads the
articles with the exported encoder (``--keep`` spares that the next time) and writes models/pointer.npz.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from kg.extract.actors import ArticleActors
from kg.extract.inference import Floats
from kg.extract.link import Linker
from kg.extract.pointer import FEATURES, Pointer, features, head_word, window
from kg.extract.reference import KINDS
from training.arguments import parser_of
from training.linking import Annotated, Readings, annotated, stretch_of
from training.network import WIDTH

BATCH = 32


@dataclass(slots=True)
class Example:
    """A reference: ``right`` [1 + C] begins with "none of them"; ``labels`` are the candidates'."""

    state: Floats
    keys: Floats
    features: Floats
    right: Tensor
    labels: list[str]


class PointerNet(nn.Module):
    """Scores "none" and each candidate as what a reference stands for; run time reads its weights
    (kg.extract.pointer)."""

    def __init__(self, size: int = 32, hidden: int = 24) -> None:
        super().__init__()
        self.query, self.key = (nn.Parameter(torch.randn(WIDTH, size) * WIDTH**-0.5) for _ in range(2))
        self.inner = nn.Parameter(torch.randn(FEATURES + 1, hidden) * 0.1)
        self.outer = nn.Parameter(torch.randn(hidden) * 0.1)
        self.none = nn.Parameter(torch.zeros(WIDTH + len(KINDS) + 1))
        self.drop, self.drop_features = nn.Dropout(0.3), nn.Dropout(0.1)

    def forward(self, state: Tensor, keys: Tensor, features: Tensor, mask: Tensor) -> Tensor:
        """``state`` [B, H], ``keys`` [B, C, H], ``features`` [B, C, F], ``mask`` [B, C] -> [B, 1 + C]."""
        state, keys = self.drop(state), self.drop(keys)
        pairs = torch.einsum("bcd,bd->bc", keys @ self.key, state @ self.query) / self.key.size(1) ** 0.5
        kept = self.drop_features(features)
        pairs = pairs + torch.relu(kept @ self.inner[:-1] + self.inner[-1]) @ self.outer
        kind = features[:, 0, -len(KINDS) :]
        none = state @ self.none[:WIDTH] + kind @ self.none[WIDTH:-1] + self.none[-1]
        return torch.cat([none[:, None], pairs.masked_fill(~mask, -1e9)], 1)

    def weights(self) -> dict[str, Floats]:
        """The arrays of models/pointer.npz."""
        return {name: value.detach().numpy() for name, value in self.named_parameters()}


def examples(article: Annotated, readings: Readings, linker: Linker) -> Iterator[Example]:
    """The references of an annotated article."""
    doc, reading, states = readings.read(article)
    pointer = Pointer(*(np.zeros((1, 1), dtype=np.float32) for _ in range(5)))
    actors = ArticleActors(doc, reading, None, linker, pointer, article.date)
    for mention in article.mentions:
        stretch = stretch_of(mention.span, actors)
        if not stretch or not actors.links.may_stand_for_another(mention.span):
            continue
        query = actors.query(mention.span, head_word(stretch, actors.words))
        near = window(actors.candidates, query.word)
        if not near:
            continue
        right = [mention.right(c.label) for c in near]
        alone = mention.right(actors.links.actor(mention.span, body=mention.body).label)
        yield Example(
            states[query.word],
            states[[c.begin for c in near]],
            features(query, near),
            torch.tensor([alone or not any(right), *right]),
            [c.label for c in near],
        )


def batch(rows: Sequence[Example]) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """Padded inputs of the net, and what is right [B, 1 + C]."""
    most = max(len(x.labels) for x in rows)
    keys, given = torch.zeros(len(rows), most, WIDTH), torch.zeros(len(rows), most, FEATURES)
    mask = torch.zeros(len(rows), most, dtype=torch.bool)
    right = torch.zeros(len(rows), most + 1, dtype=torch.bool)
    for row, x in enumerate(rows):
        n = len(x.labels)
        keys[row, :n], given[row, :n] = torch.from_numpy(x.keys.copy()), torch.from_numpy(x.features)
        mask[row, :n], right[row, : n + 1] = True, x.right
    state = torch.from_numpy(np.stack([x.state for x in rows]))
    return (state, keys, given, mask), right


def train(rows: Sequence[Example], epochs: int, seed: int) -> PointerNet:
    """Train a net on references."""
    torch.manual_seed(seed)
    net = PointerNet()
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, epochs)
    net.train()
    for _ in range(epochs):
        for at in torch.randperm(len(rows)).split(BATCH):
            inputs, right = batch([rows[i] for i in at])
            chances = net(*inputs).log_softmax(1)
            loss = -torch.logsumexp(chances.masked_fill(~right, -1e4), 1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return net.eval()


def report(pointer: Pointer, rows: Sequence[Example]) -> str:
    """References right; right where the right name is a candidate; and how many of those that were linked are right."""
    right = linkable = found = linked = 0
    for x in rows:
        scores = pointer.scores(x.state, x.keys, x.features)
        chances = np.exp(scores - scores.max())
        total = dict.fromkeys(x.labels, 0.0)
        for label, chance in zip(x.labels, chances[1:], strict=True):
            total[label] += float(chance)
        best = max(total, key=lambda label: total[label])
        link = total[best] > float(chances[0])
        good = bool(x.right[1 + x.labels.index(best)] if link else x.right[0])
        possible = bool(x.right[1:].any())
        right, linkable, linked = right + good, linkable + possible, linked + link
        found += good and possible and link
    return (
        f"{len(rows)} references, right {right / len(rows):.3f}; "
        f"{linkable} with a right candidate, found {found / max(linkable, 1):.3f}; "
        f"{linked} linked, right {found / max(linked, 1):.3f}"
    )


def main() -> None:
    parser = parser_of(__doc__, "data", "models")
    parser.add_argument("--keep", type=Path, help="folder for what the encoder says, to read it only once")
    parser.add_argument("--epochs", type=int, default=25)
    args = parser.parse_args()
    readings, linker = Readings(args.models, args.keep), Linker(language="de")
    rows: list[Example] = []
    held: list[Example] = []
    for article in annotated(args.data):
        (held if article.held else rows).extend(examples(article, readings, linker))
    weights = train(rows, args.epochs, seed=1).weights()
    print("held back:", report(Pointer(**weights), held), flush=True)
    np.savez(args.models / "pointer.npz", **{name: array.astype(np.float16) for name, array in weights.items()})


if __name__ == "__main__":
    main()
