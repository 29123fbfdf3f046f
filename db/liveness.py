"""Checks the connections of a pool before use, without a round trip where that says nothing new.

Asking the server (what SQLAlchemy calls pre-ping) took as many round trips as all that was asked of it otherwise: four
per task (*measured*). The socket of a server that ended says so by itself, and Postgres itself ends what rests. Where
a request would fail otherwise, a connection that was quiet for longer is asked: only an answer shows that nothing
between us and the server is gone.
"""

import contextlib
import os
import select
import socket
import time
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, Pool

#: A connection that was used this short a time ago is not asked.
FRESH_SECONDS = 1.0
_RETURNED_AT = "returned_at"


def look_before_use(pool: Pool, dialect: Dialect, *, ask: bool) -> None:
    """From now on, a connection that is found dead is replaced; and all others of the pool where one did not answer."""

    def returned(_: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_RETURNED_AT] = time.monotonic()

    def taken(connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
        returned_at = entry.info.pop(_RETURNED_AT, None)
        if returned_at is None:
            return  # It has only just been made.
        if not is_silent(connection.driver_connection):
            raise DisconnectionError
        is_fresh = time.monotonic() - returned_at < FRESH_SECONDS
        if ask and not is_fresh and not _answers(dialect, connection):
            raise InvalidatePoolError

    event.listen(pool, "checkin", returned)
    event.listen(pool, "checkout", taken)


def is_silent(driver: psycopg.AsyncConnection) -> bool:
    """Whether nothing came from the other side, not even its end. A server says nothing that it was not asked for."""
    if driver.closed:
        return False
    watched = select.poll()
    watched.register(driver.fileno(), select.POLLIN | select.POLLPRI)
    return not watched.poll(0)


def _answers(dialect: Dialect, connection: Any) -> bool:
    try:
        return dialect.do_ping(connection)
    except psycopg.Error:
        return False


def cut_off(driver: psycopg.AsyncConnection) -> None:
    """Whoever waits for the server now hears that it is gone."""
    with contextlib.suppress(Exception):
        if not driver.closed:
            # A descriptor of our own: the other one stays libpq's.
            with socket.socket(fileno=os.dup(driver.fileno())) as own:
                own.shutdown(socket.SHUT_RDWR)
