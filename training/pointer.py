"""Trains the pointer from pronouns and descriptions to the names they stand for.

    python -m training.pointer --data DATA --models models --collect WORK/queries.pt
    python -m training.pointer --data DATA --models models --checkpoint WORK/1/final.pt

Queries are the annotated holders and ends of relations that the linker calls references; right are the earlier names
that link to the annotated label. The first call stores them, for training.train to train the pointer with the
encoder; the second goes on from there on the exported encoder's own states, where candidates lie in other windows
too, and writes models/pointer.npz.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from spacy.language import Language
from torch import Tensor

from kg.extract.annotate import read_words, set_annotations
from kg.extract.inference import Network
from kg.extract.link import Linker, Name
from kg.extract.pointer import NEAREST, candidates, features, head_word
from training.corpora import read_article
from training.network import PointerHead
from training.train import HELD_BACK


@dataclass(slots=True)
class Query:
    """Word numbers of the query and its candidates in the article; ``right`` [1 + C] begins with "none of them"."""

    word: int
    candidates: list[int]
    state: Tensor
    keys: Tensor
    features: Tensor
    right: Tensor


def same(label: str, accepted: set[str]) -> bool:
    return unicodedata.normalize("NFC", label).casefold() in accepted


class Collector:
    """Runs the exported encoder and the linker over annotated articles and collects queries."""

    def __init__(self, models: Path) -> None:
        import spacy

        from kg.extract import sentences  # noqa: F401  registers the component

        self.network, self.linker = Network(models), Linker(language="de")
        self.nlp: Language = spacy.blank("de")
        self.nlp.add_pipe("kg_sentences")

    def queries(self, articles: Path, gold: Path) -> Iterator[Query]:
        article = read_article(articles / f"{gold.stem}.txt")
        doc = self.nlp(article.text)
        reading = read_words(doc, self.network)
        set_annotations(doc, reading, self.network)
        names = [Name(text=e.text, span=(e.start_char, e.end_char), label=e.label_) for e in doc.ents]
        links = self.linker.article(article.text, names, date=article.date)
        known, states = candidates(doc, reading, links), reading.spread("states")
        for side in _sides(gold):
            span = (side["spans"][0][0], side["spans"][-1][1])
            words = [k for k, t in enumerate(reading.words) if t.idx < span[1] and t.idx + len(t.text) > span[0]]
            if not words or not links.refers_back(span):
                continue
            query = head_word([(words[0], words[-1] + 1)], reading.words)
            before = [c for c in known if c.end <= query][-NEAREST:]
            accepted = {unicodedata.normalize("NFC", x).casefold() for x in [side["label"], *side["accept"]]}
            right = [same(c.label, accepted) for c in before]
            if before:
                yield Query(
                    query,
                    [c.begin for c in before],
                    torch.from_numpy(states[query].copy()),
                    torch.from_numpy(states[[c.begin for c in before]]),
                    torch.from_numpy(features(reading, query, links.reference(span), before)),
                    torch.tensor([not any(right), *right]),
                )


def _sides(gold: Path) -> list[dict[str, object]]:
    """Each annotated mention of an actor once."""
    lines = [json.loads(x) for x in gold.read_text().splitlines() if x.strip()]
    return list({str(x[s]["spans"]): x[s] for x in lines for s in ("actor", "a", "b") if s in x}.values())


def score(net: PointerHead, q: Query) -> Tensor:
    return net(q.state, q.keys, q.features)


def accuracy(net: PointerHead, queries: list[Query]) -> tuple[float, float]:
    """Share of queries answered rightly, and of those with a right candidate."""
    net.eval()
    with torch.no_grad():
        hits = [bool(q.right[int(score(net, q).argmax())]) for q in queries]
    net.train()
    linkable = [h for h, q in zip(hits, queries, strict=True) if not q.right[0]]
    return float(np.mean(hits)), float(np.mean(linkable))


def train(net: PointerHead, queries: list[Query], held: list[Query], epochs: int) -> None:
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, epochs)
    for epoch in range(epochs):
        total = 0.0
        for at in torch.randperm(len(queries)).split(16):
            loss = torch.stack(
                [
                    -torch.logsumexp(score(net, queries[i]).log_softmax(0).masked_fill(~queries[i].right, -1e4), 0)
                    for i in at
                ]
            ).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(at)
        schedule.step()
        if epoch % 3 == 2:
            print(
                f"epoch {epoch} loss {total / len(queries):.3f}",
                "held back: all {:.3f}, linkable {:.3f}".format(*accuracy(net, held)),
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--collect", type=Path, help="only store the queries")
    parser.add_argument("--checkpoint", type=Path, help="go on from the pointer trained with the encoder")
    parser.add_argument("--epochs", type=int, default=15)
    args = parser.parse_args()
    torch.manual_seed(1)
    collector = Collector(args.models)
    queries: list[Query] = []
    by_article: dict[str, list[Query]] = {}
    held: list[Query] = []
    for part in ("wikinews", "written"):
        folder = args.data / "positions" / part
        for i, path in enumerate(sorted((folder / "gold").glob("*.jsonl"))):
            by_article[path.stem] = list(collector.queries(folder / "articles", path))
            (held if part == "wikinews" and i % HELD_BACK == 0 else queries).extend(by_article[path.stem])
    print(
        len(queries), "queries,", len(held), "held back; with a right candidate", sum(not q.right[0] for q in queries)
    )
    if args.collect:
        torch.save(
            {a: [(q.word, q.candidates, q.features, q.right) for q in found] for a, found in by_article.items()},
            args.collect,
        )
        return
    net = PointerHead()
    if args.checkpoint:
        saved = torch.load(args.checkpoint)["model"]
        net.load_state_dict({k.removeprefix("pointer."): v for k, v in saved.items() if k.startswith("pointer.")})
        print(f"as trained with the encoder: {accuracy(net, held)}")
    train(net, queries, held, args.epochs)
    np.savez(
        args.models / "pointer.npz", **{n: p.detach().numpy().astype(np.float16) for n, p in net.named_parameters()}
    )


if __name__ == "__main__":
    main()
