"""Brings the database to the newest revision. Safe to call from several processes at once."""

import time

from sqlalchemy import create_engine, inspect, make_url, pool, text
from sqlalchemy.engine import Connection

from db.schema_version import VERSIONS, SchemaTooNew, mismatch_of, newest_known
from db.workspaces.member_role import give_rights

#: Any number will do as long as nobody else uses it: the advisory lock of migrations.
_LOCK = 7_110_001
_TRY_LOCK = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=_LOCK)
_AGAIN_SECONDS = 0.2


_VERSION = text("SELECT version_num FROM alembic_version")


def migrate(url: str) -> None:
    """Upgrade to head under a lock, so that replicas starting together do not race.

    Raises:
        SchemaTooNew: a newer version was here. Nothing was changed.
    """
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        # Who waits inside a statement is waited for by CREATE INDEX CONCURRENTLY, and that for ever.
        while not connection.execute(_TRY_LOCK).scalar_one():
            connection.commit()
            time.sleep(_AGAIN_SECONDS)
        connection.commit()
        found = _found(connection)
        if found > newest_known():
            raise SchemaTooNew(mismatch_of(found))
        is_newest = found == newest_known()
        # Alembic begins and ends transactions of its own.
        connection.commit()
        if not is_newest:
            _upgrade(connection)
        connection.commit()
        give_rights(connection, again=not is_newest)
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


def _found(connection: Connection) -> str:
    """The version of the tables; empty: there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(_VERSION).scalar_one_or_none() or "")


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
