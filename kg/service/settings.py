"""What can be set about a running service."""

from __future__ import annotations

from dataclasses import dataclass

from kg.store import Location

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One service; times in seconds, sizes in bytes.

    ``workers`` query processes run at once, ``queue`` more queries wait. ``deadline`` is the longest a query may take,
    waiting included; a caller may ask for less. ``result_bytes`` bounds one answer, ``query_bytes`` one request, and
    ``worker_memory`` what a worker may take while it answers. Every ``follow`` seconds a store's folder is looked
    at for a newer snapshot; what a server holds is read when the service starts.
    """

    store: Location
    workers: int = 2
    queue: int = 32
    deadline: float = 30.0
    result_bytes: int = 64 * _MIB
    query_bytes: int = _MIB
    worker_memory: int = 1024 * _MIB
    follow: float = 1.0
