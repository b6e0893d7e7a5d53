"""The linker: which actor German words name. Each case is a sentence, the words asked for, and the canonical label."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.forms import nominative, plain
from kg.extract.link import ArticleLinks, Linker, Name
from kg.extract.tables import load_registry
from kg.model import Actor, Span

LINKER = Linker("de")
REGISTRY = load_registry("de")
STATES = sorted(
    label
    for label, entry in REGISTRY.labels.items()
    # "Berlin" alone is Germany's government
    if entry.actor.type == "State" and REGISTRY.seats.get(label, entry) is entry
)


def article(text: str, day: date | None = None, **names: str) -> ArticleLinks:
    """Link a text; ``per``, ``org`` and ``loc`` list its names, separated by |."""
    found = []
    for label, words in names.items():
        for word in words.split("|"):
            start = text.find(word)
            while start >= 0:
                found.append(Name(word, (start, start + len(word)), label.upper()))
                start = text.find(word, start + len(word))
    longest = [
        x for x in found if not any(y is not x and y.span[0] <= x.span[0] and x.span[1] <= y.span[1] for y in found)
    ]
    return LINKER.article(text, longest, date=day)


def where(text: str, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def link(text: str, words: str, *, day: date | None = None, body: bool = False, **names: str) -> Actor:
    return article(text, day, **names).actor(where(text, words), body=body)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Frankreichs", "Frankreich"),
        ("der Vereinigten Staaten", "USA"),
        ("US-", "USA"),
        ("Vereinigten Arabischen Emiraten", "Vereinigte Arabische Emirate"),
        ("ukrainischen", "Ukraine"),
        ("Teheraner", "Iran"),
        ("die Amerikaner", "USA"),
        ("Moskau", "Russland"),
        ("der Kreml", "Russland"),
        ("des Weißen Hauses", "USA"),
        ("Den Haag", "Niederlande"),
        ("Brüssel", "EU"),
        ("Republik Moldau", "Moldau"),
        ("der Türkei", "Türkei"),
        ("SLOWAKEI", "Slowakei"),
    ],
)
def test_states_by_any_word_for_them(words: str, label: str) -> None:
    actor = link(f"Es ging um {words} gestern.", words)
    assert (actor.label, actor.type) == (label, "Organisation" if label == "EU" else "State")
    assert actor.resolved


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("russische Regierung", "Russland"),
        ("US-Außenministerium", "USA"),
        ("Außenministerium in Kairo", "Ägypten"),
        ("Außenministerium der Vereinigten Staaten", "USA"),
        ("Regierung von Präsident Salva Kiir aus dem Südsudan", "Südsudan"),
        ("deutsche Botschaft in Sanaa", "Deutschland"),
        ("US-Botschaft im Irak", "USA"),
        ("Bundesregierung", "Deutschland"),
        ("Auswärtige Amt", "Deutschland"),
        ("iranische Diplomaten", "Iran"),
        ("SPD-Fraktion", "SPD"),
        ("Brics-Staaten", "BRICS"),
    ],
)
def test_who_speaks_for_a_state_or_party_is_it(words: str, label: str) -> None:
    assert link(f"Das sagte {words} am Montag.", words).label == label


@pytest.mark.parametrize(
    ("words", "person", "label"),
    [
        ("Regierung Merkel", "Angela Merkel", "Deutschland"),
        ("Bush-Regierung", "George W. Bush", "USA"),
        ("Obamas Kabinett", "Barack Obama", "USA"),
        ("Regierung von Boris Johnson", "Boris Johnson", "Vereinigtes Königreich"),
        ("Regierung unter Thomas Wüstner", "Thomas Wüstner", "Burkina Faso"),
    ],
)
def test_a_government_is_the_state_of_who_leads_it(words: str, person: str, label: str) -> None:
    text = f"Die {words} lehnte das ab, nicht {person}. Der burkinische Präsident Thomas Wüstner schwieg."
    links = article(text, per="|".join({person, "Thomas Wüstner"}))
    assert links.actor(where(text, words)).label == label
    assert not links.refers_back(where(text, words))


def test_a_government_of_somebody_unknown_is_no_state() -> None:
    text = "Die Regierung Wüstner lehnte das ab. Thomas Wüstner schwieg."
    assert link(text, "Regierung Wüstner", per="Thomas Wüstner").type != "State"


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Vereinten Nationen", "Vereinte Nationen"),
        ("Europäischen Kommission", "EU-Kommission"),
        ("Internationale Atomenergiebehörde", "IAEA"),
        ("IAEA", "IAEA"),
        ("Sicherheitsrat der Vereinten Nationen", "UN-Sicherheitsrat"),
        ("Internationalen Strafgerichtshofs", "Internationaler Strafgerichtshof"),
        ("Nato", "NATO"),
        ("Linken", "Die Linke"),
        ("Energiekonzern RWE", "RWE"),
    ],
)
def test_organisations_in_any_case(words: str, label: str) -> None:
    assert link(f"Sprecher der {words} am Montag.", words, org=words).label == label


def test_short_names_match_only_as_written() -> None:
    assert link("Das is so.", "is").resolved is False
    assert link("Der IS drohte.", "IS").label == "Islamischer Staat"


def test_an_article_introduces_its_abbreviations() -> None:
    text = "Die Deutsche Wüstenstiftung (DWS) lobte dies. Später sagte die DWS mehr."
    links = article(text, org="Deutsche Wüstenstiftung|DWS")
    long, short = links.actor(where(text, "Deutsche Wüstenstiftung")), links.actor(where(text, "DWS", 1))
    assert long == short
    assert short.label == "Deutsche Wüstenstiftung"
    assert not short.resolved


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        (
            "Die Sprecherin des Verbandes Deutscher Dünenforscher (VDD) lobte den VDD.",
            "VDD",
            "Verband Deutscher Dünenforscher",
        ),
        ("Die Zelle des Kommandos Sand (KS) lobte dies, so KS.", "KS", "Kommando Sand"),
        ("Die Dünenfreunde Hamburg e.V. (DFH) lobten dies, so DFH.", "DFH", "Dünenfreunde Hamburg"),
        ("Die Dünen Energie AG (DE) lobte dies, so DE.", "DE", "Dünen Energie AG"),
        ("In Dorado, so die Dünenpartei (DP), gelte das. Die DP lobte es.", "DP", "Dünenpartei"),
        ("Deutschland baut. Die Dünenfront Sand (DSB) lobte es, so DSB.", "DSB", "DSB"),
    ],
)
def test_an_abbreviation_that_nobody_knows_is_called_by_its_long_form(text: str, words: str, label: str) -> None:
    assert article(text).actor(where(text, words, 1)).label == label


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Der Gouverneur Dünias kam.", "Dünias", "Dünia"),
        ("Dünias Gouverneur kam.", "Dünias", "Dünia"),
        ("Die Dünstadter Feuerwehr warnte. In Dünstadt brennt es.", "Dünstadter", "Dünstadt"),
        ("Die Dünstadter Feuerwehr warnte.", "Dünstadter", "Dünstadter"),
        ("In Los Dünos sprach der Gouverneur.", "Los Dünos", "Los Dünos"),
    ],
)
def test_a_place_has_no_ending(text: str, words: str, label: str) -> None:
    assert article(text, loc=words).actor(where(text, words)).label == label


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Er sprach mit dünischen Abgeordneten.", "dünischen Abgeordneten", "dünische Abgeordnete"),
        ("Das Urteil des Obersten Gerichts", "Obersten Gerichts", "Oberstes Gericht"),
        ("Das sagte dessen Begleiter.", "dessen Begleiter", "dessen Begleiter"),
        ("Der Vorstand der Wüstenbank lehnte ab.", "Vorstand der Wüstenbank", "Wüstenbank"),
        ("Ein Sprecher von den Dünenfreunden lehnte ab.", "Sprecher von den Dünenfreunden", "Dünenfreunde"),
        ("Ein Sprecher des Unternehmens lehnte ab.", "Sprecher des Unternehmens", "Sprecher des Unternehmens"),
        ("Die Gegner der Wüstenbank lehnten ab.", "Gegner der Wüstenbank", "Gegner der Wüstenbank"),
    ],
)
def test_who_has_no_name_is_called_in_the_nominative(text: str, words: str, label: str) -> None:
    assert article(text).actor(where(text, words)).label == label


def test_surnames_belong_to_the_full_name_of_the_article() -> None:
    text = "Ministerin Klara Wehner sprach. Wehner lehnte ab. Wehners Partei schwieg."
    links = article(text, per="Klara Wehner|Wehner|Wehners")
    for nth in range(3):
        actor = links.actor(where(text, "Wehner", nth))
        assert (actor.label, actor.resolved) == ("Klara Wehner", False)
    assert links.actor(where(text, "Wehners")).label == "Klara Wehner"


@pytest.mark.parametrize(
    ("text", "words", "names", "label"),
    [
        ("Thomas de Maizière kam. De Maizière ging.", "De Maizière", "Thomas de Maizière|De Maizière", None),
        ("Ursula von der Leyen kam. Von der Leyen ging.", "Von der Leyen", "Ursula von der Leyen|Von der Leyen", None),
        ("Hajim al-Hassani kam. Al-Hassani ging.", "Al-Hassani", "Hajim al-Hassani|Al-Hassani", None),
        ("Bundeskanzlerin Merkel kam.", "Bundeskanzlerin Merkel", "Merkel", "Angela Merkel"),
        ("Dies sagte Senatssprecher Udo Wehner.", "Senatssprecher Udo Wehner", "Udo Wehner", "Udo Wehner"),
        ("Die Pläne Benjamin Netanyahus.", "Benjamin Netanyahus", "Benjamin Netanyahus", "Benjamin Netanjahu"),
    ],
)  # fmt: skip
def test_persons(text: str, words: str, names: str, label: str | None) -> None:
    assert link(text, words, per=names).label == (label or names.partition("|")[0])


def test_a_surname_of_two_words_is_not_a_second_person() -> None:
    text = "Zine el-Abidine Ben Ali floh. Die Anhänger von Ben Ali protestierten."
    links = article(text, per="Zine el-Abidine Ben Ali|Ben Ali")
    assert links.actor(where(text, "Ben Ali", 1)).label == "Zine el-Abidine Ben Ali"


def test_an_ambiguous_surname_needs_evidence() -> None:
    assert not link("Fischer lehnte ab.", "Fischer", per="Fischer").resolved
    assert link("Außenminister Fischer lehnte ab.", "Fischer", per="Fischer").label == "Joschka Fischer"


def test_two_of_one_surname_are_told_apart_by_the_last_full_name() -> None:
    text = "Lech Kaczyński kam. Jarosław Kaczyński kam. Kaczyński ging."
    links = article(text, per="Lech Kaczyński|Jarosław Kaczyński|Kaczyński")
    assert links.actor(where(text, "Kaczyński", 2)).label == "Jarosław Kaczyński"


def test_a_first_name_alone_is_nobody_of_the_registry() -> None:
    assert not link("Philippe lehnte ab.", "Philippe", per="Philippe").resolved
    assert link("König Philippe lehnte ab.", "König Philippe", per="Philippe").resolved


OFFICES = "Der französische Präsident Emmanuel Macron traf Friedrich Merz. Der Kanzler lobte ihn, der Präsident dankte."


def test_an_office_is_the_person_whom_the_article_names() -> None:
    links = article(OFFICES, date(2025, 9, 4), per="Emmanuel Macron|Friedrich Merz")
    assert links.actor(where(OFFICES, "Kanzler")).label == "Friedrich Merz"
    assert links.actor(where(OFFICES, "Präsident", 1)).label == "Emmanuel Macron"


def test_an_unnamed_office_holder_is_the_state() -> None:
    actor = link("Der Außenminister Frankreichs lehnte ab.", "Außenminister Frankreichs", day=date(2025, 9, 4))
    assert (actor.label, actor.type) == ("Frankreich", "State")
    assert link("Der US-Vertreter lehnte ab.", "US-Vertreter").label == "USA"
    assert link("Ein Talibansprecher lehnte ab.", "Talibansprecher").label == "Taliban"


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Die EU-Außenminister lehnten ab.", "EU-Außenminister", "EU"),
        ("Die Außenminister der Arabischen Liga lehnten ab.", "Außenminister der Arabischen Liga", "Arabische Liga"),
        ("Staats- und Regierungschefs der NATO kamen.", "Staats- und Regierungschefs der NATO", "NATO"),
    ],
)
def test_the_ministers_of_a_union_of_states_are_the_union(text: str, words: str, label: str) -> None:
    links = article(text)
    assert links.actor(where(text, words)).label == label
    assert not links.refers_back(where(text, words))


@pytest.mark.parametrize(
    ("text", "words", "label", "today"),
    [
        ("Moskau lehnt das ab.", "Moskau", "Sowjetunion", "Russland"),
        ("Die russische Regierung lehnt das ab.", "russische Regierung", "Russland", "Russland"),
        ("Brüssel lehnt das ab.", "Brüssel", "EG", "EU"),
        ("Belgrad lehnt das ab.", "Belgrad", "Jugoslawien", "Serbien"),
        ("Die serbische Regierung lehnt das ab.", "serbische Regierung", "Serbien", "Serbien"),
        ("Kinshasa lehnt das ab.", "Kinshasa", "Zaire", "Demokratische Republik Kongo"),
        ("Die Grünen lehnen das ab.", "Grünen", "Die Grünen", "Bündnis 90/Die Grünen"),
    ],
)
def test_a_seat_stands_for_whom_it_stood_for_then(text: str, words: str, label: str, today: str) -> None:
    assert link(text, words, day=date(1985, 3, 11)).label == label
    assert link(text, words, day=date(2022, 3, 11)).label == today
    assert link(text, words).label == today


def test_a_title_is_no_part_of_a_name_that_nobody_knows() -> None:
    text = "US-Präsident Monroe warnte Europa."
    links = article(text, per="Monroe")
    words = where(text, "US-Präsident Monroe")
    assert (links.actor(words).label, links.actor(words).type) == ("Monroe", "Person")
    assert not links.refers_back(words)
    sister = "Die Schwester des Präsidenten Monroe warnte."
    assert link(sister, "Schwester des Präsidenten Monroe", per="Monroe").label != "Monroe"
    assert link("Lord Moncrieff schwieg.", "Lord Moncrieff", per="Moncrieff").label == "Lord Moncrieff"


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("US-Präsident Donald Trump kam.", "US-Präsident", "USA"),
        ("Bundeskanzlerin Angela Merkel kam.", "Bundeskanzlerin", "Deutschland"),
        ("Der französische Präsident kam.", "französische", "Frankreich"),
        ("EU-Erweiterungskommissarin Marta Kos kam.", "EU-Erweiterungskommissarin", "EU"),
        ("SPD-Chef Lars Klingbeil kam.", "SPD-Chef", "SPD"),
        ("XYZP-Chef Lars Klingbeil kam.", "XYZP-Chef", "XYZP"),
    ],
)
def test_the_body_of_an_office(text: str, words: str, label: str) -> None:
    assert link(text, words, body=True, per="Donald Trump|Angela Merkel|Marta Kos|Lars Klingbeil").label == label


def test_pronouns_and_descriptions_take_their_antecedent() -> None:
    text = "Wopke Hoekstra sprach für die EU. Er warnte. Der Niederländer ging. Die Regierung in Den Haag schwieg."
    links = article(text, per="Wopke Hoekstra", loc="Den Haag", org="EU")
    man = where(text, "Wopke Hoekstra")
    assert links.actor(where(text, "Er "), antecedent=man).label == "Wopke Hoekstra"
    assert links.actor(where(text, "Der Niederländer"), antecedent=man).label == "Wopke Hoekstra"
    assert links.actor(where(text, "Regierung in Den Haag"), antecedent=man).label == "Niederlande"
    assert links.refers_back(where(text, "Er "))
    assert links.refers_back(where(text, "Niederländer"))
    assert not links.refers_back(man)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("andere europäische Länder", "andere europäische Länder"),
        ("politischen Beobachtern", "politische Beobachter"),
        ("großen Koalition", "große Koalition"),
        ("Wüstenländischen Armee", "Wüstenländische Armee"),
        ("Wissenschaftlichen Beirats", "Wissenschaftlicher Beirat"),
        ("Mitglieder der Partei", "Mitglieder der Partei"),
        ("Freiburger Stiftung", "Freiburger Stiftung"),
        ("Stephen Wüstner", "Stephen Wüstner"),
        ("20 afrikanischen Staaten", "20 afrikanische Staaten"),
        ("Experten und Polizeipraktikern", "Experten und Polizeipraktiker"),
        ("Verbandes der Veteranen", "Verband der Veteranen"),
    ],
)
def test_what_is_unknown_keeps_its_words(words: str, label: str) -> None:
    assert nominative(words) == label
    actor = link(f"Dem widersprachen {words} gestern.", words)
    assert actor.label == label
    assert not actor.resolved
    assert actor.wikidata is None


def test_a_person_is_no_end_of_a_membership() -> None:
    text = "Familienministerin Renate Ohm kam."
    assert link(text, "Familienministerin", body=True, per="Renate Ohm").label == "Familienministerin"


def test_one_of_a_nation_is_no_state_and_its_people_are() -> None:
    text = "Der Brite Keir Starmer kam. Das lobten die Briten."
    links = article(text, per="Keir Starmer")
    assert links.refers_back(where(text, "Brite"))
    assert not links.actor(where(text, "Brite ")).resolved
    assert links.actor(where(text, "Briten")).label == "Vereinigtes Königreich"
    assert not links.refers_back(where(text, "Briten"))


def test_agreement_of_persons_states_and_groups() -> None:
    text = "Ministerin Klara Wehner traf in den USA Emmanuel Macron. Die Anhänger jubelten. Die SPD schwieg."
    links = article(text, per="Klara Wehner|Emmanuel Macron", loc="USA", org="SPD")
    found = {
        words: links.agreement(links.actor(where(text, words)))
        for words in ("Klara Wehner", "Emmanuel Macron", "USA", "Anhänger")
    }
    assert found == {
        "Klara Wehner": ("f", "s"), "Emmanuel Macron": ("m", "s"), "USA": ("", "p"), "Anhänger": ("", "p")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Die US-Truppen zogen ab.", "US-Truppen", "USA"),
        ("Das lehnten iranische Diplomaten ab.", "iranische", "Iran"),
        ("Die Bundesregierung schwieg.", "Bundesregierung", "Deutschland"),
        ("Das Haus brannte.", "Haus", None),
        ("Der Präsident schwieg.", "Präsident", None),
    ],
)
def test_words_outside_of_names_may_tell_an_actor(text: str, words: str, label: str | None) -> None:
    found = article(text).told(where(text, words))
    assert (found.label if found else None) == label


def test_who_holds_an_office_and_who_only_another() -> None:
    links = article(OFFICES, date(2025, 9, 4), per="Emmanuel Macron|Friedrich Merz")
    fitting, others = links.office_holders(where(OFFICES, "Kanzler"))
    assert (fitting, others) == (frozenset({"Friedrich Merz"}), frozenset({"Emmanuel Macron"}))
    nobody = links.office_holders(where(OFFICES, "ihn"))
    assert nobody == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("text", "words", "names", "label"),
    [
        ("Der Agrarchemiekonzern Sygna lehnte ab.", "Agrarchemiekonzern Sygna", "Sygna", "Sygna"),
        ("Die Linkspartei (Parti Rouge) kam.", "Linkspartei (Parti Rouge)", "Parti Rouge", "Parti Rouge"),
        ("Die Irakische Neue Partei kam. Die Neue Partei ging.", "Neue Partei ging"[:11], "Irakische Neue Partei",
         "Irakische Neue Partei"),
    ],
)  # fmt: skip
def test_organisations_that_nobody_knows(text: str, words: str, names: str, label: str) -> None:
    links = article(text, org=names)
    span = where(text, words, text.count(words) - 1)
    assert links.actor(span).label == label
    assert not links.refers_back(span)


@pytest.mark.parametrize("words", ["weitere Unions-Politiker", "mehrere US-Senatoren", "viele SPD-Politiker"])
def test_a_group_is_not_what_it_belongs_to(words: str) -> None:
    assert not link(f"Das lehnten {words} ab.", words).resolved


def test_somebody_by_age_refers_back() -> None:
    text = "Die 74-Jährige lehnte ab. Der 35-Jährige auch."
    links = article(text)
    for words, gender in (("Die 74-Jährige", "f"), ("Der 35-Jährige", "m")):
        assert links.refers_back(where(text, words))
        assert links.reference(where(text, words)).gender == gender


@pytest.mark.parametrize(
    ("text", "name", "year", "label"),
    [
        ("George Bush lehnte ab.", "George Bush", 1955, "George Bush"),
        ("George Bush lehnte ab.", "George Bush", 1991, "George H. W. Bush"),
        ("George Bush lehnte ab.", "George Bush", 2003, "George W. Bush"),
        ("US-Präsident Bush lehnte ab.", "Bush", 2003, "George W. Bush"),
        ("Angela Merkel lehnte ab.", "Angela Merkel", 1991, "Angela Merkel"),
    ],
)
def test_nobody_is_meant_long_before_the_first_office(text: str, name: str, year: int, label: str) -> None:
    actor = link(text, name, day=date(year, 5, 2), per=name)
    assert actor.label == label
    assert actor.resolved == (label != "George Bush")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Siebzehn Staats- und Regierungschefs", "p"),
        ("beide Präsidenten", "p"),
        ("Drei Minister", "p"),
        ("Der Präsident", "s"),
    ],
)
def test_words_tell_how_many_persons_they_mean(words: str, number: str) -> None:
    text = f"{words} lehnten ab."
    assert article(text).reference(where(text, words)).number == number


@pytest.mark.parametrize("words", ["Aktivistin", "Verurteilte", "Hilfswerk", "Terrorgruppe", "Sozialdemokratin"])
def test_common_nouns_for_somebody_refer_back(words: str) -> None:
    text = f"Klara Wehner kam. Dann sprach {words} erneut."
    assert article(text, per="Klara Wehner").refers_back(where(text, words))


@pytest.mark.parametrize("words", ["AfD-Fraktion", "US-Regierung", "Greenpeace-Aktivisten", "SPD-Spitze"])
def test_a_compound_with_a_name_needs_no_antecedent(words: str) -> None:
    text = f"Das lehnte die {words} ab."
    assert not article(text).refers_back(where(text, words))


def test_followers_of_a_person_are_not_the_person() -> None:
    text = "Saddam Hussein schwieg. Die Anhänger Saddam Husseins jubelten, Präsident Saddam Husseins Sprecher auch."
    links = article(text, per="Saddam Hussein|Saddam Husseins")
    assert links.actor(where(text, "Anhänger Saddam Husseins")).label == "Anhänger Saddam Husseins"
    assert links.actor(where(text, "Präsident Saddam Husseins")).label == "Saddam Hussein"


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Berlin lehnte den Vorschlag aus Paris ab.", "Berlin", "Deutschland"),
        ("Berlin kauft Wohnungen zurück. Der Berliner Senat stimmte zu.", "Berlin", "Berlin"),
        ("Der Berliner Senat stimmte zu.", "Berliner Senat", "Berlin"),
        ("Der Hamburger Senat stimmte zu.", "Hamburger Senat", "Hamburg"),
        ("Die Stadt Wien stimmte zu.", "Stadt Wien", "Wien"),
        ("Der OSZE-Bericht kritisierte das.", "OSZE-Bericht", "OSZE"),
    ],
)
def test_towns_and_lands(text: str, words: str, label: str) -> None:
    assert link(text, words, loc="Wien").label == label


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Oberlandesgerichts", "Oberlandesgericht"),
        ("Verbands der Wüstenforscher", "Verband der Wüstenforscher"),
        ("Sozialgerichts Musterstadt", "Sozialgericht Musterstadt"),
        ("Energiekonzernen", "Energiekonzerne"),
        ("Aufständischen", "Aufständische"),
        ("Freien Wählern", "Freie Wähler"),
        ("Deutschen Wüstenhilfe", "Deutsche Wüstenhilfe"),
        ("tibetischen Buddhismus", "tibetischer Buddhismus"),
        ("konservativen Flügel", "konservativer Flügel"),
        ("ausländische Beobachter", "ausländische Beobachter"),
        ("ehemalige Generäle", "ehemalige Generäle"),
        ("Fachleute der Bank", "Fachleute der Bank"),
        ("Russlands Nachbarn", "Russlands Nachbarn"),
        ("vier arabischen Parteien", "vier arabische Parteien"),
        ("zweier Gewerkschaften", "zwei Gewerkschaften"),
        ("mehrere Staaten Osteuropas", "mehrere Staaten Osteuropas"),
        ("konservativen Kreisen", "konservative Kreise"),
        ("Amins Truppen", "Amins Truppen"),
        ("Verwaltern von Musterstadt", "Verwalter von Musterstadt"),
        ("Bürgerinitiative Wüstental", "Bürgerinitiative Wüstental"),
    ],
)
def test_a_group_is_called_in_the_nominative(words: str, label: str) -> None:
    assert link(f"Das sagten Sprecher von {words} am Montag.", words).label == label


def test_behind_des_a_noun_in_s_is_no_plural() -> None:
    assert link("Die Führung des Kommandos schwieg.", "Kommandos").label == "Kommando"
    assert link("Die Kommandos schwiegen.", "Kommandos").label == "Kommandos"


def test_a_verb_beside_a_name_is_none_of_it() -> None:
    text = "Deutlich widersprach Klara Wehner. Moskau drohte erneut. Otto von Ohm schwieg."
    links = article(text, per="widersprach Klara Wehner|Otto von Ohm", loc="Moskau drohte")
    assert links.actor(where(text, "widersprach Klara Wehner")).label == "Klara Wehner"
    assert links.actor(where(text, "Klara Wehner")).label == "Klara Wehner"
    assert links.actor(where(text, "Moskau drohte")).label == "Russland"
    assert links.actor(where(text, "Otto von Ohm")).label == "Otto von Ohm"


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Kenianische Polizei", "Kenia"),
        ("norwegischen Küstenwache", "Norwegen"),
        ("Küstenwache Norwegens", "Norwegen"),
        ("Sicherheitskräfte in Somaliland", "Somaliland"),
        ("Berliner Polizei", "Berliner Polizei"),
        ("Polizei Hamburg", "Polizei Hamburg"),
        ("Polizei in Kairo", "Polizei in Kairo"),
        ("Polizei", "Polizei"),
        ("US-Armee", "USA"),
        ("Norwegische Soldaten", "Norwegen"),
        ("hessische Landesregierung", "Hessen"),
        ("Landesregierung von Baden-Württemberg", "Baden-Württemberg"),
        ("Thüringer Innenministerium", "Thüringen"),
        ("SPD-Landtagsfraktion", "SPD-Landtagsfraktion"),
        ("norwegische Abgeordnete", "norwegische Abgeordnete"),
    ],
)
def test_bodies_of_a_state_and_others(words: str, label: str) -> None:
    assert link(f"Dem widersprach {words} am Montag.", words).label == label


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Die EU zögert. Die Kommission drängt.", "Kommission", "EU-Kommission"),
        ("Die EU zögert. Die Wahlkommission schweigt. Die Kommission drängt.", "Kommission", None),
        ("Norwegen zögert. Die Kommission drängt.", "Kommission", None),
        ("Beim US-Gipfel fehlte er. Der Kongress stimmte zu.", "Kongress", "US-Kongress"),
        ("Die CDU-Spitze zögert. Die Christdemokraten drängen.", "Christdemokraten", "CDU"),
        ("Norwegen zögert. Die Christdemokraten drängen.", "Christdemokraten", None),
    ],
)
def test_what_is_understood_without_its_full_name(text: str, words: str, label: str | None) -> None:
    actor = link(text, words, org="EU", loc="Norwegen")
    assert (actor.label if actor.resolved else None) == label


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Die 27 EU-Staaten zögern.", "27 EU-Staaten", "EU"),
        ("Dagegen stimmten 14 EU-Staaten.", "14 EU-Staaten", None),
        ("Die Staaten der ASEAN zögern.", "Staaten der ASEAN", "ASEAN"),
        ("Mehrere Mitglieder der NATO zögern.", "Mehrere Mitglieder der NATO", None),
        ("Die Außenminister der Organisation Amerikanischer Staaten berieten.",
         "Außenminister der Organisation Amerikanischer Staaten", "OAS"),
        ("Die Beobachter der OSZE warnten.", "Beobachter der OSZE", "OSZE"),
        ("Politische Beobachter warnten.", "Politische Beobachter", None),
        ("Der RWE-Konzern lehnt ab.", "RWE-Konzern", "RWE"),
    ],
)  # fmt: skip
def test_members_and_voices_of_organisations(text: str, words: str, label: str | None) -> None:
    actor = link(text, words)
    assert (actor.label if actor.resolved else None) == label


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Landgericht Musterstadt", "Musterstadt"),
        ("Verband kommunaler Wüstenbahnen", "kommunaler Wüstenbahnen"),
        ("Rat Wüstenländischer Verbände", "Wüstenländischer Verbände"),
    ],
)
def test_the_end_of_a_name_is_no_name(words: str, names: str) -> None:
    assert link(f"Das {words} lehnte ab.", words, org=names).label == words


def test_the_federal_council_is_switzerlands_where_nothing_is_german() -> None:
    text = "Die Schweiz zögert. Der Bundesrat lehnt ab."
    assert link(text, "Bundesrat", loc="Schweiz").label == "Schweiz"
    assert link(text + " Der deutsche Minister auch.", "Bundesrat", loc="Schweiz").label == "Bundesrat"


def test_several_are_no_single_holder_of_their_office() -> None:
    text = "Ministerpräsident Karl Wehner kam. {} Ministerpräsidenten lehnten ab."
    for number in ("Drei", "Siebzehn", "Beide"):
        words = f"{number} Ministerpräsidenten"
        assert link(text.format(number), words, per="Karl Wehner").label != "Karl Wehner"
    woman = "Die Parteivorsitzende Klara Wehner kam. Die Parteivorsitzende lehnte ab."
    assert article(woman, per="Klara Wehner").reference(where(woman, "Parteivorsitzende", 1)).number != "p"


def test_the_grammar_tells_one_of_a_nation() -> None:
    text = "Das sagte der Norweger gestern."
    span = where(text, "Norweger")
    assert LINKER.article(text, [], single=frozenset([span])).refers_back(span)
    assert not LINKER.article(text, []).refers_back(span)


def test_states_that_somebody_is_in_office_for() -> None:
    text = "Der georgische Außenminister Karl Wehner kam."
    assert article(text, per="Karl Wehner").states_of("Karl Wehner", len(text)) == {"Georgien"}


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Vatikansprecher", "Vatikan"),
        ("Bahnchef", "Deutsche Bahn"),
        ("Wüstenbahnchef", "Wüstenbahn"),
        ("Sand-Air-Chefin", "Sand Air"),
        ("Dünen-Chefin", "Dünen-Chefin"),
    ],
)
def test_whose_an_office_is_by_its_compound(words: str, label: str) -> None:
    text = f"Mit der Wüstenbahn und Sand Air sprach {words} Klara Wehner."
    assert link(text, words, body=True, org="Wüstenbahn|Sand Air", per="Klara Wehner").label == label


@given(st.sampled_from(STATES))
def test_every_state_is_found_by_name_and_genitive(label: str) -> None:
    for words in (label, label if label.endswith(("s", "x", "z")) else label + "s"):
        assert link(f"Die Lage {words} blieb.", words).label == label


REGISTRY.person("Nobody Known")  # makes what is made once, so that no example takes longer for it


@given(st.sampled_from(sorted(REGISTRY.persons)))
def test_every_person_is_found_by_any_spelling(name: str) -> None:
    labels = {entry.actor.label for entry in REGISTRY.persons[name]}
    assert link(f"Dann kam {name} an.", name, per=name).label in labels


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_no_text_breaks_the_linker(text: str, one: int, other: int, person: bool) -> None:
    begin, end = sorted((min(one, len(text)), min(other, len(text))))
    names = [Name(text[begin:end], (begin, end), "PER" if person else "ORG")] if begin < end else []
    actor = LINKER.article(text, names, date=None).actor((begin, end))
    assert actor.type in ("Person", "State", "Organisation", "Coalition", "Group")
    assert actor.iri.isascii()


@given(st.text(max_size=40))
def test_plain_is_idempotent(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Vitali Klitschko, der Bürgermeister von Kiew, sprach.", "Kiew", "Kiew"),
        ("Kiews Bürgermeister Vitali Klitschko sprach.", "Kiews", "Kiew"),
        ("Berlins früherer Regierender Bürgermeister sprach.", "Berlins", "Berlin"),
        ("Desmond Connell, der Erzbischof von Dublin, sprach.", "Dublin", "Dublin"),
        ("Kiews Außenminister traf den Bürgermeister von Lemberg.", "Kiews", "Ukraine"),
        ("Der Präsident in Kiew traf Bürgermeister.", "Kiew", "Ukraine"),
    ],
)
def test_offices_of_towns_belong_to_the_town(text: str, words: str, label: str) -> None:
    assert link(text, words, body=True, loc=words).label == label


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Vertreter der syrischen Rebellen", "Vertreter der syrischen Rebellen"),
        ("Sprecher der libyschen Rebellen", "libysche Rebellen"),
        ("Führung der deutschen Gewerkschaften", "Führung der deutschen Gewerkschaften"),
        ("Delegation der palästinensischen Hamas", "Hamas"),
        ("Diplomaten der russischen Regierung", "Russland"),
        ("Diplomaten des französischen Staates", "Frankreich"),
        ("russische Diplomaten", "Russland"),
    ],
)
def test_whoever_speaks_for_a_group_of_a_country_does_not_speak_for_the_country(words: str, label: str) -> None:
    assert link(f"Dann kamen {words} an.", words).label == label


@pytest.mark.parametrize(
    ("text", "found", "label"),
    [
        ("Dagegen ist Carlos Andrés Pérez.", "Andrés Pérez", "Carlos Andrés Pérez"),
        ("Dagegen ist Außenminister V. K. Krishna Menon.", "K. Krishna Menon", "V. K. Krishna Menon"),
        ("Dagegen ist Gohar Ali Wüstner.", "Ali Wüstner", "Gohar Ali Wüstner"),
        ("Dagegen ist der Peronist Carlos Wüstner.", "Carlos Wüstner", "Carlos Wüstner"),
        ("Dagegen ist seit Juli Wüstner.", "Wüstner", "Wüstner"),
        ("Dagegen ist Israels Wüstner.", "Wüstner", "Wüstner"),
    ],
)
def test_a_first_name_that_was_left_out_belongs_to_the_name(text: str, found: str, label: str) -> None:
    assert link(text, label, per=found).label == label
    assert link(text, found, per=found).label == label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Massoud Barzani", "Masud Barzani"),
        ("Massud Barsani", "Masud Barzani"),
        ("Ismail Haniyya", "Ismail Hanija"),
        ("John Sweenie", "John Sweenie"),
        ("Ali Wüstner", "Ali Wüstner"),
    ],
)
def test_a_name_in_another_spelling_is_the_same_person(name: str, label: str) -> None:
    assert link(f"Dagegen ist {name}.", name, per=name).label == label


@pytest.mark.parametrize(
    ("text", "number", "label"),
    [
        ("Dafür stimmten 442 Abgeordnete, 73 stimmten dagegen.", "73", "73 Abgeordnete"),
        ("Zwölf stimmten zu, zwei Staaten enthielten sich.", "Zwölf", "zwölf Staaten"),
        ("Die Zwölf stimmten zu, zwei Staaten enthielten sich.", "Zwölf", "Zwölf"),
        ("Es kostet 442 Millionen Euro, 73 stimmten zu.", "73", "73"),
    ],
)
def test_a_number_alone_is_of_those_whom_the_article_counts(text: str, number: str, label: str) -> None:
    assert link(text, number).label == label


@pytest.mark.parametrize(
    ("text", "words", "body", "label"),
    [
        ("Die USA zögern. Der Senat drängt.", "Senat", False, "US-Senat"),
        ("Die USA zögern. Der Berliner Senat drängt, der Senat zögert.", "Senat drängt", False, "Senat drängt"),
        ("Die USA zögern. Der Senator Wüstner drängt.", "Senator", True, "US-Senat"),
        ("Die USA zögern. Die Republikaner drängen.", "Republikaner", False, "Republikanische Partei"),
        ("Die USA zögern. Er dankte den Republikanern.", "Republikanern", False, "Republikanische Partei"),
        ("Die USA zögern. Der Republikaner drängt.", "Republikaner", False, "Republikaner"),
        ("Bern zögert. Der Bundespräsident Wüstner drängt.", "Bundespräsident", True, "Schweiz"),
        ("Bern zögert, deutsche Stellen nicht. Der Bundespräsident drängt.", "Bundespräsident", True, "Deutschland"),
        ("Das sagte EU-Kommissionspräsidentin Wüstner.", "EU-Kommissionspräsidentin", True, "EU-Kommission"),
        ("Der Brite Wüstner leitet das Amt.", "Brite", True, "Vereinigtes Königreich"),
        ("Die EU zögert. Die Union drängt.", "Union", False, "EU"),
        ("Die EU zögert. Die Union drängt, die SPD nicht.", "Union", False, "CDU/CSU"),
        ("Dem stimmte der amerikanische Senat zu.", "amerikanische Senat", False, "US-Senat"),
        ("Das will die österreichische Bundesregierung.", "österreichische Bundesregierung", False, "Österreich"),
    ],
)
def test_what_else_the_article_says_tells_who_is_meant(text: str, words: str, body: bool, label: str) -> None:
    assert link(text, words, body=body, loc="USA|Bern", org="EU").label == label


@pytest.mark.parametrize(("year", "label"), [(2004, "Johannes Paul II."), (2006, "Benedikt XVI.")])
def test_the_pope_is_a_person_named_or_not(year: int, label: str) -> None:
    text = "Der Papst lehnt das ab."
    assert link(text, "Papst", day=date(year, 5, 1)).label == label
    assert link(text, "Papst", day=date(year, 5, 1), body=True).label == "Katholische Kirche"


def test_a_person_stays_the_body_that_somebody_belongs_to() -> None:
    text = "Mahmud Abbas schwieg. Der Sprecher von Abbas klagte."
    links = article(text, per="Mahmud Abbas")
    assert links.actor(where(text, "Abbas", 1), body=True).label == "Mahmud Abbas"


@pytest.mark.parametrize(
    ("words", "may"),
    [("Rebellen", True), ("überparteiliche Kommission", True), ("NATO", False), ("Wüstner", False), ("er", True)],
)
def test_a_noun_that_nobody_is_known_by_may_stand_for_another(words: str, may: bool) -> None:
    text = f"Dagegen ist {words}."
    assert article(text, per="Wüstner").may_stand_for_another(where(text, words)) is may
