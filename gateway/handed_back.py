"""Gives a task one more attempt when a worker hands one back, so that handing back costs the task nothing.

Temporal counts every attempt, whatever ended it; it also lets the options of an activity be changed while it runs, its
most attempts among them. See docs/adr/0033.
"""

import temporalio.api.failure.v1 as failure_api
import temporalio.api.workflowservice.v1 as service

from contracts.names import activity_id
from contracts.tasks.work import HANDED_BACK, MOST_ATTEMPTS, Lease

#: Who is named in Temporal's records of the change.
_IDENTITY = "clawdbot-gateway"


def is_handed_back(failure: failure_api.Failure, lease: Lease) -> bool:
    """Whether this end of an attempt leaves the task as many as it had.

    A task with one attempt in all is never begun twice. A worker says itself that it hands back, and may lie:
    `MOST_ATTEMPTS` is the end of it.
    """
    return failure.application_failure_info.type == HANDED_BACK and 1 < lease.max_attempts < MOST_ATTEMPTS


def attempts_of(lease: Lease, namespace: str) -> service.UpdateActivityOptionsRequest:
    """Give the lease's activity as many attempts as the lease says."""
    request = service.UpdateActivityOptionsRequest(namespace=namespace, identity=_IDENTITY, id=activity_id(lease.round))
    request.execution.workflow_id = lease.workflow_id
    request.execution.run_id = lease.run_id
    request.activity_options.retry_policy.maximum_attempts = lease.max_attempts
    request.update_mask.paths.append("retry_policy.maximum_attempts")
    return request
