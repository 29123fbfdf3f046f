"""Remembers invalid keys and the addresses that send them, so that they cannot keep Postgres busy."""

import ipaddress
from collections import OrderedDict
from time import monotonic
from typing import Generic, TypeVar

from aiolimiter import AsyncLimiter

from runtime.refused import Reason, too_much

#: A key that was not valid is not looked up again for so long. None becomes valid later.
_REMEMBER_SECONDS = 30.0
#: Different keys that one address may try per second, and at once.
_TRIES_PER_SECOND = 2.0
_TRIES_AT_ONCE = 20
_CAPACITY = 10_000

V = TypeVar("V")


class _Bounded(Generic[V]):
    """The newest entries; the oldest falls out."""

    def __init__(self) -> None:
        self.entries: OrderedDict[str | bytes, V] = OrderedDict()

    def put(self, key: str | bytes, value: V) -> V:
        self.entries[key] = value
        self.entries.move_to_end(key)
        if len(self.entries) > _CAPACITY:
            self.entries.popitem(last=False)
        return value


class UnknownKeys:
    """In memory, and bounded whatever is sent."""

    def __init__(self) -> None:
        self._invalid: _Bounded[float] = _Bounded()
        self._addresses: _Bounded[AsyncLimiter] = _Bounded()

    def is_known(self, digest: bytes) -> bool:
        """Whether this key was looked up a moment ago and was not valid."""
        until = self._invalid.entries.get(digest)
        return until is not None and monotonic() < until

    def check(self, address: str) -> None:
        """Raises Refused if this address has tried too many keys."""
        tries = self._addresses.entries.get(_network(address))
        if tries is not None and not tries.has_capacity():
            raise too_much(Reason.RATE, "Too many keys that are not valid came from this address. Wait a moment.", 1.0)

    async def note(self, digest: bytes, address: str) -> None:
        """The key is not valid."""
        self._invalid.put(digest, monotonic() + _REMEMBER_SECONDS)
        network = _network(address)
        tries = self._addresses.entries.get(network)
        if tries is None:
            limiter = AsyncLimiter(_TRIES_AT_ONCE, _TRIES_AT_ONCE / _TRIES_PER_SECOND)
            tries = self._addresses.put(network, limiter)
        if tries.has_capacity():
            await tries.acquire()


def _network(address: str) -> str:
    """One IPv4 address, or the /64 that an IPv6 address can be changed in at will."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
