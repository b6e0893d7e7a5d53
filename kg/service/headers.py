"""What every answer is given on its way out: headers for browsers, no body where only the head was asked for."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Swagger UI writes style attributes, and the ontology's page brings its style with it.
_STYLED_POLICY = _POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
_STYLED_PATHS = ("/docs", "/ns")
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_SHARED_PATHS = ("/sparql", "/ns", "/.well-known/void")
_PREFLIGHT_SECONDS = 86400


class SafeHeaders:
    """Adds the headers that keep a browser from loading or framing anything it should not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = _STYLED_POLICY if scope["path"].startswith(_STYLED_PATHS) else _POLICY

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", policy.encode()),
                    *_HEADERS,
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class CrossOrigin:
    """Lets pages of any origin ask the query endpoint and read the ontology, which know no cookies.

    https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            expose_headers=["Retry-After", "X-Request-ID"],
            max_age=_PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"] in _SHARED_PATHS
        # Who sends no Origin is no page: of what a short query takes, to look at it there would be a part.
        asks = shared and any(name == b"origin" for name, _ in scope["headers"])
        await (self._shared if asks else self._app)(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET without the body (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        inner = {**scope, "method": "GET"}
        await self._app(inner, receive, send_head)
        scope["route"] = inner.get("route")  # for who looks at the request afterwards
