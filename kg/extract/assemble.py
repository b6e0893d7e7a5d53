"""Turns what was found in a Doc into linked positions and relations: words become spans, names become actors."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from kg.extract.annotate import Reading
from kg.extract.decode import ARTICLES, FoundPosition, FoundRelation, Stretch
from kg.extract.link import ArticleLinks, Linker, Name
from kg.extract.pointer import Pointer, candidates, choose, head_word
from kg.extract.topics import topic_of
from kg.model import Actor, Article, Position, Relation, Span, Spans

_PARTICLE = "compound:prt"
BODIES = frozenset({"holds_office", "member_of"})
"""Relations whose second end is a state or an organisation, also where an office names it ("US-Präsident")."""

_NEGATIONS = frozenset(["nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "not", "no", "never"])


_POSSESSIVE = ("sein", "ihr", "unser", "mein", "dies", "jen")
_NAMELESS = frozenset(["ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "NUM", "PART", "PUNCT", "SCONJ", "VERB"])


def spans_of(stretch: Stretch, words: Sequence[Token]) -> Spans:
    """Word ranges to half-open code-point spans."""
    return tuple((words[b].idx, words[e - 1].idx + len(words[e - 1].text)) for b, e in stretch)


def _completes(token: Token) -> bool:
    """An adjective without which a reflexive verb says nothing: "erklärte sich bereit", "zeigte sich skeptisch"."""
    if token.pos_ != "ADJ" or token.dep_ not in ("xcomp", "advmod"):
        return False
    return token.dep_ == "xcomp" or any(child.lower_ == "sich" for child in token.head.children)


class Assembler:
    """Links what was found in one article."""

    def __init__(self, article: Article, doc: Doc, reading: Reading, linker: Linker, pointer: Pointer) -> None:
        self.reading, self.words = reading, reading.words
        names = [Name(text=e.text, span=(e.start_char, e.end_char), label=e.label_) for e in doc.ents]
        self.links: ArticleLinks = linker.article(article.text, names, date=article.date)
        self.candidates = candidates(doc, reading, self.links)
        self.states = reading.spread("states") if reading.words else None
        self.pointer = pointer

    def _actor(self, stretch: Stretch, *, body: bool = False) -> tuple[Actor, Spans]:
        """The actor that the words name; ``body`` asks for the state or organisation where they name an office."""
        spans = spans_of(stretch, self.words)
        whole = (spans[0][0], spans[-1][1])
        antecedent = None
        if self.states is not None and self.links.refers_back(whole):
            head, reference = head_word(stretch, self.words), self.links.reference(whole)
            chosen = choose(self.pointer, self.reading, self.states, head, reference, self.candidates)
            if chosen is not None:
                antecedent = spans_of([(chosen.begin, chosen.end)], self.words)[0]
        return self.links.actor(whole, antecedent=antecedent, body=body), spans

    def _with_modifiers(self, holder: Stretch) -> Stretch:
        """The holder with what stands before it and tells which ones: "andere europäische Länder", "viele Staaten"."""
        begin, end = holder[0]
        head = head_word(holder, self.words)
        while begin > 0 and self._modifies(self.words[begin - 1], self.words[head]):
            begin -= 1
        return [(begin, end), *holder[1:]]

    @staticmethod
    def _modifies(word: Token, head: Token) -> bool:
        number = word.dep_ in ("amod", "nummod") or (word.dep_ == "det" and word.lower_ not in ARTICLES)
        return number and word.head.i == head.i and not word.lower_.startswith(_POSSESSIVE)

    def _cue(self, head: int) -> Spans:
        """The cue's words: its head with separable particle, predicate and negation ("lehnt ... ab", "nicht
        bereit")."""
        token = self.words[head]
        parts = [t for t in token.children if t.dep_ == _PARTICLE or t.lower_ in _NEGATIONS or _completes(t)]
        return tuple((t.idx, t.idx + len(t.text)) for t in sorted([token, *parts], key=lambda t: t.i))

    def _sentence(self, number: int) -> Span:
        begin, end = self.reading.sentences[number]
        last = self.words[end - 1]
        return self.words[begin].idx, last.idx + len(last.text)

    def position(self, found: FoundPosition) -> Position | None:
        """The linked position, or None where the holder's words name nobody: "drei", "westliche"."""
        actor, spans = self._actor(found.holder)
        if actor.type == "Group" and (whole := self._with_modifiers(found.holder)) != found.holder:
            actor, spans = self._actor(whole)
        if not actor.resolved and all(self.words[k].pos_ in _NAMELESS for b, e in found.holder for k in range(b, e)):
            return None
        addressees = {a.iri: a for a in (self._actor(s)[0] for s in found.addressees)}
        addressees.pop(actor.iri, None)
        reporter = self._actor(found.reporter)[0] if found.reporter else None
        return Position(
            actor=actor,
            actor_spans=spans,
            stance=found.stance,
            topic=topic_of(found.topic, self.words),
            topic_spans=spans_of(found.topic, self.words),
            cue=self._cue(found.cue),
            sentence=self._sentence(found.sentence),
            confidence=round(found.score, 4),
            addressees=tuple(addressees.values()),
            reported_by=reporter if reporter and reporter.iri != actor.iri else None,
            hedged=found.hedged,
        )

    def relation(self, found: FoundRelation) -> Relation | None:
        """The linked relation, or None where both ends are the same actor, or the cue was to name the second and does
        not."""
        (a, a_spans), (b, b_spans) = self._actor(found.a), self._actor(found.b, body=found.relation in BODIES)
        if a.iri == b.iri or (found.b == [(found.cue, found.cue + 1)] and not b.resolved):
            return None
        office = self.words[found.cue].text if found.relation == "holds_office" else None
        return Relation(
            relation=found.relation,
            a=a,
            a_spans=a_spans,
            b=b,
            b_spans=b_spans,
            cue=self._cue(found.cue),
            sentence=self._sentence(found.sentence),
            confidence=round(found.score, 4),
            negated=found.negated,
            office=office,
        )
