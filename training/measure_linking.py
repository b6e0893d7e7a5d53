"""Measures linking by itself on the training articles: every annotated actor and end of a relation, right or wrong.

usage: python -m training.measure_linking --data DATA --models models [--keep WORK/readings] [--errors N] [--kind KIND]
                                           [--only-kept]

Names, tree and references are the network's and the pointer's, as at run time; only the annotated spans are given. The
articles lie in two parts, told apart by a hash of their ids: errors are shown of the first alone, so that nothing is
mended for single articles of the second. ``linked`` are answers other than the words themselves in whatever case,
precision the share of those that are right; on articles that the pointer was trained on it is too good for pronouns and
descriptions, so those of the articles held back are told apart.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from kg.extract.actors import ArticleActors
from kg.extract.cast import title_of
from kg.extract.forms import inflected_key, plain, without_article
from kg.extract.inference import model_file
from kg.extract.link import Linker
from kg.extract.offices import head_of
from kg.extract.pointer import Pointer, head_word, read_pointer
from kg.extract.registry import Registry
from kg.extract.tables import load_registry
from kg.model import Actor
from training.linking import Annotated, Mention, Readings, annotated, norm, stretch_of

Row = tuple[Mention, str, Actor, bool]
"""An annotated mention, its words, the answer, and whether the words refer back."""


def shown(article: Annotated) -> bool:
    """Tell whether an article is of the part whose errors are shown."""
    return hashlib.md5(article.id.encode()).digest()[0] % 2 == 0


def kind_of(words: str, mention: Mention, registry: Registry) -> str:
    """Sort a mention into one of the kinds that the report lists."""
    text = without_article(plain(words))
    parts = text.split(" ")
    head = head_of(parts, registry)
    known = registry.labels.get(mention.label)
    type_ = mention.type or (known.actor.type if known else "")
    same = norm(text) == norm(mention.label)
    office = "office" if title_of(head, registry) else registry.noun_kind(head) or "noun"
    if registry.pronouns.get(parts[0].lower()):
        return "pronoun"
    if type_ == "Person":
        named = any(part.rstrip("s'") in mention.label for part in parts if len(part) > 2 and part[0].isupper())
        return "full name" if same else "surname" if named else office
    if type_ == "Group":
        return "group"
    if len(parts) == 1 and (registry.country_of(text) or registry.nation(text)):
        return "adjective"
    if same or registry.named(text) is not None:
        organisation = "abbreviation" if text.isupper() and " " not in text else "organisation"
        return "capital" if text.removesuffix("s") in registry.seats else "state" if type_ == "State" else organisation
    return office


def answers(article: Annotated, readings: Readings, linker: Linker, pointer: Pointer) -> tuple[list[Row], float]:
    """The linker's and pointer's answers for an article's mentions, and the seconds they took."""
    doc, reading, states = readings.read(article)
    begin = time.perf_counter()
    actors = ArticleActors(doc, reading, states, linker, pointer, article.date)
    rows = []
    for mention in article.mentions:
        stretch = stretch_of(mention.span, actors)
        if stretch:
            words = article.text[slice(*mention.span)]
            actor = actors.at(mention.span, head_word(stretch, actors.words), body=mention.body)
            rows.append((mention, words, actor, actors.links.refers_back(mention.span)))
    return rows, time.perf_counter() - begin


def main() -> None:
    """Print accuracy and precision by part and kind, time per article, and errors where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for what the encoder says, to read it only once")
    parser.add_argument("--only-kept", action="store_true", help="leave out articles that are not in it yet")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--kind")
    args = parser.parse_args()
    readings, linker, registry = Readings(args.models, args.keep), Linker(), load_registry()
    pointer = read_pointer(model_file(args.models, "pointer.npz"))
    count: Counter[tuple[str, str, str]] = Counter()
    wrong: Counter[tuple[str, ...]] = Counter()
    seconds, articles = 0.0, 0
    for article in annotated(args.data):
        if args.only_kept and not readings.kept(article):
            continue
        rows, spent = answers(article, readings, linker, pointer)
        seconds, articles = seconds + spent, articles + 1
        for row in rows:
            _tally(article, row, kind_of(row[1], row[0], registry), count, wrong)
    _report(count)
    print(f"{articles} articles, {1000 * seconds / max(articles, 1):.1f} ms an article")
    errors = (item for item in wrong.most_common() if args.kind in (None, item[0][0]))
    for words, n in islice(errors, args.errors):
        print(n, " | ".join(words))


def _tally(
    article: Annotated, row: Row, kind: str, count: Counter[tuple[str, str, str]], wrong: Counter[tuple[str, ...]]
) -> None:
    mention, words, actor, back = row
    good = mention.right(actor.label)
    linked = actor.resolved or inflected_key(plain(actor.label)) != inflected_key(without_article(plain(words)))
    part = "shown" if shown(article) else "unseen"
    groups = [(part, kind), (part, "all"), (part, "body" if mention.body else "actor")]
    if back:
        groups.append(("held back" if article.held else "trained on", "references"))
    for group in groups:
        count[*group, "n"] += 1
        count[*group, "right"] += good
        count[*group, "linked"] += linked
        count[*group, "linked right"] += linked and good
    if not good and part == "shown":
        wrong[kind, words, actor.label, mention.label, "back" if back else "", article.id] += 1


def _report(count: Counter[tuple[str, str, str]]) -> None:
    print(f"{'part':12} {'kind':14} {'n':>6} {'right':>7} {'linked':>7} {'precision':>10}")
    for part, kind in sorted({(part, kind) for part, kind, _ in count}):
        n, linked = count[part, kind, "n"], count[part, kind, "linked"]
        precision = count[part, kind, "linked right"] / linked if linked else 0.0
        print(f"{part:12} {kind:14} {n:6} {count[part, kind, 'right'] / n:7.3f} {linked:7} {precision:10.3f}")


if __name__ == "__main__":
    main()
