"""Looks at our own events that triggers watch. One core at a time, in order; one that dies loses nothing."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.settings import ServerSettings
from runtime.failpoints import Failpoints
from services.triggers.own_events import look_at_events
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)


class TriggerEvents:
    """Called when there are some."""

    def __init__(self, engine: AsyncEngine, settings: ServerSettings, lookout: Lookout, failpoints: Failpoints) -> None:
        self._engine = engine
        self._settings = settings
        self._lookout = lookout
        self._failpoints = failpoints

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                while await self._look():
                    pass
            except (SQLAlchemyError, OSError) as error:
                logger.warning("events that set off triggers are not looked at right now: %s", error)
            await self._lookout.call(Cause.TRIGGERS)

    async def _look(self) -> int:
        async with self._engine.begin() as connection:
            found = await look_at_events(connection, self._settings)
            if found:
                await self._failpoints.hit("triggers.before-commit")
        if found:
            await self._failpoints.hit("triggers.after-commit")
        return found
