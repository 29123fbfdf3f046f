"""Writes to the mirror of what happens in Temporal. Every write is monotone: late or doubled ones change nothing.

A task's position is (round, run_id, state_order). Within one run `state_order` only rises:

    attempt * 10 + 1   claimed      the gateway handed attempt n to a worker
    attempt * 10 + 2   running      that attempt reported
    attempt * 10 + 3   pending      that attempt failed, the next one is waiting
    TERMINAL_ORDER     the run is over

Another run (a person's retry, a reset from the Temporal side) takes the row over only through `adopt_run`. From then on
it is the run that counts, whatever round its input names: a reset of an earlier round's run belongs to the row's round.
Observations of a run that the row does not know are dropped; the watcher finds such runs within a second or two.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import task_id_of
from contracts.records.sources import SOURCES
from contracts.storable import cleaned
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.work import WORKER_LOST, Beat, Outcome, StatusChange, TaskFailure
from db.records.freshness import note_ends
from db.statements import load

TERMINAL_ORDER = 2_000_000_000
#: Deeper than any JSON that our parsers let through.
_DEEPEST = 250

_SQL = load(__file__)
#: These are also written past SQLAlchemy, by `db.tasks.mirror_writer`.
ATTEMPT, BEAT, OUTCOMES = _SQL["attempt"], _SQL["beat"], _SQL["outcomes"]
_STATUS = _SQL["status"]
_NOTE_RUN, _ADOPT, _SAY_PAUSED = _SQL["note_run"], _SQL["adopt"], _SQL["say_paused"]


def order_of(status: TaskStatus, attempt: int) -> int:
    """The `state_order` of a status within an attempt; ``pending`` means: after that attempt failed."""
    if status in TERMINAL:
        return TERMINAL_ORDER
    return attempt * 10 + {TaskStatus.CLAIMED: 1, TaskStatus.RUNNING: 2, TaskStatus.PENDING: 3}[status]


@dataclass(frozen=True)
class AttemptSeen:
    """What was seen of one attempt. The gateway makes these as messages pass, the reconciler from Describe."""

    workflow_id: str
    run_id: str
    round: int
    attempt: int
    status: TaskStatus
    worker_id: str | None
    worker_name: str | None
    beat: Beat | None = None
    #: Why the attempt failed (status pending).
    failure: TaskFailure | None = None
    next_attempt_at: datetime | None = None
    #: What its task ended with (status succeeded).
    result: dict[str, Any] | None = None
    #: When it was seen, by the monotonic clock of this process.
    at: float = field(default_factory=time.monotonic)


_EVENTS = {TaskStatus.CLAIMED: "claimed", TaskStatus.RUNNING: "started", TaskStatus.PENDING: "attempt_failed"}


async def apply_attempts(connection: AsyncConnection, seen: Sequence[AttemptSeen]) -> None:
    """Write claims, starts and failed attempts, in the given order."""
    if not seen:
        return
    await connection.execute(ATTEMPT, [attempt_row(each) for each in seen])


async def apply_outcome(connection: AsyncConnection, outcome: Outcome, *, correct: bool = False) -> bool:
    """Write how a run ended. Returns whether the row moved.

    ``correct``: the outcome comes from Temporal itself, so it also overrules a different terminal status.
    """
    return (await apply_outcomes(connection, [outcome], correct=correct))[0]


async def apply_outcomes(
    connection: AsyncConnection, outcomes: Sequence[Outcome], *, correct: bool = False, only_the_row: bool = False
) -> list[bool]:
    """Write how several runs, of different tasks, ended; for each whether its row moved.

    A row without a claim does not move for an outcome that is ``by_worker``.

    ``only_the_row``: nothing is noted of how fresh the data of their tickers is.

    Needs a transaction: how fresh the data of their tickers is follows in a second statement, if any of them collects.
    """
    rows = [
        {
            **outcome.model_dump(include={"task_id", "run_id", "round", "result", "by_worker"}),
            "status": outcome.status.value,
            "error": outcome.error.model_dump() if outcome.error else None,
        }
        for outcome in outcomes
    ]
    values = {"outcomes": _json(rows), "correct": correct, "collecting": list(SOURCES)}
    moved = (await connection.execute(OUTCOMES, values)).all()
    ids = {str(row.id) for row in moved}
    place = {outcome.task_id: number for number, outcome in enumerate(outcomes)}
    # Of two ends of one ticker the one that came later counts; an UPDATE returns its rows in any order.
    if not only_the_row:
        await note_ends(connection, sorted(moved, key=lambda row: place[str(row.id)]))
    return [outcome.task_id in ids for outcome in outcomes]


async def drop_follow_ups(connection: AsyncConnection, task_id: UUID) -> None:
    """What was to follow its end cannot be made."""
    await connection.execute(_SQL["drop_follow_ups"], {"task_id": task_id})


async def apply_status(connection: AsyncConnection, change: StatusChange) -> None:
    """Write a step that only the workflow sees."""
    await connection.execute(_STATUS, change.model_dump(mode="json"))


async def adopt_run(connection: AsyncConnection, workflow_id: str, run_id: str, round_: int) -> None:
    """Let the row follow this run of its workflow; the caller has asked Temporal which is current.

    A row that follows another run starts over; one that follows none yet only notes the run.
    """
    run = {"task_id": task_id_of(workflow_id), "run_id": run_id, "round": round_}
    await connection.execute(_NOTE_RUN, run)
    await connection.execute(_ADOPT, run)


async def say_paused(connection: AsyncConnection, workflow_id: str, run_id: str, why: str | None) -> None:
    """Why a waiting task is given to nobody, as the Temporal side has it; None: it is no longer paused."""
    await connection.execute(_SAY_PAUSED, {"workflow_id": workflow_id, "run_id": run_id, "reason": why})


def attempt_row(seen: AttemptSeen) -> dict[str, Any]:
    """The parameters of `ATTEMPT`."""
    failed = seen.status is TaskStatus.PENDING
    failure = seen.failure.model_dump() if seen.failure else None
    return {
        "workflow_id": seen.workflow_id,
        "run_id": seen.run_id,
        "round": seen.round,
        "attempt": seen.attempt,
        "status": seen.status.value,
        "state_order": order_of(seen.status, seen.attempt),
        "attempt_status": _attempt_status(seen),
        "event": _EVENTS[seen.status],
        "worker_id": seen.worker_id,
        "worker_name": cleaned(seen.worker_name),
        "claims": seen.status is TaskStatus.CLAIMED,
        "runs": seen.status is TaskStatus.RUNNING,
        "waits": failed,
        # The time of the next attempt stands only in Temporal: have the reconciler fetch it at once.
        "look_in": None if seen.next_attempt_at else 0.0,
        "reason": cleaned(seen.failure.message) if seen.failure else None,
        "next_attempt_at": seen.next_attempt_at,
        "error": _json(failure),
        "details": _json(failure),
        **_beat_columns(seen.beat),
    }


def beat_row(seen: AttemptSeen, *, tell: bool) -> dict[str, Any]:
    """The parameters of `BEAT`; with ``tell`` the heartbeat also becomes a progress event."""
    return {
        "workflow_id": seen.workflow_id,
        "run_id": seen.run_id,
        "round": seen.round,
        "attempt": seen.attempt,
        "state_order": order_of(TaskStatus.RUNNING, seen.attempt),
        "worker_id": seen.worker_id,
        **_beat_columns(seen.beat),
        "tell": tell,
    }


def ends_row(ends: Sequence[tuple[AttemptSeen, float]]) -> dict[str, Any]:
    """The parameters of `OUTCOMES` for attempts that succeeded, each with when it was claimed (monotonic).

    Each brings its claim along, if that was not written before. Not for types that collect rows.
    """
    now = time.monotonic()
    rows = [
        {
            "task_id": str(task_id_of(seen.workflow_id)),
            "run_id": seen.run_id,
            "round": seen.round,
            "status": seen.status.value,
            "result": seen.result,
            "by_worker": False,
            "attempt": seen.attempt,
            "worker_id": seen.worker_id,
            "worker_name": cleaned(seen.worker_name),
            "claimed_ago": now - claimed_at,
        }
        for seen, claimed_at in ends
    ]
    return {"outcomes": _json(rows), "correct": False, "collecting": []}


def _attempt_status(seen: AttemptSeen) -> str:
    if seen.status is not TaskStatus.PENDING:
        return seen.status.value
    return "lost" if seen.failure and seen.failure.type == WORKER_LOST else "failed"


def _beat_columns(beat: Beat | None) -> dict[str, str | None]:
    if beat is None:
        return {"progress": None, "cursor": None}
    return {
        "progress": _json(beat.progress.model_dump(exclude_none=True) if beat.progress else None),
        "cursor": _json(beat.cursor),
    }


def _json(value: Any) -> str | None:
    # What a worker says may hold what Postgres refuses; one such row would hold up all that is written with it.
    return None if value is None else json.dumps(cleaned(value, depth=_DEEPEST))
