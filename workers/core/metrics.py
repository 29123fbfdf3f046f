"""Keeps the roll-ups of the metrics routes. How often follows from what it costs: at most 5 % of one connection.

Once a minute it also writes down what was true then, of which nothing is left afterwards.
"""

import asyncio
import logging
import time

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.metrics.moments import note_moment
from db.metrics.rollup import roll_up

logger = logging.getLogger(__name__)

_EVERY_SECONDS = 10.0
#: So many times as long as counting took, at least.
_REST = 20


class Metrics:
    """Counts what happened since the last time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        #: Since 1970.
        self._noted_minute = 0

    async def run(self) -> None:
        """Count until cancelled; while Postgres is away, try again later."""
        while True:
            took = 0.0
            try:
                took = await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot count tasks right now: %s", error)
            await asyncio.sleep(max(_EVERY_SECONDS, _REST * took))

    async def look(self) -> float:
        """Count all there is, a day per transaction; returns how long the last of them took."""
        while True:
            began = time.monotonic()
            async with self._engine.begin() as connection:
                more = await roll_up(connection)
            if not more:
                break
        took = time.monotonic() - began
        await self._note()
        return took

    async def _note(self) -> None:
        minute = int(time.time() // 60)
        if minute != self._noted_minute:
            async with self._engine.begin() as connection:
                await note_moment(connection)
            self._noted_minute = minute
