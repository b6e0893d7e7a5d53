"""The command-line arguments that the steps of training share."""

from __future__ import annotations

import argparse
from pathlib import Path

_SHARED = {
    "data": "folder of the corpora, laid out as training/corpora.py reads them",
    "models": "folder of the exported model",
    "scorer": "score.py of the gold articles",
    "work": "folder of base.pt, tokenizer.json and the checkpoints",
    "eval": "articles kept for measuring, with gold and scorer",
}


def parser_of(doc: str | None, *shared: str) -> argparse.ArgumentParser:
    """Return a parser that shows a module's ``doc`` as its help and requires some of the shared arguments, as paths."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in shared:
        parser.add_argument(f"--{name}", type=Path, required=True, help=_SHARED[name])
    return parser
