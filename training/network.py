"""The annotator as a PyTorch network: one encoder, heads for single words, and a reader that sees a marked cue.

Encoder: a BERT stack (Devlin et al. 2019, post-layer-norm), multilingual-e5-small's weights. Its hidden states after
``SPLIT`` layers also feed the reader: a copy of the upper layers that gets the frame of one cue with the cue marked,
as in BERT-based semantic role labelling (Shi and Lin 2019, https://arxiv.org/abs/1904.05255), so that the lower
layers are computed once however many cues a window has. Trees: biaffine arcs and labels (Dozat and Manning 2017).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, INNER, ATTENTION_HEADS, LAYERS = 384, 1536, 12, 12
SPLIT = 8
"""Layers below the reader."""

STANCES = [
    "supports",
    "proposes",
    "demands",
    "commits",
    "leans_towards",
    "threatens",
    "undecided",
    "opposes",
    "refuses",
    "sceptical",
    "accuses",
]
RELATIONS = [
    "meets",
    "negotiates_with",
    "informs",
    "agrees_with",
    "aids",
    "sanctions",
    "attacks",
    "mediates",
    "holds_office",
    "member_of",
    "leads",
]
CUES = STANCES + RELATIONS
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"]
ROLES = ["holder", "topic", "reporter", "addressee"]
"""What the reader tags, each as outside, begin, inside. In a relation the holder is its first end, the topic its
second."""
FLAGS = ["hedged", "negated"]
MARKS = ["earlier sentence", "own sentence", "cue of a position", "cue of a relation"]


class LockedDropout(nn.Module):
    """Drops whole features of a sequence (Gal and Ghahramani 2016): one small mask a row, where drawing one for every
    piece costs an eighth of a step on a CPU."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return x
        mask = torch.rand(x.size(0), *[1] * (x.dim() - 2), x.size(-1), device=x.device) >= self.rate
        return x * (mask.to(x.dtype) / (1 - self.rate))


