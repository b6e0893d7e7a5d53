"""Topics: labels, which phrases are one concept, what a concept falls under, and how often that is right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from spacy.lang.de import German
from spacy.tokens import Doc

from kg.extract.pipeline import make_pipeline
from kg.extract.topics import Phrase, TopicNamer, phrase_of, topic_namer
from kg.iri import BASE, topic_iri
from kg.model import Actor, Position, Topic
from training.topics import read_alone, read_pairs, score

LEAST_PRECISION = 0.9
LEAST_RECALL = 0.3
NLP = German()


@pytest.fixture(scope="module")
def namer() -> TopicNamer:
    return topic_namer("de")


def annotated(*rows: str) -> Doc:
    """A Doc from rows ``word POS head deprel``; heads count from 0."""
    cells = [row.split() for row in rows]
    return Doc(
        NLP.vocab,
        words=[c[0] for c in cells],
        pos=[c[1] for c in cells],
        heads=[int(c[2]) for c in cells],
        deps=[c[3] for c in cells],
    )


TROOPS_VERB = annotated("Truppen NOUN 2 obj", "zu PART 2 mark", "entsenden VERB 2 ROOT")
TROOPS_NOUN = annotated("Entsendung NOUN 0 ROOT", "von ADP 2 case", "NATO-Truppen NOUN 0 nmod")
TROOPS_MALI = annotated("Entsendung NOUN 0 ROOT", "nach ADP 2 case", "Mali PROPN 0 nmod")
TROOPS_KIEV = annotated("Entsendung NOUN 0 ROOT", "nach ADP 2 case", "Kiew PROPN 0 nmod")
SENDING = annotated("Entsendung NOUN 0 ROOT")
SANCTIONS = annotated("Sanktionen NOUN 0 ROOT")
END = annotated("Ende NOUN 0 ROOT", "der DET 2 det", "Sanktionen NOUN 0 nmod")
WHALING = annotated("kommerziellen ADJ 1 amod", "Walfang NOUN 1 ROOT")
TALKS = annotated("Koalitionsgespräche NOUN 4 obj", "mit ADP 2 case", "Grünen PROPN 4 obl", "zu PART 4 mark",
                  "führen VERB 4 ROOT")  # fmt: skip
CONTRACT = annotated("den DET 1 det", "Vertrag NOUN 3 obj", "zu PART 3 mark", "kündigen VERB 3 ROOT")
CLAUSE = annotated("Selenskyj PROPN 4 nsubj", "solle AUX 4 aux", "nach ADP 3 case", "Moskau PROPN 4 obl",
                   "kommen VERB 4 ROOT")  # fmt: skip
NO_TROOPS = annotated("keine DET 1 det", "Truppen NOUN 3 obj", "zu PART 3 mark", "entsenden VERB 3 ROOT")
OBSERVERS = annotated("Beobachter NOUN 1 obj", "entsenden VERB 1 ROOT")
PRESIDENT = annotated("amtierenden ADJ 1 amod", "Präsidenten NOUN 1 ROOT", "Putin PROPN 1 flat")
STEP = annotated("Schritt NOUN 0 ROOT")


def phrases(namer: TopicNamer, *docs: Doc) -> list[Phrase]:
    return [phrase_of(list(doc), namer.words) for doc in docs]


@pytest.mark.parametrize(
    ("doc", "label"),
    [
        (TROOPS_VERB, "Entsendung von Truppen"),
        (TROOPS_NOUN, "Entsendung von NATO-Truppen"),
        (WHALING, "kommerzieller Walfang"),
        (TALKS, "Koalitionsgespräche mit Grünen"),
        (CONTRACT, "Kündigung des Vertrags"),
        (OBSERVERS, "Entsendung von Beobachtern"),
        (PRESIDENT, "amtierender Präsident Putin"),
        (CLAUSE, "Selenskyj solle nach Moskau kommen"),
        (NO_TROOPS, "keine Truppen zu entsenden"),
    ],
)
def test_labels(namer: TopicNamer, doc: Doc, label: str) -> None:
    assert phrases(namer, doc)[0].label == label


def test_the_same_in_other_words_is_one_concept(namer: TopicNamer) -> None:
    verb, noun = namer.topics(phrases(namer, TROOPS_VERB, TROOPS_NOUN), article_id="a")
    assert verb == noun
    assert verb.label == "Entsendung von Truppen"
    assert verb.alt_labels == ("Entsendung von NATO-Truppen", "Truppen zu entsenden")


@pytest.mark.parametrize(
    ("one", "other"), [(SANCTIONS, END), (TROOPS_MALI, TROOPS_KIEV), (TROOPS_VERB, NO_TROOPS), (TROOPS_VERB, CONTRACT)]
)
def test_other_matters_stay_apart(namer: TopicNamer, one: Doc, other: Doc) -> None:
    first, second = namer.topics(phrases(namer, one, other), article_id="a")
    assert first.iri != second.iri


def test_a_bare_head_is_the_one_matter_that_the_article_tells_of_it(namer: TopicNamer) -> None:
    bare, told = namer.topics(phrases(namer, SENDING, TROOPS_MALI), article_id="a")
    assert bare == told
    bare, mali, kiev = namer.topics(phrases(namer, SENDING, TROOPS_MALI, TROOPS_KIEV), article_id="a")
    assert len({bare.iri, mali.iri, kiev.iri}) == 3


def test_a_word_that_says_nothing_by_itself_stays_in_its_article(namer: TopicNamer) -> None:
    (here,), (there,) = (namer.topics(phrases(namer, STEP), article_id=name) for name in ("a", "b"))
    assert here.label == there.label == "Schritt"
    assert here.iri != there.iri
    assert here.iri.startswith(topic_iri("Schritt"))


def test_topics_fall_under_the_thesaurus_or_their_head(namer: TopicNamer) -> None:
    docs = (TROOPS_NOUN, END, CONTRACT, WHALING, STEP)
    topic, end, contract, whaling, step = namer.topics(phrases(namer, *docs), article_id="a")
    assert topic.broader == Topic(iri=f"{BASE}diplomacy/deployment-of-troops", label="Truppenentsendung")
    assert end.broader is not None
    assert end.broader.label == "Aufhebung von Sanktionen"
    assert contract.broader is not None
    assert contract.broader.label == "Ausstieg aus Verträgen"
    assert whaling.broader == Topic(iri=topic_iri("Walfang"), label="Walfang")
    assert step.broader is None


def test_positions_keep_their_words(namer: TopicNamer) -> None:
    doc = TROOPS_VERB
    spans = ((0, len(doc.text)),)
    position = Position(
        actor=Actor(iri=f"{BASE}actor/x", label="x", type="State"),
        actor_spans=((0, 1),),
        stance="commits",
        topic=Topic(iri="x", label="x"),
        topic_spans=spans,
        cue=((0, 1),),
        sentence=(0, len(doc.text)),
        confidence=1.0,
    )
    (named,) = namer.name([position], doc, article_id="a")
    assert replace(named, topic=position.topic) == position
    assert named.topic.label == "Entsendung von Truppen"


def test_what_is_told_to_be_the_same_is() -> None:
    """Each phrase read by itself: a floor under what python -m training.topics measures in the articles."""
    pairs = [pair for pair in read_pairs() if pair.part == "measure"]
    result = score(pairs, read_alone(pairs, make_pipeline("de"), topic_namer("de")))
    assert result.precision >= LEAST_PRECISION
    assert result.recall >= LEAST_RECALL


def test_the_pairs_are_enough() -> None:
    pairs = read_pairs()
    assert len(pairs) >= 150
    assert (
        min(
            sum(p.same == same and p.part == part for p in pairs)
            for same in (True, False)
            for part in ("choose", "measure")
        )
        >= 30
    )
