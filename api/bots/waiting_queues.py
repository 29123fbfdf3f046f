"""Knows which queues have waiting tasks, asked of the mirror once per process for all claims that wait."""

import asyncio
import time
from collections.abc import Collection

from db.session import Database
from db.workers.bot_leases import waiting_capabilities

#: How old an answer may be; also how soon a claim over several queues notices a new task.
FRESH_SECONDS = 0.2


class WaitingQueues:
    """A hint where to poll, no more: Temporal decides who gets what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look: asyncio.Task[list[str]] | None = None
        self._looked_at = 0.0

    async def among(self, capabilities: Collection[str]) -> list[str]:
        """Those of these capabilities that have a task waiting, the one with the most urgent task first.

        Raises:
            Unavailable: the database does not answer; all who wait for this look are told at once.
        """
        look = self._look
        if look is None or (look.done() and time.monotonic() - self._looked_at > FRESH_SECONDS):
            look = self._look = asyncio.create_task(self._ask())
        # Shielded: a claim that is cancelled must not take the look from the others.
        return [capability for capability in await asyncio.shield(look) if capability in capabilities]

    async def _ask(self) -> list[str]:
        try:
            async with self._database.transaction() as connection:
                return await waiting_capabilities(connection)
        finally:
            self._looked_at = time.monotonic()
