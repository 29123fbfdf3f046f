"""Translates Temporal's description of a workflow into the terms of the mirror."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import temporalio.api.common.v1 as common
import temporalio.api.enums.v1 as enums
import temporalio.api.failure.v1 as failure_api
import temporalio.api.history.v1 as history
import temporalio.api.workflow.v1 as workflow_api
import temporalio.api.workflowservice.v1 as service
from pydantic import ValidationError
from temporalio.client import Client

from contracts.names import round_of, task_id_of
from contracts.storable import cleaned
from contracts.tasks.approval import REJECTIONS
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import (
    ERROR_LIMIT,
    PAUSED_IN_TEMPORAL,
    TYPE_LIMIT,
    WORKER_LOST,
    Beat,
    Outcome,
    TaskFailure,
    TaskInput,
)
from db.tasks.mirror import AttemptSeen

#: ``name (worker id)``: how the gateway signs a worker's calls.
IDENTITY = re.compile(r"^(?P<name>.*) \((?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$")

_LONGEST_NAME = 200
#: Of a history, from its beginning: a task's has two dozen.
_EVENTS = 100

_Status = enums.WorkflowExecutionStatus
_CLOSED = {
    _Status.WORKFLOW_EXECUTION_STATUS_COMPLETED: TaskStatus.SUCCEEDED,
    _Status.WORKFLOW_EXECUTION_STATUS_FAILED: TaskStatus.FAILED,
    _Status.WORKFLOW_EXECUTION_STATUS_CANCELED: TaskStatus.CANCELLED,
    _Status.WORKFLOW_EXECUTION_STATUS_TERMINATED: TaskStatus.CANCELLED,
    _Status.WORKFLOW_EXECUTION_STATUS_TIMED_OUT: TaskStatus.FAILED,
}


_State = enums.PendingActivityState
_PAUSED = {_State.PENDING_ACTIVITY_STATE_PAUSED, _State.PENDING_ACTIVITY_STATE_PAUSE_REQUESTED}
#: No worker has it.
_WAITS = {_State.PENDING_ACTIVITY_STATE_SCHEDULED, _State.PENDING_ACTIVITY_STATE_PAUSED}


@dataclass(frozen=True)
class Observed:
    """The current run of a workflow."""

    workflow_id: str
    run_id: str
    round: int
    started_by: str
    input: TaskInput | None
    started_at: datetime
    #: It began as a reset of an earlier run.
    is_reset: bool = False
    #: Set when the run is over.
    outcome: Outcome | None = None
    #: What its attempts show; oldest first.
    attempts: Sequence[AttemptSeen] = field(default_factory=tuple)
    #: Why no worker gets it, if that was decided on the Temporal side.
    paused: str | None = None


async def observe(client: Client, workflow_id: str, *, begun: bool = False) -> Observed:
    """Ask Temporal about the current run.

    ``begun``: the mirror knows who has worked on it. If not, and nobody does now, its history is asked.

    Raises:
        RPCError: NOT_FOUND when Temporal knows no such workflow (any more).
    """
    described = await client.workflow_service.describe_workflow_execution(
        service.DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=common.WorkflowExecution(workflow_id=workflow_id)
        )
    )
    info = described.workflow_execution_info
    first = (await _history(client, info.execution, last=False)).workflow_execution_started_event_attributes
    task, round_ = await _input(client, first)
    run = Observed(
        workflow_id=workflow_id,
        run_id=info.execution.run_id,
        round=round_,
        started_by=_name(first.identity),
        input=task,
        started_at=info.start_time.ToDatetime(UTC),
        is_reset=first.original_execution_run_id not in ("", info.execution.run_id),
    )
    attempts = [seen for each in described.pending_activities for seen in await _attempts(client, info, each)]
    if not attempts and not begun:
        attempts = await _attempts_that_ended(client, info.execution)
    run = replace(run, attempts=tuple(attempts), paused=_paused(described.pending_activities))
    if info.status in _CLOSED:
        return replace(run, outcome=await _outcome(client, info, round_))
    return run


async def _attempts_that_ended(client: Client, execution: common.WorkflowExecution) -> list[AttemptSeen]:
    """The last attempt of an activity that is over; earlier ones are nowhere."""
    reply = await client.workflow_service.get_workflow_execution_history(
        service.GetWorkflowExecutionHistoryRequest(
            namespace=client.namespace, execution=execution, maximum_page_size=_EVENTS
        )
    )
    rounds: dict[int, int] = {}
    seen = []
    for event in reply.history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        begun = event.activity_task_started_event_attributes
        if event.HasField("activity_task_scheduled_event_attributes"):
            round_ = round_of(scheduled.activity_id)
            rounds |= {event.event_id: round_} if round_ is not None else {}
        elif begun.scheduled_event_id in rounds:
            seen.append(_claim(execution, rounds[begun.scheduled_event_id], begun.attempt, begun.identity))
    return seen


async def _history(client: Client, execution: common.WorkflowExecution, *, last: bool) -> history.HistoryEvent:
    """The first or the last event of a run. A page holds whole batches, so it may be more than one event."""
    kind = enums.HistoryEventFilterType
    reply = await client.workflow_service.get_workflow_execution_history(
        service.GetWorkflowExecutionHistoryRequest(
            namespace=client.namespace,
            execution=execution,
            maximum_page_size=1,
            history_event_filter_type=(
                kind.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT if last else kind.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT
            ),
        )
    )
    return reply.history.events[-1 if last else 0]


async def _input(
    client: Client, started: history.WorkflowExecutionStartedEventAttributes
) -> tuple[TaskInput | None, int]:
    if not started.input.payloads:
        return None, 0
    try:
        [value] = await client.data_converter.decode([started.input.payloads[0]])
        task = TaskInput.model_validate(value)
    except (ValidationError, RuntimeError, ValueError, KeyError):
        return None, 0
    return task, task.round


async def _outcome(client: Client, info: workflow_api.WorkflowExecutionInfo, round_: int) -> Outcome:
    last = await _history(client, info.execution, last=True)
    result, error = await _how_it_ended(client, last)
    return Outcome(
        task_id=str(task_id_of(info.execution.workflow_id)),
        run_id=info.execution.run_id,
        round=round_,
        status=TaskStatus.REJECTED if error and error.type in REJECTIONS else _CLOSED[info.status],
        result=result,
        error=error,
    )


async def _how_it_ended(client: Client, last: history.HistoryEvent) -> tuple[dict[str, Any] | None, TaskFailure | None]:
    match last.WhichOneof("attributes"):
        case "workflow_execution_completed_event_attributes":
            payloads = last.workflow_execution_completed_event_attributes.result.payloads
            try:
                value = (await client.data_converter.decode(payloads[:1]))[0] if payloads else None
            except (RuntimeError, ValueError, KeyError):
                return None, None
            return (value if isinstance(value, dict) else {"value": value}), None
        case "workflow_execution_failed_event_attributes":
            return None, _failure(last.workflow_execution_failed_event_attributes.failure)
        case "workflow_execution_terminated_event_attributes":
            ended = last.workflow_execution_terminated_event_attributes
            who = f" by {_name(ended.identity)}" if ended.identity else ""
            why = f"Terminated from the Temporal side{who}: {ended.reason or 'no reason was given'}"
            return None, TaskFailure(type="Terminated", message=why[:ERROR_LIMIT])
        case "workflow_execution_timed_out_event_attributes":
            return None, TaskFailure(type="WorkflowTimeout", message="The workflow's own time limit ran out.")
    return None, None


def _failure(failure: failure_api.Failure) -> TaskFailure:
    info = failure.application_failure_info
    if failure.HasField("timeout_failure_info"):
        return TaskFailure(type=WORKER_LOST, message="The worker stopped reporting or ran out of time.")
    return TaskFailure(
        type=(info.type or "Error")[:TYPE_LIMIT],
        message=failure.message[:ERROR_LIMIT],
        retryable=not info.non_retryable,
    )


async def _attempts(
    client: Client, info: workflow_api.WorkflowExecutionInfo, activity: workflow_api.PendingActivityInfo
) -> list[AttemptSeen]:
    """A pending activity that waits after a failure shows that failure; one that runs shows its claim and beat."""
    round_ = round_of(activity.activity_id)
    if round_ is None:
        return []
    claim = _claim(info.execution, round_, activity.attempt, activity.last_worker_identity)
    if activity.state in _WAITS:
        return [_failed(claim, activity)] if activity.attempt > 1 else []
    if not activity.heartbeat_details.payloads:
        return [claim]
    beat = await beat_of(client, activity.heartbeat_details)
    return [claim, replace(claim, status=TaskStatus.RUNNING, beat=beat)]


def _claim(execution: common.WorkflowExecution, round_: int, attempt: int, identity: str) -> AttemptSeen:
    worker = IDENTITY.match(identity)
    return AttemptSeen(
        workflow_id=execution.workflow_id,
        run_id=execution.run_id,
        round=round_,
        attempt=attempt,
        status=TaskStatus.CLAIMED,
        worker_id=worker["id"] if worker else None,
        worker_name=_name(worker["name"] if worker else identity) or None,
    )


def _paused(activities: Sequence[workflow_api.PendingActivityInfo]) -> str | None:
    for each in activities:
        if each.state in _PAUSED and round_of(each.activity_id) is not None:
            manual = each.pause_info.manual
            by, why = _name(manual.identity) or "somebody", cleaned(manual.reason[:ERROR_LIMIT])
            return f"{PAUSED_IN_TEMPORAL} by {by}" + (f": {why}" if why else "")
    return None


def _failed(claim: AttemptSeen, activity: workflow_api.PendingActivityInfo) -> AttemptSeen:
    return replace(
        claim,
        attempt=activity.attempt - 1,
        status=TaskStatus.PENDING,
        failure=_failure(activity.last_failure),
        next_attempt_at=_time(activity.next_attempt_schedule_time) or _time(activity.scheduled_time),
    )


async def beat_of(client: Client, details: common.Payloads) -> Beat | None:
    """The heartbeat's details, or None when they are not ours."""
    try:
        [value] = await client.data_converter.decode(list(details.payloads[:1]))
        return Beat.model_validate(value)
    except (ValidationError, RuntimeError, ValueError, KeyError):
        return None


def _name(identity: str) -> str:
    """Who somebody says to be; on the Temporal side that may be anything, and it stands in indexes of ours."""
    name: str = cleaned(identity[:_LONGEST_NAME])
    return name


def _time(stamp: Any) -> datetime | None:
    return stamp.ToDatetime(UTC) if stamp.seconds else None
