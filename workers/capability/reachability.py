"""Tests whether sources can be reached from here: connects, with TLS where the address says so, sends nothing."""

import asyncio
import contextlib
import ssl
import urllib.request
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from contracts.trust import trusted

_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443}


async def unreachable(urls: Iterable[str]) -> dict[str, str]:
    """The addresses that cannot be reached, each with a sentence. Takes five seconds at most."""
    places = {url: _place(url) for url in urls}
    distinct = list(dict.fromkeys(places.values()))
    found = dict(zip(distinct, await asyncio.gather(*map(_why_not, distinct)), strict=True))
    return {url: _sentence(url, place, why) for url, place in places.items() if (why := found[place])}


def _place(url: str) -> SplitResult:
    """What has to be connected to for an address: its server, or the proxy that this environment names for it."""
    target = urlsplit(url)
    proxies = urllib.request.getproxies()
    if target.scheme in proxies and not urllib.request.proxy_bypass(target.hostname or ""):
        target = urlsplit(proxies[target.scheme])
    return SplitResult(target.scheme, target.netloc, "", "", "")


def _sentence(url: str, place: SplitResult, why: str) -> str:
    via = "" if place.hostname == urlsplit(url).hostname else f" through the proxy {place.hostname}"
    return f"{urlsplit(url).netloc.rpartition('@')[2]} cannot be reached{via}: {why}."


async def _why_not(place: SplitResult) -> str | None:
    try:
        async with asyncio.timeout(_SECONDS):
            await _connect(place)
    except TimeoutError:
        return f"no answer within {_SECONDS:.0f} s"
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not trusted ({error.verify_message})"
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__
    return None


async def _connect(place: SplitResult) -> None:
    secure = trusted() if place.scheme == "https" else None
    port = place.port or _PORTS.get(place.scheme, 80)
    _, writer = await asyncio.open_connection(place.hostname, port, ssl=secure)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
