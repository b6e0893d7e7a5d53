"""German words in their basic form: nouns, compounds, verbs, the nouns for deeds; and that their tables are whole."""

from __future__ import annotations

import pytest

from kg.extract.morphology import Words, load_words
from kg.extract.rows import read_rows
from kg.resources import package_file

FOLDER = package_file("lang", "de")


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words("de")


@pytest.mark.parametrize("table", ["noun-forms", "strong-verbs", "nominalisations", "topic-words"])
def test_every_table_names_its_source_and_licence(table: str) -> None:
    head = [line for line in (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").split("\n") if line.startswith("# ")]
    assert any("Source:" in line for line in head)
    assert any("Licence: CC" in line for line in head)


@pytest.mark.parametrize(
    ("word", "lemma", "plural", "nominative"),
    [
        ("Truppen", "Truppe", True, "Truppen"),
        ("Gesprächen", "Gespräch", True, "Gespräche"),
        ("Walfangs", "Walfang", False, "Walfang"),
        ("NATO-Truppen", "NATO-Truppe", True, "NATO-Truppen"),
        ("Induswasservertrages", "Induswasservertrag", False, "Induswasservertrag"),
        ("Maßnahmen", "Maßnahme", True, "Maßnahmen"),
    ],
)
def test_nouns_lose_their_case(words: Words, word: str, lemma: str, plural: bool, nominative: str) -> None:
    noun = words.noun(word)
    assert noun is not None
    assert (noun.lemma, noun.plural, noun.nominative) == (lemma, plural, nominative)


def test_a_word_that_no_table_has_is_no_noun(words: Words) -> None:
    assert words.noun("Xqzv") is None


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("Waffenlieferung", ["Waffe", "Lieferung"]),
        ("NATO-Truppe", ["NATO", "Truppe"]),
        ("Induswasservertrag", ["Induswasser", "Vertrag"]),
        ("Friedensvertrag", ["Frieden", "Vertrag"]),
        ("Wirtschaftssanktion", ["Wirtschaft", "Sanktion"]),
        ("Staatsstreich", ["Staatsstreich"]),
        ("Vertrag", ["Vertrag"]),
    ],
)
def test_compounds_fall_into_their_parts(words: Words, compound: str, parts: list[str]) -> None:
    assert words.parts(compound) == parts


@pytest.mark.parametrize(
    ("form", "infinitive", "deed"),
    [
        ("entsenden", "entsenden", "Entsendung"),
        ("entsandt", "entsenden", "Entsendung"),
        ("abzuziehen", "abziehen", "Abzug"),
        ("zurückgetreten", "zurücktreten", "Rücktritt"),
        ("geliefert", "liefern", "Lieferung"),
        ("anzuerkennen", "anerkennen", "Anerkennung"),
        ("auszusteigen", "aussteigen", "Ausstieg"),
        ("verhandeln", "verhandeln", "Verhandlung"),
        ("verlassen", "verlassen", None),
    ],
)
def test_verbs_and_the_nouns_for_their_deeds(words: Words, form: str, infinitive: str, deed: str | None) -> None:
    assert words.verb(form) == infinitive
    assert words.deed(infinitive) == deed


def test_words_of_one_meaning_are_basic_forms(words: Words) -> None:
    unknown = [word for word in words.same if (noun := words.noun(word)) is not None and noun.lemma != word]
    assert unknown == []


def test_verbs_that_only_carry_an_object_are_infinitives(words: Words) -> None:
    assert [verb for verb in words.kinds["support"] if words.verb(verb) != verb] == []


def test_no_deed_is_given_twice() -> None:
    verbs = [row[0] for row in read_rows(FOLDER / "nominalisations.tsv", 3)]
    assert sorted(verbs) == sorted(set(verbs))
