"""The shipped questions: one SPARQL query a file in ``queries/``, told by its leading comment, with parameters to set.

The comment block of a file is::

    # title: Positions of an actor
    # description: What an actor stands for, newest first.
    # reasoning: none
    # parameter: actor actor:Q142 - whose positions; an IRI or a name

``reasoning`` says what has to be inferred (:mod:`kg.reasoning`) for the answer to be whole. Each parameter has one line
of the form ``VALUES ?actor { actor:Q142 }`` in the query, with the same default, so that the file runs as it is in any
SPARQL tool. Binding replaces that line, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from kg.errors import BadParameter, OntologyError
from kg.resources import resource

_COMMENT = re.compile(r"#\s*(title|description|reasoning|parameter):\s*(.+)")
_PARAMETER = re.compile(r"(\w+)\s+(\"[^\"]*\"\S*|\S+)\s+-\s+(.+)")
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*):\s*<([^<>]*)>", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]+")
_SHORT = re.compile(r"([A-Za-z][\w-]*):([\w.%-]*)")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_LANGUAGES = ("de", "en")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_LABELS = f"<{_SKOS}prefLabel>|<{_SKOS}altLabel>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One variable that a user may set; ``default`` is a SPARQL term as it stands in the file."""

    name: str
    default: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One query with what its comment says; ``name`` is the file's stem.

    ``reasoning`` is what has to be inferred for the answer to be whole; ``none`` where nothing has.
    """

    name: str
    title: str
    description: str
    reasoning: str
    parameters: tuple[Parameter, ...]
    text: str

    def bound(self, values: Mapping[str, str]) -> str:
        """Return the query with parameters set; those left out keep their defaults.

        Where the default is a node, a value is an IRI, a name with one of the query's prefixes (``ws:opposes``) or a
        label in German or English; otherwise it is a text, a number or a day (``2025-01-31``) as the default is. Values
        are data: none can change the query's form. Raises :class:`BadParameter` for an unknown name or a value of
        another kind.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                mend = f"It has: {', '.join(known)}." if known else "It has none."
                raise BadParameter(f"The query {self.name} has no parameter {name!r}", where=name, mend=mend)
        lines = {
            _values_line(name, known[name].default): _binding(known[name], value, self.text)
            for name, value in values.items()
        }
        if not lines:
            return self.text
        # All at once: a value that reads like another parameter's line must stay a value.
        return re.sub("|".join(map(re.escape, lines)), lambda found: lines[found.group()], self.text)


def load_questions(folder: Path | None = None) -> Mapping[str, Question]:
    """Return the shipped questions (or those of another folder) by name, sorted; read once for each folder.

    Raises :class:`OntologyError` with file and line where a leading comment is not as above.
    """
    return _load(folder or resource("queries"))


def read_question(path: Path) -> Question:
    """Return the question in a file; one without a leading comment has its name as title and no parameters.

    Raises OSError or UnicodeDecodeError where the file cannot be read, :class:`OntologyError` for a parameter
    that is told wrongly.
    """
    text = path.read_text(encoding="utf-8")
    told: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        if found := _COMMENT.fullmatch(line.rstrip()):
            kind, rest = found.groups()
            if kind == "parameter":
                parameters.append(_parameter(rest, text=text, where=f"{path}, line {number}"))
            else:
                told[kind] = rest
    return Question(
        name=path.stem,
        title=told.get("title", path.stem),
        description=told.get("description", ""),
        reasoning=told.get("reasoning", ""),
        parameters=tuple(parameters),
        text=text,
    )


@lru_cache(maxsize=4)
def _load(folder: Path) -> dict[str, Question]:
    questions = [read_question(path) for path in sorted(folder.glob("*.rq"))]
    for question in questions:
        for told in ("description", "reasoning"):
            if not getattr(question, told):
                mend = "Begin the file with `# title: ...`, `# description: ...` and `# reasoning: ...`."
                raise OntologyError(f"A query without {told}", where=str(folder / f"{question.name}.rq"), mend=mend)
    return {question.name: question for question in questions}


def _parameter(rest: str, *, text: str, where: str) -> Parameter:
    found = _PARAMETER.fullmatch(rest)
    if not found:
        mend = "Write `# parameter: name default - explanation`."
        raise OntologyError(f"Not a parameter: {rest}", where=where, mend=mend)
    parameter = Parameter(name=found[1], default=found[2], explanation=found[3])
    line = _values_line(parameter.name, parameter.default)
    if text.count(line) != 1:
        raise OntologyError(f"The parameter {parameter.name} is not in the query", where=where, mend=f"Add `{line}`.")
    return parameter


def _values_line(name: str, default: str) -> str:
    return f"VALUES ?{name} {{ {default} }}"


def _binding(parameter: Parameter, value: str, text: str) -> str:
    if _NUMBER.fullmatch(parameter.default):
        if not _NUMBER.fullmatch(value):
            raise _wrong(parameter, value, "a number")
        return _values_line(parameter.name, value)
    if parameter.default.endswith("xsd:date"):
        return _values_line(parameter.name, f'"{_day(value, parameter)}"^^xsd:date')
    if parameter.default.endswith('"'):
        return _values_line(parameter.name, f'"{value.translate(_ESCAPES)}"')
    if iri := _iri(value, dict(_PREFIX.findall(text))):
        return _values_line(parameter.name, f"<{iri}>")
    label = value.removeprefix('"').removesuffix('"').translate(_ESCAPES)
    labels = " ".join(f'"{label}"@{language}' for language in _LANGUAGES)
    name = parameter.name
    lookup = f"VALUES ?{name}Label {{ {labels} }} ?{name} {_LABELS} ?{name}Label"
    return f"{{ SELECT DISTINCT ?{name} {{ {lookup} }} }}"


def _day(value: str, parameter: Parameter) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _wrong(parameter, value, "a day as YYYY-MM-DD") from None


def _wrong(parameter: Parameter, value: str, kind: str) -> BadParameter:
    what = f"The parameter {parameter.name} is {kind}, not {value!r}"
    return BadParameter(what, where=parameter.name, mend=f"For example {parameter.name}={parameter.default}.")


def _iri(value: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that a value writes in full or with a prefix of the query, None where it is a label."""
    short = _SHORT.fullmatch(value)
    if short and short[1] in prefixes:
        return prefixes[short[1]] + short[2]
    bare = value.removeprefix("<").removesuffix(">")
    return bare if _IRI.fullmatch(bare) and ("//" in bare or value != bare) else None
