"""Asks a process on this machine over plain HTTP how it is."""

from collections.abc import Awaitable, Callable

import httpx

from contracts.trust import trusted_at

READY_TIMEOUT = 2.0


def plain_http(base_url: str = "") -> httpx.AsyncClient:
    """A client for addresses of this machine, without TLS. No connection is kept: it may be of one that has ended."""
    verify, none_kept = trusted_at("http://"), httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=base_url, trust_env=False, verify=verify, timeout=READY_TIMEOUT, limits=none_kept)


def answers(port: int, path: str) -> Callable[[], Awaitable[bool]]:
    """A check: does it say yes there?"""
    # Made once, since processes are asked every few seconds, and to make a client takes as long as to ask.
    http = plain_http()

    async def check() -> bool:
        try:
            answer = await http.get(f"http://127.0.0.1:{port}/{path}")
        except (httpx.TransportError, httpx.InvalidURL):
            return False
        return answer.status_code == 200

    return check
