"""The connection pool. One engine per process, made at its start and passed on, never global."""

from typing import Any

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.liveness import look_before_use
from db.stored_json import read_json

#: For statements that are compiled by hand, because psycopg itself runs them.
DIALECT = make_url("postgresql+psycopg://").get_dialect()()
#: A Postgres that hangs (stopped, swapped out) must not hang us: give up after this many seconds.
CONNECT_TIMEOUT = 3
STATEMENT_TIMEOUT = 10
#: Beyond those that are kept.
_MORE_AT_ONCE = 10
#: A connection of a pool that rested for so long is ended by Postgres: each costs it 10 to 20 MB. The pool hands out
#: the one that came back last, so few are used where little happens.
REST_SECONDS = 60
_ONE_BY_ONE = "clawdbot_one_by_one"


def make_engine(
    url: str, *, process: str, pool_size: int = 5, ask_first: bool = False, durable: bool = True
) -> AsyncEngine:
    """An async engine for ``postgresql://…``. ``process`` shows in pg_stat_activity as ``clawdbot.<process>``.

    ``ask_first``: a connection that was quiet is asked whether it lives, so that a Postgres that went away costs nobody
    a failed request; see `db.liveness`. Without it one may fail, which is fine where work is repeated.
    ``durable=False``: commits do not wait for the disk. For what can be found out again, such as observations.
    """
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=_MORE_AT_ONCE,
        pool_timeout=CONNECT_TIMEOUT,
        pool_use_lifo=True,
        # An error is logged, and its parameters may be anything that people wrote.
        hide_parameters=True,
        json_deserializer=read_json,
        connect_args=connect_args(process, durable=durable, idle_session_timeout=f"{REST_SECONDS}s"),
    )
    look_before_use(engine.sync_engine.pool, engine.dialect, ask=ask_first)
    return engine


def connect_args(process: str, *, durable: bool = True, **more: str) -> dict[str, Any]:
    """How each of our connections is made; see `make_engine`. ``more``: settings of Postgres for its session."""
    options = {
        "statement_timeout": f"{STATEMENT_TIMEOUT}s",
        "idle_in_transaction_session_timeout": "15s",
        "timezone": "UTC",
        # Disks have no moving parts any more. With Postgres' default of 4, counting tasks by two filters read
        # 94,000 rows in a row instead of 4,300 by an index (benchmarks/README.md).
        "random_page_cost": "1.1",
        "synchronous_commit": "on" if durable else "off",
        **more,
    }
    return {
        "connect_timeout": CONNECT_TIMEOUT,
        "application_name": f"clawdbot.{process}",
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        # A peer that vanished without a word is noticed by TCP within this many milliseconds.
        "tcp_user_timeout": CONNECT_TIMEOUT * 1000,
    }


def one_by_one(engine: AsyncEngine) -> AsyncEngine:
    """The same pool, each statement its own transaction: one round trip instead of three."""
    # Kept with the engine: to make it takes as long as a statement.
    made: AsyncEngine | None = getattr(engine.sync_engine, _ONE_BY_ONE, None)
    if made is None:
        made = engine.execution_options(isolation_level="AUTOCOMMIT")
        setattr(engine.sync_engine, _ONE_BY_ONE, made)
    return made


def plain_url(url: str) -> str:
    """The same address for psycopg itself (LISTEN and `db.tasks.mirror_writer` have connections of their own)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
