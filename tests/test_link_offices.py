"""The linker on offices: where somebody holds one, who is spoken for, parties and chambers by their state."""

from __future__ import annotations

from datetime import date

import pytest
from test_link import LINKER, article, link, where

from kg.extract.link import Name
from kg.extract.tables import load_registry
from kg.model import Actor

REGISTRY = load_registry("de")


def known(label: str) -> Actor:
    return REGISTRY.labels[label].actor


@pytest.mark.parametrize(
    ("words", "name", "year", "label"),
    [
        ("Präsident", "Bill Clinton", 1999, "USA"),
        ("Ministerpräsident", "Aldo Moro", 1976, "Italien"),
        ("Präsident", "Lyndon B. Johnson", 1973, "USA"),  # he was, some years before
        ("Generalsekretär", "Kurt Waldheim", 1970, "Vereinte Nationen"),  # not yet
        ("EU-Präsident", "Bill Clinton", 1999, "EU"),  # the words tell
        ("Präsident", "Bill Wüstner", 1999, "Präsident"),
    ],
)
def test_an_office_before_a_name_is_where_its_holder_has_it(words: str, name: str, year: int, label: str) -> None:
    text = f"Der Iran zögert, Italien nicht. Das sagte {words} {name}."
    assert link(text, words, body=True, day=date(year, 7, 1), per=name, loc="Iran|Italien").label == label


@pytest.mark.parametrize(
    ("holder", "title", "told", "year", "label"),
    [
        ("Jimmy Carter", "Präsident", "Iran", 1979, "USA"),
        ("Jimmy Carter", "Präsident", "USA", 1979, None),
        ("Jacques Delors", "Kommissionspräsident", "EG-Kommission", 1986, None),
        ("Emmerson Mnangagwa", "Vizepräsident", "China", 2017, "Simbabwe"),
        ("Emmerson Mnangagwa", "Vorsitzende", "Afrikanische Union", 2015, None),  # not of a state alone
        ("Gregor Gysi", "Fraktionschef", "Die Linke", 2014, None),  # who led the PDS before
        ("Eduard Schewardnadse", "Außenminister", "Georgien", 1988, "Sowjetunion"),
        ("Lord Carrington", "Generalsekretär", "Sowjetunion", 1986, "NATO"),  # whom the registry calls its head
        ("Jimmy Carter", "Abend", "Iran", 1979, None),
    ],
)
def test_what_an_office_belongs_to_is_as_the_registry_knows_it(
    holder: str, title: str, told: str, year: int, label: str | None
) -> None:
    links = article("Das sagte er.", date(year, 11, 15))
    better = links.body_held(known(holder), title, known(told))
    assert (better and better.label) == label


def test_a_minister_of_somebody_is_one_of_his_state() -> None:
    links = article("Anwar as-Sadat schwieg.", date(1978, 9, 18), per="Anwar as-Sadat")
    unknown = Actor(iri="https://example.org/wuestner", label="Wüstner", type="Person")
    better = links.body_held(unknown, "Außenminister", known("Anwar as-Sadat"))
    assert better is not None
    assert better.label == "Ägypten"


@pytest.mark.parametrize(
    ("actor", "body", "serves"), [("Jimmy Carter", "USA", True), ("Jimmy Carter", "Iran", False), ("NATO", "USA", None)]
)
def test_whether_somebody_serves_a_body(actor: str, body: str, serves: bool | None) -> None:
    assert article("Das war es.").serves(known(actor), known(body)) is serves


def test_whoever_speaks_for_a_president_does_not_speak_for_his_party() -> None:
    text, words = "Der Sprecher von Recep Tayyip Erdoğan sagte dies.", "Sprecher von Recep Tayyip Erdoğan"
    actor = article(text, date(2018, 8, 28), per="Recep Tayyip Erdoğan").actor(where(text, words))
    assert actor.label == "Türkei"


