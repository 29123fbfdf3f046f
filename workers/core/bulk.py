"""Carries out bulk actions, batch by batch. Several cores share them; one that dies loses no more than a batch."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.tasks.bulk import advance
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)


class BulkActions:
    """Looks for actions that run, and does their next batches."""

    def __init__(self, engine: AsyncEngine, lookout: Lookout) -> None:
        self._engine = engine
        self._lookout = lookout

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if not await self._advance():
                await self._lookout.call(Cause.BULK)

    async def _advance(self) -> bool:
        try:
            async with self._engine.begin() as connection:
                return await advance(connection)
        except (SQLAlchemyError, OSError) as error:
            logger.warning("bulk actions rest right now: %s", error)
            return False
