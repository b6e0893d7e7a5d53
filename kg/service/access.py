"""Who may change the graph: whoever has the service's token, nobody without one.

The token comes as https://www.rfc-editor.org/rfc/rfc6750 has it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from kg.service.parameters import settings_of
from kg.service.problems import Forbidden, Unauthorized

_SCHEME = HTTPBearer(auto_error=False, description="The service's write token")


def check_writer(request: Request) -> None:
    """Raise Forbidden where writing is off, Unauthorized where the request has not the right token."""
    if settings_of(request).write_token is None:
        raise Forbidden("Writing is off", mend="Build the graph with `kg build`, or serve with KG_SERVE_WRITE_TOKEN.")
    if not may_write(request):
        given = request.headers.get("authorization")
        mend = "Send the header Authorization: Bearer TOKEN."
        raise Unauthorized("This token may not write" if given else "Writing needs a token", mend=mend)


def may_write(request: Request) -> bool:
    """Whether a request has the token of a service that may be written to."""
    token = settings_of(request).write_token
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # Digests, so that neither the token's length nor its first letters are told by the time it takes.
    same = hmac.compare_digest(_digest(given.strip()), _digest(token or ""))
    return token is not None and scheme.lower() == "bearer" and same


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()


async def _check(request: Request, _shown: Annotated[object, Depends(_SCHEME)]) -> None:
    check_writer(request)


MayWrite = Depends(_check)
"""A route's dependency: only who has the token gets further, before the body is read."""
