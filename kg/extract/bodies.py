"""The organisations of one article by a part of their names: "die Kommission" after "EU-Kommission"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extract.cast import Name
from kg.extract.forms import bases, inflected_key, plain
from kg.extract.registry import Registry
from kg.model import Actor, Span

_MOST_WORDS = 8


class Bodies:
    """The named organisations of one article."""

    def __init__(self, names: Sequence[Name], registry: Registry) -> None:
        self._names = [name for name in names if name.label in ("ORG", "MISC")]
        self._registry = registry
        self._by_end = self._read_ends()
        self._longer = self._read_longer()

    def ending(self, words: Sequence[str]) -> Actor | None:
        """ "Kommission" after "EU-Kommission": the only organisation of the article that ends so."""
        if len(words) != 1 or len(words[0]) < 4 or not words[0][:1].isupper():
            return None
        for form in bases(words[0]):
            found = {actor for last, actor in self._by_end.items() if last.endswith(form.lower())}
            if len(found) == 1:
                return found.pop()
        return None

    def longer(self, words: Sequence[str], span: Span, *, name: bool) -> Span | None:
        """Where the only longer name is of which the words at ``span`` are a part: "Islamische Partei" of "Irakische
        Islamische Partei"; "Juventus" of "Juventus Turin" where they are themselves a ``name``."""
        if len(words) < 2 and not name:
            return None
        found = self._longer.get(inflected_key(" ".join(words)), set())
        longer = next(iter(found)) if len(found) == 1 else None
        return longer if longer != span else None

    def _read_ends(self) -> dict[str, Actor]:
        """Organisations by their last word."""
        found: dict[str, Actor] = {}
        for name in self._names:
            entry = self._registry.named(name.text)
            if entry is not None and entry.actor.type != "State":
                found[plain(name.text).split(" ")[-1].lower()] = entry.actor
        return found

    def _read_longer(self) -> dict[str, set[Span]]:
        """The longer names by their ends and beginnings; of one name, however spelt, one span."""
        found: dict[str, dict[str, Span]] = {}
        for name in self._names:
            words = plain(name.text).split(" ")
            if not 1 < len(words) <= _MOST_WORDS:
                continue
            key = inflected_key(" ".join(words))
            parts = [*(words[start:] for start in range(1, len(words) - 1)), words[:1]]
            for part in parts:
                found.setdefault(inflected_key(" ".join(part)), {}).setdefault(key, name.span)
        return {part: set(spans.values()) for part, spans in found.items()}
