"""Brings the database to the newest revision. Safe to call from several processes at once."""

import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, pool, text

#: Any number will do as long as nobody else uses it: the advisory lock of migrations.
_LOCK = 7_110_001
_TRY_LOCK = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=_LOCK)
_AGAIN_SECONDS = 0.2


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(url: str) -> None:
    """Upgrade to head under a lock, so that replicas starting together do not race."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        # Who waits inside a statement is waited for by CREATE INDEX CONCURRENTLY, and that for ever.
        while not connection.execute(_TRY_LOCK).scalar_one():
            connection.commit()
            time.sleep(_AGAIN_SECONDS)
        connection.commit()
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()
