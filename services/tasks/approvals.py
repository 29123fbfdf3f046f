"""Approvals: finds which tasks need a person's yes, and takes that yes or no."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.task_type import TaskType
from contracts.tasks.approval import Approval, Decision
from contracts.tasks.statuses import TaskStatus
from db.models import Task
from db.tasks import outbox
from db.tasks.events import add_event
from db.tasks.outbox import Command
from db.tasks.queries import get_task
from services.errors import TaskNotFound, WrongState

#: A task that starts later can be decided on before its time has come.
_UNDECIDED = frozenset({TaskStatus.AWAITING_APPROVAL, TaskStatus.SCHEDULED})


@dataclass(frozen=True)
class Approvals:
    """The rules of this installation, for tasks of one creator."""

    settings: ServerSettings
    created_by: str

    def of(self, type_: TaskType, asked_for: bool) -> dict[str, Any] | None:
        """An `Approval` that still lacks its date, or None if the task may run without one."""
        rule = self.settings.approval_rules.get(type_.name, type_.approval)
        if not (asked_for or rule.applies_to(self.created_by)):
            return None
        return Approval(seconds=self.settings.approval_hours * 3_600).model_dump(mode="json", exclude_none=True)


def dated(approval: dict[str, Any] | None, begins: datetime) -> dict[str, Any] | None:
    """The same, undecided, with its time running from ``begins``."""
    if approval is None:
        return None
    before = begins + timedelta(seconds=approval["seconds"])
    return {"seconds": approval["seconds"], "before": before.isoformat()}


def renewed(approval: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a retry takes over: a yes stays a yes, anything else is asked again."""
    if approval is None or (approval.get("decision") or {}).get("approved"):
        return approval
    return dated(approval, datetime.now(UTC))


async def decide(connection: AsyncConnection, task_id: uuid.UUID, decision: Decision) -> TaskStatus:
    """Take a decision; saying the same again changes nothing. Returns the status of the task now.

    Raises:
        TaskNotFound, WrongState: it does not wait for approval, or somebody decided otherwise.
    """
    row = await get_task(connection, task_id, lock=True)
    if row is None:
        raise TaskNotFound
    status = TaskStatus(row["status"])
    if _already(row, decision):
        return status
    approval = {**row["approval"], "decision": decision.model_dump(), "decided_at": datetime.now(UTC).isoformat()}
    await connection.execute(update(Task).where(Task.id == task_id).values(approval=approval))
    await outbox.put(connection, task_id, Command.DECIDE, decision.model_dump_json())
    await add_event(
        connection, task_id, "approved" if decision.approved else "disapproved", status, round_=row["round"],
        actor=decision.by, details={"comment": decision.comment} if decision.comment else None,
    )  # fmt: skip
    return status


def _already(row: RowMapping, decision: Decision) -> bool:
    """Whether this was said before.

    Raises:
        WrongState: there is nothing to decide (any more).
    """
    if row["approval"] is None:
        raise WrongState("This task needs no approval.")
    known = Approval.model_validate(row["approval"]).decision
    if known is not None and known.approved == decision.approved:
        return True
    if known is not None:
        said = "approved" if known.approved else "rejected"
        raise WrongState(f"This task has already been {said} by {known.by}.")
    if row["status"] not in _UNDECIDED:
        raise WrongState(f"This task is {TaskStatus(row['status']).words}; it no longer waits for approval.")
    return False
