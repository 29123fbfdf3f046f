"""Keeps the roll-ups of the metrics routes.

Once a minute it also writes down what was true then, of which nothing is left afterwards.
"""

import asyncio
import logging
import time

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.metrics.moments import note_moment
from db.metrics.rollup import counted_today, roll_up

logger = logging.getLogger(__name__)

_EVERY_SECONDS = 10.0
#: Each count goes over all of the day; so many of its tasks are gone over in a second, in the long run. That is a few
#: percent of one connection, and no share of the time that counting takes: on a machine that is busy with other things
#: it takes long, and the figures would be old, too.
_TASKS_PER_SECOND = 20_000


def rest_after(tasks: int) -> float:
    """Seconds until it is counted again after so many tasks were gone over."""
    return max(_EVERY_SECONDS, tasks / _TASKS_PER_SECOND)


class Metrics:
    """Counts what happened since the last time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        #: Since 1970.
        self._noted_minute = 0

    async def run(self) -> None:
        """Count until cancelled; while Postgres is away, try again later."""
        while True:
            tasks = 0
            try:
                tasks = await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot count tasks right now: %s", error)
            await self._rest(rest_after(tasks))

    async def look(self) -> int:
        """Count all there is, a day per transaction; returns how many tasks the last of them has."""
        while True:
            async with self._engine.begin() as connection:
                more = await roll_up(connection)
                tasks = 0 if more else await counted_today(connection)
            if not more:
                break
        await self.note()
        return tasks

    async def _rest(self, seconds: float) -> None:
        """Also of a long rest each minute is written down."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, _EVERY_SECONDS))
            try:
                await self.note()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot write down what waits right now: %s", error)

    async def note(self) -> None:
        """What is true now, once a minute."""
        minute = int(time.time() // 60)
        if minute != self._noted_minute:
            async with self._engine.begin() as connection:
                await note_moment(connection)
            self._noted_minute = minute
