"""Topics: labels, which phrases are one concept, what a concept falls under, and how often that is right."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from spacy.lang.de import German
from spacy.tokens import Doc

from kg.extract.annotate import Reading
from kg.extract.inference import Floats, WordOutputs
from kg.extract.morphology import load_words
from kg.extract.same_topic import FEATURES, Mention, SameTopic, Told, features, read_same_topic
from kg.extract.topic_phrases import Phrase, phrase_of
from kg.extract.topics import TopicNamer, by_words, cluster, topic_namer
from kg.extract.windows import Window
from kg.iri import BASE, topic_iri
from kg.model import Actor, Position, Topic
from kg.resources import resource
from training.corpora import read_annotation
from training.linking import Readings
from training.material import ANNOTATION
from training.topic_groups import grouped, score

ARTICLES, LEAST_PRECISION, LEAST_RECALL = 12, 0.6, 0.3
NLP = German()
SIZE = 4
"""Of made-up states."""


def scorer(none: float) -> SameTopic:
    """One that has 1 for each pair with the same head word, ``none`` for none, and no eye for states."""
    inner = np.zeros((FEATURES + 1, 1), dtype=np.float32)
    inner[2] = 1
    nothing = np.zeros(2 * SIZE + 3, dtype=np.float32)
    nothing[-1] = none
    matrices = np.zeros((2, SIZE, 1), dtype=np.float32)
    return SameTopic(matrices, matrices, inner, np.ones(1, dtype=np.float32), nothing)


@pytest.fixture(scope="module")
def namer() -> TopicNamer:
    return topic_namer(scorer(9.0))


def in_text(*docs: Doc, told: tuple[Told, ...] = ()) -> list[Mention]:
    """The mentions of phrases that stand one after the other."""
    state: Floats = np.zeros(SIZE, dtype=np.float32)
    words = load_words("de")
    return [Mention(phrase_of(list(doc), words), state, state, n, told) for n, doc in enumerate(docs)]


def named(namer: TopicNamer, *docs: Doc, article_id: str = "a") -> list[Topic]:
    """The topics of phrases, told apart by their words alone."""
    found = phrases(namer, *docs)
    return namer.topics(found, by_words(found), article_id=article_id)


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
THAT = annotated("das PRON 0 ROOT")
STEP_THAT = annotated(
    "Schritt NOUN 0 ROOT", ", PUNCT 4 punct", "der PRON 4 nsubj", "Mali PROPN 4 obj", "hilft VERB 0 acl"
)
DISPUTED = annotated("umstrittene ADJ 1 amod", "Vorhaben NOUN 1 ROOT")


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
    verb, noun = named(namer, TROOPS_VERB, TROOPS_NOUN)
    assert verb.iri != noun.iri
    found = phrases(namer, TROOPS_VERB, TROOPS_NOUN)
    verb, noun = namer.topics(found, [0, 0], article_id="a")
    assert verb == noun
    assert verb.label == "Entsendung von Truppen"
    assert verb.alt_labels == ("Entsendung von NATO-Truppen", "Truppen zu entsenden")


@pytest.mark.parametrize(
    ("one", "other"), [(SANCTIONS, END), (TROOPS_MALI, TROOPS_KIEV), (TROOPS_VERB, NO_TROOPS), (TROOPS_VERB, CONTRACT)]
)
def test_other_matters_stay_apart(namer: TopicNamer, one: Doc, other: Doc) -> None:
    first, second = named(namer, one, other)
    assert first.iri != second.iri


def test_a_topic_joins_the_earlier_ones_it_is_likeliest_the_same_as() -> None:
    found = in_text(TROOPS_VERB, CONTRACT, TROOPS_NOUN, SENDING)
    assert cluster(found, scorer(-9.0)) == [0, 0, 0, 0]
    assert cluster(found, scorer(9.0)) == [0, 1, 2, 3]
    chances = scorer(1.0).chances(found)
    assert [len(row) for row in chances] == [1, 2, 3, 4]
    assert all(row.sum() == pytest.approx(1) for row in chances)
    assert cluster(found, scorer(0.5), least=0.5) == [0, 1, 0, 0]
    # Two earlier topics of one matter count together, here by their words; each alone would not do.
    assert cluster(in_text(TROOPS_MALI, TROOPS_MALI, SENDING), scorer(0.5), least=0.65) == [0, 0, 0]
    assert cluster(in_text(TROOPS_MALI, TROOPS_KIEV, SENDING), scorer(0.5), least=0.65) == [0, 1, 2]


def test_numbers_of_a_pair_say_what_words_holders_and_places_do() -> None:
    table = features(in_text(TROOPS_VERB, TROOPS_NOUN, NO_TROOPS, told=(Told("x", 1, 5),)))
    assert table.shape == (3, 3, FEATURES)
    within, heads, negated, one_cue = (table[:, :, n] for n in (1, 2, 9, 17))
    assert within[1, 0] == heads[1, 0] == one_cue[1, 0] == 1
    assert list(negated[2, :2]) == [1, 1]


def test_a_word_that_says_nothing_by_itself_stays_in_its_article(namer: TopicNamer) -> None:
    for doc, label in ((STEP, "Schritt"), (THAT, "das"), (STEP_THAT, "Schritt")):
        (here,), (there,) = (named(namer, doc, article_id=name) for name in ("a", "b"))
        assert here.label == there.label == label
        assert here.iri != there.iri
        assert here.iri.startswith(topic_iri(label))


def test_what_says_nothing_by_itself_is_the_same_as_none_by_its_words(namer: TopicNamer) -> None:
    one, other, troops, again = named(namer, THAT, THAT, TROOPS_NOUN, TROOPS_NOUN)
    assert one.iri != other.iri
    assert troops == again


def test_a_concept_is_named_by_what_tells_most_in_fewest_words(namer: TopicNamer) -> None:
    found = phrases(namer, DISPUTED, TROOPS_NOUN, SENDING)
    (topic,) = set(namer.topics(found, [0, 0, 0], article_id="a"))
    assert topic.label == "Entsendung von NATO-Truppen"
    assert topic.alt_labels == ("Entsendung",)
    assert topic.broader is not None
    assert topic.broader.label == "Truppenentsendung"


def test_a_word_that_says_nothing_by_itself_is_no_other_name(namer: TopicNamer) -> None:
    found = phrases(namer, STEP, THAT, TROOPS_NOUN)
    (topic,) = set(namer.topics(found, [0, 0, 0], article_id="a"))
    assert (topic.label, topic.alt_labels) == ("Entsendung von NATO-Truppen", ())
    # But it is one of a matter that only its article tells.
    (topic,) = set(namer.topics(phrases(namer, STEP, THAT, DISPUTED), [0, 0, 0], article_id="a"))
    assert (topic.label, topic.alt_labels) == ("Schritt", ("umstrittenes Vorhaben",))


def test_topics_fall_under_the_thesaurus_or_their_head(namer: TopicNamer) -> None:
    docs = (TROOPS_NOUN, END, CONTRACT, WHALING, STEP)
    topic, end, contract, whaling, step = named(namer, *docs)
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
    (told,) = namer.name([position], doc, reading_of(doc), article_id="a")
    assert replace(told, topic=position.topic) == position
    assert told.topic.label == "Entsendung von Truppen"
    assert namer.name([], doc, reading_of(doc), article_id="a") == []


def reading_of(doc: Doc) -> Reading:
    """A Doc of one sentence as read in one window."""
    rows, none = np.zeros((len(doc), SIZE), dtype=np.float32), np.zeros(len(doc), dtype=np.int64)
    outputs = WordOutputs(rows, rows, rows, none, none, none, rows, none)
    return Reading(list(doc), [(0, len(doc))], [Window(0, 0, len(doc))], [outputs])


def test_what_is_told_to_be_the_same_mostly_is() -> None:
    """A floor under what python -m training.topics measures: articles held back, their topics as annotated."""
    articles = read_annotation(ANNOTATION / "diplomacy-held-back.jsonl", {})
    folder: Path = resource("models")
    rows = list(islice(grouped(articles, Readings(folder), load_words("de")), ARTICLES))
    same = read_same_topic(folder / "topics.npz")
    told, right, all_same = score(rows, {one.article: cluster(one.mentions, same) for one in rows})
    _, by_words_alone, _ = score(rows, {one.article: by_words([m.phrase for m in one.mentions]) for one in rows})
    assert len(rows) == ARTICLES
    assert right > 2 * by_words_alone
    assert right >= LEAST_PRECISION * told
    assert right >= LEAST_RECALL * all_same
