"""Has tasks that are not over moved when the workspaces change that have task queues of their own.

Nothing strands: what waits is moved to where its workers ask now, and what runs would wait there after a failed
attempt. Woken by NOTIFY, and looks by itself. Several cores may do this at once: a task is moved by one command.
"""

import asyncio
import logging
import math
import time

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import names
from contracts.workers.own_queues import OwnQueues
from db.engine import one_by_one
from db.listen import Listening
from db.workers.own_queues import move_tasks, own_queues

logger = logging.getLogger(__name__)

_POLL_SECONDS = 5.0
#: Commands under way at once: new tasks are started in between.
_AT_ONCE = 200
_PAUSE_SECONDS = 0.2
#: A task that was being submitted while something changed is written down by then.
_SETTLES_SECONDS = 60.0
#: And if nothing changed: for what was begun from the Temporal side, and for starts that went out long before they were
#: found to have arrived.
_EVERY_SECONDS = 300.0
#: A look that fails is not repeated for so many times as long as it took: the longest statement that Postgres allows
#: shall not follow upon itself, and a refused connection keeps nobody waiting.
_REST = 6.0


class QueueMoves:
    """Looks at all open tasks for a while after each change, and seldom otherwise."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._own: OwnQueues | None = None
        self._changed_at = self._looked_at = self._rests_until = -math.inf

    async def run(self, listening: Listening) -> None:
        """Work until cancelled."""
        async for _ in listening.wakeups(names.CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                has_more = True
                while has_more:
                    has_more = await self.look()
                    await asyncio.sleep(_PAUSE_SECONDS)
            except (SQLAlchemyError, OSError) as error:
                logger.warning("tasks cannot be moved to their queues right now: %s", error)

    async def look(self) -> bool:
        """Whether there may be more to move."""
        began = time.monotonic()
        if began < self._rests_until:
            return False
        try:
            return await self._look()
        except (SQLAlchemyError, OSError):
            ended = time.monotonic()
            self._rests_until = ended + _REST * (ended - began)
            raise

    async def _look(self) -> bool:
        async with one_by_one(self._engine).connect() as connection:
            own = await own_queues(connection)
        now = time.monotonic()
        if own != self._own:
            # What was looked at before says nothing any more, should no look succeed while it settles.
            self._own, self._changed_at, self._looked_at = own, now, -math.inf
        if now - self._changed_at > _SETTLES_SECONDS and now - self._looked_at < _EVERY_SECONDS:
            return False
        async with self._engine.begin() as connection:
            moved = await move_tasks(connection, _AT_ONCE)
        if moved.commands:
            logger.info("%d tasks go to another queue: who serves their workspace has changed", moved.commands)
        if not moved.has_more:
            self._looked_at = now
        return moved.has_more
