"""Who reports a position, on trees set by hand."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from kg.extract.reporting import Reporting, name_of

VOCAB = spacy.blank("de").vocab


def tree(*rows: tuple[str, int, str, str]) -> Doc:
    """Words with head, relation and part of speech."""
    words, heads, deps, pos = zip(*rows, strict=True)
    return Doc(VOCAB, words=list(words), heads=list(heads), deps=list(deps), pos=list(pos))


SAID = tree(
    ("Sprecherin", 2, "nsubj", "NOUN"), ("Meier", 0, "flat", "PROPN"), ("sagte", 2, "ROOT", "VERB"),
    (",", 5, "punct", "PUNCT"), ("Ungarn", 5, "nsubj", "PROPN"), ("lehne", 2, "ccomp", "VERB"),
    ("das", 5, "obj", "PRON"), ("ab", 5, "compound:prt", "ADP"),
)  # fmt: skip
ACCORDING = tree(
    ("Laut", 1, "case", "ADP"), ("BBC", 3, "obl", "PROPN"), ("offenbar", 3, "advmod", "ADV"),
    ("lehnt", 3, "ROOT", "VERB"), ("Ungarn", 3, "nsubj", "PROPN"), ("ab", 3, "compound:prt", "ADP"),
)  # fmt: skip
ACCOUNTS = tree(
    ("Nach", 1, "case", "ADP"), ("Angaben", 4, "obl", "NOUN"), ("der", 3, "det", "DET"), ("Polizei", 1, "nmod", "NOUN"),
    ("fordern", 4, "ROOT", "VERB"), ("Bürger", 4, "nsubj", "NOUN"), ("Ruhe", 4, "obj", "NOUN"),
)  # fmt: skip
REPORTED = tree(
    ("Ungarn", 1, "nsubj", "PROPN"), ("zögert", 1, "ROOT", "VERB"), (",", 4, "punct", "PUNCT"),
    ("Haaretz", 4, "nsubj", "PROPN"), ("mitteilte", 1, "parataxis", "VERB"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("doc", "cue", "taken", "reporter"),
    [
        (SAID, 5, [4, 6], "Sprecherin Meier"),
        (SAID, 5, [1, 6], None),  # the holder speaks
        (ACCORDING, 3, [4], "BBC"),
        (ACCOUNTS, 4, [5, 6], "Polizei"),
        (REPORTED, 1, [0], "Haaretz"),
        (tree(("Ungarn", 1, "nsubj", "PROPN"), ("zögert", 1, "ROOT", "VERB")), 1, [0], None),
    ],
)
def test_reporters(doc: Doc, cue: int, taken: list[int], reporter: str | None) -> None:
    found = Reporting("de").reporter(doc[cue], taken)
    assert (found and " ".join(t.text for t in name_of(found))) == reporter


def test_hedges() -> None:
    assert Reporting("de").hedged(ACCORDING[3])
    assert not Reporting("de").hedged(SAID[5])
