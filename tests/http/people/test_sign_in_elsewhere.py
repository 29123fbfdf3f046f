"""`clawdbot login` to a server that is not this machine's own: behind TLS, a redirect, a path, or something else."""

import asyncio
import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from contracts import trust
from tests.http.terminal import Terminal, terminal
from tests.serving import serving
from tests.stack.people import Crowd, make_crowd
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

_HERE = "127.0.0.1"
_PAST = datetime(2001, 1, 1, tzinfo=UTC)
_FUTURE = datetime.now(UTC) + timedelta(days=100)
_PROBLEM = {"Content-Type": "application/problem+json"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def crowd(api: Api, stack: Facade) -> Crowd:
    return make_crowd(stack)


@pytest.fixture(autouse=True)
def _trust_is_read_anew() -> Iterator[None]:
    trust.trusted.cache_clear()
    yield
    trust.trusted.cache_clear()


@pytest.fixture
def trusting(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This machine trusts the authority."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@contextmanager
def tls_before(url: str, certificate: trustme.LeafCert) -> Iterator[str]:
    """An address with this certificate, whose connections end at the plain one."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    ready, loops, ports, joined = threading.Event(), list[Any](), list[int](), set[Any]()
    behind = urlsplit(url)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        joined.add(asyncio.current_task())
        inner = await asyncio.open_connection(behind.hostname, behind.port)
        await asyncio.gather(pipe(reader, inner[1]), pipe(inner[0], writer))

    async def serve() -> None:
        over = asyncio.Event()
        server = await asyncio.start_server(join, _HERE, 0, ssl=context)
        ports.append(server.sockets[0].getsockname()[1])
        loops.append((asyncio.get_running_loop(), over))
        ready.set()
        await over.wait()
        server.close()
        await asyncio.gather(*joined)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield f"https://{_HERE}:{ports[0]}"
    finally:
        loop, over = loops[0]
        loop.call_soon_threadsafe(over.set)
        thread.join(10)


class Elsewhere:
    """Answers like a ClawdBot below some paths, and leads away from others."""

    def __init__(self, *prefixes: str, leads_to: str = "", otherwise: Response | None = None) -> None:
        self._prefixes, self._leads_to, self._otherwise = prefixes, leads_to, otherwise or Response("?", 404)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path = scope["path"]
        if self._leads_to:
            return RedirectResponse(f"{self._leads_to}{path}", 301)
        if not any(path == f"{each}/api/v1/session" for each in self._prefixes):
            return self._otherwise
        if scope["method"] == "GET":
            return JSONResponse({"title": "?", "status": 401, "detail": "Sign in."}, 401, _PROBLEM)
        signed_in = {"user": "anna", "role": "admin", "label": "human:anna"}
        return JSONResponse(signed_in, 201, {"Set-Cookie": f"session={path}; HttpOnly"})


def signed_in_at(terminal: Terminal) -> dict[str, str]:
    """The address of each profile."""
    kept = json.loads(terminal.profiles.read_text())["profiles"]
    return {name: each["api_url"] for name, each in kept.items()}


def test_an_authority_of_their_own(
    terminal: Terminal, crowd: Crowd, stack: Facade, authority: trustme.CA, trusting: None
) -> None:
    name = crowd.names["operator"]
    with tls_before(stack.api_url, authority.issue_cert(_HERE)) as url:
        assert terminal.sign_in(url, name)[0] == 0
        code, said = terminal("tasks", "add", "echo", "message=by TLS", "--json")
        assert code == 0, said
        # Whoever leaves out the s is led there, and so is their password.
        with serving(Elsewhere(leads_to=url)) as plain:
            code, said = terminal.sign_in(plain, name)
            assert (code, "plain HTTP" in said) == (0, False), said
            assert terminal("users", "me", "--api-url", plain)[0] == 2
        assert set(signed_in_at(terminal).values()) == {url}
        assert terminal("logout")[0] == 0


@pytest.mark.parametrize(
    ("names", "lasts", "trusted", "told"),
    [
        ([_HERE], (None, None), False, "is not trusted here. `export SSL_CERT_FILE=/path/to/authority.pem`"),
        (["clawdbot.example"], (None, None), True, "is for another name"),
        ([_HERE], (_PAST, _PAST + timedelta(days=1)), True, "has expired. By the clock of this machine it is 2"),
        ([_HERE], (_FUTURE, _FUTURE + timedelta(days=1)), True, "is not valid yet. By the clock of this machine it is"),
    ],
)
def test_a_certificate_that_will_not_do(
    terminal: Terminal,
    authority: trustme.CA,
    request: pytest.FixtureRequest,
    names: list[str],
    lasts: tuple[datetime | None, datetime | None],
    trusted: bool,
    told: str,
) -> None:
    if trusted:
        request.getfixturevalue("trusting")
    certificate = authority.issue_cert(*names, not_before=lasts[0], not_after=lasts[1])
    with serving(Elsewhere("")) as plain, tls_before(plain, certificate) as url:
        code, said = terminal.sign_in(url, "anna")
    assert (code, f"The certificate of {url} {told}" in said) == (3, True), said


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_a_file_of_authorities_that_is_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "authorities.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    code, said = terminal.sign_in("https://127.0.0.1:1", "anna")
    assert (code, said.startswith(f"SSL_CERT_FILE names {file}, which cannot be used (")) == (3, True), said


def test_an_address_from_the_browser(terminal: Terminal) -> None:
    with serving(Elsewhere("")) as url:
        code, said = terminal.sign_in(f"{url}/tasks/0b6e?status=failed#top", "anna")
        assert (code, signed_in_at(terminal)) == (0, {urlsplit(url).netloc: url}), said


def test_two_below_one_name(terminal: Terminal) -> None:
    with serving(Elsewhere("/one", "/two")) as url:
        for path in ("/one", "/two/"):
            assert terminal.sign_in(f"{url}{path}", "anna")[0] == 0
    place = urlsplit(url).netloc
    assert signed_in_at(terminal) == {f"{place}/one": f"{url}/one", f"{place}/two": f"{url}/two"}


def test_nobody_types_a_password_for_something_else(terminal: Terminal) -> None:
    for app, told in {
        Elsewhere(): "is no ClawdBot. Give the address of its dashboard",
        Elsewhere(otherwise=Response("<html>Welcome", 200, media_type="text/html")): "is no ClawdBot.",
        Elsewhere(otherwise=Response("Bad gateway", 502)): "answered 502 Bad Gateway. Something in front of ClawdBot",
        Elsewhere(leads_to="https://sso.example.com"): "leads to https://sso.example.com. If that is where ClawdBot is",
    }.items():
        with serving(app) as url:
            code, said = terminal("login", url)
        assert (code, told in said) == (3, True), said
        assert not terminal.profiles.exists()
