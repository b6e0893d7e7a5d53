"""Measures the linker alone on the training gold: every actor, a and b span, label right or wrong, by kind of words.

usage: python -m training.measure_linking POSITIONS_DIR [--errors N] [--kind KIND] [--antecedents]

POSITIONS_DIR holds */gold/ID.jsonl, */articles/ID.txt and ID.json (training articles only; never those kept for
measuring the whole). Until an annotator's names are given, names are simulated: gold spans whose words are their label,
and runs of capitalised words that a person's full name or the registry knows. ``--antecedents`` gives pronouns and
descriptions the last earlier gold span of the same actor, as a perfect pointer would.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from kg.extract.forms import plain, without_article
from kg.extract.link import ArticleLinks, Linker, Name
from kg.extract.registry import Registry, load_registry
from kg.model import Actor, Span

ARTICLES = ("der ", "die ", "das ", "den ", "dem ", "des ", "the ")
SAME = {
    "großbritannien": "vereinigtes königreich", "uk": "vereinigtes königreich", "vereinigte staaten": "usa",
    "vereinigte staaten von amerika": "usa", "tschechische republik": "tschechien", "uno": "vereinte nationen",
    "un": "vereinte nationen", "europäische union": "eu", "nordatlantikpakt": "nato", "volksrepublik china": "china",
    "russische föderation": "russland", "republik kosovo": "kosovo", "iaea": "internationale atomenergie-organisation",
    "internationale atomenergieorganisation": "internationale atomenergie-organisation",
    "internationale atomenergiebehörde": "internationale atomenergie-organisation",
    "bundesrepublik deutschland": "deutschland", "sicherheitsrat": "un-sicherheitsrat",
    "sicherheitsrat der vereinten nationen": "un-sicherheitsrat", "weltsicherheitsrat": "un-sicherheitsrat",
    "burma": "myanmar", "osttimor": "timor-leste", "eu-kommission": "europäische kommission",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One gold span with its labels; ``side`` is actor, a, b, or body: the b of an office or a membership."""

    article: str
    span: Span
    words: str
    label: str
    accept: tuple[str, ...]
    kind: str
    side: str
    earlier: Span | None


def norm(label: str) -> str:
    """Return a label as the project's scorer compares it."""
    label = plain(label).casefold()
    while label.startswith(ARTICLES):
        label = label.split(" ", 1)[1]
    return SAME.get(label, label)


def kind_of(words: str, label: str, type_: str, registry: Registry) -> str:
    """Sort a gold span into one of the kinds that the report lists."""
    text = without_article(plain(words))
    if registry.pronouns.get(text.split(" ")[0].lower()):
        return "pronoun"
    entry = registry.named(text)
    if type_ == "Person":
        named = "surname" if plain(label).split(" ")[-1] in text else "description"
        return "person" if norm(text) == norm(label) else named
    if entry is not None and entry.actor.type != "State":
        return "organisation"
    if entry is not None:
        return "capital" if text in registry.seats else "state"
    adjective = " " not in text and (registry.country_of(text) or registry.nation(text))
    own = "own words" if norm(text) == norm(label) else "phrase" if label in registry.labels else "description"
    return "adjective" if adjective else own


def cases(folder: Path, registry: Registry) -> Iterator[tuple[str, date | None, list[Case]]]:
    """Yield each training article's text, date and gold spans."""
    for gold in sorted(folder.glob("*/gold/*.jsonl")):
        base = gold.parent.parent / "articles" / gold.stem
        text = base.with_suffix(".txt").read_text(encoding="utf-8")
        about = json.loads(base.with_suffix(".json").read_text(encoding="utf-8"))
        day = date.fromisoformat(about["date"]) if about.get("date") else None
        rows: list[tuple[dict[str, Any], str]] = []
        for line in gold.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            office = record.get("relation") in ("holds_office", "member_of")
            sides = ("actor", "actor"), ("a", "a"), ("b", "body" if office else "b")
            rows.extend((record[key], side) for key, side in sides if key in record)
        yield text, day, _cases(gold.stem, text, rows, registry)


def _cases(article: str, text: str, rows: list[tuple[dict[str, Any], str]], registry: Registry) -> list[Case]:
    found: dict[tuple[Span, str, bool], Case] = {}
    types = {side["label"]: side["type"] for side, _ in rows if side.get("type")}
    for side, role in rows:
        begin, end = side["spans"][0]
        words = text[begin:end]
        found.setdefault(
            ((begin, end), side["label"], role == "body"),
            Case(article, (begin, end), words, side["label"], tuple(side["accept"]),
                 kind_of(words, side["label"], _type(side, types, registry), registry), role, None),
        )  # fmt: skip
    ordered = sorted(found.values(), key=lambda case: case.span)
    return [_with_earlier(case, ordered) for case in ordered]


def _type(side: dict[str, Any], types: dict[str, str], registry: Registry) -> str:
    known = registry.labels.get(side["label"])
    return side.get("type") or types.get(side["label"]) or (known.actor.type if known else "")


