"""Workers that get nothing new, as flags that their polls watch.

Of every capability, because a person paused or drains them; or of one, because a task waits that must not go to them
(docs/adr/0032). Only polls: what such a worker holds it goes on reporting. While Postgres is away, the last known
holds stay in force.
"""

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.names import CONTROLS_CHANNEL
from db.listen import wakeups
from db.workers.kept_away import kept_away
from gateway.flags import Flag

logger = logging.getLogger(__name__)

#: A hold is noticed by NOTIFY, or within this many seconds.
_POLL_SECONDS = 1.5
_HELD = text("SELECT CAST(id AS text) FROM workers WHERE held IS NOT NULL")
#: Stands for every capability.
_ANY = "*"


class Holding:
    """Who is held."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        #: (worker id, capability). None until it was read for the first time; until then everybody is held.
        self._held: frozenset[tuple[str, str]] | None = None
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
                for (worker_id, capability), flag in self._flags.items():
                    self._show(worker_id, capability, flag)

    def _show(self, worker_id: str, capability: str, flag: Flag) -> None:
        held = self._held
        if held is None or (worker_id, capability) in held or (worker_id, _ANY) in held:
            flag.set()
        else:
            flag.clear()
