"""Serves the dashboard: its files, and its page wherever a browser asks for one.

It stands behind all routes: what no route answers comes here. A program that mistypes an address gets the 404 problem
that it always got, and never a page.
"""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

DIST = Path(__file__).parent / "dist"
#: What is never the page, whatever the caller accepts.
_NOT_PAGES = ("api", "docs", "redoc", "openapi.json", "metrics", "healthz", "readyz", "static-offline-docs")
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = "The dashboard is not built here. Run `make install`, or install a wheel. The API is at /docs."
#: In this order, where the caller takes it and the build has made it.
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Page:
    """The ASGI app for all that has no route."""

    def __init__(self, otherwise: ASGIApp, dist: Path = DIST) -> None:
        #: Answers what is neither the page nor a part of it.
        self._otherwise = otherwise
        self._dist = dist

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer_to(scope)
        if answer is None:
            await self._otherwise(scope, receive, send)
        else:
            await (await answer(scope))(scope, receive, send)

    def _answer_to(self, scope: Scope) -> Callable[[Scope], Awaitable[Response]] | None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        first = _path(scope).split("/", 1)[0]
        if first == "assets":
            return self._asset
        if first in _NOT_PAGES or "text/html" not in Headers(scope=scope).get("accept", ""):
            return None
        return self._page

    async def _page(self, scope: Scope) -> Response:
        try:
            text = await anyio.Path(self._dist / "index.html").read_text("utf-8")
        except FileNotFoundError:
            raise HTTPException(503, _NOT_BUILT) from None
        nonce = secrets.token_urlsafe(16)
        base = f"{scope.get('root_path', '').rstrip('/')}/"
        text = text.replace('<base href="/" />', f'<base href="{base}" />').replace('nonce=""', f'nonce="{nonce}"')
        # The page names its files of this version, so it is asked for anew each time.
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY.format(nonce=nonce)}
        return HTMLResponse(text, headers=headers | _SAFE)

    async def _asset(self, scope: Scope) -> Response:
        name = _path(scope).removeprefix("assets/")
        file = self._dist / "assets" / name
        if "/" in name or name.startswith(".") or "\x00" in name or not await anyio.Path(file).is_file():
            raise HTTPException(404)
        accepted = {part.split(";")[0].strip() for part in Headers(scope=scope).get("accept-encoding", "").split(",")}
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"} | _SAFE
        media_type = _TYPES.get(file.suffix, "application/octet-stream")
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and await anyio.Path(f"{file}{suffix}").is_file():
                headers["Content-Encoding"] = encoding
                return FileResponse(f"{file}{suffix}", headers=headers, media_type=media_type)
        return FileResponse(file, headers=headers, media_type=media_type)


def _path(scope: Scope) -> str:
    """The path below the prefix that a proxy has put in front, without its first slash."""
    path, prefix = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        path = path[len(prefix) :]
    return path.lstrip("/")
