"""Explains in one line why a task is not running."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from pydantic import ValidationError
from sqlalchemy import ARRAY, RowMapping, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.approval import Approval
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import TaskView
from contracts.tasks.work import PAUSED_IN_TEMPORAL, most_attempts
from db.workers.controls import Control, all_controls
from db.workers.registry import Offers, offering, paused_worker
from services.tasks import pause_reasons
from services.tasks.pause_reasons import clock
from services.tasks.views import task_fields, view_of

_UNSENT = text("""
SELECT task_id, tries, last_error FROM outbox WHERE task_id = ANY(:ids) AND command = 'start'
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_AHEAD = text("""
SELECT t.id, (
    SELECT count(*) FROM (
        SELECT 1 FROM tasks a WHERE a.status = 'pending' AND a.deleted_at IS NULL AND a.capability = t.capability
            AND COALESCE(a.queue, a.capability) = COALESCE(t.queue, t.capability)
            AND (a.next_attempt_at IS NULL OR a.next_attempt_at <= now())
            AND (a.priority, a.created_at, a.id) < (t.priority, t.created_at, t.id) LIMIT 1000
    ) ahead
) FROM tasks t WHERE t.id = ANY(:ids)
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_SESSION = text("SELECT status, plan_step, worker_name, reason FROM tasks WHERE id = :id")


async def waiting_because(connection: AsyncConnection, task: RowMapping) -> str | None:
    """One sentence, or None when the task runs or is over."""
    return await (await Waiting.of(connection, [task])).because(task)


class Waiting:
    """The same for several tasks, with few questions: what many of them wait for is asked once."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._unsent: dict[uuid.UUID, RowMapping] = {}
        self._ahead: dict[uuid.UUID, int] = {}
        self._offers: Offers | None = None
        self._controls: dict[str, Control] = {}
        self._nobody: dict[tuple[str, str], str] = {}

    @classmethod
    async def of(cls, connection: AsyncConnection, tasks: Sequence[RowMapping]) -> Self:
        self = cls(connection)
        pending = [task for task in tasks if task["status"] == TaskStatus.PENDING]
        if pending:
            ids = [task["id"] for task in pending]
            controls = await all_controls(connection, sorted({task["capability"] for task in pending}))
            self._controls = {each.capability: each for each in controls}
            unsent = (await connection.execute(_UNSENT, {"ids": ids})).mappings()
            self._unsent = {row["task_id"]: row for row in unsent}
            queued = [id_ for id_ in ids if id_ not in self._unsent]
            ahead = await connection.execute(_AHEAD, {"ids": queued})
            self._ahead = {row[0]: row[1] for row in ahead}
        return self

    async def because(self, task: RowMapping) -> str | None:
        """One sentence, or None when this one of the tasks runs or is over."""
        match TaskStatus(task["status"]):
            case TaskStatus.SCHEDULED:
                # A board of many tasks must not fail for one that came about in another way than by our own hands.
                return f"starts at {clock(task['run_at'])}" if task["run_at"] else "waits for its time"
            case TaskStatus.PENDING:
                return await self._why_pending(task)
            case TaskStatus.CLAIMED:
                return f"handed to {task['worker_name'] or 'a worker'}, which has not reported yet"
            case TaskStatus.AWAITING_APPROVAL:
                return _why_unapproved(task)
            case TaskStatus.BLOCKED:
                return "waits for another task"
        return None

    async def _why_pending(self, task: RowMapping) -> str:
        is_between = bool(task["next_attempt_at"] and task["next_attempt_at"] > datetime.now(UTC))
        unsent = self._unsent.get(task["id"])
        # A start is ticked off in company: a first attempt may have failed before.
        if unsent is not None and not is_between:
            return await self._why_not_sent(task, unsent)
        if (task["reason"] or "").startswith(PAUSED_IN_TEMPORAL):
            return str(task["reason"])
        control = self._controls[task["capability"]]
        shut = pause_reasons.shut(control)
        if is_between:
            return _why_between_attempts(task) + (f"; besides, {shut}" if shut else "")
        if task.get("session_id") is not None:
            return await self._why_in_session(task)
        return shut or await self._why_queued(task, control)

    async def _why_in_session(self, task: RowMapping) -> str:
        session = (await self._connection.execute(_SESSION, {"id": task["session_id"]})).mappings().first()
        if session is not None and session["status"] == TaskStatus.RUNNING:
            return f"waits for its turn in session {session['plan_step']}, which {session['worker_name']} has open"
        if session is None:
            return "waits for its session"
        # What keeps it from being opened again and again, such as a worker that may not do all that runs in it.
        why = f"; the last try failed: {session['reason']}" if session["reason"] else ""
        return f"waits until session {session['plan_step']} is open{why}"

    async def _why_not_sent(self, task: RowMapping, unsent: RowMapping) -> str:
        """What comes next and may last is worth more than what is over in a moment, if all is well."""
        if unsent["last_error"] is not None:
            return f"accepted and safe; Temporal does not take it right now ({unsent['last_error']}), it is tried again"
        return (
            pause_reasons.shut(self._controls[task["capability"]])
            or (await self._why_no_offer(task))
            or "accepted, is being handed to Temporal"
        )

    async def _offered(self) -> Offers:
        if self._offers is None:
            self._offers = await offering(self._connection)
        return self._offers

    async def _why_no_offer(self, task: RowMapping) -> str | None:
        offers = await self._offered()
        online = offers.online_to(task["instance"], task["capability"])
        return None if online else await self._why_nobody(task["instance"], task["capability"], offers)

    async def _why_queued(self, task: RowMapping, control: Control) -> str:
        if (nobody := await self._why_no_offer(task)) is not None:
            return nobody
        if control.circuit:
            return pause_reasons.awaits_probe(control.capability, control.circuit)
        offers, capability = await self._offered(), task["capability"]
        ahead, rate = self._ahead.get(task["id"], 0), control.rate
        queue = f"behind {ahead} other{'s' if ahead != 1 else ''}" if ahead else "next in line"
        share = len(offers.own.queues_of(capability))
        turn = await pause_reasons.turn_by_rate(self._connection, capability, rate, ahead * share) if rate else None
        online = offers.online_to(task["instance"], capability)
        workers = f"{online} worker{'s' if online != 1 else ''} online for {capability}"
        if offers.own.has(task["instance"], capability):
            workers += f" that serve{'s' if online == 1 else ''} workspace {task['instance']}"
        return "; ".join(part for part in (turn, queue, workers) if part)

    async def _why_nobody(self, workspace: str, capability: str, offers: Offers) -> str:
        queue = offers.own.queue_of(workspace, capability)
        asked = queue, workspace
        if asked not in self._nobody:
            offer, any_offer = offers.by_queue.get(queue), offers.by_capability.get(capability)
            paused = await paused_worker(self._connection, queue) if offer and offer["paused"] else None
            seen = f"last seen {clock(offer['last_seen'])}" if offer else "none was ever seen"
            of_others = offers.own.has(workspace, capability) or (any_offer is not None and any_offer["online"])
            serving = f" that serves workspace {workspace}" if of_others else ""
            self._nobody[asked] = (
                pause_reasons.no_free_worker(f"{capability}{' for workspace ' + workspace if serving else ''}", paused)
                if paused
                else f"no worker{serving} offers {capability} right now ({seen})"
            )
        return self._nobody[asked]


async def with_reasons(connection: AsyncConnection, rows: Sequence[RowMapping]) -> list[TaskView]:
    """Tasks of a list, each with why it waits."""
    waiting = await Waiting.of(connection, rows)
    return [view_of(TaskView, task_fields(row) | {"waiting_because": await waiting.because(row)}) for row in rows]


def _why_unapproved(task: RowMapping) -> str:
    try:
        before = Approval.model_validate(task["approval"]).before
    except ValidationError:
        before = None
    return f"waits for approval until {clock(before)}" if before else "waits for approval"


def _why_between_attempts(task: RowMapping) -> str:
    following = task["attempt"] + 1
    most = most_attempts(task["retry"], following)
    return (
        f"attempt {following} of {most} follows at {clock(task['next_attempt_at'])}; "
        f"the last one failed: {task['reason'] or 'for an unknown reason'}"
    )
