"""Keys that were checked a moment ago, so that not every request asks Postgres for its key."""

import hashlib
import time

from db.keys import KeyOwner, find_key
from db.session import Database

#: A revoked key is refused within this many seconds.
TTL_SECONDS = 2.0
_LIMIT = 10_000


class KnownKeys:
    """Positive answers only: a wrong key is always checked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[KeyOwner, float]] = {}

    async def owner(self, key: str) -> KeyOwner | None:
        """Whom the key belongs to, or None when it is not valid. Raises Unavailable."""
        digest = hashlib.sha256(key.encode()).digest()
        found = self._known.get(digest)
        if found and time.monotonic() - found[1] < TTL_SECONDS:
            return found[0]
        self._known.pop(digest, None)
        async with self._database.transaction() as connection:
            owner = await find_key(connection, key)
        if owner:
            if len(self._known) >= _LIMIT:
                self._known.clear()
            self._known[digest] = (owner, time.monotonic())
        return owner
