"""Knows which queues have waiting tasks, asked of the mirror once per process for all claims that wait."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Collection, Sequence

from contracts.workers.own_queues import OwnQueues
from db.session import Database, Unavailable
from db.workers.bot_leases import waiting_queues
from db.workers.own_queues import own_queues, served_by_name

#: How old an answer may be; also how soon a claim over several queues notices a new task.
FRESH_SECONDS = 0.2
#: How old may be what is known of who serves which workspace; the gateway has the last word.
_SERVED_SECONDS = 2.0
_LONGEST_LOOK_SECONDS = 0.5


class WaitingQueues:
    """A hint where to poll, no more: Temporal decides who gets what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look: asyncio.Task[list[str]] | None = None
        self._looked_at = 0.0
        self._own, self._serves = OwnQueues(), dict[uuid.UUID, tuple[str, ...]]()
        self._serving: asyncio.Task[None] | None = None
        self._served_at = float("-inf")

    async def asked_by(self, worker_id: uuid.UUID, capabilities: Sequence[str]) -> list[str]:
        """The queues through which tasks of these capabilities come to a worker, as far as is known."""
        serving = self._serving
        if serving is None or (serving.done() and time.monotonic() - self._served_at > _SERVED_SECONDS):
            serving = self._serving = asyncio.create_task(self._ask_who_serves())
        # No longer: the gateway hands out nothing that the worker must not have.
        await asyncio.wait([serving], timeout=_LONGEST_LOOK_SECONDS)
        return self._own.asked_by(capabilities, self._serves.get(worker_id))

    async def among(self, queues: Collection[str]) -> list[str]:
        """Those of these queues that have a task waiting, the one with the most urgent task first.

        Raises:
            Unavailable: the database does not answer; all who wait for this look are told at once.
        """
        look = self._look
        if look is None or (look.done() and time.monotonic() - self._looked_at > FRESH_SECONDS):
            look = self._look = asyncio.create_task(self._ask())
        # Shielded: a claim that is cancelled must not take the look from the others.
        return [queue for queue in await asyncio.shield(look) if queue in queues]

    async def _ask_who_serves(self) -> None:
        with contextlib.suppress(Unavailable):
            async with self._database.transaction() as connection:
                self._own, self._serves = await own_queues(connection), await served_by_name(connection)
            self._served_at = time.monotonic()

    async def _ask(self) -> list[str]:
        try:
            async with self._database.transaction() as connection:
                return await waiting_queues(connection)
        finally:
            self._looked_at = time.monotonic()
