"""Workers that are given nothing new (paused, draining, or avoided by a retry), as flags that end their polls.

A person pauses or drains a worker as a whole; a retry on another worker keeps it from one capability (docs/adr/0032).
Only polls end: the tasks that the worker has on hand go on. While Postgres is away, the last known pauses hold.
"""

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.names import CONTROLS_CHANNEL
from db.engine import one_by_one
from db.listen import wakeups
from db.workers.retry_on_another_worker import avoided_workers
from gateway.flags import Flag

logger = logging.getLogger(__name__)

#: A pause is noticed by NOTIFY, or within this many seconds.
_POLL_SECONDS = 1.5
_PAUSED = text("SELECT CAST(id AS text) FROM workers WHERE held IS NOT NULL")
#: Stands for every capability.
_ANY = "*"


class PausedWorkers:
    """Which workers are paused, and for which capabilities."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        #: (worker id, capability). None until it was read for the first time; until then everybody is paused.
        self._paused: frozenset[tuple[str, str]] | None = None
        #: Only what workers ask for that may.
        self._flags: dict[tuple[str, str], Flag] = {}

    def flag(self, worker_id: str, capability: str) -> Flag:
        """Set while the worker gets nothing of the capability."""
        known = self._flags.get((worker_id, capability))
        if known is None:
            known = self._flags[worker_id, capability] = Flag()
            self._show(worker_id, capability, known)
        return known

    async def run(self, listen_url: str) -> None:
        """Read who is paused until cancelled."""
        async for _ in wakeups(listen_url, CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                async with one_by_one(self._engine).connect() as connection:
                    workers = (await connection.execute(_PAUSED)).scalars()
                    paused = frozenset({(worker_id, _ANY) for worker_id in workers} | await avoided_workers(connection))
            except (SQLAlchemyError, OSError) as error:
                logger.warning("who is paused cannot be read right now: %s", error)
                continue
            if paused != self._paused:
                self._paused = paused
                for (worker_id, capability), flag in self._flags.items():
                    self._show(worker_id, capability, flag)

    def _show(self, worker_id: str, capability: str, flag: Flag) -> None:
        paused = self._paused
        if paused is None or (worker_id, capability) in paused or (worker_id, _ANY) in paused:
            flag.set()
        else:
            flag.clear()
