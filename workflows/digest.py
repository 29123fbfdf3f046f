"""A digest at the time of its schedule: written once, then delivered like every other notification."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.alerts.messages import DigestOrder

_TIMEOUT = timedelta(seconds=60)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
#: Set by Temporal on what a schedule starts.
_SCHEDULED_FOR = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn(name=names.DIGEST_WORKFLOW)
class DigestWorkflow:
    @workflow.run
    async def run(self, order: DigestOrder) -> int | None:
        """The id of the notification; None if this digest was there already."""
        until = order.until or workflow.info().typed_search_attributes.get(_SCHEDULED_FOR) or workflow.now()
        id_: int | None = await workflow.execute_activity(
            names.WRITE_DIGEST_ACTIVITY,
            DigestOrder(period=order.period, until=until),
            start_to_close_timeout=_TIMEOUT,
            retry_policy=_RETRY,
        )
        return id_
