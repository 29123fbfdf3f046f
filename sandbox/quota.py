"""A source's allowance: so many requests in each window of time."""

import time
from collections.abc import Callable

#: More than a try-out sends. Reddit really allows 1,000 in ten minutes.
GENEROUS = 100_000


class Quota:
    """Counts requests in the current window, all clients together."""

    def __init__(self, limit: int, window_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.used = 0
        self._window = window_seconds
        self._clock = clock
        self._ends = clock() + window_seconds

    def spend(self) -> bool:
        """Count one request; False if the allowance is used up."""
        if self._clock() >= self._ends:
            self.used = 0
            self._ends = self._clock() + self._window
        self.used += 1
        return self.used <= self.limit

    @property
    def remaining(self) -> int:
        """Requests that are left in this window."""
        return max(self.limit - self.used, 0)

    @property
    def seconds_to_reset(self) -> float:
        """How long until the next window."""
        return max(self._ends - self._clock(), 0)
