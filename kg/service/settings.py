"""What can be set about a running service, in code or by environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from kg.errors import BadParameter
from kg.store import Location

_MIB = 1024 * 1024
_VARIABLES = "KG_SERVE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One service; times in seconds, sizes in bytes.

    ``workers`` query processes run at once, ``queue`` more queries wait, and as many changes. ``deadline`` is the
    longest a query may take, waiting included; a caller may ask for less. ``result_bytes`` and ``result_rows`` bound
    one answer, ``query_bytes`` one query, and ``worker_memory`` what a worker may take while it answers; answers of
    ``cache_bytes`` in all are kept for the same query. Every ``follow`` seconds a store's folder is looked at for a
    newer snapshot; what a server holds is read at the start.

    Writing is off without a ``write_token``; ``write_bytes``, ``write_deadline`` and ``writer_memory`` bound a change.
    """

    store: Location
    workers: int = 2
    queue: int = 32
    deadline: float = 30.0
    result_bytes: int = 64 * _MIB
    result_rows: int = 1_000_000
    query_bytes: int = _MIB
    worker_memory: int = 1024 * _MIB
    cache_bytes: int = 32 * _MIB
    follow: float = 1.0
    write_token: str | None = field(default=None, repr=False)
    write_bytes: int = 16 * _MIB
    write_deadline: float = 300.0
    writer_memory: int = 4096 * _MIB


def settings_from(environment: Mapping[str, str], *, store: Location) -> Settings:
    """Return the settings that ``KG_SERVE_WORKERS``, ``KG_SERVE_WRITE_TOKEN`` and the like give.

    Raises BadParameter for a number that is none or not above 0, and for an empty token.
    """
    given: dict[str, object] = {}
    for one in fields(Settings):
        text = environment.get(name := variable_of(one.name))
        if text is not None and one.name != "store":
            given[one.name] = _value(name, text, one.default)
    return Settings(store=store, **given)  # type: ignore[arg-type]  # each is of its default's type


def variable_of(name: str) -> str:
    """Return the environment variable of one setting."""
    return f"{_VARIABLES}{name.upper()}"


def _value(name: str, text: str, default: object) -> object:
    if default is None:
        if not text:
            raise BadParameter("The token is empty", where=name, mend="Give a long random one, or unset it.")
        return text
    try:
        value = float(text) if isinstance(default, float) else int(text)
    except ValueError:
        value = 0
    if not value > 0:
        raise BadParameter(f"Not a number above 0: {text!r}", where=name, mend=f"Such as {default}.")
    return value
