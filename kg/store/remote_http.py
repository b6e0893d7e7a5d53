"""Speaks HTTP to one server's endpoints, as whoever the environment says; its refusals become this project's errors."""

from __future__ import annotations

import base64
import contextlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from kg.errors import NotFound, QuerySyntaxError, StoreError

TOKEN, USER, PASSWORD = "KG_STORE_TOKEN", "KG_STORE_USER", "KG_STORE_PASSWORD"
"""Environment variables that hold what the server asks of its clients: a bearer token, or a name and a password."""
UPDATE_URL, GRAPHS_URL = "KG_STORE_UPDATE_URL", "KG_STORE_GRAPHS_URL"
"""Environment variables that hold the server's endpoints for updates and for whole graphs, where it has them."""
_SECONDS = 60.0
_SHOWN = 500
_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 400, 401, 403, 404


class Server:
    """Sends requests with the credentials of an environment; nothing is kept between them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._headers = {"User-Agent": "whostands", **_credentials(environment)}
        self._opener = urllib.request.build_opener(_NoRedirects)

    @contextlib.contextmanager
    def ask(
        self, url: str, body: bytes | None = None, *, method: str = "POST", accept: str = "*/*", media_type: str
    ) -> Iterator[http.client.HTTPResponse]:
        """Send a request and give its answer to read.

        Raises StoreError where the server does not answer or wants other credentials, QuerySyntaxError for 400,
        NotFound for 404.
        """
        headers = {**self._headers, "Accept": accept, "Content-Type": media_type}
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            reply = cast(http.client.HTTPResponse, self._opener.open(request, timeout=_SECONDS))
        except urllib.error.HTTPError as error:
            raise _refusal(url, error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            mend = "Check its address, and that it runs."
            raise StoreError(f"The server does not answer: {error}", where=url, mend=mend) from error
        with reply:
            yield reply


def checked_url(url: str) -> str:
    """Return an endpoint's address; raises StoreError where it is none, or holds a password."""
    if not urlsplit(url).hostname or "@" in urlsplit(url).netloc:
        mend = f"Give http://HOST:PORT/PATH, and credentials by {TOKEN} or {USER} and {PASSWORD}."
        raise StoreError("Not the URL of a SPARQL endpoint", where=url.rpartition("@")[2], mend=mend)
    return url


def _refusal(url: str, error: urllib.error.HTTPError) -> StoreError | QuerySyntaxError | NotFound:
    with error:
        text = error.read(_SHOWN).decode(errors="replace").strip()
    if error.code == _BAD_REQUEST:
        return QuerySyntaxError(f"The server does not take the query: {text}")
    if error.code == _NOT_FOUND:
        return NotFound("The server has nothing there", where=url)
    wants = error.code in (_UNAUTHORIZED, _FORBIDDEN)
    mend = f"Set {TOKEN}, or {USER} and {PASSWORD}." if wants else "See the server's log."
    return StoreError(f"The server refused: {error.code} {error.reason}", where=url, mend=mend)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would take the credentials to wherever the server says."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the header that says who asks (https://www.rfc-editor.org/rfc/rfc6750, https://www.rfc-editor.org/rfc/rfc7617)."""
    if token := environment.get(TOKEN):
        return {"Authorization": f"Bearer {token}"}
    if user := environment.get(USER):
        pair = f"{user}:{environment.get(PASSWORD, '')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}
