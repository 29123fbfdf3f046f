"""One connection past SQLAlchemy, each statement a transaction of its own; for statements that run with every task.

With a transaction of SQLAlchemy's such a statement takes 0.5 ms of our CPU time, this way 0.13 ms (*measured*), and
hundreds of them may come per second.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads
from sqlalchemy import TextClause

from db.engine import DIALECT, REST_SECONDS, connect_args, plain_url
from db.liveness import FRESH_SECONDS, cut_off, is_silent
from db.stored_json import read_json

#: Between the end of a statement in Postgres and that of our patience with it.
ANSWER_SECONDS = 0.5
#: Between the end of the connection and that of the patience with it.
_MARGIN_SECONDS = 0.1
_LIMIT = "SELECT set_config('statement_timeout', %s, false)"


class OwnConnection:
    """Made when it is first needed, and again after it was lost."""

    def __init__(self, url: str, *, process: str, durable: bool = True, ask_first: bool = False) -> None:
        """See `db.engine.make_engine`. With ``ask_first`` it also ends when it rests for long, as those of a pool."""
        self._url = plain_url(url)
        self._process = process
        self._durable = durable
        self._ask_first = ask_first
        #: Seconds after which Postgres itself ends a statement, where we said so.
        self._limit: int | None = None
        self._used_at = 0.0
        self._connection: psycopg.AsyncConnection | None = None
        self._connecting = asyncio.Lock()

    async def connect(self) -> psycopg.AsyncConnection:
        """Connect unless we are; whoever does that first need not wait for it when there is something to do.

        Raises:
            psycopg.Error: Postgres cannot be reached.
        """
        async with self._connecting:
            if self._connection is not None and self._ask_first and not await self._answers(self._connection):
                await self.close()
            if self._connection is None or self._connection.closed:
                rest = {"idle_session_timeout": f"{REST_SECONDS}s"} if self._ask_first else {}
                self._connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, **connect_args(self._process, durable=self._durable, **rest)
                )
                set_json_loads(read_json, self._connection)
                self._limit = None
            self._used_at = time.monotonic()
            return self._connection

    async def _answers(self, connection: psycopg.AsyncConnection) -> bool:
        if not is_silent(connection):
            return False
        try:
            if time.monotonic() - self._used_at >= FRESH_SECONDS:
                await connection.execute(b"")
        except psycopg.Error:
            return False
        return True

    async def rows(self, statement: bytes, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What one statement returns. Several may ask at once; they are answered in turn.

        Raises:
            psycopg.Error: Postgres cannot be reached, or does not like the statement.
        """
        connection = await self.connect()
        async with connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def run(self, statement: bytes, values: Mapping[str, Any], *, until: float) -> None:
        """One statement that returns nothing, for one caller at a time; see `rows`.

        Args:
            statement: what to do.
            values: its parameters.
            until: of the loop's clock. By then it has ended, and Postgres has rolled back what took too long: a
                statement that only we stop waiting for goes on there, and commits.

        Raises:
            TimeoutError: there is no time left for it, and it was not begun.
        """
        # To cancel is not enough, see `db.session.Database`.
        cut = asyncio.get_running_loop().call_at(until - _MARGIN_SECONDS, self.cut_off)
        try:
            async with asyncio.timeout_at(until):
                connection = await self.connect()
                await self._end_by(connection, until)
            async with connection.cursor() as cursor:
                await cursor.execute(statement, values)
        finally:
            cut.cancel()

    async def _end_by(self, connection: psycopg.AsyncConnection, until: float) -> None:
        # In whole seconds: of one statement after the other it is mostly the same, and said once.
        seconds = int(until - asyncio.get_running_loop().time() - ANSWER_SECONDS)
        if seconds < 1:
            raise TimeoutError
        if seconds != self._limit:
            await connection.execute(_LIMIT, [f"{seconds}s"])
            self._limit = seconds

    def cut_off(self) -> None:
        """What is under way fails at once: for whoever has waited for long enough."""
        if self._connection is not None:
            cut_off(self._connection)

    async def close(self) -> None:
        """Let go of the connection; the next use makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def for_psycopg(statement: TextClause) -> bytes:
    """A statement with SQLAlchemy's parameters (``:name``) in psycopg's terms."""
    return str(statement.compile(dialect=DIALECT)).encode()
