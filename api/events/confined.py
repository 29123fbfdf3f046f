"""Of the events that all listeners of a process hear, those that one caller may see, or wants to."""

import asyncio
from collections import deque
from collections.abc import Sequence

from sqlalchemy import text

from api.events.hub import MOST_TOGETHER, Heard, Listener
from db.session import Database, Unavailable

#: Asked about in one question.
_AT_ONCE = 500
_AGAIN_SECONDS = 1.0
#: By primary key. The policies of the caller decide; besides, they may want one workspace only.
_VISIBLE = text("""
SELECT id FROM task_events e WHERE id = ANY(CAST(:ids AS bigint[])) AND (
    CAST(:workspace AS text) IS NULL
    OR EXISTS (SELECT 1 FROM tasks t WHERE t.id = e.task_id AND t.instance = :workspace)
    OR EXISTS (SELECT 1 FROM plans p WHERE p.id = e.plan_id AND p.instance = :workspace)
    OR EXISTS (SELECT 1 FROM schedules s WHERE s.id = e.task_id AND s.instance = :workspace)
)
""")


async def visible(database: Database, ids: Sequence[int], workspace: str | None) -> frozenset[int]:
    """Which of these events the caller sees; of one workspace, or of all that they may see."""
    if not ids:
        return frozenset()
    async with database.transaction() as connection:
        return frozenset((await connection.execute(_VISIBLE, {"ids": ids, "workspace": workspace})).scalars())


class ConfinedListener:
    """Between a listener and its caller. To be cancelled while waiting loses nothing."""

    def __init__(self, listener: Listener, database: Database, workspace: str | None) -> None:
        self._queue = listener.queue
        self._database = database
        self._workspace = workspace
        self._unasked: list[Heard | None] = []
        self._seen: deque[Heard | None] = deque()

    def is_empty(self) -> bool:
        return not self._seen and not self._unasked and self._queue.empty()

    async def some(self) -> list[Heard | None]:
        """See `Listener.some`."""
        while not self._seen:
            if not self._unasked:
                self._unasked.append(await self._queue.get())
            while not self._queue.empty() and len(self._unasked) < _AT_ONCE:
                self._unasked.append(self._queue.get_nowait())
            ids = [each.event.id for each in self._unasked if each is not None]
            try:
                seen = await visible(self._database, ids, self._workspace)
            except Unavailable:
                # They wait here until Postgres is back, as those of others wait there.
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            self._seen += [each for each in self._unasked if each is None or each.event.id in seen]
            self._unasked.clear()
        return [self._seen.popleft() for _ in range(min(len(self._seen), MOST_TOGETHER))]
