"""Writes what the gateway sees of attempts, over a connection of its own and in one round trip."""

from collections.abc import Sequence

import psycopg

from contracts.names import task_id_of
from db.own_connection import OwnConnection, for_psycopg
from db.tasks.mirror import ATTEMPT, BEAT, OUTCOMES, AttemptSeen, attempt_row, beat_row, ends_row

#: Postgres refuses what is in the statement, and would again; unless `is_for_now`.
#: ProgramLimitExceeded: a value that is too large for its index counts as operational. RaiseException: a trigger's.
REFUSED = (
    psycopg.DataError, psycopg.IntegrityError, psycopg.InternalError, psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.RaiseException,
)  # fmt: skip


def is_for_now(error: BaseException) -> bool:
    """Whether it is about the state of Postgres: one that is read-only for a moment refuses whatever is written."""
    return isinstance(error, psycopg.InternalError) and (error.sqlstate or "").startswith("25")


class MirrorWriter:
    """For one caller at a time."""

    def __init__(self, url: str, *, process: str) -> None:
        """``process`` shows in pg_stat_activity as ``clawdbot.<process>``."""
        self._own = OwnConnection(url, process=process, durable=False)

    async def write(
        self,
        steps: Sequence[AttemptSeen],
        beats: Sequence[tuple[AttemptSeen, bool]],
        ends: Sequence[tuple[AttemptSeen, float]] = (),
    ) -> None:
        """Write claims, starts and failed attempts, those of one task in the given order, heartbeats, and successes.

        Each is a transaction that locks tasks in the order of their ids, as all do who write several: core, which
        writes ends meanwhile, and we never wait for each other.

        Args:
            steps: see `db.tasks.mirror.apply_attempts`.
            beats: heartbeats of running attempts, each with whether it also becomes a progress event.
            ends: see `db.tasks.mirror.ends_row`; of one task once.

        Raises:
            REFUSED: Postgres does not take one of the values, or what follows from it.
            psycopg.Error: Postgres cannot be reached, or something else went wrong; the same may be written again.
        """
        rows = [
            (_ATTEMPT, [attempt_row(each) for each in sorted(steps, key=_place)]),
            (_BEAT, [beat_row(each, tell=tell) for each, tell in sorted(beats, key=lambda beat: _place(beat[0]))]),
        ]
        connection = await self._own.connect()
        try:
            # What is sent up to a sync is one transaction, without a BEGIN and a COMMIT to wait for.
            async with connection.pipeline() as pipeline, connection.cursor() as cursor:
                for statement, values in rows:
                    if values:
                        await cursor.executemany(statement, values)
                        await pipeline.sync()
                if ends:
                    # What follows from an end (its follow-ups are sent to Temporal) must not be lost with a power cut.
                    await cursor.execute(_DURABLE)
                    await cursor.execute(_OUTCOMES, ends_row(ends))
                    await pipeline.sync()
        except REFUSED:
            raise
        except BaseException:
            # Also when we are cancelled: nobody knows what the connection was about.
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the connection; the next write makes another."""
        await self._own.close()

    async def connect(self) -> None:
        """See `OwnConnection.connect`."""
        await self._own.connect()


def _place(seen: AttemptSeen) -> str:
    """Of its row among others: Postgres orders ids as their text is ordered."""
    return str(task_id_of(seen.workflow_id))


_ATTEMPT, _BEAT, _OUTCOMES = for_psycopg(ATTEMPT), for_psycopg(BEAT), for_psycopg(OUTCOMES)
_DURABLE = b"SELECT set_config('synchronous_commit', 'on', true)"
