"""The canary: a task that only this worker gets, and that does nothing. Its coming back shows that tasks reach us.

It has a queue and a slot of its own, so that it waits for nobody's work; but it runs on the same event loop, because a
worker whose loop is stuck is as deaf as one whose polls bring nothing.
"""

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import FixedSizeSlotSupplier, Worker, WorkerTuner

from contracts.names import CANARY_ACTIVITY, canary_queue
from runtime.version import build_id


@activity.defn(name=CANARY_ACTIVITY)
async def sing() -> dict[str, str]:
    """All that is asked is an answer."""
    return {}


def canary_worker(client: Client, worker_id: str) -> Worker:
    """Polls the canary queue of this worker."""
    one = FixedSizeSlotSupplier(1)
    return Worker(
        client,
        task_queue=canary_queue(worker_id),
        activities=[sing],
        tuner=WorkerTuner.create_composite(
            workflow_supplier=one, activity_supplier=one, local_activity_supplier=one, nexus_supplier=one
        ),
        max_concurrent_activity_task_polls=1,
        build_id=build_id(),
    )
