"""Notes when workers come, go, drain or turn deaf, so that there is a "since" and an event for each change."""

import asyncio
import logging
import time

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import one_by_one
from db.workers.roster import note_changes, prune_events

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
_PRUNE_SECONDS = 3_600.0


class Roster:
    """Looks once a second."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pruned_at = 0.0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self._look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look after the workers right now: %s", error)
            await asyncio.sleep(_POLL_SECONDS)

    async def _look(self) -> None:
        async with one_by_one(self._engine).connect() as connection:
            for event in await note_changes(connection):
                logger.info("worker %s: %s %s", event["worker_id"], event["type"], event["details"].get("because", ""))
            if time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
                await prune_events(connection)
                self._pruned_at = time.monotonic()
