"""Scores the exported model's trees, parts of speech and names on sentences it never saw.

    python -m training.evaluate --data DATA --models models

Trees: UD German GSD, test part, gold tokens; punctuation does not count (CoNLL 2018's rule). Names: UNER-PUD, exact
spans.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract.inference import Network, WordOutputs
from training.arguments import parser_of
from training.corpora import Sentence, read_names, read_trees


def read(network: Network, sentences: list[Sentence]) -> Iterator[tuple[Sentence, WordOutputs]]:
    for at in range(0, len(sentences), 64):
        batch = sentences[at : at + 64]
        outputs = network.read_words([s.words for s in batch], [[1] * len(s.words) for s in batch])
        yield from zip(batch, outputs, strict=True)


def tree_scores(network: Network, sentences: list[Sentence]) -> dict[str, float]:
    arcs = labels = words = tags = everything = 0
    for sentence, out in read(network, sentences):
        for k, (upos, head, relation) in enumerate(zip(sentence.upos, sentence.heads, sentence.relations, strict=True)):
            tags += network.labels.upos[out.upos[k]] == upos
            everything += 1
            if relation != "punct":
                right = int(out.heads[k]) == head - 1
                arcs += right
                labels += right and network.labels.labels[out.labels[k]] == relation
                words += 1
    return {"UAS": 100 * arcs / words, "LAS": 100 * labels / words, "UPOS": 100 * tags / everything}


def spans(tags: list[str]) -> set[tuple[int, int, str]]:
    found, begin = set(), -1
    for k, tag in enumerate([*tags, "O"]):
        if begin >= 0 and (tag == "O" or tag[0] == "B" or tag[2:] != tags[begin][2:]):
            found.add((begin, k, tags[begin][2:]))
            begin = -1
        if begin < 0 and tag != "O":
            begin = k
    return found


def name_score(network: Network, sentences: list[Sentence]) -> float:
    right = wrong = missed = 0
    for sentence, out in read(network, sentences):
        gold = {s for s in spans(sentence.names) if s[2] in ("PER", "LOC", "ORG")}
        found = {
            s for s in spans([network.labels.names[i] for i in out.names.argmax(-1)]) if s[2] in ("PER", "LOC", "ORG")
        }
        right, wrong, missed = right + len(gold & found), wrong + len(found - gold), missed + len(gold - found)
    return 200 * right / (2 * right + wrong + missed)


def main() -> None:
    parser = parser_of(__doc__, "data", "models")
    args = parser.parse_args()
    network = Network(args.models)
    print(
        {k: round(v, 1) for k, v in tree_scores(network, read_trees(args.data / "trees" / "gsd-test.conllu")).items()}
    )
    print("names F1 (UNER-PUD)", round(name_score(network, read_names(args.data / "ner" / "uner-pud.tsv")), 1))


if __name__ == "__main__":
    main()
