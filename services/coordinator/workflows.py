"""Plans as workflows of the coordinator, and their steps as its tasks."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.coordinator.statuses import STEPS, TASKS, workflow_word
from contracts.coordinator.views import CoordinatedTaskView, WorkflowTasksView, WorkflowView
from contracts.names import task_of_part
from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.tasks.statuses import TERMINAL, TaskStatus
from contracts.tasks.views import TaskView
from db.plans import queries
from db.tasks.queries import TaskFilter, find_tasks, get_task
from db.workers.registry import get_worker
from services.errors import NotOffered, PlanNotFound, TaskNotFound, WorkerNotFound, WrongState
from services.tasks.views import task_view

#: Steps whose tasks are listed; more are at /plans/{id}/steps.
_MOST_TASKS = 1_000


async def get_workflows(connection: AsyncConnection, limit: int) -> list[WorkflowView]:
    """The newest plans."""
    return [workflow_view(row) for row in await queries.newest_workflows(connection, limit)]


async def get_workflow(connection: AsyncConnection, workflow_id: uuid.UUID) -> WorkflowView:
    """Raises PlanNotFound."""
    return workflow_view(await _plan(connection, workflow_id))


async def workflow_tasks(connection: AsyncConnection, workflow_id: uuid.UUID) -> WorkflowTasksView:
    """Its tasks in their order, also those that do not exist yet. Needs a snapshot. Raises PlanNotFound."""
    plan = await _plan(connection, workflow_id)
    steps = [
        row
        for row in await queries.get_steps(connection, workflow_id, -1, _MOST_TASKS)
        if not _is_no_task(row["definition"])
    ]
    begun = await _tasks(connection, [row["task_id"] for row in steps if row["task_id"]])
    return WorkflowTasksView(
        workflow=workflow_view(plan),
        tasks=[
            coordinated(begun[row["task_id"]]) if row["task_id"] in begun else _not_begun(plan, row) for row in steps
        ],
    )


async def check_is_under_way(connection: AsyncConnection, workflow_id: uuid.UUID) -> WorkflowView:
    """Raises PlanNotFound, WrongState: it is over."""
    workflow = await get_workflow(connection, workflow_id)
    if workflow.status not in ("pending", "in_progress"):
        raise WrongState(
            f"This workflow is over ({workflow.status}). Create it again, or retry what failed with "
            f"POST /api/v1/plans/{workflow_id}/retry."
        )
    return workflow


async def pending_tasks(connection: AsyncConnection, limit: int) -> list[CoordinatedTaskView]:
    """Those that wait for a bot or a worker, the oldest first."""
    wanted = TaskFilter(status=[TaskStatus.PENDING])
    found = await find_tasks(connection, wanted, sort="created_at", offset=0, limit=limit)
    return [coordinated(task_view(row)) for row in found.rows]


async def check_assignment(connection: AsyncConnection, task_id: uuid.UUID, bot_id: uuid.UUID) -> CoordinatedTaskView:
    """The task, if that bot has it already.

    Raises:
        TaskNotFound, WorkerNotFound.
        WrongState: it is over, another's, or nothing that the bot does.
        NotOffered: tasks are not handed to one bot.
    """
    row, bot = await get_task(connection, task_id), await get_worker(connection, bot_id)
    if row is None:
        raise TaskNotFound("There is no such task (yet): those of a workflow begin when the one before is over.")
    if bot is None:
        raise WorkerNotFound("There is no bot with this id.")
    task = task_view(row)
    if task.status in TERMINAL:
        raise WrongState(f"This task is over ({task.status.words}).")
    if task.status in (TaskStatus.CLAIMED, TaskStatus.RUNNING):
        if task.worker_id != bot_id:
            raise WrongState(f"'{task.worker}' has this task on hand already.")
        return coordinated(task)
    if task.capability not in bot["capabilities"]:
        raise WrongState(f"'{bot['name']}' does not offer '{task.capability}', which this task needs.")
    if bot["serves"] is not None and task.workspace not in bot["serves"]:
        raise WrongState(f"'{bot['name']}' does not serve workspace '{task.workspace}', which this task belongs to.")
    raise NotOffered(
        f"Nothing was assigned: '{bot['name']}' and all who offer '{task.capability}' take such tasks by themselves, "
        "over a claim or an open socket. For one bot alone, register it with a capability that no other has, and "
        "say that `capability` in the payload."
    )


async def check_broadcast(connection: AsyncConnection, task_id: uuid.UUID) -> None:
    """Raises TaskNotFound, NotOffered."""
    if await get_task(connection, task_id) is None:
        raise TaskNotFound
    raise NotOffered(
        "Nothing was sent: a task that is ready is pushed to an open socket by itself, to one bot that offers its "
        "capability and has room. GET /api/v1/ws/connections lists who listens."
    )


def workflow_view(row: RowMapping) -> WorkflowView:
    begun = row["active"] > 0 or row["open_steps"] < row["steps"]
    return WorkflowView(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        status=workflow_word(PlanStatus(row["status"]), has_begun=begun),
        task_ids=[task_of_part(row["id"], step, 0) for step in row["task_steps"]],
        metadata=row["inputs"],
        created_at=row["created_at"],
        completed_at=row["completed_at"],
    )


def coordinated(task: TaskView) -> CoordinatedTaskView:
    return CoordinatedTaskView(
        id=task.id,
        workflow_id=task.plan_id,
        bot_id=task.worker_id,
        task_type=task.task_type,
        capability=task.capability,
        status=TASKS[task.status],
        payload=task.params,
        result=task.result,
        error=(task.error or {}).get("message"),
        created_at=task.created_at,
        started_at=task.started_at,
        completed_at=task.completed_at,
    )


async def _plan(connection: AsyncConnection, workflow_id: uuid.UUID) -> RowMapping:
    row = await queries.find_workflow(connection, workflow_id)
    if row is None:
        raise PlanNotFound("There is no workflow with this id.")
    return row


async def _tasks(connection: AsyncConnection, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, TaskView]:
    if not ids:
        return {}
    found = await find_tasks(connection, TaskFilter(ids=ids), sort="created_at", offset=0, limit=len(ids))
    return {row["id"]: task_view(row) for row in found.rows}


def _is_no_task(step: Mapping[str, Any]) -> bool:
    """The coordinator knows neither entries nor sessions."""
    return step.get("for_each") is not None or step.get("each_of") is not None or "opens" in step


def _not_begun(plan: RowMapping, row: RowMapping) -> CoordinatedTaskView:
    step = row["definition"]
    word = STEPS[StepStatus(row["status"])]
    if word == "pending" and plan["status"] != PlanStatus.RUNNING:
        # The plan ended before its turn came; a retry of the plan may still bring it.
        word = "cancelled"
    return CoordinatedTaskView(
        id=task_of_part(plan["id"], row["step"], 0),
        workflow_id=plan["id"],
        bot_id=None,
        task_type=step["task_type"],
        capability=step.get("capability") or step["task_type"],
        status=word,
        payload=step.get("params", {}),
        result=None,
        error=(row["step_error"] or {}).get("message"),
        created_at=None,
        started_at=None,
        completed_at=None,
    )
