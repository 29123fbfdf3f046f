"""Does the same with each of several things, so that one of them that cannot be done holds up none behind it."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)

#: So many failures end a round: then it is Temporal or Postgres that is away, and each would wait for it anew.
_MOST_FAILURES = 3


class EachForItself(Generic[Key]):
    """Remembers what has failed before: that has its turn after all others."""

    def __init__(self, what: str) -> None:
        """``what`` cannot be done, for the log; %s in it is which."""
        self._what = what
        self._failures: Counter[Key] = Counter()

    async def do(self, keys: Iterable[Key], act: Callable[[Key], Awaitable[None]]) -> bool:
        """One round; whether all went well."""
        failed = 0
        order = sorted(keys, key=lambda key: self._failures[key])
        for key in order:
            try:
                await act(key)
            except Exception as error:
                logger.warning("%s: %s", self._what % (key,), error)
                self._failures[key] += 1
                failed += 1
                if failed == _MOST_FAILURES:
                    break
            else:
                self._failures.pop(key, None)
        if not failed:
            self._failures.clear()
        return not failed
