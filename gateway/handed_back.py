"""Attempts that are handed back, by a worker or by us, without costing the task one of those that it has.

Temporal counts every attempt, whatever ended it; it also lets the options of an activity be changed while it runs, its
most attempts among them. See docs/adr/0033.
"""

import logging

import temporalio.api.failure.v1 as failure_api
import temporalio.api.workflowservice.v1 as service

from contracts.names import activity_id
from contracts.tasks.work import HANDED_BACK, MOST_ATTEMPTS, Lease
from runtime.refused import Refused
from runtime.upstream import Upstream

logger = logging.getLogger(__name__)

#: Who is named in Temporal's records of the change.
_IDENTITY = "clawdbot-gateway"
_TIMEOUT = 5.0


class HandBacks:
    """What Temporal is told of them."""

    def __init__(self, upstream: Upstream, namespace: str) -> None:
        self._upstream = upstream
        self._namespace = namespace

    async def allow_one_more(self, lease: Lease, timeout: float | None) -> Lease:
        """The lease with one more attempt than before; the number is absolute, so that a report may come twice."""
        allowed = lease.model_copy(update={"max_attempts": lease.max_attempts + 1})
        update = _attempts_of(allowed, self._namespace)
        await self._upstream.call("UpdateActivityOptions", update.SerializeToString(), timeout)
        return allowed

    async def give_back(
        self,
        lease: Lease,
        token: bytes,
        why: str = "Its worker had its hands full.",
        *,
        seconds: float = 0.01,
        for_ever: bool = False,
    ) -> None:
        """Hand back an attempt that its worker never got to see: also one of a task that may begin only once.

        Args:
            lease: of the attempt.
            token: Temporal's own.
            why: in the attempt's failure.
            seconds: until the next one.
            for_ever: however often that was before; else attempts count from `MOST_ATTEMPTS` on.
        """
        failure = failure_api.Failure(message=why, source="gateway")
        failure.application_failure_info.type = HANDED_BACK
        failure.application_failure_info.next_retry_delay.FromNanoseconds(int(seconds * 1e9))
        report = service.RespondActivityTaskFailedRequest(
            namespace=self._namespace, task_token=token, identity=_IDENTITY, failure=failure
        )
        try:
            if 0 < lease.max_attempts and (for_ever or lease.max_attempts < MOST_ATTEMPTS):
                await self.allow_one_more(lease, _TIMEOUT)
            await self._upstream.call("RespondActivityTaskFailed", report.SerializeToString(), _TIMEOUT)
            logger.info("%s goes back: %s", lease.workflow_id, why)
        except Refused as refused:
            # Nobody has it, so that it is handed on when its heartbeat times out.
            logger.warning("attempt %s of %s was not given back: %s", lease.attempt, lease.workflow_id, refused.message)


def was_never_seen(lease: Lease) -> bool:
    """Whether the API handed it to nobody: such an attempt is not counted, also of a task that may begin only once."""
    return lease.unseen and 0 < lease.max_attempts < MOST_ATTEMPTS


def _attempts_of(lease: Lease, namespace: str) -> service.UpdateActivityOptionsRequest:
    """Give the lease's activity as many attempts as the lease says."""
    request = service.UpdateActivityOptionsRequest(namespace=namespace, identity=_IDENTITY, id=activity_id(lease.round))
    request.execution.workflow_id = lease.workflow_id
    request.execution.run_id = lease.run_id
    request.activity_options.retry_policy.maximum_attempts = lease.max_attempts
    request.update_mask.paths.append("retry_policy.maximum_attempts")
    return request
