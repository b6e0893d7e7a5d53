"""Takes the mean of a trained network and the exported one that it began from: what is learnt anew costs less of what
was known (Wortsman et al. 2022, https://arxiv.org/abs/2109.01903).

    python -m training.mean --models models --checkpoint WORK/5/final.pt

Writes the mean in the checkpoint's place, for training.export.
"""

from __future__ import annotations

from pathlib import Path

from training.arguments import parser_of
from training.checkpoint import read_checkpoint, write_checkpoint
from training.start import read_exported


def main() -> None:
    parser = parser_of(__doc__, "models")
    parser.add_argument("--checkpoint", type=Path, required=True, help="of training.train, begun from the exported one")
    args = parser.parse_args()
    model, lists = read_checkpoint(args.checkpoint)
    before = read_exported(args.models)
    model.load_state_dict({name: (value + before[name]) / 2 for name, value in model.state_dict().items()})
    write_checkpoint(args.checkpoint, model, lists["upos"], lists["labels"])


if __name__ == "__main__":
    main()
