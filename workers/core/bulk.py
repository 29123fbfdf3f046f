"""Carries out bulk actions, batch by batch. Several cores share them; one that dies loses no more than a batch."""

import logging
import uuid
from collections import Counter

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.tasks.bulk import advance, put_off
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)


class BulkActions:
    """Looks for actions that run, and does their next batches."""

    def __init__(self, engine: AsyncEngine, lookout: Lookout) -> None:
        self._engine = engine
        self._lookout = lookout
        #: Of actions whose last batch has failed here: how many in a row.
        self._tries: Counter[uuid.UUID] = Counter()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                worked = await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("bulk actions rest right now: %s", error)
                worked = False
            if not worked:
                await self._lookout.call(Cause.BULK)

    async def look(self) -> bool:
        """Do the next batch of one; whether there was one. An action that cannot go on is put off: the others do."""
        taken: list[RowMapping] = []
        try:
            async with self._engine.begin() as connection:
                worked = await advance(connection, taken)
        except Exception as error:
            if not taken:
                raise
            id_ = taken[0]["id"]
            logger.warning("the bulk action %s: %s", id_, error, exc_info=not isinstance(error, SQLAlchemyError))
            async with self._engine.begin() as connection:
                await put_off(connection, id_, error, self._tries[id_] + 1)
            self._tries[id_] += 1
            return True
        for bulk in taken:
            self._tries.pop(bulk["id"], None)
        return worked
