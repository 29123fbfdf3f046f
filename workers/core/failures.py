"""Counts failed tasks into their groups, as they come; and those of before there were groups, a few at a time."""

import asyncio
import logging

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from db.people.audit import add_entry
from db.tasks.failure_counts import MOST, SYSTEM, count_changes, go_over, leave_out_oldest
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)

#: Between two batches of old failures, so that nobody else notices.
_REST_SECONDS = 0.2
#: Postgres is away, or somebody else was in the way: the same later.
_AWAY = (OperationalError, InterfaceError, PoolTimeout)


class Failures:
    """Of several cores one counts at a time; one that dies loses no more than a batch, which another one does."""

    def __init__(self, engine: AsyncEngine, lookout: Lookout) -> None:
        self._engine = engine
        self._lookout = lookout

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("failures are not counted right now: %s", error)
            await self._lookout.call(Cause.FAILURES)

    async def look(self) -> None:
        """Count all there are."""
        while await self._count() == MOST or await self._go_over():
            pass

    async def _count(self) -> int:
        try:
            return await self._count_batch(MOST)
        except _AWAY:
            raise
        except Exception as error:
            logger.warning("failures are counted one by one: %s", error)
        counted = 0
        while counted < MOST and await self._count_one():
            counted += 1
        return counted

    async def _count_one(self) -> int:
        """The oldest; what cannot be counted is left out, and the audit log says which task that is about."""
        try:
            return await self._count_batch(1)
        except _AWAY:
            raise
        except Exception as error:
            logger.exception("a failure cannot be counted")
            async with self._engine.begin() as connection:
                left_out = await leave_out_oldest(connection)
                if left_out is not None:
                    why = {"why": f"{type(error).__name__}: it cannot be counted into its group"}
                    await add_entry(connection, SYSTEM, "failures.left_out", str(left_out), why)
            return 1

    async def _count_batch(self, most: int) -> int:
        async with self._engine.begin() as connection:
            return await count_changes(connection, most)

    async def _go_over(self) -> int:
        async with self._engine.begin() as connection:
            found = await go_over(connection)
        if found:
            await asyncio.sleep(_REST_SECONDS)
        return found
