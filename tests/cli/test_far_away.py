"""What a command says when the way to its API is longer than on this machine: names, ports, proxies, versions."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from cli import unreachable
from cli.api_client import ApiClient
from cli.connection import Connection
from cli.errors import Unreachable
from contracts.people.sessions import SignedInView
from tests.cli.conftest import Shell
from tests.serving import serving


@pytest.fixture
def shell(bare_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """With a key for any address, and no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("CLAWDBOT_API_KEY", "key")
    return bare_shell


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://::1:8000", "An IPv6 address stands in brackets, as in http://[::1]:8000."),
        ("http://[::1", "is not an address"),
        ("http://localhost:80a0", "is not an address"),
        ("http://", "is not an address"),
        ("https:///tasks", "is not an address"),
        ("https://anna:secret@clawdbot.example.com", "'clawdbot.example.com' is an address; who signs in there"),
    ],
)
def test_what_is_no_address(shell: Shell, address: str, told: str) -> None:
    for words in (["users", "me", "--api-url", address], ["login", address, "--user", "anna", "--password-stdin"]):
        ran = shell(*words)
        assert (ran.code, told in ran.err) == (2, True), ran.err
        assert "secret" not in ran.err or "not an address" in ran.err


def test_an_ipv6_address(shell: Shell) -> None:
    ran = shell("users", "me", "--api-url", "http://[::1]:1/")
    assert (ran.code, ran.err.split(". ")[0]) == (3, "Nothing answers at http://[::1]:1")


def test_a_name_that_nobody_knows() -> None:
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    said = unreachable.sentence(error, "https://clawdbto.example.com")
    assert said.startswith("There is no machine called 'clawdbto.example.com', as far as this one knows.")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Of a listener whose queue is full: the kernel drops who comes next, as a firewall does."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_port_that_drops_packets(silent_port: int) -> None:
    url = f"http://127.0.0.1:{silent_port}"
    with ApiClient(Connection(url, "key"), seconds=0.3) as api, pytest.raises(Unreachable) as refused:
        api.get("/session", SignedInView)
    assert str(refused.value).startswith(f"Nothing answers at {url}, not even with a no.")


@pytest.mark.parametrize(
    ("name", "address", "proxy", "told"),
    [
        ("HTTPS_PROXY", "https://clawdbot.example.com", "http://anna:secret@127.0.0.1:1", "The proxy 127.0.0.1:1"),
        ("HTTP_PROXY", "http://clawdbot.example.com", "127.0.0.1:1", "The proxy 127.0.0.1:1"),
        ("ALL_PROXY", "https://clawdbot.example.com", "socks9://127.0.0.1:1", "The proxy socks9://127.0.0.1:1"),
    ],
)
def test_a_proxy_that_is_not_there(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str, address: str, proxy: str, told: str
) -> None:
    monkeypatch.setenv(name, proxy)
    ran = shell("users", "me", "--api-url", address)
    assert (ran.code, ran.err.startswith(told)) == (3, True), ran.err
    assert "`export NO_PROXY=clawdbot.example.com` goes round it." in ran.err
    assert "secret" not in ran.err


def test_a_proxy_that_refuses(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Response("no", 403)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        ran = shell("users", "me", "--api-url", "https://clawdbot.example.com")
    assert ran.code == 3
    assert ran.err.startswith(f"The proxy {proxy} refuses (")


def test_no_proxy_is_between_this_machine_and_itself(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serving(JSONResponse({"user": "anna", "role": "viewer", "label": "human:anna"})) as url:
        with ApiClient(Connection(url, "key")) as api:
            assert api.get("/session", SignedInView).user == "anna"


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ({"title": "?", "status": 404, "detail": "There is nothing at /api/v1/plans. The API is described at /docs."},
         5, "What runs at 127.0.0.1 is a ClawdBot of another version"),
        ({"flights": []}, 3, "cannot be read. Is it a ClawdBot of another version"),
    ],
)  # fmt: skip
def test_another_version(shell: Shell, answer: dict[str, object], code: int, told: str) -> None:
    with serving(JSONResponse(answer, 404 if "status" in answer else 200)) as url:
        ran = shell("plans", "list", "--api-url", url)
    assert (ran.code, told in ran.err) == (code, True), ran.err
