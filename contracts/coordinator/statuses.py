"""Our statuses in the words of the coordinator."""

from collections.abc import Mapping
from typing import Literal

from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.tasks.statuses import TaskStatus
from contracts.workers.states import WorkerState

BotWord = Literal["offline", "online", "busy"]
#: ``cancelled`` is not in its document, which can cancel a task all the same.
TaskWord = Literal["pending", "assigned", "in_progress", "completed", "failed", "cancelled"]
WorkflowWord = Literal["pending", "in_progress", "completed", "failed", "cancelled"]

BOTS: Mapping[WorkerState, BotWord] = {
    WorkerState.OFFLINE: "offline",
    WorkerState.DEAF: "offline",
    WorkerState.IDLE: "online",
    # What gets nothing new is busy to all who look for a bot.
    WorkerState.PAUSED: "busy",
    WorkerState.DRAINING: "busy",
    WorkerState.BUSY: "busy",
}
TASKS: Mapping[TaskStatus, TaskWord] = {
    TaskStatus.SCHEDULED: "pending",
    TaskStatus.BLOCKED: "pending",
    TaskStatus.AWAITING_APPROVAL: "pending",
    TaskStatus.PENDING: "pending",
    TaskStatus.CLAIMED: "assigned",
    TaskStatus.RUNNING: "in_progress",
    # Not completed before a person has looked at the result.
    TaskStatus.REVIEW: "in_progress",
    TaskStatus.SUCCEEDED: "completed",
    TaskStatus.FAILED: "failed",
    TaskStatus.REJECTED: "failed",
    TaskStatus.CANCELLED: "cancelled",
}
#: Of a step whose task does not exist yet, or never will.
STEPS: Mapping[StepStatus, TaskWord] = {
    StepStatus.BLOCKED: "pending",
    StepStatus.PENDING: "pending",
    StepStatus.RUNNING: "pending",
    StepStatus.REVIEW: "in_progress",
    StepStatus.SUCCEEDED: "completed",
    StepStatus.FAILED: "failed",
    StepStatus.SKIPPED: "cancelled",
    StepStatus.CANCELLED: "cancelled",
}
_PLANS: Mapping[PlanStatus, WorkflowWord] = {
    PlanStatus.SUCCEEDED: "completed",
    PlanStatus.FAILED: "failed",
    PlanStatus.CANCELLED: "cancelled",
}


def workflow_word(status: PlanStatus, *, has_begun: bool) -> WorkflowWord:
    """The word for a plan; ``has_begun``: there is a task of it."""
    return _PLANS.get(status, "in_progress" if has_begun else "pending")
