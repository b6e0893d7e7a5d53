"""The exception tree. Each error carries what went wrong, where, and how to mend it; none knows HTTP."""

from __future__ import annotations


class KgError(Exception):
    """Root of all errors a user can mend.

    ``what`` is one sentence; ``where`` a file, line, IRI or parameter; ``mend`` says what to do about it.
    """

    def __init__(self, what: str, *, where: str | None = None, mend: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.mend:
            parts.append(self.mend)
        return " - ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword-only fields when an error crosses a process boundary."""
        return _rebuild, (type(self), self.what, self.where, self.mend)


def _rebuild(kind: type[KgError], what: str, where: str | None, mend: str | None) -> KgError:
    return kind(what, where=where, mend=mend)


class ArticleError(KgError):
    """An article cannot be read or is not what the pipeline takes."""


class ModelError(KgError):
    """The annotator's files are missing or do not fit together."""


class OntologyError(KgError):
    """A shipped or given ontology file breaks what the code relies on."""


class ShapeError(KgError):
    """Quads do not conform to the shapes; nothing of them was stored."""


class StoreError(KgError):
    """A store cannot be opened, is empty, or is not a store of this version."""


class QuerySyntaxError(KgError):
    """A query cannot be parsed, or asks for what this service refuses."""


class QueryTimeout(KgError):
    """A query ran past its deadline and was stopped."""


class QueryTooLarge(KgError):
    """A query's result, memory or form is beyond a limit."""


class ServiceBusy(KgError):
    """All workers are taken and the queue is full."""


class NotFound(KgError):
    """No node, actor or query of that name."""


class BadParameter(KgError):
    """A parameter of a call is out of its range or not understood."""
