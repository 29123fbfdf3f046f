"""Reads attempts from the messages of workers: claimed, running, failed, in the mirror's terms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import temporalio.api.common.v1 as common
import temporalio.api.failure.v1 as failure_api
import temporalio.api.workflowservice.v1 as service

from contracts.names import TASK_WORKFLOW, round_of
from contracts.records.sources import SOURCES
from contracts.storable import readable_json
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import HEARTBEAT_LIMIT, Beat, Lease, RetrySettings, TaskFailure
from db.tasks.mirror import AttemptSeen
from gateway.keyring import Visitor


def lease_of(reply: service.PollActivityTaskQueueResponse, visitor: Visitor) -> Lease:
    """The lease of the attempt that is being handed out."""
    policy = reply.retry_policy
    return Lease(
        worker_id=visitor.worker_id,
        workflow_id=reply.workflow_execution.workflow_id,
        run_id=reply.workflow_execution.run_id,
        round=round_of(reply.activity_id) or 0,
        attempt=reply.attempt,
        task_type=reply.activity_type.name if reply.workflow_type.name == TASK_WORKFLOW else "",
        max_attempts=policy.maximum_attempts,
        heartbeat_seconds=reply.heartbeat_timeout.ToTimedelta().total_seconds(),
        retry=RetrySettings.model_construct(
            initial_seconds=policy.initial_interval.ToTimedelta().total_seconds(),
            backoff=policy.backoff_coefficient,
            max_seconds=policy.maximum_interval.ToTimedelta().total_seconds(),
        ),
    )


def attempt_of_lease(lease: Lease, visitor: Visitor, status: TaskStatus) -> AttemptSeen:
    return AttemptSeen(
        workflow_id=lease.workflow_id,
        run_id=lease.run_id,
        round=lease.round,
        attempt=lease.attempt,
        status=status,
        worker_id=visitor.worker_id,
        worker_name=visitor.owner.name,
    )


def attempt_running(lease: Lease, visitor: Visitor, details: common.Payloads) -> AttemptSeen:
    """A heartbeat; its details are hostile until proven to be a `Beat` of bounded size."""
    seen = attempt_of_lease(lease, visitor, TaskStatus.RUNNING)
    return replace(seen, beat=_beat(details) or Beat())


def tells_end(lease: Lease) -> bool:
    """Whether we write down that its task succeeded.

    Of a type that collects rows more is to be written then (`db.records.freshness`): that is left to its workflow.
    """
    return bool(lease.task_type) and lease.task_type not in SOURCES


def attempt_succeeded(lease: Lease, visitor: Visitor, result: dict[str, Any]) -> AttemptSeen:
    """The attempt that ends its task."""
    return replace(attempt_of_lease(lease, visitor, TaskStatus.SUCCEEDED), result=result)


def attempt_failed(lease: Lease, visitor: Visitor, failure: failure_api.Failure) -> AttemptSeen | None:
    """A failed attempt that will be followed by another, or None when it was the last: the workflow tells that."""
    info = failure.application_failure_info
    if info.non_retryable or 0 < lease.max_attempts <= lease.attempt:
        return None
    wait = info.next_retry_delay.ToTimedelta() if info.HasField("next_retry_delay") else _backoff(lease)
    seen = attempt_of_lease(lease, visitor, TaskStatus.PENDING)
    error = TaskFailure(type=info.type, message=failure.message)
    return replace(seen, failure=error, next_attempt_at=datetime.now(UTC) + wait)


def _backoff(lease: Lease) -> timedelta:
    """As the server computes it: initial interval times coefficient to the power of the attempts so far."""
    if lease.retry is None:
        return timedelta()
    seconds = lease.retry.initial_seconds * lease.retry.backoff ** min(lease.attempt - 1, 100)
    return timedelta(seconds=min(seconds, lease.retry.max_seconds))


def _beat(details: common.Payloads) -> Beat | None:
    if not details.payloads or len(details.payloads[0].data) > HEARTBEAT_LIMIT:
        return None
    try:
        return Beat.model_validate(readable_json(details.payloads[0].data))
    except ValueError:  # ValidationError is one, too
        return None
