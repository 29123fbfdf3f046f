"""A cache of database answers for two seconds, so that not every request asks again."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

#: A revoked key, a disabled user or a changed role is noticed within this many seconds.
TTL_SECONDS = 2.0
_LIMIT = 10_000


class ShortCache(Generic[K, V]):
    """Positive answers only: what was not found is always looked for again."""

    def __init__(self) -> None:
        self._known: dict[K, tuple[V, float]] = {}

    async def get(self, key: K, load: Callable[[], Awaitable[V | None]]) -> V | None:
        found = self._known.get(key)
        if found and time.monotonic() - found[1] < TTL_SECONDS:
            return found[0]
        self._known.pop(key, None)
        value = await load()
        if value is not None:
            if len(self._known) >= _LIMIT:
                self._known.clear()
            self._known[key] = (value, time.monotonic())
        return value

    def forget(self, key: K) -> None:
        self._known.pop(key, None)
