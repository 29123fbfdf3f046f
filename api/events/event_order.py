"""Ids are drawn before commit, so a later id can become visible first: events wait until it is their turn."""

import time
from collections.abc import Callable, Sequence

from contracts.tasks.views import EventView

#: An id that is missing this long after its successors were seen belongs to a transaction that was rolled back.
GAP_SECONDS = 1.0


class InOrder:
    """Lets events through in the order of their ids, each once."""

    def __init__(self, position: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.position = position
        self._clock = clock
        #: Events that wait for an earlier id, and when each was seen first.
        self._waiting: dict[int, float] = {}

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def take(self, events: Sequence[EventView]) -> list[EventView]:
        """Those of ``events`` (ids above `position`, ascending) whose turn it is."""
        now = self._clock()
        ready: list[EventView] = []
        for index, event in enumerate(events):
            seen_at = self._waiting.get(event.id, now)
            if event.id != self.position + 1 and now - seen_at < GAP_SECONDS:
                self._waiting = {each.id: self._waiting.get(each.id, now) for each in events[index:]}
                return ready
            self.position = event.id
            ready.append(event)
        self._waiting = {}
        return ready
