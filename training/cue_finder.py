"""Trains the cue finder's last layers anew on all annotation, from what the exported encoder says of the words.

    python -m training.cue_finder --data DATA --models models

The encoder below stays as it is. Prints the average precision on articles held back (news of diplomacy; other news), of
any stance, and of each relation that is there ten times, before and after; puts the layers into annotator.onnx.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from kg.extract.inference import Network
from training.arguments import parser_of
from training.corpora import GoldArticle
from training.examples import ArticleExamples, Pieces, known_surfaces
from training.export import replace_weights
from training.losses import MISSED
from training.material import read_material
from training.network import CUES, STANCES, WIDTH, two_layer
from training.start import exported_part, read_windows

BATCH = 1024
"""Words."""
DROPOUT = 0.2
SHOWN = 10
"""Cues of a relation from which its figure says something."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some articles: ``states`` [N, H], ``cues`` [N, 22] (1 for a cue) and how much each counts."""

    states: Tensor
    cues: Tensor
    weight: Tensor


def read(models: Path, articles: Sequence[GoldArticle], surfaces: dict[str, set[str]]) -> Words:
    """Read the words of articles with the exported network, each word in the window that owns it."""
    network = Network(models)
    maker = ArticleExamples(Pieces(Tokenizer.from_file(str(models / "tokenizer.json"))), surfaces)
    states, cues, weights = [], [], []
    for window, outputs in read_windows(network, articles, maker):
        assert window.cues is not None
        states.append(outputs.states[window.own :])
        for table, value in ((cues, 0.0), (weights, 1.0)):
            table.append(np.full((len(window.first) - window.own, len(CUES)), value, dtype=np.float32))
        for (word, cue), weight in window.cues.items():
            cues[-1][word - window.own, cue], weights[-1][word - window.own, cue] = 1.0, weight
    return Words(*(torch.from_numpy(np.concatenate(rows)) for rows in (states, cues, weights)))


def start(models: Path) -> nn.Sequential:
    """The exported layers."""
    layers = two_layer(WIDTH, len(CUES), DROPOUT)
    layers.load_state_dict(exported_part(models, "heads.cues"))
    return layers


def train(layers: nn.Module, words: Words, args: argparse.Namespace) -> None:
    """Some rounds over all words; the learning rate falls linearly to zero."""
    optimizer = torch.optim.AdamW(layers.parameters(), lr=args.rate, weight_decay=0.01)
    steps = args.rounds * (len(words.states) // BATCH)
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    order = torch.Generator().manual_seed(args.seed)
    layers.train()
    for _ in tqdm(range(args.rounds), desc="training", unit="round"):
        for rows in torch.randperm(len(words.states), generator=order).split(BATCH)[: steps // args.rounds]:
            raw = F.binary_cross_entropy_with_logits(
                layers(words.states[rows]), words.cues[rows], reduction="none", pos_weight=torch.tensor(MISSED)
            )
            optimizer.zero_grad()
            ((raw * words.weight[rows]).sum() / BATCH).backward()
            optimizer.step()
            falling.step()
    layers.eval()


def precisions(layers: nn.Module, words: Words) -> dict[str, float]:
    """The average precision of any stance and of each relation; words that are optional cues count for none."""
    with torch.no_grad():
        chances = layers(words.states).sigmoid().numpy()
    sure, cues = words.weight.numpy() == 1.0, words.cues.numpy()
    count = len(STANCES)
    held = (cues[:, :count] * sure[:, :count]).max(1)
    clear = (held > 0) | sure[:, :count].all(1)
    found = {"a stance": float(average_precision_score(held[clear], chances[clear, :count].max(1)))}
    for number, name in enumerate(CUES[count:], count):
        rows = sure[:, number]
        if cues[rows, number].sum() >= SHOWN:
            found[name] = float(average_precision_score(cues[rows, number], chances[rows, number]))
    return found


def main() -> None:
    parser = parser_of(__doc__, "data", "models")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    material = read_material(args.data)
    surfaces = known_surfaces(list(material))
    words, kept, other = (
        read(args.models, articles, surfaces) for articles in (material.taught, material.held_back, material.other)
    )
    layers = start(args.models).eval()
    before = [precisions(layers, part) for part in (kept, other)]
    train(layers, words, args)
    for name, old, part in zip(("diplomacy", "other news"), before, (kept, other), strict=True):
        print(name, *(f"{cue} {old[cue]:.2f} -> {new:.2f}," for cue, new in precisions(layers, part).items()))
    replace_weights(args.models, {f"heads.cues.{name}": w for name, w in layers.state_dict().items()})


if __name__ == "__main__":
    main()
