"""The outbox: commands to Temporal, written with what they follow from, taken by a relay, deleted when done."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import session_queue
from contracts.tasks.approval import Approval
from contracts.tasks.work import RetrySettings, TaskInput, TimeoutSettings
from contracts.workspaces.names import share
from db.own_connection import OwnConnection, for_psycopg
from db.statements import load

#: A relay that dies gives its commands back after this long. Sending twice is harmless, waiting is not.
LEASE_SECONDS = 5


class Command(StrEnum):
    START = "start"
    CANCEL = "cancel"
    REPRIORITISE = "reprioritise"
    DECIDE = "decide"
    #: Its work belongs into another task queue.
    MOVE = "move"


@dataclass(frozen=True)
class Taken:
    """A command that this relay holds for LEASE_SECONDS, with the task it is about."""

    id: int
    #: A `Command`, unless a newer version of ours wrote it.
    command: str
    payload: dict[str, Any]
    tries: int
    task_id: uuid.UUID
    workflow_id: str
    round: int
    type: str
    created_by: str
    ticker: str | None
    #: The columns that a start needs; nothing else reads them.
    stored: Mapping[str, Any]

    def queue(self) -> str:
        """The task queue that its work waits in: that of its session, if it runs in one."""
        row = self.stored
        own: str | None = session_queue(row["session_id"]) if row["session_id"] else row["queue"]
        return own or str(row["capability"])

    def input(self) -> TaskInput:
        """What the workflow is started with.

        Raises:
            ValidationError: what the row says cannot be used (any more).
        """
        row = self.stored
        return TaskInput(
            type=self.type,
            params=row["params"],
            capability=self.queue(),
            priority=row["priority"],
            fairness_key=share(row["instance"], self.created_by),
            fairness_weight=row["weight"],
            retry=RetrySettings.model_validate(row["retry"]),
            timeouts=TimeoutSettings.model_validate(row["timeouts"]),
            round=self.round,
            submitted_at=row["created_at"],
            run_at=row["run_at"],
            start_deadline=row["start_deadline"],
            cursor=row["cursor"],
            notes=row["notes"] or [],
            feedback=row["feedback"],
            approval=Approval.model_validate(row["approval"]) if row["approval"] else None,
        )


_OF_A_COMMAND = ("id", "command", "payload", "tries", "task_id", "workflow_id", "round", "type", "created_by", "ticker")

_SQL = load(__file__)

_PUT = text("INSERT INTO outbox (task_id, command, payload) VALUES (:task_id, :command, CAST(:payload AS jsonb))")
_DONE = text("""
WITH gone AS (DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[])) RETURNING id, task_id)
SELECT EXISTS (
    SELECT 1 FROM outbox o JOIN gone ON gone.task_id = o.task_id WHERE o.id NOT IN (SELECT id FROM gone)
) AS others_waited
""")
_AGAIN = text("""
UPDATE outbox SET next_try_at = now() + interval '1 second' * CAST(:seconds AS float), last_error = :error
WHERE id = :id
""")
#: For a connection past SQLAlchemy.
_OWN_TAKE, _OWN_DONE = for_psycopg(_SQL["take"]), for_psycopg(_DONE)


async def put(connection: AsyncConnection, task_id: uuid.UUID, command: Command, payload: str = "{}") -> None:
    """Add a command. Whoever calls this commits it together with its cause."""
    await connection.execute(_PUT, {"task_id": task_id, "command": command.value, "payload": payload})


async def take(own: OwnConnection, limit: int) -> list[Taken]:
    """The oldest due commands, now leased to the caller."""
    return [taken_of(row) for row in await own.rows(_OWN_TAKE, {"limit": limit, "lease": LEASE_SECONDS})]


async def tick_off(own: OwnConnection, ids: Sequence[int]) -> bool:
    """These commands have been carried out. Returns whether others of the same tasks were waiting for that."""
    [row] = await own.rows(_OWN_DONE, _as_text(ids))
    return bool(row["others_waited"])


async def done(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """The same, together with what else became of them."""
    await connection.execute(_DONE, _as_text(ids))


def _as_text(ids: Sequence[int]) -> dict[str, str]:
    # The driver looks at every element of a list to find its type, which cost more than the deletion.
    return {"ids": "{" + ",".join(map(str, ids)) + "}"}


async def again(connection: AsyncConnection, id_: int, seconds: float, error: str) -> None:
    """Try this command again later."""
    await connection.execute(_AGAIN, {"id": id_, "seconds": seconds, "error": error[:500]})


def taken_of(row: Any) -> Taken:
    """Of a row with the columns that `take` reads."""
    own = {name: row[name] for name in _OF_A_COMMAND}
    return Taken(**own, stored=row)
