"""Trains the scorer that tells which earlier topic of an article a topic is in other words (kg.extract.same_topic).

    python -m training.same_topic --data DATA --models models [--keep WORK/readings]

Reads the articles whose topics readers grouped (training/annotation/topics.jsonl) with the exported encoder (``--keep``
spares that the next time). Prints precision and recall of pairs by the chance from which topics are joined: of a fifth
of the articles, by a scorer that did not see them, and of those held back; writes models/topics.npz.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from kg.extract.inference import Floats
from kg.extract.morphology import load_words
from kg.extract.same_topic import FEATURES, SameTopic, alone, features
from kg.extract.topics import cluster
from training.arguments import parser_of
from training.linking import Readings
from training.material import read_material
from training.network import WIDTH
from training.together import together
from training.topic_groups import Grouped, grouped, score

ROUNDS, BATCH, RATE = 8, 8, 2e-3
"""Rounds over all articles, articles in a batch, learning rate (falls linearly to zero)."""
SEEDS = 4
"""Trainings whose mean ships."""
PARTS = 5
"""Of the articles to learn from; one is kept apart for choosing."""
SHOWN = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1)
"""Chances from which topics are joined, for printing."""


@dataclass(frozen=True, slots=True)
class Example:
    """The same as tensors: ``means`` and ``heads`` [N, H], ``features`` [N, N, F], ``alone`` [N, 3], ``right`` [N,
    1 + N]: none, and which earlier ones are the same; ``known`` [N, N] says which are earlier."""

    means: Tensor
    heads: Tensor
    features: Tensor
    alone: Tensor
    right: Tensor
    known: Tensor


def example(one: Grouped) -> Example:
    """One article's topics as tensors."""
    count = len(one.groups)
    same = torch.tensor([[a == b for b in one.groups] for a in one.groups])
    known = torch.ones(count, count).tril(-1).bool()
    earlier = same & known
    return Example(
        *(torch.from_numpy(np.stack([getattr(m, name) for m in one.mentions])) for name in ("mean", "head")),
        torch.from_numpy(features(one.mentions)),
        torch.from_numpy(alone(count)),
        torch.cat([~earlier.any(1, keepdim=True), earlier], 1),
        known,
    )


class SameTopicNet(nn.Module):
    """What kg.extract.same_topic computes, to be trained."""

    def __init__(self, told: Tensor, size: int = 48, hidden: int = 24) -> None:
        """``told`` [P, F] are the features of all pairs: they are scaled by their means and spreads."""
        super().__init__()
        self.middle, self.spread = told.mean(0), told.std(0) + 1e-3
        self.means, self.heads = (nn.Parameter(torch.randn(2, WIDTH, size) * WIDTH**-0.5) for _ in range(2))
        self.inner, self.outer = nn.Linear(FEATURES, hidden), nn.Parameter(torch.randn(hidden) * 0.1)
        self.none = nn.Parameter(torch.zeros(2 * WIDTH + 3))
        self.drop, self.drop_features = nn.Dropout(0.3), nn.Dropout(0.1)

    def forward(self, x: Example) -> Tensor:
        """The logarithms of the chances [N, 1 + N] of none and of each earlier topic."""
        means, heads = self.drop(x.means), self.drop(x.heads)
        pairs = torch.zeros(x.known.shape)
        for states, (later, earlier) in ((means, self.means), (heads, self.heads)):
            pairs = pairs + (states @ later) @ (states @ earlier).T / later.size(1) ** 0.5
        told = self.drop_features((x.features[x.known] - self.middle) / self.spread)
        hidden = torch.zeros(x.known.shape).masked_scatter(x.known, torch.relu(self.inner(told)) @ self.outer)
        none = torch.cat([means, heads, x.alone], 1) @ self.none
        scores = (pairs + hidden).masked_fill(~x.known, -torch.inf)
        return torch.cat([none[:, None], scores], 1).log_softmax(1)

    def weights(self) -> dict[str, Floats]:
        """The arrays of models/topics.npz; the scaling of the features goes into ``inner``."""
        matrix = self.inner.weight / self.spread
        bias = self.inner.bias - matrix @ self.middle
        inner = torch.cat([matrix, bias[:, None]], 1).T
        table = {"means": self.means, "heads": self.heads, "inner": inner, "outer": self.outer, "none": self.none}
        return {name: tensor.detach().numpy().astype(np.float32) for name, tensor in table.items()}


def train(rows: Sequence[Grouped], seed: int) -> SameTopicNet:
    """Train a net on articles."""
    torch.manual_seed(seed)
    rng, examples = random.Random(seed), [example(one) for one in rows if len(one.groups) > 1]
    net = SameTopicNet(torch.cat([x.features[x.known] for x in examples]))
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.05)
    steps = ROUNDS * len(examples) // BATCH
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / steps))
    for _ in range(ROUNDS):
        drawn = rng.sample(examples, len(examples))
        for at in range(0, len(drawn) - BATCH + 1, BATCH):
            part = drawn[at : at + BATCH]
            told = [net(x).masked_fill(~x.right, -torch.inf).logsumexp(1) for x in part]
            optimizer.zero_grad()
            (-torch.cat(told).mean()).backward()
            optimizer.step()
            falling.step()
    return net.eval()


def train_some(rows: Sequence[Grouped]) -> SameTopic:
    """Train a few times and return the mean."""
    nets = [train(rows, seed).weights() for seed in range(1, SEEDS + 1)]
    return SameTopic(**together(nets, ("means", "heads")))


def report(rows: Sequence[Grouped], scorer: SameTopic) -> None:
    """Print precision and recall of pairs by the chance from which topics are joined; above 1 words alone join."""
    for least in SHOWN:
        found = {one.article: cluster(one.mentions, scorer, least=least) for one in rows}
        told, right, same = score(rows, found)
        f1 = 2 * right / max(told + same, 1)
        print(f"  {least}: precision {right / max(told, 1):.3f}, recall {right / max(same, 1):.3f}, F1 {f1:.3f}")


def main() -> None:
    parser = parser_of(__doc__, "data", "models")
    parser.add_argument("--keep", type=Path, help="folder for what the encoder says, to read it only once")
    args = parser.parse_args()
    readings, material, words = Readings(args.models, args.keep), read_material(args.data), load_words()
    taught = list(grouped([*material.first, *material.second, *material.written], readings, words))
    held = list(grouped(material.kept, readings, words))
    print(len(taught), "articles to learn from; a fifth of them, by a scorer that did not see them:")
    report(taught[::PARTS], train_some([one for n, one in enumerate(taught) if n % PARTS]))
    scorer = train_some(taught)
    print(len(held), "articles held back:")
    report(held, scorer)
    np.savez(args.models / "topics.npz", **{name: getattr(scorer, name) for name in SameTopic.__slots__})


if __name__ == "__main__":
    main()
