"""Workers that get nothing new: their open polls are cut, new ones answered empty when their time is up.

Of every capability, because a person paused or drains them; or of one, because a task waits that must not go to them
(docs/adr/0032). Only polls: what such a worker holds it goes on reporting. While Postgres is away, the last known
holds stay in force.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.names import CONTROLS_CHANNEL
from db.kept_away import kept_away
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
#: Stands for every capability.
_ANY = "*"


class Holding:
    """Who is held, and the polls that wait for a change of that."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        #: (worker id, capability). None until it was read for the first time; until then everybody is held.
        self._held: frozenset[tuple[str, str]] | None = None
        self._changed = asyncio.Event()

    async def poll(
        self, worker_id: str, capability: str, timeout: float | None, forward: Callable[[], Awaitable[bytes]]
    ) -> bytes:
        """The answer to one poll; no bytes, which is the message "no task", for a worker that is held."""
        time_is_up = asyncio.get_running_loop().time() + _patience(timeout)
        poller = (worker_id, capability)
        answer = None if self._is_held(poller) else await self._unless_held(poller, forward)
        if answer is not None:
            return answer
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(time_is_up):
                await self._until(poller, held=False)
        return b""

    async def run(self, listen_url: str) -> None:
        """Read who is held until cancelled."""
        async for _ in wakeups(listen_url, CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                async with self._engine.connect() as connection:
                    workers = (await connection.execute(_HELD)).scalars()
                    held = frozenset({(each, _ANY) for each in workers} | await kept_away(connection))
            except (SQLAlchemyError, OSError) as error:
                logger.warning("who is paused cannot be read right now: %s", error)
                continue
            if held != self._held:
                self._held = held
                self._changed.set()
                self._changed = asyncio.Event()

    async def _unless_held(self, poller: tuple[str, str], forward: Callable[[], Awaitable[bytes]]) -> bytes | None:
        """The answer, or None when the worker was held before it came."""
        poll = asyncio.ensure_future(forward())
        held = asyncio.ensure_future(self._until(poller, held=True))
        try:
            await asyncio.wait({poll, held}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({poll}, timeout=_ON_ITS_WAY_SECONDS)
            return poll.result() if poll.done() else None
        finally:
            poll.cancel()
            held.cancel()

    async def _until(self, poller: tuple[str, str], *, held: bool) -> None:
        while self._is_held(poller) is not held:
            await self._changed.wait()

    def _is_held(self, poller: tuple[str, str]) -> bool:
        return self._held is None or poller in self._held or (poller[0], _ANY) in self._held


def _patience(timeout: float | None) -> float:
    """Seconds that a held poll may take: less than its worker and Temporal itself would wait."""
    return max(min(timeout or _LONGEST_POLL_SECONDS, _LONGEST_POLL_SECONDS) - _MARGIN_SECONDS, 0.0)
