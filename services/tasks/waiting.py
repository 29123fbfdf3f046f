"""Explains in one line why a task is not running."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.approval import Approval
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import PAUSED_IN_TEMPORAL
from db.workers.controls import Control, control_of
from db.workers.registry import offering, paused_worker
from services.tasks import pause_reasons
from services.tasks.pause_reasons import clock

_UNSENT = text("SELECT tries, last_error FROM outbox WHERE task_id = :id AND command = 'start'")
_AHEAD = text("""
SELECT count(*) FROM (
    SELECT 1 FROM tasks WHERE status = 'pending' AND deleted_at IS NULL AND capability = :capability
        AND (next_attempt_at IS NULL OR next_attempt_at <= now())
        AND (priority, created_at, id) < (:priority, :created_at, :id) LIMIT 1000
) ahead
""")


async def waiting_because(connection: AsyncConnection, task: RowMapping) -> str | None:
    """One sentence, or None when the task runs or is over."""
    match TaskStatus(task["status"]):
        case TaskStatus.SCHEDULED:
            return f"starts at {clock(task['run_at'])}"
        case TaskStatus.PENDING:
            return await _why_pending(connection, task)
        case TaskStatus.CLAIMED:
            return f"handed to {task['worker_name'] or 'a worker'}, which has not reported yet"
        case TaskStatus.AWAITING_APPROVAL:
            return _why_unapproved(task)
        case TaskStatus.BLOCKED:
            return "waits for another task"
    return None


def _why_unapproved(task: RowMapping) -> str:
    before = Approval.model_validate(task["approval"] or {"seconds": 1}).before
    return f"waits for approval until {clock(before)}" if before else "waits for approval"


async def _why_pending(connection: AsyncConnection, task: RowMapping) -> str:
    unsent = (await connection.execute(_UNSENT, {"id": task["id"]})).mappings().first()
    if unsent is not None:
        return _why_unsent(unsent)
    if (task["reason"] or "").startswith(PAUSED_IN_TEMPORAL):
        return str(task["reason"])
    control = await control_of(connection, task["capability"])
    shut = pause_reasons.shut(control)
    if task["next_attempt_at"] and task["next_attempt_at"] > datetime.now(UTC):
        return _why_between_attempts(task) + (f"; besides, {shut}" if shut else "")
    return shut or await _why_queued(connection, task, control)


def _why_between_attempts(task: RowMapping) -> str:
    following = task["attempt"] + 1
    most = max(task["retry"]["max_attempts"], following)  # some are not counted
    return (
        f"attempt {following} of {most} follows at {clock(task['next_attempt_at'])}; "
        f"the last one failed: {task['reason'] or 'for an unknown reason'}"
    )


def _why_unsent(unsent: RowMapping) -> str:
    if unsent["last_error"] is None:
        return "accepted, is being handed to Temporal"
    return f"accepted and safe; Temporal does not take it right now ({unsent['last_error']}), it is tried again"


async def _why_queued(connection: AsyncConnection, task: RowMapping, control: Control) -> str:
    capability = task["capability"]
    offers = (await offering(connection)).get(capability)
    if offers is None or not offers["online"]:
        return await _why_nobody(connection, capability, offers)
    if control.circuit:
        return pause_reasons.awaits_probe(control.capability, control.circuit)
    ahead = await _ahead(connection, task["id"], task)
    queue = f"behind {ahead} other{'s' if ahead != 1 else ''}" if ahead else "next in line"
    turn = await pause_reasons.turn_by_rate(connection, capability, control.rate, ahead) if control.rate else None
    workers = f"{offers['online']} worker{'s' if offers['online'] != 1 else ''} online for {capability}"
    return "; ".join(part for part in (turn, queue, workers) if part)


async def _why_nobody(connection: AsyncConnection, capability: str, offers: RowMapping | None) -> str:
    paused = await paused_worker(connection, capability)
    if paused:
        return pause_reasons.no_free_worker(capability, paused)
    seen = f"last seen {clock(offers['last_seen'])}" if offers else "none was ever seen"
    return f"no worker offers {capability} right now ({seen})"


async def _ahead(connection: AsyncConnection, task_id: uuid.UUID, task: RowMapping) -> int:
    place = {key: task[key] for key in ("capability", "priority", "created_at")}
    found: int = (await connection.execute(_AHEAD, {**place, "id": task_id})).scalar_one()
    return found
