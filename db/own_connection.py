"""One connection past SQLAlchemy, each statement a transaction of its own; for statements that run with every task.

With a transaction of SQLAlchemy's such a statement takes 0.5 ms of our CPU time, this way 0.13 ms (*measured*), and
hundreds of them may come per second.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads
from sqlalchemy import TextClause

from db.engine import DIALECT, connect_args, plain_url
from db.stored_json import read_json


class OwnConnection:
    """Made when it is first needed, and again after it was lost."""

    def __init__(self, url: str, *, process: str, durable: bool = True) -> None:
        """See `db.engine.make_engine`."""
        self._url = plain_url(url)
        self._process = process
        self._durable = durable
        self._connection: psycopg.AsyncConnection | None = None
        self._connecting = asyncio.Lock()

    async def connect(self) -> psycopg.AsyncConnection:
        """Connect unless we are; whoever does that first need not wait for it when there is something to do.

        Raises:
            psycopg.Error: Postgres cannot be reached.
        """
        async with self._connecting:
            if self._connection is None or self._connection.closed:
                self._connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, **connect_args(self._process, durable=self._durable)
                )
                set_json_loads(read_json, self._connection)
            return self._connection

    async def rows(self, statement: bytes, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What one statement returns. Several may ask at once; they are answered in turn.

        Raises:
            psycopg.Error: Postgres cannot be reached, or does not like the statement.
        """
        connection = await self.connect()
        async with connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def close(self) -> None:
        """Let go of the connection; the next use makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def for_psycopg(statement: TextClause) -> bytes:
    """A statement with SQLAlchemy's parameters (``:name``) in psycopg's terms."""
    return str(statement.compile(dialect=DIALECT)).encode()
