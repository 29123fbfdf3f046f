"""Keeping requests apart, for sources that allow so many per second."""

import asyncio
import time


class Spacing:
    """Hands out turns at least `seconds` apart. A worker's tasks share one: sources count per machine."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next free turn."""
        now = time.monotonic()
        turn = max(self._next, now)
        self._next = turn + self._seconds
        await asyncio.sleep(turn - now)