def _with_earlier(case: Case, ordered: list[Case]) -> Case:
    named = ("person", "surname", "state", "capital", "organisation", "own words", "adjective")
    before = [x.span for x in ordered if x.label == case.label and x.kind in named and x.span != case.span]
    earlier = [x for x in before if x < case.span] or before
    return replace(case, earlier=earlier[-1] if earlier else None)


def simulated_names(text: str, gold: list[Case], registry: Registry) -> list[Name]:
    """Return names as an annotator might find them: where a gold person's name stands, and what the registry knows."""
    found: dict[Span, Name] = {}
    persons = {x.words for x in gold if x.kind in ("person", "surname") and x.words[:1].isupper()}
    persons |= {x.label for x in gold if x.kind in ("person", "surname", "pronoun") and len(x.label.split()) == 2}
    for words in sorted(persons, key=len, reverse=True):
        for match in re.finditer(rf"\b{re.escape(words)}s?\b", text):
            if not any(a < match.end() and match.start() < b for a, b in found):
                found[match.span()] = Name(match.group(), match.span(), "PER")
    for match in _RUN.finditer(text):
        for name in _known_runs(match, registry):
            if not any(a < name.span[1] and name.span[0] < b for a, b in found):
                found[name.span] = name
    for case in gold:
        if case.kind in ("state", "capital", "organisation", "own words") and case.words[:1].isupper():
            entry = registry.named(case.words)
            label = "LOC" if entry and entry.actor.type == "State" else "ORG"
            found.setdefault(case.span, Name(case.words, case.span, label))
    return list(found.values())


_RUN = re.compile(r"[A-ZÄÖÜÉ][\w'’-]*(?: (?:von |der |de |al-|zu |bin )*[A-ZÄÖÜÉ][\w'’-]*)*")


def _known_runs(match: re.Match[str], registry: Registry) -> Iterator[Name]:
    """Yield the longest parts of a run of capitalised words that the registry knows."""
    words = list(re.finditer(r"\S+", match.group()))
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            span = (match.start() + words[start].start(), match.start() + words[end - 1].end())
            text = match.group()[words[start].start() : words[end - 1].end()]
            entry = registry.named(text)
            alone = [x for x in registry.surnames.get(plain(text).rstrip("s"), []) if x.alone]
            if entry or (end - start > 1 and registry.person(text)) or alone:
                kind = ("LOC" if entry.actor.type == "State" else "ORG") if entry else "PER"
                yield Name(text, span, kind)
                start = end - 1
                break
        start += 1


def right(label: str, case: Case) -> bool:
    """Tell whether a label is the gold's or one that the gold accepts."""
    return norm(label) in {norm(x) for x in (case.label, *case.accept)}


def main() -> None:
    """Print accuracy by kind, precision of resolved links, time per article, and errors where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("positions", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--kind")
    parser.add_argument("--antecedents", action="store_true")
    args = parser.parse_args()
    registry, linker = load_registry(), Linker()
    count: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, ...]] = Counter()
    seconds, articles = 0.0, 0
    for text, day, gold in cases(args.positions, registry):
        names = simulated_names(text, gold, registry)
        begin = time.perf_counter()
        links = linker.article(text, names, date=day)
        answers = [links.actor(x.span, antecedent=_pointer(links, x, args), body=x.side == "body") for x in gold]
        seconds += time.perf_counter() - begin
        articles += 1
        for case, actor in zip(gold, answers, strict=True):
            _tally(case, actor, count, wrong)
    _report(count)
    print(f"{1000 * seconds / articles:.2f} ms an article")
    shown = (item for item in wrong.most_common() if args.kind in (None, item[0][0]))
    for row, n in islice(shown, args.errors):
        print(n, " | ".join(row))


def _tally(case: Case, actor: Actor, count: Counter[tuple[str, str]], wrong: Counter[tuple[str, ...]]) -> None:
    good = right(actor.label, case)
    for kind in (case.kind, "all"):
        count[kind, "n"] += 1
        count[kind, "right"] += good
        count[kind, "resolved"] += actor.resolved
        count[kind, "resolved right"] += int(actor.resolved and good)
    if not good:
        wrong[case.kind, case.side, case.words, actor.label, case.label, "R" if actor.resolved else "-"] += 1


def _report(count: Counter[tuple[str, str]]) -> None:
    print(f"{'kind':14} {'n':>6} {'accuracy':>9} {'resolved':>9} {'precision':>10}")
    for kind in sorted({kind for kind, _ in count}):
        n, resolved = count[kind, "n"], count[kind, "resolved"]
        precision = count[kind, "resolved right"] / resolved if resolved else 0.0
        print(f"{kind:14} {n:6} {count[kind, 'right'] / n:9.3f} {resolved / n:9.3f} {precision:10.3f}")


def _pointer(links: ArticleLinks, case: Case, args: argparse.Namespace) -> Span | None:
    return case.earlier if args.antecedents and links.refers_back(case.span) else None


if __name__ == "__main__":
    main()
