"""Limits calls to Temporal under way: a few more while it answers quickly, half when it does not answer.

As TCP does it (RFC 5681: additive increase, multiplicative decrease). Without it a burst that takes Temporal longer
than our patience is sent again while the server still works on what nobody waits for any more (docs/adr/0035).
"""

import time
from collections.abc import Callable

#: To begin with: enough for 200 commands a second when an answer takes 100 ms.
_FIRST = 20
_LEAST = 4
_MOST = 200
#: A slower answer says that more would only wait there instead of here.
_QUICK_SECONDS = 0.5
#: Those that were sent together run out of time together, and are one sign.
_ONE_SIGN_SECONDS = 1.0


class Window:
    """The size of it, from what is told of the answers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds."""
        self._clock = clock
        self._size = float(_FIRST)
        self._shrunk_at = float("-inf")

    @property
    def size(self) -> int:
        return int(self._size)

    def answered(self, seconds: float) -> None:
        """An answer came after so many seconds."""
        if seconds <= _QUICK_SECONDS:
            self._size = min(self._size + 1 / self._size, _MOST)

    def unanswered(self) -> None:
        """No answer came in time, or the server said that it has too much to do."""
        now = self._clock()
        if now - self._shrunk_at >= _ONE_SIGN_SECONDS:
            self._shrunk_at = now
            self._size = max(self._size / 2, _LEAST)
