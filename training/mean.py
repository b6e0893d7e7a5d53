"""Takes the mean of trained networks that began from the same weights: each has learnt something else, and the mean
errs less than any of them (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482).

    python -m training.mean --checkpoint WORK/7/final.pt WORK/8/final.pt --out WORK/mean.pt
    python -m training.mean --checkpoint WORK/6/final.pt --models models --out WORK/mean.pt

With --models the exported network is one of them: what is learnt anew costs less of what was known
(https://arxiv.org/abs/2109.01903). Writes a checkpoint for training.export.
"""

from __future__ import annotations

from pathlib import Path

import torch

from training.arguments import parser_of
from training.checkpoint import read_checkpoint, write_checkpoint
from training.start import read_exported


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--checkpoint", type=Path, nargs="+", required=True, help="of training.train")
    parser.add_argument("--models", type=Path, help="folder of an exported model that counts as one more")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    args = parser.parse_args()
    read = [read_checkpoint(path) for path in args.checkpoint]
    weights = [network.state_dict() for network, _ in read]
    if args.models:
        weights.append(read_exported(args.models))
    model, lists = read[0]
    model.load_state_dict({name: torch.stack([w[name] for w in weights]).mean(0) for name in weights[0]})
    write_checkpoint(args.out, model, lists["upos"], lists["labels"])


if __name__ == "__main__":
    main()
