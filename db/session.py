"""One transaction per request, with a limit on how long a sick database may hold the caller."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.engine import one_by_one
from db.liveness import cut_off
from db.schema_version import SchemaWatch
from db.workspaces.scope import current_scope, enter


class Unavailable(Exception):
    """The database does not answer."""


class DiskFull(Unavailable):
    """The disk of the database is full. Nothing was changed; make room there, and all goes on by itself."""


class OtherVersion(Unavailable):
    """The tables are those of another version of ClawdBot. Nothing was changed."""


class OutOfScope(Exception):
    """You are a member of workspaces, and this touches what belongs to none of yours. Ask an admin."""


class Unstorable(Exception):
    """A value of this request cannot be stored: text without NUL and with whole characters, and numbers of usual size,
    can be."""


#: SQLSTATE: disk_full. A class of its own beside "does not answer", because nobody else can mend it.
_DISK_FULL = "53100"
#: insufficient_privilege, also said by policies.
_REFUSED = "42501"
#: read_only_sql_transaction.
_ONLY_READ = "25006"
_READ_ONLY = text("SET TRANSACTION READ ONLY")
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
#: How long a full disk counts as full unless something could be written meanwhile.
_FULL_FOR_SECONDS = 30.0
#: Between the end of a connection and that of the patience with it.
_MARGIN_SECONDS = 0.1


class Database:
    """The engine as request handlers use it."""

    def __init__(self, engine: AsyncEngine, patience_seconds: float = 5, schema: SchemaWatch | None = None) -> None:
        """``schema``: where the tables are those of another version, everything is read only."""
        self.engine = engine
        self._schema = schema
        self._snapshots = engine.execution_options(isolation_level="REPEATABLE READ")
        self._one_by_one = one_by_one(engine)
        self._patience = patience_seconds
        self._full_until = float("-inf")
        self._abandoned: set[asyncio.Task[None]] = set()

    @property
    def mismatch(self) -> str | None:
        """Why nothing may be written: the tables are those of another version."""
        return self._schema.mismatch if self._schema else None

    @property
    def disk_is_full(self) -> bool:
        """Whether Postgres said a moment ago that it has no room."""
        return time.monotonic() < self._full_until

    @asynccontextmanager
    async def transaction(
        self, *, snapshot: bool = False, single: bool = False, more_seconds: float = 0
    ) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction, committed at the end of the block.

        Args:
            snapshot: all statements see the same moment, for answers that are put together from several tables.
            single: there will be one statement, which needs no transaction around it: one round trip instead of three.
            more_seconds: for what honestly takes longer than usual.

        Raises:
            Unavailable: Postgres cannot be reached, went away, or did not answer in time. Nothing was changed,
                or, if it went away during the commit, it is unknown whether it was.
            DiskFull: it has no room for what was to be written.
            OtherVersion: the tables are those of another version, and something was to be written.
            OutOfScope: the caller is confined to workspaces, and this is not about those.
            Unstorable: it does not take one of the values.
        """
        seconds = self._patience + more_seconds
        scope = current_scope()
        # As whom it is done counts for a transaction.
        mismatch = self.mismatch
        single = single and scope is None and mismatch is None
        engine = self._snapshots if snapshot else self._one_by_one if single else self.engine
        with self.in_our_words():
            async with (
                asyncio.timeout(seconds),
                self._opened(engine, seconds) as connection,
                connection.begin(),
            ):
                if mismatch is not None:
                    await connection.execute(_READ_ONLY)
                if scope is not None:
                    await enter(connection, scope)
                yield connection

    def check_may_write(self) -> None:
        """For who writes over a connection of their own.

        Raises:
            OtherVersion: the tables are those of another version.
        """
        if self.mismatch is not None:
            raise OtherVersion(self.mismatch)

    @contextmanager
    def in_our_words(self) -> Iterator[None]:
        """Makes what SQLAlchemy and psycopg raise in the block into what `transaction` raises."""
        try:
            yield
        except (DataError, psycopg.DataError, psycopg.errors.ProgramLimitExceeded, UnicodeError) as error:
            raise Unstorable from error
        except OperationalError as error:
            # A value that is too large for its index is no sign of a sick database, though it counts as one.
            if isinstance(error.orig, psycopg.errors.ProgramLimitExceeded):
                raise Unstorable from error
            raise self._unavailable(error) from error
        except (*_AWAY, PoolTimeout, TimeoutError, OSError) as error:
            raise self._unavailable(error) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable from error
            if getattr(error.orig, "sqlstate", None) == _ONLY_READ:
                # Else it is a standby, or becomes one.
                raise (OtherVersion(self.mismatch) if self.mismatch is not None else Unavailable()) from error
            if current_scope() is not None and getattr(error.orig, "sqlstate", None) == _REFUSED:
                raise OutOfScope from error
            raise

    def _unavailable(self, error: Exception) -> Unavailable:
        if getattr(getattr(error, "orig", error), "sqlstate", None) != _DISK_FULL:
            return Unavailable()
        self._full_until = time.monotonic() + _FULL_FOR_SECONDS
        return DiskFull()

    @asynccontextmanager
    async def _opened(self, engine: AsyncEngine, seconds: float) -> AsyncIterator[AsyncConnection]:
        """A connection that is cut off when the time is up.

        To cancel is not enough: psycopg then asks the server to cancel the statement and waits for its word, which took
        16 s in all from a Postgres that hung (*measured*).
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        connection = await self._checked_out(engine)
        cut = loop.call_at(until - _MARGIN_SECONDS, _cut_off, connection)
        try:
            yield connection
        finally:
            cut.cancel()
            await connection.close()

    async def _checked_out(self, engine: AsyncEngine) -> AsyncConnection:
        opening = asyncio.create_task(_open(engine))
        try:
            await asyncio.wait({opening}, timeout=self._patience - _MARGIN_SECONDS)
        except asyncio.CancelledError:
            self._abandon(opening)
            raise
        if not opening.done():
            self._abandon(opening)
            raise TimeoutError
        return opening.result()

    def _abandon(self, opening: asyncio.Task[AsyncConnection]) -> None:
        """Nobody waits for the connection any more. It goes back to the pool by itself, even if it has just come."""
        letting_go = asyncio.create_task(_let_go(opening))
        self._abandoned.add(letting_go)
        letting_go.add_done_callback(self._abandoned.discard)


async def _open(engine: AsyncEngine) -> AsyncConnection:
    connection = engine.connect()
    await connection.start()
    return connection


async def _let_go(opening: asyncio.Task[AsyncConnection]) -> None:
    opening.cancel()
    # Whatever became of it, whoever wanted it is gone.
    with contextlib.suppress(Exception, asyncio.CancelledError):
        connection = await opening
        await connection.close()


def _cut_off(connection: AsyncConnection) -> None:
    """Whoever waits for the server now hears that it is gone."""
    with contextlib.suppress(Exception):
        proxied = connection.sync_connection
        driver = proxied.connection.driver_connection if proxied else None
        if isinstance(driver, psycopg.AsyncConnection):
            cut_off(driver)
