"""An ASGI app that hands requests on to the real Web UI, if the guard lets them through."""

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.trust import trusted_at
from workers.web_ui.guard import Guard

#: About one connection only (RFC 9110, 7.6.1).
_HOP_BY_HOP = {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"proxy-connection"}
#: The Web UI waits for news of a workflow in long polls.
_TIMEOUT = httpx.Timeout(5, read=120)


def create_app(behind: str, guard: Guard) -> ASGIApp:
    """``behind``: host and port of the real Web UI."""
    address = httpx.URL(f"http://{behind}")
    # Not a client: that would keep one visitor's cookies and send them for the next. And a new connection each time,
    # because one that was kept may be of a server that was started again meanwhile.
    none_kept = httpx.Limits(max_keepalive_connections=0)
    transport = httpx.AsyncHTTPTransport(trust_env=False, verify=trusted_at("http://"), limits=none_kept)

    async def forward(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        why = guard.refusal(request.method, request.headers.raw)
        answer = PlainTextResponse(why, 403) if why else await _forwarded(transport, address, request)
        await answer(scope, receive, send)

    return forward


async def _forwarded(transport: httpx.AsyncHTTPTransport, address: httpx.URL, request: Request) -> Response:
    # As it came: ids of workflows may hold an escaped slash.
    query = request.scope["query_string"]
    target = request.scope["raw_path"] + (b"?" + query if query else b"")
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    outgoing = httpx.Request(
        request.method,
        address.copy_with(raw_path=target),
        headers=_end_to_end(request.headers.raw),
        content=request.stream() if has_body else None,
        extensions={"timeout": _TIMEOUT.as_dict()},
    )
    try:
        answer = await transport.handle_async_request(outgoing)
    except (httpx.TransportError, httpx.InvalidURL):
        return PlainTextResponse("Temporal does not answer. Try again in a moment.", 502)
    response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
    response.raw_headers = _end_to_end(answer.headers.raw)
    return response


def _end_to_end(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
