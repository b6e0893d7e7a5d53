"""Opaque cursors: where the next page begins, by the last row's key and not by its number."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from kg.errors import BadParameter

_BITS = 64


def write_cursor(key: Sequence[int], *, listing: object) -> str:
    """Return the cursor behind the row with this key in ``listing``: what is listed, and how it is filtered."""
    text = json.dumps([_print(listing), *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *, listing: object, length: int) -> tuple[int, ...] | None:
    """Return the key in a cursor, None for no cursor; raises BadParameter for one not given for ``listing``."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        mark, *key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        mark, key = None, []
    whole = len(key) == length and all(type(part) is int and abs(part) < 1 << _BITS for part in key)
    if mark != _print(listing) or not whole:
        mend = "Take `next` as it was given, with the same other parameters, or leave it out."
        raise BadParameter("Not a cursor of this listing", where="cursor", mend=mend)
    return tuple(key)


def _print(listing: object) -> str:
    return hashlib.sha256(repr(listing).encode()).hexdigest()[:8]
