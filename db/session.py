"""One transaction per request, with a limit on how long a sick database may hold the caller."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Unavailable(Exception):
    """The database does not answer."""


class Database:
    """The engine as request handlers use it."""

    def __init__(self, engine: AsyncEngine, patience_seconds: float = 5) -> None:
        self.engine = engine
        self._patience = patience_seconds

    @asynccontextmanager
    async def transaction(self, *, snapshot: bool = False) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction, committed at the end of the block.

        ``snapshot``: all statements see the same moment, for answers that are put together from several tables.

        Raises:
            Unavailable: Postgres cannot be reached, went away, or did not answer in time. Nothing was changed,
                or, if it went away during the commit, it is unknown whether it was.
        """
        try:
            async with asyncio.timeout(self._patience), self._engine(snapshot).begin() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout, TimeoutError, OSError) as error:
            raise Unavailable from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable from error
            raise

    def _engine(self, snapshot: bool) -> AsyncEngine:
        return self.engine.execution_options(isolation_level="REPEATABLE READ") if snapshot else self.engine
