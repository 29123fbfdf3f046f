"""Asks a process on this machine over plain HTTP how it is."""

from collections.abc import Awaitable, Callable

import httpx

from contracts.trust import trusted_at

READY_TIMEOUT = 2.0


def plain_http(base_url: str = "") -> httpx.AsyncClient:
    """A client for addresses of this machine without TLS."""
    return httpx.AsyncClient(base_url=base_url, trust_env=False, verify=trusted_at("http://"), timeout=READY_TIMEOUT)


def answers(port: int, path: str) -> Callable[[], Awaitable[bool]]:
    """A check: does it say yes there?"""

    async def check() -> bool:
        async with plain_http() as http:
            try:
                answer = await http.get(f"http://127.0.0.1:{port}/{path}")
            except (httpx.TransportError, httpx.InvalidURL):
                return False
        return answer.status_code == 200

    return check
