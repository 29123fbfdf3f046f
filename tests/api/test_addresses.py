"""Whose address a call is noted under, and what a proxy may say about it."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from api.main import listening
from contracts.settings import ServerSettings
from runtime.addresses import caller_address, grpc_address, networks
from tests.serving import serving
from tests.support import plain_http

PROXIES = networks("10.0.0.1, 192.168.0.0/16, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 192.168.4.4", "198.51.100.1"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("10.0.0.1", "whatever<script>", "10.0.0.1"),
        ("unix", "198.51.100.1", "unix"),
    ],
)
def test_only_proxies_that_are_trusted_are_believed(peer: str, forwarded: str, expected: str) -> None:
    assert caller_address(peer, forwarded, PROXIES) == expected
    assert caller_address(peer, forwarded, []) == peer


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:127.0.0.1:50000", "127.0.0.1"),
        ("ipv6:%5B::1%5D:50000", "::1"),
        ("ipv6:[2001:db8::5]:50000", "2001:db8::5"),
        ("unix:/run/socket", "unix"),
        ("", "unknown"),
    ],
)
def test_the_address_of_a_grpc_peer(peer: str, address: str) -> None:
    assert grpc_address(peer) == address


def test_a_setting_that_is_no_network_is_refused() -> None:
    given = {"database_url": "postgresql://x/y", "jwt_secret": "x" * 32, "lease_secret": "x"}
    assert ServerSettings.model_validate({**given, "trusted_proxies": "10.0.0.1,fd00::/8"}).trusted_proxies
    for wrong in ("*", "proxy.example.com", "10.0.0.0/99"):
        with pytest.raises(ValueError, match="trusted_proxies"):
            ServerSettings.model_validate({**given, "trusted_proxies": wrong})


@pytest.mark.parametrize(
    ("trusted", "seen"), [("", "127.0.0.1"), ("127.0.0.1", "198.51.100.1"), ("10.0.0.1", "127.0.0.1")]
)
def test_the_api_believes_nobody_unless_told_to(trusted: str, seen: str) -> None:
    """Uvicorn by itself believes whatever calls from this machine."""
    given = {
        "database_url": "postgresql://x/y",
        "jwt_secret": "x" * 32,
        "lease_secret": "x",
        "trusted_proxies": trusted,
    }
    options = listening(ServerSettings.model_validate(given))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(scope["client"][0])(scope, receive, send)

    with serving(app, **{name: options[name] for name in ("proxy_headers", "forwarded_allow_ips")}) as url:
        answer = plain_http.get(url, headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.1"})
    assert answer.text == seen
