"""Reads gauges for Prometheus every few seconds, so that a scrape itself costs nothing."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import one_by_one
from db.metrics.gauges import look
from workers.core.meters import Meters

logger = logging.getLogger(__name__)

#: As often as Prometheus usually asks.
_EVERY_SECONDS = 15.0


class Gauges:
    """Keeps the meters at what Postgres says."""

    def __init__(self, engine: AsyncEngine, meters: Meters) -> None:
        self._engine = engine
        self._meters = meters

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                async with one_by_one(self._engine).connect() as connection:
                    self._meters.saw(await look(connection))
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look at the figures right now: %s", error)
            await asyncio.sleep(_EVERY_SECONDS)
