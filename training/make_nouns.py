"""Writes ``kg/lang/de/noun-forms.tsv``: the German nouns that news use, with gender, plural and case forms.

usage: python -m training.make_nouns NOUNS_CSV

NOUNS_CSV is ``nouns.csv`` of the package german-nouns 1.2.5 (from the German Wiktionary, CC BY-SA 4.0). Kept are nouns
that wordfreq has at a Zipf frequency of 2.5 or more in one of their forms; names of people, places and letters are left
out.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from wordfreq import freq_to_zipf, get_frequency_dict

from kg.resources import package_file

LEAST = 2.5
NAMES = {"Toponym", "Vorname", "Nachname", "Eigenname", "Buchstabe", "Symbol", "Straßenname", "Affix", "Suffix",
         "Abkürzung", "Wortverbindung", "Redewendung", "Gebundenes Lexem", "Deklinierte Form"}  # fmt: skip
HEADER = """\
# German nouns that news use, by which forms are told to be one noun and a topic is put in the nominative.
# Columns, separated by tabs: lemma, genders (m, f, n), nominative plural (- for none), other forms (with spaces).
# Written by training/make_nouns.py; do not edit.
# Source: German Wiktionary (https://de.wiktionary.org) through german-nouns 1.2.5; chosen by wordfreq 3.1.1.
# Licence: CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/).
lemma	genders	plural	forms
"""


def frequency(form: str) -> float:
    """Return the Zipf frequency of a form in German, 0 where it is unknown."""
    often = _frequencies().get(form.lower().replace("ß", "ss"))  # as wordfreq spells them
    return float(freq_to_zipf(often)) if often else 0.0


@lru_cache(maxsize=1)
def _frequencies() -> dict[str, float]:
    return dict(get_frequency_dict("de", wordlist="best"))


def lines(path: Path) -> Iterator[str]:
    """Yield the rows of the table, sorted by lemma; entries of one spelling are one row."""
    entries: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lemma = row["lemma"]
            if not set(row["pos"].split(",")) & NAMES and lemma[:1].isupper() and lemma.isalpha() and len(lemma) > 1:
                entries[lemma].append({key: value for key, value in row.items() if value and value.isalpha()})
    for lemma in sorted(entries):
        rows = entries[lemma]
        genders = "".join(sorted({v for row in rows for k, v in row.items() if k.startswith("genus") and v in "mfn"}))
        plurals = [v for row in rows for k, v in row.items() if k.startswith("nominativ plural")]
        forms = {
            v for row in rows for k, v in row.items() if k.startswith(("nominativ", "genitiv", "dativ", "akkusativ"))
        } - {lemma}
        if not genders or max(map(frequency, {lemma, *forms})) < LEAST:
            continue
        plural = plurals[0] if plurals else "-"
        yield "\t".join([lemma, genders, plural, " ".join(sorted(forms - {plural})) or "-"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path)
    args = parser.parse_args()
    target = package_file("lang", "de") / "noun-forms.tsv"
    target.write_text(HEADER + "".join(f"{line}\n" for line in lines(args.csv)), encoding="utf-8")


if __name__ == "__main__":
    main()
