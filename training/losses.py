"""What the annotator is trained to say: the losses of names, trees, cues and frames."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from training.batches import FrameBatch, WindowBatch
from training.examples import IGNORED
from training.network import Annotator, Reader, word_states

MISSED = 3.0
"""How much worse it is to miss a cue than to take a word for one: the reader still sorts out what is none."""

Told = tuple[Tensor, Tensor, Tensor]
"""A reader's scores: roles [F, N, 4, 3], verdict [F, 13], flags [F, 2]."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the network makes of a batch of windows: the pieces for its reader [B, L, H], the words [B, N, H]; word 0 is
    the root."""

    split: Tensor
    states: Tensor


def half_precision(device: torch.device) -> torch.autocast:
    """bfloat16 where the device computes with it; where it has to be emulated it takes twenty times as long."""
    able = device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=able)


def encode(model: Annotator, batch: WindowBatch) -> Encoded:
    """Run the encoder."""
    with half_precision(batch.ids.device):
        split, mixed = model.encoder(batch.ids, batch.mask)
    return Encoded(split, word_states(mixed, batch.first))


def read_frames(reader: Reader, batch: FrameBatch, split: Tensor) -> Told:
    """Run the reader; ``split`` are the windows' pieces [B, L, H]."""
    x = batch.gather(split)
    with half_precision(split.device):
        roles, verdict, flags = reader(x, batch.mask, batch.mark, batch.label, batch.first, batch.cue)
    return roles.float(), verdict.float(), flags.float()


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


def cue_loss(batch: WindowBatch, scores: Tensor) -> Tensor:
    """Binary cross-entropy over all labels of the own words; ``scores`` [B, N, 22], without the root."""
    assert batch.cues is not None and batch.cue_weight is not None
    missed = torch.tensor(MISSED, device=scores.device)
    raw = F.binary_cross_entropy_with_logits(scores, batch.cues, reduction="none", pos_weight=missed)
    return (raw * batch.cue_weight).sum() / (batch.cue_weight[..., 0] > 0).sum() * 1.2


def frame_loss(batch: FrameBatch, told: Told) -> Tensor:
    """Cross-entropy of roles (of frames that have any), verdict and flags."""
    roles, verdict, flags = told
    raw = F.cross_entropy(roles.flatten(0, 2), batch.tags.flatten(), reduction="none", ignore_index=IGNORED)
    words = (batch.tags[..., 0] != IGNORED).sum(1).clamp(min=1)
    per_frame = raw.view(batch.tags.shape).sum((1, 2)) / words
    share = batch.weight * batch.positive
    tagging = (per_frame * share).sum() / share.sum().clamp(min=1)
    judging = (F.cross_entropy(verdict, batch.verdict, reduction="none") * batch.weight).sum() / batch.weight.sum()
    return 4 * tagging + judging + 0.5 * F.binary_cross_entropy_with_logits(flags, batch.flags)
