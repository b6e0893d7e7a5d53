"""Keeps the last answers to queries: a snapshot never changes, so the same query has the same answer until the next."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

from kg.store.worker import Job

_FRESH = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
"""Functions whose value is another each time (https://www.w3.org/TR/sparql11-query/#SparqlOps)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's whole answer."""

    media_type: str
    body: bytes


class AnswerCache:
    """Answers of one snapshot, those used last; at most ``size`` bytes of bodies, each at most a sixteenth of that."""

    def __init__(self, size: int) -> None:
        self._size, self._held = size, 0
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()

    def get(self, job: Job) -> Answer | None:
        """Return the answer kept for a query, None where there is none."""
        key = job.line()
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, job: Job, answer: Answer) -> None:
        """Keep an answer, and let go of those that were not asked for longest."""
        if len(answer.body) * 16 > self._size or job.line() in self._answers or _FRESH.search(job.query or ""):
            return
        self._answers[job.line()] = answer
        self._held += len(answer.body)
        while self._held > self._size:
            _, oldest = self._answers.popitem(last=False)
            self._held -= len(oldest.body)
