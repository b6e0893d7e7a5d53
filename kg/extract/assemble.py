"""Turns what was found in a Doc into linked positions and relations: words become spans, names become actors."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Token

from kg.extract.actors import ArticleActors, spans_of
from kg.extract.annotate import BODIES, Reading
from kg.extract.confidence import Confidence, End
from kg.extract.decode import ARTICLES, FoundPosition, FoundRelation, Stretch, score_of, told_again
from kg.extract.link import Linker
from kg.extract.pointer import Pointer, head_word
from kg.extract.reference import POSSESSIVES
from kg.extract.reporting import Reporting, name_of
from kg.extract.topics import topic_of
from kg.model import Actor, Article, Position, Relation, Span, Spans

_PARTICLE = "compound:prt"
_NEGATIONS = frozenset(["nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "not", "no", "never"])


_PRONOUNS = (*POSSESSIVES, "dies", "jen")
_NAMELESS = frozenset(["ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "NUM", "PART", "PRON", "PUNCT", "SCONJ", "VERB"])


def _completes(token: Token) -> bool:
    """An adjective without which a reflexive verb says nothing: "erklärte sich bereit", "zeigte sich skeptisch"."""
    # "bereit" is never an adverb, whatever the tagger says.
    if (token.pos_ != "ADJ" and token.lower_ != "bereit") or token.dep_ not in ("xcomp", "advmod"):
        return False
    return token.dep_ == "xcomp" or any(child.lower_ == "sich" for child in token.head.children)


class _Tie(NamedTuple):
    """The ends of a relation, linked, and where they stand."""

    a: Actor
    a_spans: Spans
    b: Actor
    b_spans: Spans


class Assembler:
    """Links what was found in one article."""

    def __init__(
        self,
        article: Article,
        doc: Doc,
        reading: Reading,
        *,
        linker: Linker,
        pointer: Pointer,
        reporting: Reporting,
        confidence: Confidence,
        symmetric: frozenset[str],
    ) -> None:
        """``symmetric`` are the relations whose ends may be told in either order."""
        self.reading, self.words = reading, reading.words
        self.confidence, self._symmetric = confidence, symmetric
        states = reading.spread("states") if reading.words else None
        self.actors = ArticleActors(doc, reading, states, linker, pointer, article.date)
        self.reporting = reporting
        self.number = {t.i: k for k, t in enumerate(self.words)}

    def positions(self, found: Sequence[FoundPosition]) -> list[tuple[FoundPosition, Position]]:
        """All linked positions with what they were found as, in text order."""
        linked = ((f, self._position(f, told_again(f, found))) for f in found)
        return [(f, position) for f, position in linked if position is not None]

    def relations(self, found: Sequence[FoundRelation]) -> list[Relation]:
        """All linked relations, in text order."""
        ties = [(f, tie) for f in found if (tie := self._tie(f)) is not None]
        told = [self._told(f, tie) for f, tie in ties]
        relations = []
        for (f, tie), says in zip(ties, told, strict=True):
            others = (
                score_of(x.source) for (x, _), other in zip(ties, told, strict=True) if x is not f and other == says
            )
            relations.append(self._relation(f, tie, max(others, default=0.0)))
        return relations

    def _told(self, found: FoundRelation, tie: _Tie) -> Hashable:
        """What a relation says: equal for two that tell the same."""
        a, b = tie.a.iri, tie.b.iri
        return found.relation, *(sorted((a, b)) if found.relation in self._symmetric else (a, b))

    def _end(self, actor: Actor, spans: Spans, other: Actor | None = None) -> End:
        span = spans[0][0], spans[-1][1]
        serves = self.actors.links.serves(actor, other) if other else None
        return End(actor, self.actors.links.refers_back(span), self.actors.share(span), serves)

    def _actor(self, stretch: Stretch, *, body: bool = False) -> tuple[Actor, Spans]:
        return self.actors.actor(stretch, body=body), spans_of(stretch, self.words)

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
        return number and word.head.i == head.i and not word.lower_.startswith(_PRONOUNS)

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

    def _position(self, found: FoundPosition, again: float) -> Position | None:
        """The linked position, or None where the holder's words name nobody: "drei", "westliche"."""
        actor, spans = self._actor(found.holder)
        if actor.type == "Group" and (whole := self._with_modifiers(found.holder)) != found.holder:
            actor, spans = self._actor(whole)
        if self._nobody(actor, found.holder):
            return None
        addressees = {a.iri: a for a in (self._actor(s)[0] for s in found.addressees)}
        addressees.pop(actor.iri, None)
        reporter = self._reporter(found)
        return Position(
            actor=actor,
            actor_spans=spans,
            stance=found.stance,
            topic=topic_of(found.topic, self.words),
            topic_spans=spans_of(found.topic, self.words),
            cue=self._cue(found.cue),
            sentence=self._sentence(found.sentence),
            confidence=round(self.confidence.of(found, [self._end(actor, spans)], again), 4),
            addressees=tuple(addressees.values()),
            reported_by=reporter if reporter and reporter.iri != actor.iri else None,
            hedged=found.hedged or self.reporting.hedged(self.words[found.cue]),
        )

    def _reporter(self, found: FoundPosition) -> Actor | None:
        """Who reports it: as read, else as the sentence's verbs of saying have it."""
        if found.reporter:
            return self._actor(found.reporter)[0]
        taken = [self.words[k].i for stretch in (found.holder, found.topic) for b, e in stretch for k in range(b, e)]
        head = self.reporting.reporter(self.words[found.cue], taken)
        if head is None:
            return None
        # "Parlamentspräsident Jerzy Buzek" is the person, not the parliament.
        name = [t for t in name_of(head) if t.pos_ == "PROPN"] or name_of(head)
        return self._actor([(self.number[name[0].i], self.number[name[-1].i] + 1)])[0]

    def _nobody(self, actor: Actor, stretch: Stretch) -> bool:
        """Words that name nobody and were not linked: "drei", "westliche", a pronoun without antecedent."""
        tokens = [self.words[k] for b, e in stretch for k in range(b, e)]
        own = actor.label.casefold() == " ".join(t.lower_ for t in tokens)
        return not actor.resolved and own and all(t.pos_ in _NAMELESS for t in tokens)

    def _body(self, found: FoundRelation, holder: Actor, told: Actor, spans: Spans) -> tuple[Actor, Spans]:
        """What somebody belongs to, and where it stands: not what was told, where the registry knows better."""
        told = self.actors.links.whose(holder, (spans[0][0], spans[-1][1])) or told
        office = found.relation == "holds_office"
        known = self.actors.links.body_held(holder, self.words[found.cue].text, told) if office else None
        if known is None:
            return told, spans
        begin, end = self.reading.sentences[found.sentence]
        named = [c for c in self.actors.candidates if c.label == known.label and begin <= c.begin and c.end <= end]
        nearest = min(named, key=lambda c: abs(c.begin - found.cue), default=None)
        place = (nearest.begin, nearest.end) if nearest else (found.cue, found.cue + 1)
        return known, spans_of([place], self.words)

    def _tie(self, found: FoundRelation) -> _Tie | None:
        """Both ends, or None where they are the same actor, or the cue was to name the second and does not."""
        (a, a_spans), (b, b_spans) = self._actor(found.a), self._actor(found.b, body=found.relation in BODIES)
        if self._nobody(a, found.a) or self._nobody(b, found.b):
            return None
        if found.relation in BODIES:
            b, b_spans = self._body(found, a, b, b_spans)
        # "XYZ-Chef" is cue and second end: a label of its own is the body's, else the office named none.
        unnamed = not b.resolved and b.label == self.words[found.cue].text
        if a.iri == b.iri or (found.b == [(found.cue, found.cue + 1)] and unnamed):
            return None
        return _Tie(a, a_spans, b, b_spans)

    def _relation(self, found: FoundRelation, tie: _Tie, again: float) -> Relation:
        office = self.words[found.cue].text if found.relation == "holds_office" else None
        ends = [self._end(tie.a, tie.a_spans, tie.b), self._end(tie.b, tie.b_spans)]
        return Relation(
            relation=found.relation,
            a=tie.a,
            a_spans=tie.a_spans,
            b=tie.b,
            b_spans=tie.b_spans,
            cue=self._cue(found.cue),
            sentence=self._sentence(found.sentence),
            confidence=round(self.confidence.of(found, ends, again), 4),
            negated=found.negated,
            office=office,
        )
