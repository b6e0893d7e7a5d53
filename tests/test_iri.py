"""IRIs: the same name gives the same IRI, and every IRI is one."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.iri import (
    BASE,
    actor_iri,
    article_graph,
    article_iri,
    position_iri,
    relation_iri,
    run_iri,
    slug,
    topic_iri,
)

ANY_TEXT = st.text(alphabet=st.characters())  # lone surrogates too


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Frankreich", "frankreich"),
        ("Außenministerium Österreichs", "aussenministerium-oesterreichs"),
        ("Truppen zu entsenden", "truppen-zu-entsenden"),
        ("  „Freedom“ – 2,5 % ", "freedom-2-5"),
        ("São Tomé", "sao-tome"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Α", "%CE%B1"),
    ],
)
def test_slug_of_names(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_decomposed_letters_are_the_same_name() -> None:
    assert slug("Tu\u0308rkei") == slug("Türkei") == "tuerkei"


def test_long_names_are_cut_and_stay_apart() -> None:
    one, other = slug("Erklärung " * 20 + "eins"), slug("Erklärung " * 20 + "zwei")
    assert one != other
    assert re.fullmatch(r"[a-z-]{1,64}-[0-9a-f]{8}", one)


def test_a_cut_never_tears_an_encoded_letter() -> None:
    assert re.fullmatch(r"(%[0-9A-F]{2})+-[0-9a-f]{8}", slug("Москва" * 20))


def test_names_without_letters_stay_apart() -> None:
    assert slug("?!") != slug("...")
    assert slug("").startswith("x-")


@given(ANY_TEXT)
def test_slug_is_one_safe_path_segment(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"(?:[a-z0-9-]|%[0-9A-F]{2})+", made)
    assert len(made) <= 80
    assert made == slug(text.strip())


@given(ANY_TEXT, ANY_TEXT)
def test_all_iris_are_absolute_and_articles_stay_apart(one: str, other: str) -> None:
    for iri in (actor_iri(one), topic_iri(one), article_iri(one), article_graph(one), run_iri(one)):
        ox.NamedNode(iri)
        assert iri.isascii()
        assert iri.startswith(BASE)
    assert (article_iri(one) == article_iri(other)) == (one == other)
    assert article_graph(one) != article_iri(other)


def test_actor_by_wikidata_item() -> None:
    assert actor_iri("Frankreich", "Q142") == f"{BASE}actor/Q142"
    assert actor_iri("Q142") != actor_iri("Frankreich", "Q142")


@pytest.mark.parametrize("item", ["142", "Q", "Q0", "q142", "Q142/x", "Q1 2", "Q142\n"])
def test_what_is_no_item_is_refused(item: str) -> None:
    with pytest.raises(ValueError, match="Wikidata"):
        actor_iri("Frankreich", item)


def test_statement_iris_depend_on_each_part() -> None:
    key = ("a1", f"{BASE}actor/Q142", "opposes", ((0, 4),), ((5, 9),))
    assert re.fullmatch(re.escape(BASE) + "position/[0-9a-f]{16}", position_iri(key))
    others = [(*key[:place], "x", *key[place + 1 :]) for place in range(len(key))]
    assert len({position_iri(key), *map(position_iri, others)}) == len(key) + 1
    assert position_iri(key).rsplit("/", 1)[-1] == relation_iri(key).rsplit("/", 1)[-1]


def test_iris_do_not_change_between_releases() -> None:
    assert position_iri(("a", 1, ((0, 2),))) == f"{BASE}position/e8e3c8facb5fbc25"
