"""Brings the database to the newest revision. Safe to call from several processes at once."""

import time
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, pool, text
from sqlalchemy.engine import Connection

from db.workspaces.member_role import give_rights

#: Any number will do as long as nobody else uses it: the advisory lock of migrations.
_LOCK = 7_110_001
_TRY_LOCK = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=_LOCK)
_AGAIN_SECONDS = 0.2


_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = text("SELECT version_num FROM alembic_version")


def migrate(url: str) -> None:
    """Upgrade to head under a lock, so that replicas starting together do not race."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        # Who waits inside a statement is waited for by CREATE INDEX CONCURRENTLY, and that for ever.
        while not connection.execute(_TRY_LOCK).scalar_one():
            connection.commit()
            time.sleep(_AGAIN_SECONDS)
        connection.commit()
        is_newest = _is_newest(connection)
        # Alembic begins and ends transactions of its own.
        connection.commit()
        if not is_newest:
            _upgrade(connection)
        connection.commit()
        give_rights(connection, again=not is_newest)
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


def _is_newest(connection: Connection) -> bool:
    """Told by the names of the files: with nothing to do, every core would keep 10 MB of Alembic all its life."""
    newest = max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    if not inspect(connection).has_table("alembic_version"):
        return False
    return bool(connection.execute(_VERSION).scalar_one_or_none() == newest.partition("_")[0])


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
