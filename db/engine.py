"""The connection pool. One engine per process, made at its start and passed on, never global."""

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: A Postgres that hangs (stopped, swapped out) must not hang us: give up after this many seconds.
CONNECT_TIMEOUT = 3
STATEMENT_TIMEOUT = 10


def make_engine(url: str, *, process: str, pool_size: int = 10) -> AsyncEngine:
    """An async engine for ``postgresql://…``. ``process`` shows in pg_stat_activity as ``clawdbot.<process>``."""
    options = f"-c statement_timeout={STATEMENT_TIMEOUT}s -c idle_in_transaction_session_timeout=15s -c timezone=UTC"
    return create_async_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=CONNECT_TIMEOUT,
        # A connection that died with the server costs one failed request each otherwise.
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT,
            "application_name": f"clawdbot.{process}",
            "options": options,
            # A peer that vanished without a word is noticed by TCP within this many milliseconds.
            "tcp_user_timeout": CONNECT_TIMEOUT * 1000,
        },
    )


def plain_url(url: str) -> str:
    """The same address for psycopg itself (LISTEN needs a connection of its own)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
