"""Workers that a person paused or drains: their open polls are cut, new ones answered empty when their time is up.

Only polls: what such a worker holds it goes on reporting. While Postgres is away, the last known holds stay in force.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.names import CONTROLS_CHANNEL
from db.listen import wakeups

logger = logging.getLogger(__name__)

#: A hold is noticed by NOTIFY, or within this many seconds.
_POLL_SECONDS = 1.5
#: An open poll is cut this long after the hold. A task on its way would be lost to a poll that is cut at once (of a
#: full queue, one per pause was): it would begin nowhere, and again elsewhere after its heartbeat timeout.
_ON_ITS_WAY_SECONDS = 0.25
_MARGIN_SECONDS = 1.0
_LONGEST_POLL_SECONDS = 60.0

_HELD = text("SELECT CAST(id AS text) FROM workers WHERE held IS NOT NULL")


class Holding:
    """Who is held, and the polls that wait for a change of that."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        #: None until it was read for the first time; until then everybody is.
        self._held: frozenset[str] | None = None
        self._changed = asyncio.Event()

    async def poll(self, worker_id: str, timeout: float | None, forward: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer to one poll; no bytes, which is the message "no task", for a worker that is held."""
        time_is_up = asyncio.get_running_loop().time() + _patience(timeout)
        answer = None if self._is_held(worker_id) else await self._unless_held(worker_id, forward)
        if answer is not None:
            return answer
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(time_is_up):
                await self._until(worker_id, held=False)
        return b""

    async def run(self, listen_url: str) -> None:
        """Read who is held until cancelled."""
        async for _ in wakeups(listen_url, CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                async with self._engine.connect() as connection:
                    held = frozenset((await connection.execute(_HELD)).scalars())
            except (SQLAlchemyError, OSError) as error:
                logger.warning("who is paused cannot be read right now: %s", error)
                continue
            if held != self._held:
                self._held = held
                self._changed.set()
                self._changed = asyncio.Event()

    async def _unless_held(self, worker_id: str, forward: Callable[[], Awaitable[bytes]]) -> bytes | None:
        """The answer, or None when the worker was held before it came."""
        poll = asyncio.ensure_future(forward())
        held = asyncio.ensure_future(self._until(worker_id, held=True))
        try:
            await asyncio.wait({poll, held}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({poll}, timeout=_ON_ITS_WAY_SECONDS)
            return poll.result() if poll.done() else None
        finally:
            poll.cancel()
            held.cancel()

    async def _until(self, worker_id: str, *, held: bool) -> None:
        while self._is_held(worker_id) is not held:
            await self._changed.wait()

    def _is_held(self, worker_id: str) -> bool:
        return self._held is None or worker_id in self._held


def _patience(timeout: float | None) -> float:
    """Seconds that a held poll may take: less than its worker and Temporal itself would wait."""
    return max(min(timeout or _LONGEST_POLL_SECONDS, _LONGEST_POLL_SECONDS) - _MARGIN_SECONDS, 0.0)
