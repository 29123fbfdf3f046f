"""Looks at our own events that triggers watch. One core at a time, in order; one that dies loses nothing."""

import logging

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.settings import ServerSettings
from runtime.failpoints import Failpoints
from services.triggers.own_events import look_at_events, put_off, set_aside
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
                while await self.look():
                    pass
            except (SQLAlchemyError, OSError) as error:
                logger.warning("events that set off triggers are not looked at right now: %s", error)
            await self._lookout.call(Cause.TRIGGERS)

    async def look(self) -> int:
        """Look at the next events; how many. One of which nothing could be made is put off: the others go on."""
        begun: list[RowMapping] = []
        try:
            async with self._engine.begin() as connection:
                found = await look_at_events(connection, self._settings, begun)
                if found:
                    await self._failpoints.hit("triggers.before-commit")
        except Exception as error:
            if not begun:
                raise
            logger.warning("the event %s of %s: %s", begun[-1]["event"], begun[-1]["subject"], error)
            await self._put_off(begun[-1], error)
            return 1
        if found:
            await self._failpoints.hit("triggers.after-commit")
        return found

    async def _put_off(self, event: RowMapping, error: Exception) -> None:
        # Two transactions: what cannot be set aside either is put off all the same.
        async with self._engine.begin() as connection:
            is_enough = await put_off(connection, event)
        if is_enough:
            async with self._engine.begin() as connection:
                await set_aside(connection, event, error)
