"""One message to one channel: tried until it is sent, or for a day. Other messages are not its business."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.alerts.messages import DeliveryRef, GiveUp

_TRY_TIMEOUT = timedelta(seconds=90)
#: A core that died while it sent is noticed after this.
_SILENCE = timedelta(seconds=10)
_PATIENCE = timedelta(hours=24)
#: A channel that says how long to wait is listened to (the activity's own next delay goes before this).
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)
_RECORD_TIMEOUT = timedelta(seconds=10)
_RECORD_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5))


@workflow.defn(name=names.NOTIFY_WORKFLOW)
class NotifyWorkflow:
    @workflow.run
    async def run(self, delivery: DeliveryRef) -> str:
        """How it ended, as the delivery log has it: ``sent``, ``failed``, or ``nothing to do``."""
        try:
            return await self._send(delivery)
        except ActivityError as error:
            await self._give_up(delivery, error)
            return "failed"

    async def _send(self, delivery: DeliveryRef) -> str:
        state: str = await workflow.execute_activity(
            names.SEND_NOTIFICATION_ACTIVITY,
            delivery,
            result_type=str,
            start_to_close_timeout=_TRY_TIMEOUT,
            heartbeat_timeout=_SILENCE,
            schedule_to_close_timeout=_PATIENCE,
            retry_policy=_RETRY,
        )
        return state

    async def _give_up(self, delivery: DeliveryRef, error: ActivityError) -> None:
        cause = error.cause
        reason = cause.message if isinstance(cause, ApplicationError) else "It was not sent within a day."
        await workflow.execute_activity(
            names.GIVE_UP_NOTIFICATION_ACTIVITY,
            GiveUp(id=delivery.id, reason=reason),
            start_to_close_timeout=_RECORD_TIMEOUT,
            retry_policy=_RECORD_RETRY,
        )
