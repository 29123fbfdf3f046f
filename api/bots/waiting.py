"""Which queues have work, as the mirror knows: asked once per process for all claims that wait."""

import asyncio
import time
from collections.abc import Collection

from db.bot_leases import waiting_capabilities
from db.session import Database

#: How old an answer may be; also how soon a claim over several queues notices a new task.
FRESH_SECONDS = 0.2


class WaitingWork:
    """A hint where to poll, no more: Temporal decides who gets what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[str] = []
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def among(self, capabilities: Collection[str]) -> list[str]:
        """Those of these capabilities that have a task waiting, the one with the most urgent task first."""
        async with self._looking:
            if time.monotonic() - self._looked_at > FRESH_SECONDS:
                async with self._database.transaction() as connection:
                    self._waiting = await waiting_capabilities(connection)
                self._looked_at = time.monotonic()
        return [each for each in self._waiting if each in capabilities]
