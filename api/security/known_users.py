"""Caches users whose tokens were checked a moment ago."""

from api.security.short_cache import ShortCache
from db.people.users import KnownUser, find_user
from db.session import Database


class KnownUsers:
    """People who are not disabled, by name, as they are now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: ShortCache[str, KnownUser] = ShortCache()

    async def find(self, name: str) -> KnownUser | None:
        """Raises Unavailable."""

        async def load() -> KnownUser | None:
            async with self._database.transaction() as connection:
                return await find_user(connection, name)

        return await self._known.get(name, load)
