"""Caches sessions for a moment, and notes when their people do something: nothing else keeps them signed in."""

import asyncio
import logging
import uuid
from datetime import timedelta

from api.security.short_cache import ShortCache
from db.people.sessions import KnownSession, find_session, hash_of, note_acts
from db.session import Database, Unavailable

logger = logging.getLogger(__name__)

_WRITE_SECONDS = 2.0


class KnownSessions:
    """Whose a session is. What people do is written down now and then, aside of the requests."""

    def __init__(self, database: Database, idle: timedelta) -> None:
        self._database = database
        self._idle = idle
        self._known: ShortCache[bytes, KnownSession] = ShortCache()
        self._acts: set[uuid.UUID] = set()

    async def find(self, secret: str) -> KnownSession | None:
        """None when it is over. Raises Unavailable."""

        async def load() -> KnownSession | None:
            async with self._database.transaction() as connection:
                return await find_session(connection, secret)

        return await self._known.get(hash_of(secret), load)

    def forget(self, secret: str) -> None:
        """It was ended here: it is refused at once, and not within two seconds as elsewhere."""
        self._known.forget(hash_of(secret))

    def acted(self, id_: uuid.UUID) -> None:
        self._acts.add(id_)

    async def run(self) -> None:
        """Write down who did something, until cancelled."""
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            acts, self._acts = self._acts, set()
            if not acts:
                continue
            try:
                async with self._database.transaction() as connection:
                    await note_acts(connection, list(acts), self._idle)
            except Unavailable as error:
                self._acts |= acts
                logger.warning("what people do cannot be written down right now: %s", error.__cause__)
