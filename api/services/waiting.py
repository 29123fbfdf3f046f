"""Why a task is not running, in one line."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.approval import Approval
from contracts.statuses import TaskStatus
from db.workers import offering

_UNSENT = text("SELECT tries, last_error FROM outbox WHERE task_id = :id AND command = 'start'")
_AHEAD = text("""
SELECT count(*) FROM (
    SELECT 1 FROM tasks WHERE status = 'pending' AND deleted_at IS NULL AND capability = :capability
        AND (priority, created_at, id) < (:priority, :created_at, :id) LIMIT 1000
) ahead
""")


async def waiting_because(connection: AsyncConnection, task: RowMapping) -> str | None:
    """One sentence, or None when the task runs or is over."""
    match TaskStatus(task["status"]):
        case TaskStatus.SCHEDULED:
            return f"starts at {_clock(task['run_at'])}"
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
    return f"waits for approval until {_clock(before)}" if before else "waits for approval"


async def _why_pending(connection: AsyncConnection, task: RowMapping) -> str:
    unsent = (await connection.execute(_UNSENT, {"id": task["id"]})).mappings().first()
    if unsent is not None:
        return _why_unsent(unsent)
    if task["next_attempt_at"] and task["next_attempt_at"] > datetime.now(UTC):
        retry = task["retry"]["max_attempts"]
        return (
            f"attempt {task['attempt'] + 1} of {retry} follows at {_clock(task['next_attempt_at'])}; "
            f"the last one failed: {task['reason'] or 'for an unknown reason'}"
        )
    return await _why_queued(connection, task)


def _why_unsent(unsent: RowMapping) -> str:
    if unsent["last_error"] is None:
        return "accepted, is being handed to Temporal"
    return f"accepted and safe; Temporal does not take it right now ({unsent['last_error']}), it is tried again"


async def _why_queued(connection: AsyncConnection, task: RowMapping) -> str:
    capability = task["capability"]
    offers = (await offering(connection)).get(capability)
    if offers is None or not offers["online"]:
        seen = f"last seen {_clock(offers['last_seen'])}" if offers else "none was ever seen"
        return f"no worker offers {capability} right now ({seen})"
    ahead = await _ahead(connection, task["id"], task)
    queue = f"behind {ahead} other{'s' if ahead != 1 else ''}" if ahead else "next in line"
    return f"{queue}; {offers['online']} worker{'s' if offers['online'] != 1 else ''} online for {capability}"


async def _ahead(connection: AsyncConnection, task_id: uuid.UUID, task: RowMapping) -> int:
    place = {key: task[key] for key in ("capability", "priority", "created_at")}
    found: int = (await connection.execute(_AHEAD, {**place, "id": task_id})).scalar_one()
    return found


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
