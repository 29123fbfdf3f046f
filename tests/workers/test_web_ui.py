"""The door in front of the Temporal Web UI: whom it lets through, and that it hands on what came as it came."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runtime.ports import free_ports
from tests.serving import serving
from workers.web_ui.guard import Guard
from workers.web_ui.proxy import create_app

OURS = "http://127.0.0.1:8233"
HOST = {"Host": "127.0.0.1:8233"}
LINK = {**HOST, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
SCRIPT = {**HOST, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}

ALLOWED = [
    ("GET", HOST),
    ("GET", {"Host": "localhost:8233"}),
    ("GET", {"Host": "LocalHost:8233"}),
    ("GET", {"Host": "temporal.example.com"}),
    ("GET", {**HOST, "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
    ("GET", LINK),
    ("GET", {**LINK, "Sec-Fetch-Site": "same-site"}),
    ("GET", SCRIPT),
    ("POST", {**SCRIPT, "Origin": OURS}),
    ("POST", {**HOST, "Origin": OURS}),
    ("POST", {"Host": "temporal.example.com", "Origin": "https://temporal.example.com"}),
    ("POST", SCRIPT),
]
REFUSED = [
    ("GET", {}),
    ("GET", {"Host": ""}),
    ("GET", {"Host": "evil.example:8233"}),
    ("GET", {"Host": "127.0.0.1"}),
    ("GET", {"Host": "127.0.0.1:8000"}),
    ("GET", {"Host": "127.0.0.1:8233.evil.example"}),
    ("GET", {"Host": "evil.example:8233", "X-Forwarded-Host": "127.0.0.1:8233"}),
    ("GET", {**SCRIPT, "Host": "evil.example:8233", "Origin": "http://evil.example:8233"}),
    ("GET", {**HOST, "Origin": "https://evil.example"}),
    ("GET", {**HOST, "Origin": "null"}),
    # Another program's page on this machine is the same site, but it is not ours.
    ("GET", {**HOST, "Origin": "http://127.0.0.1:3000"}),
    ("GET", {**SCRIPT, "Sec-Fetch-Site": "same-site"}),
    ("GET", {**SCRIPT, "Sec-Fetch-Site": "cross-site"}),
    ("GET", {**LINK, "Sec-Fetch-Dest": "iframe"}),
    ("GET", {**LINK, "Sec-Fetch-Mode": "no-cors"}),
    ("POST", HOST),
    ("POST", LINK),
    ("POST", {**LINK, "Sec-Fetch-Site": "same-site"}),
    ("POST", {**SCRIPT, "Origin": "https://evil.example"}),
    ("POST", {**SCRIPT, "Sec-Fetch-Site": "cross-site", "Origin": OURS}),
    ("DELETE", HOST),
    ("PUT", {**HOST, "Origin": "https://127.0.0.1:8233"}),
    ("OPTIONS", {**HOST, "Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}),
]


def refusal(method: str, headers: dict[str, str], *more: tuple[bytes, bytes]) -> str | None:
    guard = Guard([OURS, "http://localhost:8233", "https://temporal.example.com/"])
    return guard.refusal(method, [*((name.encode(), value.encode()) for name, value in headers.items()), *more])


@pytest.mark.parametrize(("method", "headers"), ALLOWED)
def test_its_own_pages_and_links_get_through(method: str, headers: dict[str, str]) -> None:
    assert refusal(method, headers) is None


@pytest.mark.parametrize(("method", "headers"), REFUSED)
def test_everything_else_is_told_why_not(method: str, headers: dict[str, str]) -> None:
    why = refusal(method, headers)
    assert why
    assert why.endswith(".")


def test_two_names_are_none() -> None:
    assert refusal("GET", HOST, (b"Host", b"evil.example"))
    assert refusal("GET", HOST, (b"host", b"127.0.0.1:8233"))


async def _behind(request: Request) -> Response:
    """Says what came, and gives whoever has none a cookie."""
    body = (await request.body()).decode()
    headers = [[name.decode(), value.decode()] for name, value in request.headers.raw]
    came = {"path": request.scope["raw_path"].decode(), "query": request.url.query, "body": body, "headers": headers}
    answer = JSONResponse(came, status_code=200 if request.method == "GET" else 202)
    for cookie in ("_csrf=one", "other=two"):
        answer.headers.append("Set-Cookie", cookie)
    return answer


@pytest.fixture(scope="module")
def door() -> Iterator[str]:
    """The address of a door with a server behind it."""
    app = Starlette(routes=[Route("/{path:path}", _behind, methods=["GET", "POST", "DELETE"])])
    with ExitStack() as running:
        behind = running.enter_context(serving(app))
        yield running.enter_context(serving(create_app(behind.removeprefix("http://"), Guard([OURS]))))


def ask(door: str, method: str, path: str, **options: Any) -> httpx.Response:
    headers = {**HOST, "Origin": OURS}
    return httpx.request(method, f"{door}{path}", headers=headers, trust_env=False, **options)


def test_what_comes_is_handed_on_as_it_came(door: str) -> None:
    answer = ask(door, "POST", "/api/v1/workflows/reddit%2Fnvda%20x/terminate?a=%2B&b=", content="{}")
    assert answer.status_code == 202
    came = answer.json()
    assert came["path"] == "/api/v1/workflows/reddit%2Fnvda%20x/terminate"
    assert came["query"] == "a=%2B&b="
    assert came["body"] == "{}"
    assert ["host", "127.0.0.1:8233"] in came["headers"]
    assert answer.headers.get_list("set-cookie") == ["_csrf=one", "other=two"]


def test_a_visitor_never_gets_the_cookies_of_another(door: str) -> None:
    ask(door, "GET", "/")
    assert "cookie" not in dict(ask(door, "GET", "/").json()["headers"])


def test_while_temporal_is_down_it_says_so() -> None:
    with serving(create_app(f"127.0.0.1:{free_ports(1)[0]}", Guard([OURS]))) as door:
        answer = ask(door, "GET", "/")
    assert answer.status_code == 502
    assert "Try again" in answer.text
