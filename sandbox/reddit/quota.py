"""Reddit's allowance: so many requests in each window of ten minutes."""

import time
from collections.abc import Callable

from sandbox.reddit.replies import allowance

WINDOW_SECONDS = 600.0
#: More than a try-out sends. The real allowance is 1,000.
GENEROUS = 100_000


class Quota:
    """Counts requests in the current window, all clients together."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._used = 0
        self._ends = clock() + WINDOW_SECONDS

    def spend(self) -> bool:
        """Count one request; False if the allowance is used up."""
        if self._clock() >= self._ends:
            self._used = 0
            self._ends = self._clock() + WINDOW_SECONDS
        self._used += 1
        return self._used <= self._limit

    @property
    def seconds_to_reset(self) -> float:
        """How long until the next window."""
        return max(self._ends - self._clock(), 0)

    def headers(self) -> dict[str, str]:
        """What Reddit says about it on every reply."""
        remaining = max(self._limit - self._used, 0)
        return allowance(used=self._used, remaining=remaining, reset=self.seconds_to_reset)
