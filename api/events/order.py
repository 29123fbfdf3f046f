"""Ids are drawn before commit, so a later id can become visible first: hold events back until it is their turn."""

import time
from collections.abc import Callable, Sequence

from contracts.views import EventView

#: An id that did not show up in this time belongs to a transaction that was rolled back.
GAP_SECONDS = 1.0


class InOrder:
    """Lets events through in the order of their ids, each once."""

    def __init__(self, position: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.position = position
        self._clock = clock
        self._gap_since: float | None = None

    @property
    def is_waiting(self) -> bool:
        return self._gap_since is not None

    def take(self, events: Sequence[EventView]) -> list[EventView]:
        """Those of ``events`` (ids above `position`, ascending) whose turn it is."""
        ready: list[EventView] = []
        for event in events:
            if event.id != self.position + 1 and not self._gap_is_old():
                return ready
            self._gap_since = None
            self.position = event.id
            ready.append(event)
        if not events:
            self._gap_since = None
        return ready

    def _gap_is_old(self) -> bool:
        now = self._clock()
        if self._gap_since is None:
            self._gap_since = now
        return now - self._gap_since >= GAP_SECONDS