class Layer(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.attention_norm, self.output_norm = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.drop = LockedDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS).permute(2, 0, 3, 1, 4)
        # Written out: on a CPU the backward pass of the fused kernel takes three times as long at these lengths.
        scores = q @ k.transpose(2, 3) * (WIDTH // ATTENTION_HEADS) ** -0.5 + mask.to(q.dtype)
        attended = scores.softmax(-1).to(v.dtype) @ v
        x = self.attention_norm(x + self.drop(self.out(attended.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.output_norm(x + self.drop(self.outer(F.gelu(self.inner(x)))))  # type: ignore[no-any-return]


def load_layer(layer: Layer, weights: dict[str, Tensor], number: int) -> None:
    p = f"l{number}."
    for kind, end in (("weight", ".w"), ("bias", ".b")):
        qkv = torch.cat([weights[p + name + end] for name in "qkv"])
        for module, value in (
            (layer.qkv, qkv),
            (layer.out, weights[p + "ao" + end]),
            (layer.inner, weights[p + "fi" + end]),
            (layer.outer, weights[p + "fo" + end]),
            (layer.attention_norm, weights[p + "aln" + end]),
            (layer.output_norm, weights[p + "oln" + end]),
        ):
            getattr(module, kind).data.copy_(value)


def additive(mask: Tensor) -> Tensor:
    """[B, L] of 1 and 0 to an attention bias [B, 1, 1, L]."""
    return (1.0 - mask[:, None, None, :].float()) * -1e4


def word_states(pieces: Tensor, first: Tensor) -> Tensor:
    """The state of each word: its first piece's. ``pieces`` [B, L, H], ``first`` [B, N] -> [B, N, H]."""
    return torch.gather(pieces, 1, first.unsqueeze(-1).expand(-1, -1, pieces.size(-1)))


def with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], -1)


def two_layer(inputs: int, outputs: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, WIDTH), nn.GELU(), nn.Dropout(dropout), nn.Linear(WIDTH, outputs))


class Encoder(nn.Module):
    """Pieces to hidden states: ``forward`` returns the states after ``SPLIT`` layers and the mix of the last four. The
    embeddings of pieces and places are not trained."""

    def __init__(self, pieces: int, dropout: float) -> None:
        super().__init__()
        self.word, self.place = nn.Embedding(pieces, WIDTH), nn.Embedding(512, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.mix = nn.Parameter(torch.zeros(4))
        for table in (self.word, self.place):
            table.requires_grad_(False)

    def load(self, weights: dict[str, Tensor]) -> None:
        self.word.weight.data.copy_(weights["emb.word"])
        self.place.weight.data.copy_(weights["emb.pos"])
        self.kind.data.copy_(weights["emb.type"])
        self.norm.weight.data.copy_(weights["emb.ln.w"])
        self.norm.bias.data.copy_(weights["emb.ln.b"])
        for number, layer in enumerate(self.layers):
            load_layer(layer, weights, number)  # type: ignore[arg-type]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        x = self.drop(self.norm(self.word(ids) + self.place(torch.arange(ids.size(1), device=ids.device)) + self.kind))
        bias, states = additive(mask), [x]
        for layer in self.layers:
            x = layer(x, bias)
            states.append(x)
        weights = F.softmax(self.mix, 0)
        mixed = sum(weights[k] * states[-1 - k].float() for k in range(4))
        return states[SPLIT].float(), mixed  # type: ignore[return-value]


class WordHeads(nn.Module):
    """Names, parts of speech, trees and cues of single words. Word 0 is the root of every sentence's tree."""

    def __init__(self, upos: int, relations: int, dropout: float, arc: int = 256, label: int = 96) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.names, self.upos = nn.Linear(WIDTH, len(NAMES)), nn.Linear(WIDTH, upos)
        self.cues = two_layer(WIDTH, len(CUES), dropout)
        self.arc_head, self.arc_child = nn.Linear(WIDTH, arc), nn.Linear(WIDTH, arc)
        self.label_head, self.label_child = nn.Linear(WIDTH, label), nn.Linear(WIDTH, label)
        self.arcs = nn.Parameter(torch.randn(arc + 1, arc + 1) * 0.02)
        self.labels = nn.Parameter(torch.randn(relations, label + 1, label + 1) * 0.02)

    def arc_scores(self, x: Tensor, sentence: Tensor) -> Tensor:
        """[B, N, N]: score of word j as head of word i; only words of the same sentence and the root compete."""
        heads = with_one(self.drop(F.gelu(self.arc_head(x))))
        children = with_one(self.drop(F.gelu(self.arc_child(x))))
        scores = children @ self.arcs @ heads.transpose(1, 2)
        number = torch.arange(x.size(1), device=x.device)
        allowed = (sentence[:, :, None] == sentence[:, None, :]) | (number == 0)[None, None, :]
        allowed = allowed & (number[:, None] != number[None, :])[None]
        return scores.masked_fill(~allowed, -1e4)

    def label_scores(self, x: Tensor, heads: Tensor) -> Tensor:
        """[B, N, R]: score of each label for the arc from ``heads`` [B, N]."""
        children = with_one(self.drop(F.gelu(self.label_child(x))))
        parents = with_one(self.drop(F.gelu(self.label_head(x))))
        chosen = torch.gather(parents, 1, heads.unsqueeze(-1).expand(-1, -1, parents.size(-1)))
        projected = torch.einsum("bnx,rxy->bnry", children, self.labels)
        return torch.einsum("bnry,bny->bnr", projected, chosen)


class Reader(nn.Module):
    """Reads the frame of one cue: roles of its words, stance (or none), flags."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.mark, self.label = nn.Embedding(len(MARKS), WIDTH), nn.Embedding(len(CUES) + 1, WIDTH)
        for table in (self.mark, self.label):
            nn.init.normal_(table.weight, std=0.05)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS - SPLIT))
        self.drop = nn.Dropout(dropout)
        self.roles = two_layer(2 * WIDTH, 3 * len(ROLES), dropout)
        self.verdict = two_layer(WIDTH, len(STANCES) + 2, dropout)
        self.flags = nn.Linear(WIDTH, len(FLAGS))

    def load(self, weights: dict[str, Tensor]) -> None:
        for number, layer in enumerate(self.layers):
            load_layer(layer, weights, SPLIT + number)  # type: ignore[arg-type]

    def forward(
        self, x: Tensor, mask: Tensor, mark: Tensor, label: Tensor, first: Tensor, cue: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """``x`` [B, L, H] frame pieces, ``mark`` [B, L], ``label`` [B] (0 for a position, else 1 + relation's cue
        number), ``first`` [B, N], ``cue`` [B] word number -> roles [B, N, 4, 3], verdict [B, 13] (stances, relation
        holds, none), flags [B, 2]."""
        marked = (mark >= 2).unsqueeze(-1).float()
        x = self.norm(x + self.mark(mark) + marked * self.label(label)[:, None, :])
        bias = additive(mask)
        for layer in self.layers:
            x = layer(x, bias)
        words = self.drop(word_states(x.float(), first))
        at_cue = torch.gather(words, 1, cue[:, None, None].expand(-1, 1, WIDTH))
        roles = self.roles(torch.cat([words, at_cue.expand_as(words)], -1))
        return roles.view(*words.shape[:2], len(ROLES), 3), self.verdict(at_cue[:, 0]), self.flags(at_cue[:, 0])


class Annotator(nn.Module):
    def __init__(
        self, pieces: int, upos: int, relations: int, *, dropout: float = 0.1, head_dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.encoder = Encoder(pieces, dropout)
        self.heads = WordHeads(upos, relations, head_dropout)
        self.reader = Reader(dropout)

    def load(self, weights: dict[str, Tensor]) -> None:
        self.encoder.load(weights)
        self.reader.load(weights)
