"""Has tasks that are not over moved when the workspaces change that have task queues of their own.

Nothing strands: what waits is moved to where its workers ask now, and what runs would wait there after a failed
attempt. Woken by NOTIFY, and looks by itself. Several cores may do this at once: a task is moved by one command.
"""

import asyncio
import logging
import math
import time
import uuid
from collections import deque
from itertools import islice

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import names
from contracts.workers.own_queues import OwnQueues
from db.engine import one_by_one
from db.listen import Listening
from db.workers.own_queues import move_tasks, moves_under_way, own_queues, tasks_elsewhere

logger = logging.getLogger(__name__)

_POLL_SECONDS = 5.0
#: Commands under way at once: new tasks are started in between.
_AT_ONCE = 200
#: Tasks that one look at all open ones finds: looking again for every two hundred would read a hundred thousand tasks
#: hundreds of times.
_FOUND_AT_ONCE = 10_000
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
        #: Found in another queue than they belong to, and not had moved yet.
        self._found: deque[uuid.UUID] = deque()
        self._found_all = True
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
            self._found.clear()
        if not self._found:
            is_settled = self._found_all and now - self._changed_at > _SETTLES_SECONDS
            if is_settled and now - self._looked_at < _EVERY_SECONDS:
                return False
            async with one_by_one(self._engine).connect() as connection:
                found = await tasks_elsewhere(connection, _FOUND_AT_ONCE)
            self._found.extend(found)
            self._found_all, self._looked_at = len(found) < _FOUND_AT_ONCE, now
        await self._move_some()
        return bool(self._found) or not self._found_all

    async def _move_some(self) -> None:
        if not self._found:
            return
        async with self._engine.begin() as connection:
            room = max(0, _AT_ONCE - await moves_under_way(connection))
            ids = list(islice(self._found, room))
            moved = await move_tasks(connection, ids) if ids else 0
        for _ in ids:
            self._found.popleft()
        if moved:
            logger.info("%d tasks go to another queue: who serves their workspace has changed", moved)
