"""Leases of HTTP bots: which attempt each bot was handed, its token, and what was reported of it."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_REMEMBER = text("""
INSERT INTO bot_leases (worker_id, task_id, round, run_id, attempt, token, heartbeat_timeout, beat)
VALUES (:worker_id, :task_id, :round, :run_id, :attempt, :token, :heartbeat_timeout, CAST(:beat AS jsonb))
ON CONFLICT (worker_id, task_id) DO UPDATE SET
    round = excluded.round, run_id = excluded.run_id, attempt = excluded.attempt, token = excluded.token,
    heartbeat_timeout = excluded.heartbeat_timeout, beat = excluded.beat,
    fingerprint = NULL, acknowledged_at = NULL, claimed_at = now()
""")
_FIND = text("""
SELECT round, run_id, attempt, token, heartbeat_timeout, beat, fingerprint, acknowledged_at IS NOT NULL AS acknowledged
FROM bot_leases WHERE worker_id = :worker_id AND task_id = :task_id
""")
# These three name the attempt, so that a late writer does not touch what a newer attempt noted.
_BEAT = text("""
UPDATE bot_leases SET beat = CAST(:beat AS jsonb)
WHERE worker_id = :worker_id AND task_id = :task_id AND run_id = :run_id AND attempt = :attempt
""")
_REPORTED = text("""
UPDATE bot_leases SET fingerprint = :fingerprint
WHERE worker_id = :worker_id AND task_id = :task_id AND run_id = :run_id AND attempt = :attempt
""")
_ACKNOWLEDGED = text("""
UPDATE bot_leases SET acknowledged_at = now()
WHERE worker_id = :worker_id AND task_id = :task_id AND run_id = :run_id AND attempt = :attempt
""")
_ENDED = text("""
SELECT a.status, a.error, t.result FROM task_attempts a JOIN tasks t ON t.id = a.task_id
WHERE a.task_id = :task_id AND a.run_id = :run_id AND a.attempt = :attempt
""")
_SQL = load(__file__)


@dataclass(frozen=True)
class BotLease:
    """One attempt at one task, as it was handed to one worker over HTTP."""

    worker_id: uuid.UUID
    task_id: uuid.UUID
    round: int
    run_id: str
    attempt: int
    token: bytes
    beat: dict[str, Any]
    heartbeat_timeout: float = 10.0
    fingerprint: bytes | None = None
    acknowledged: bool = False

    @property
    def _key(self) -> dict[str, Any]:
        return {
            "worker_id": self.worker_id,
            "task_id": self.task_id,
            "round": self.round,
            "run_id": self.run_id,
            "attempt": self.attempt,
        }


async def remember(connection: AsyncConnection, lease: BotLease, beat: str) -> None:
    """Note what was handed out, in place of an earlier attempt at the task. Core deletes what is old."""
    values = {**lease._key, "token": lease.token, "heartbeat_timeout": lease.heartbeat_timeout, "beat": beat}
    await connection.execute(_REMEMBER, values)


async def find_bot_lease(connection: AsyncConnection, worker_id: uuid.UUID, task_id: uuid.UUID) -> BotLease | None:
    """What the worker was last handed of this task over HTTP, or None."""
    row = (await connection.execute(_FIND, {"worker_id": worker_id, "task_id": task_id})).mappings().first()
    return BotLease(worker_id=worker_id, task_id=task_id, **row) if row else None


async def note_beat(connection: AsyncConnection, lease: BotLease, beat: str) -> None:
    await connection.execute(_BEAT, {**lease._key, "beat": beat})


async def note_report(connection: AsyncConnection, lease: BotLease, fingerprint: bytes) -> None:
    await connection.execute(_REPORTED, {**lease._key, "fingerprint": fingerprint})


async def note_acknowledged(connection: AsyncConnection, lease: BotLease) -> None:
    await connection.execute(_ACKNOWLEDGED, lease._key)


async def how_it_ended(connection: AsyncConnection, lease: BotLease) -> RowMapping | None:
    """Status and error of the attempt and the result of its task, as far as the mirror knows."""
    return (await connection.execute(_ENDED, lease._key)).mappings().first()


async def waiting_queues(connection: AsyncConnection) -> list[str]:
    """Task queues with a task that could begin now, the most urgent first. Looks at few rows of each."""
    return list((await connection.execute(_SQL["waiting"])).scalars())