@pytest.mark.parametrize(
    ("words", "name", "label"),
    [
        ("Sprecher von Präsident Ronald Reagan", "Ronald Reagan", "USA"),
        ("Sprecher Reagans", "Reagans", "USA"),
        ("Sprecherin von Wüstner", "Wüstner", "Wüstner"),
        ("Berater Reagans", "Reagans", "Berater Reagans"),
        ("Präsident Reagan", "Reagan", "Ronald Reagan"),
    ],
)
def test_whoever_speaks_for_somebody_is_not_that_one(words: str, name: str, label: str) -> None:
    text = f"Ronald Reagan schwieg. Das sagte ein {words}."
    actor = article(text, date(1984, 5, 1), per="|".join({"Ronald Reagan", name})).actor(where(text, words))
    assert actor.label == label or (label == "Wüstner" and not actor.resolved)


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Das Parlament in Seoul stimmte zu.", "Parlament in Seoul", "südkoreanisches Parlament"),
        ("Haitis Senat stimmte zu.", "Haitis Senat", "Senat von Haiti"),
        ("Italiens Kommunisten stimmten zu.", "Italiens Kommunisten", "Kommunistische Partei Italiens"),
        ("Das Parlament in Wüstenrot stimmte zu.", "Parlament in Wüstenrot", "Parlament in Wüstenrot"),
        ("Spanien wählt. In Spanien stimmten die Sozialisten zu.", "Sozialisten", "PSOE"),
        ("Paris wählt. In Frankreich stimmten die Sozialisten zu.", "Sozialisten", "Parti socialiste"),
        ("Paris und Madrid wählen. Die Sozialisten stimmten zu.", "Sozialisten", "Sozialisten"),
        ("Kanada wählt. Kanadas Liberale stimmten den Liberalen zu.", "Liberalen", "Liberale Partei Kanadas"),
        ("Kanada wählt. In Kanada stimmt die SPD den Liberalen zu.", "Liberalen", "FDP"),
    ],
)
def test_parties_and_chambers_are_those_of_a_state(text: str, words: str, label: str) -> None:
    assert link(text, words).label == label


@pytest.mark.parametrize(
    ("text", "words", "year", "label"),
    [
        ("Saudi-Arabien zögert. Faisal schwieg.", "Faisal", 1967, "Faisal ibn Abd al-Aziz"),
        ("Saudi-Arabien zögert. Faisal schwieg.", "Faisal", 1990, "Saud al-Faisal"),
        ("Frankreich zögert. Faisal schwieg.", "Faisal", 1967, "Faisal"),
        ("Frankreich zögert. Auch Juppé schwieg.", "Juppé", 2011, "Alain Juppé"),
        ("Ban schwieg.", "Ban", 2011, "Ban Ki-moon"),
        ("Der Ban gilt.", "Ban", 2011, "Ban"),
        ("Das sagte De Gaulle.", "De Gaulle", 1963, "Charles de Gaulle"),
    ],
)
def test_a_name_alone_is_who_serves_what_the_article_names(text: str, words: str, year: int, label: str) -> None:
    assert link(text, words, day=date(year, 5, 1), loc="Saudi-Arabien|Frankreich").label == label


def test_a_king_is_not_somebody_else_of_his_name() -> None:
    text = "Saddam Hussein schwieg. König Hussein klagte."
    links = article(text, date(1990, 8, 10), per="Saddam Hussein|Hussein")
    assert links.actor(where(text, "Hussein", 1)).label == "Hussein I."


def test_a_korean_name_is_written_apart_or_with_a_hyphen() -> None:
    assert link("Das sagte Han Sung Joo.", "Han Sung Joo", per="Han Sung Joo").label == "Han Sung-joo"


def test_of_a_state_are_not_those_who_served_others() -> None:
    text = "Jimmy Carter und Leonid Breschnew trafen sich. Der Kremlchef schwieg."
    names = [Name(x, where(text, x), "PER") for x in ("Jimmy Carter", "Leonid Breschnew")]
    links = LINKER.article(text, names, date=date(1979, 6, 18))
    assert links.foreign_to(known("Sowjetunion")) == {"Jimmy Carter"}
    assert links.foreign_to(known("NATO")) == frozenset()
    assert links.office_holders(where(text, "Kremlchef"))[0] == {"Leonid Breschnew"}


def test_a_short_name_is_of_the_state_that_somebody_served() -> None:
    text = "Irland wählt. In Irland sagte Joschka Fischer (Grüne) nichts."
    links = article(text, date(2001, 6, 8), per="Joschka Fischer", loc="Irland")
    assert links.actor(where(text, "Grüne"), body=True).label == "Green Party (Irland)"
    of_fischer = links.whose(known("Joschka Fischer"), where(text, "Grüne"))
    assert of_fischer is not None
    assert of_fischer.label == "Bündnis 90/Die Grünen"
    assert links.whose(known("NATO"), where(text, "Grüne")) is None
