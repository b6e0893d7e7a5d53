"""What several routes take as parameters, understood in one place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Query, Request

from kg.edges import Edges, day_of
from kg.errors import BadParameter, NotFound
from kg.iri import BASE
from kg.service.serving import Serving
from kg.service.settings import Settings
from kg.store import Snapshot

_SIGNS = {"+": 1, "1": 1, "+1": 1, " ": 1, " 1": 1, "-": -1, "-1": -1, "0": 0}
_ROOMS = ("actor", "topic")


def settings_of(request: Request) -> Settings:
    """Return the settings of the running service."""
    settings = request.app.state.settings
    assert isinstance(settings, Settings)
    return settings


def serving_of(request: Request) -> Serving:
    """Return what the service answers from."""
    serving = request.app.state.serving
    assert isinstance(serving, Serving)
    return serving


def snapshot_of(request: Request) -> Snapshot:
    """Return the snapshot that one request is answered from, from its begin to its end."""
    return serving_of(request).snapshot


# As coroutines: what is a plain function is called in a thread, which takes longer than all of these.
async def _settings(request: Request) -> Settings:
    return settings_of(request)


async def _serving(request: Request) -> Serving:
    return serving_of(request)


async def _snapshot(request: Request) -> Snapshot:
    return snapshot_of(request)


CurrentSnapshot = Annotated[Snapshot, Depends(_snapshot)]
CurrentServing = Annotated[Serving, Depends(_serving)]
CurrentSettings = Annotated[Settings, Depends(_settings)]


async def read_sign(
    sign: Annotated[
        str | None, Query(description="Only stances of this sign: `+` (or `1`), `0`, `-` (or `-1`)", examples=["-"])
    ] = None,
) -> int | None:
    """Return the sign asked for; raises BadParameter. A plus in an address is read as a space, and understood."""
    if sign is None or sign == "":
        return None
    if sign not in _SIGNS:
        raise BadParameter(f"Not a sign: {sign}", where="sign", mend="Give +, 0, -, 1 or -1.")
    return _SIGNS[sign]


Sign = Annotated[int | None, Depends(read_sign)]
DateFrom = Annotated[date | None, Query(alias="from", description="First date, YYYY-MM-DD", examples=["2022-02-24"])]
DateTo = Annotated[date | None, Query(alias="to", description="Last date, YYYY-MM-DD")]
Limit = Annotated[int, Query(ge=1, le=200, description="Most rows of one page")]
Cursor = Annotated[str | None, Query(description="`next` of the page before")]


def read_days(date_from: date | None, date_to: date | None) -> tuple[int | None, int | None]:
    """Return the first and last day asked for; raises BadParameter where they are the wrong way round."""
    if date_from is not None and date_to is not None and date_to < date_from:
        raise BadParameter("`to` lies before `from`", where="to", mend="Swap them.")
    return (None if date_from is None else day_of(date_from)), (None if date_to is None else day_of(date_to))


def find_node(edges: Edges, name: str, rooms: Sequence[str] = _ROOMS) -> int:
    """Return the node of a name: an IRI, ``actor/Q142``, or what ends an IRI (``Q142``); raises NotFound."""
    names = dict.fromkeys((name, quote(name, safe="%/:-._~")))
    for text in names:
        for iri in (text, BASE + text, *(f"{BASE}{room}/{text}" for room in rooms)):
            node = edges.node(iri)
            if node is not None and ("topic" if edges.is_topic(node) else "actor") in rooms:
                return node
    what = " or ".join(rooms)
    raise NotFound(f"No {what} of that name in the graph", where=name, mend=f"Look it up with /{rooms[0]}s?q=.")
