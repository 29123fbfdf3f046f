"""Writes what the gateway sees of attempts, over a connection of its own and in one round trip.

With a transaction of SQLAlchemy's a write of one row takes 0.5 ms of our CPU time, this way 0.13 ms (*measured*), and
hundreds of them may come per second.
"""

from collections.abc import Sequence

import psycopg
from sqlalchemy import TextClause

from contracts.names import task_id_of
from db.engine import DIALECT, connect_args, plain_url
from db.tasks.mirror import ATTEMPT, BEAT, AttemptSeen, attempt_row, beat_row


class MirrorWriter:
    """For one caller at a time."""

    def __init__(self, url: str, *, process: str) -> None:
        """``process`` shows in pg_stat_activity as ``clawdbot.<process>``."""
        self._url = plain_url(url)
        self._process = process
        self._connection: psycopg.AsyncConnection | None = None

    async def write(self, steps: Sequence[AttemptSeen], beats: Sequence[tuple[AttemptSeen, bool]]) -> None:
        """Write claims, starts and failed attempts, those of one task in the given order, and heartbeats.

        Either is a transaction that locks tasks in the order of their ids, as all do who write several: core, which
        writes ends meanwhile, and we never wait for each other.

        Args:
            steps: see `db.tasks.mirror.apply_attempts`.
            beats: heartbeats of running attempts, each with whether it also becomes a progress event.

        Raises:
            psycopg.DataError: Postgres does not take one of the values.
            psycopg.Error: Postgres cannot be reached, or something else went wrong; the same may be written again.
        """
        rows = [
            (_ATTEMPT, [attempt_row(each) for each in sorted(steps, key=_place)]),
            (_BEAT, [beat_row(each, tell=tell) for each, tell in sorted(beats, key=lambda beat: _place(beat[0]))]),
        ]
        connection = await self.connect()
        try:
            # What is sent up to a sync is one transaction, without a BEGIN and a COMMIT to wait for.
            async with connection.pipeline() as pipeline, connection.cursor() as cursor:
                for statement, values in rows:
                    if values:
                        await cursor.executemany(statement, values)
                        await pipeline.sync()
        except psycopg.DataError:
            raise
        except BaseException:
            # Also when we are cancelled: nobody knows what the connection was about.
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the connection; the next write makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def connect(self) -> psycopg.AsyncConnection:
        """Connect unless we are; whoever does that first need not wait for it when there is something to write.

        Raises:
            psycopg.Error: Postgres cannot be reached.
        """
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, **connect_args(self._process, durable=False)
            )
        return self._connection


def _place(seen: AttemptSeen) -> str:
    """Of its row among others: Postgres orders ids as their text is ordered."""
    return str(task_id_of(seen.workflow_id))


def _for_psycopg(statement: TextClause) -> bytes:
    return str(statement.compile(dialect=DIALECT)).encode()


_ATTEMPT, _BEAT = _for_psycopg(ATTEMPT), _for_psycopg(BEAT)
