"""Alembic's entry: one connection, handed in by `db.migrate`, or made from CLAWDBOT_DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, make_url, pool

from db.models import Base


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=False,
        # What was done stays done: an index that is built beside its writers cannot be part of a transaction.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    url = make_url(os.environ["CLAWDBOT_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        _run(connection)
        connection.commit()
