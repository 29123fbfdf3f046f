"""The guard at connect time: a host is resolved once, its addresses are checked, and one of those is connected to.

Checking the address before the request would leave a gap: a name can lead elsewhere the second time it is asked.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import httpcore
import httpx

from activities.sources.web.addresses import is_public
from contracts.errors import SourceUnavailable, TaskError
from contracts.trust import trusted

#: Gives the addresses of a host.
Resolver = Callable[[str, int], Awaitable[list[str]]]
#: An exact host and port.
Place = tuple[str, int]


class AddressForbidden(TaskError):
    """The address leads to a place that tasks may not reach."""

    retryable = False


async def system_resolver(host: str, port: int) -> list[str]:
    """What the operating system says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections to public addresses, and to the places that are allowed by name."""

    def __init__(self, allowed: frozenset[Place], resolver: Resolver) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers.

        Raises:
            AddressForbidden: one of its addresses is not public.
        """
        failure: Exception = SourceUnavailable(f"The host {host} has no address.")
        for address in await self._checked(host, port):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never.

        Raises:
            AddressForbidden: always.
        """
        raise AddressForbidden("Tasks may not reach sockets of this machine.")

    async def sleep(self, seconds: float) -> None:
        """Part of httpcore's protocol."""
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolver(host, port)
        except (OSError, UnicodeError):
            raise SourceUnavailable(f"The host {host} could not be found.") from None
        if (host, port) not in self._allowed and not all(is_public(address) for address in addresses):
            raise AddressForbidden(
                f"{host} leads into a private network, which tasks may not reach. "
                "CRAWL_ALLOW_ADDRESSES on the worker can allow it."
            )
        return addresses


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over connections of a guarded network, without proxies."""

    def __init__(self, network: GuardedNetwork) -> None:
        self._pool = httpcore.AsyncConnectionPool(ssl_context=trusted(), network_backend=network, max_connections=20)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the reply's body is streamed."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        reply = await self._pool.handle_async_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        )
        return httpx.Response(reply.status, headers=reply.headers, stream=_Stream(reply), extensions=reply.extensions)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, reply: httpcore.Response) -> None:
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._reply.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._reply.aclose()
