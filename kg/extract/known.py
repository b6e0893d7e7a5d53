"""What the registry knows of who held which office where, on the day of an article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kg.extract.registry import Entry, Office, Registry, Term, held
from kg.model import Actor

OF_STATES = ("minister", "head_of_government", "head_of_state")
"""How the kinds of office end that are of states."""
LEADING = (*OF_STATES, "president")
_STATE_OFFICES = (*OF_STATES, "vice_president", "monarch", "colleague")
_BEYOND_STATES = frozenset({"commissioner", "head", "high_commissioner", "high_representative", "host", "politician",
                            "secretary_general"})  # fmt: skip
"""Kinds of office that are of organisations, or tell nothing of a state."""
_ALIKE = (frozenset({"head", "secretary_general", "president"}), frozenset({"head_of_state", "supreme_leader"}))
"""Kinds of office that may be one: the Secretary-General heads the United Nations."""


def fits(kind: str, body: str, other_kind: str, other_body: str) -> bool:
    """Tell whether two offices may be one, "" being any body: a minister may be the foreign minister."""
    same = kind == other_kind or (kind == "minister" and other_kind.endswith("_minister"))
    return same and (not body or not other_body or body == other_body)


def _akin(kind: str, other: str) -> bool:
    return fits(kind, "", other, "") or any({kind, other} <= alike for alike in _ALIKE)


class Known:
    """The registry's terms of office, seen from the day of an article."""

    def __init__(self, registry: Registry, day: date | None) -> None:
        self._registry, self._day = registry, day

    def then(self, body: str, word: str = "") -> str:
        """Return the label of whose office a word told on that day: of "Kremlchef" in 1985 the Soviet Union's."""
        former = self._registry.former.get(body)
        return former.label if former and former.meant(word, self._day) else body

    def also(self, state: str) -> set[str]:
        """Return a state's label with those of what it was before and of what came after."""
        former = self._registry.former
        before = {former[state].label} if state in former else set()
        return {state, *before, *(label for label, x in former.items() if x.label == state)}

    def states(self, offices: Iterable[Office], kinds: tuple[str, ...]) -> set[str]:
        """Return the labels of the states among the bodies of offices whose kind ends in one of ``kinds``; of the USA
        and Texas the USA."""
        bodies = {body for kind, body in offices if kind.endswith(kinds) and self._is_state(body)}
        return {body for body in bodies if self._registry.labels[body].country not in bodies}

    def where(self, entry: Entry, kind: str, told: str) -> str:
        """Return the label of where somebody holds or last held an office of a kind; "" if that is what was ``told``,
        or not known."""
        same = [term for term in entry.terms if fits(kind, "", term.kind, "")]
        terms = same or [term for term in entry.terms if _akin(kind, term.kind)]
        bodies = {term.body for term in terms} | {self.then(term.body) for term in terms}
        # "EU-Kommission" is told where the registry has "EU".
        if any(told == body or told.startswith(f"{body}-") for body in bodies):
            return ""
        now, known = held(terms, self._day), self._registry.labels
        found = [body for term in now or self._last(terms) if (body := self.then(term.body)) in known]
        if not now and told in known and not self._is_state(told):
            found = [body for body in found if self._is_state(body)]  # whoever led one party may lead another
        return found[0] if len(set(found)) == 1 or (found and self._day is None) else ""

    def _last(self, terms: Sequence[Term]) -> list[Term]:
        """The last begun by the day, else the last."""
        begun = [t for t in terms if self._day is None or t.begin <= self._day.isoformat()] or terms
        return [max(begun, key=lambda term: term.begin)] if begun else []

    def _is_state(self, body: str) -> bool:
        entry = self._registry.labels.get(body)
        return entry is not None and entry.actor.type == "State"

    def state_served(self, entry: Entry, kind: str, told: Actor) -> str:
        """Return the label of the state that somebody serves or last served, where that must be meant: "Vizepräsident
        Mnangagwa" is of Simbabwe, whatever state was ``told``. Else ""."""
        if kind in _BEYOND_STATES or any(term.body == told.label for term in entry.terms):
            return ""
        if told.resolved and not kind.endswith(_STATE_OFFICES if told.type == "State" else OF_STATES):
            return ""
        kinds = LEADING if told.resolved else ("",)
        terms = [term for term in entry.terms if term.kind.endswith(kinds) and self._is_state(term.body)]
        served = self.states(((term.kind, term.body) for term in held(terms, self._day) or self._last(terms)), kinds)
        return served.pop() if len(served) == 1 else ""
