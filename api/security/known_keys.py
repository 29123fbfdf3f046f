"""Caches valid API keys for a moment, and notes when and from where they are used."""

import asyncio
import hashlib
import logging

from api.security.short_cache import ShortCache
from db.people.keys import KeyOwner, find_key, mark_used
from db.session import Database, Unavailable

logger = logging.getLogger(__name__)

_WRITE_SECONDS = 2.0


class KnownKeys:
    """Whose a key is. Uses are written down now and then, aside of the requests."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: ShortCache[bytes, KeyOwner] = ShortCache()
        #: Key id -> address of the last use that is not written yet.
        self._uses: dict[str, str | None] = {}

    async def owner(self, key: str, address: str | None = None) -> KeyOwner | None:
        """Whom the key belongs to, or None when it is not valid. Raises Unavailable."""

        async def load() -> KeyOwner | None:
            async with self._database.transaction() as connection:
                return await find_key(connection, key)

        owner = await self._known.get(hashlib.sha256(key.encode()).digest(), load)
        if owner:
            self._uses[owner.key_id] = address
        return owner

    async def run(self) -> None:
        """Write uses down until cancelled."""
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            uses, self._uses = self._uses, {}
            if not uses:
                continue
            try:
                async with self._database.transaction() as connection:
                    await mark_used(connection, uses)
            except Unavailable as error:
                logger.warning("the use of keys cannot be written down right now: %s", error.__cause__)
