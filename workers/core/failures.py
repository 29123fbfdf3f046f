"""Counts failed tasks into their groups, as they come; and those of before there were groups, a few at a time."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.tasks.failure_counts import MOST, count_changes, go_over
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)

#: Between two batches of old failures, so that nobody else notices.
_REST_SECONDS = 0.2


class Failures:
    """Of several cores one counts at a time; one that dies loses no more than a batch, which another one does."""

    def __init__(self, engine: AsyncEngine, lookout: Lookout) -> None:
        self._engine = engine
        self._lookout = lookout

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self._count_all()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("failures are not counted right now: %s", error)
            await self._lookout.call(Cause.FAILURES)

    async def _count_all(self) -> None:
        while await self._count() == MOST or await self._go_over():
            pass

    async def _count(self) -> int:
        async with self._engine.begin() as connection:
            return await count_changes(connection)

    async def _go_over(self) -> int:
        async with self._engine.begin() as connection:
            found = await go_over(connection)
        if found:
            await asyncio.sleep(_REST_SECONDS)
        return found
