"""Makes the SDK worker that asks for the tasks of one capability."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import FixedSizeSlotSupplier, Worker, WorkerTuner

from contracts.names import canary_queue
from contracts.task_types import TASK_TYPES
from runtime.version import build_id
from workers.capability.adapter import Activity, make_activity
from workers.capability.canary import canary_worker
from workers.capability.records import RecordSink
from workers.capability.running_attempts import Attempts
from workers.capability.slots import SharedSlots

#: Progress is sent at most this often; the SDK's default of up to 60 s would hide it.
_HEARTBEAT_THROTTLE = timedelta(milliseconds=500)


@dataclass(frozen=True)
class WorkerMaker:
    """What the queues of this process have in common."""

    worker_id: str
    concurrency: int
    grace_seconds: float
    slots: SharedSlots
    attempts: Attempts
    sink: RecordSink
    #: One queue alone need not share its slots.
    alone: bool

    @property
    def canary(self) -> str:
        """The queue that is this worker's own."""
        return canary_queue(self.worker_id)

    def make(self, client: Client, capability: str) -> Worker:
        """A worker for one queue, which does not run yet."""
        if capability == self.canary:
            return canary_worker(client, self.worker_id)
        unused = FixedSizeSlotSupplier(1)
        return Worker(
            client,
            task_queue=capability,
            activities=self._activities(capability),
            interceptors=[self.attempts],
            tuner=WorkerTuner.create_composite(
                workflow_supplier=unused,
                activity_supplier=FixedSizeSlotSupplier(self.concurrency) if self.alone else self.slots,
                local_activity_supplier=unused,
                nexus_supplier=unused,
            ),
            max_concurrent_activity_task_polls=min(self.concurrency, 2),
            max_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
            default_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
            graceful_shutdown_timeout=timedelta(seconds=self.grace_seconds),
            build_id=build_id(),
        )

    def _activities(self, capability: str) -> list[Activity]:
        return [
            make_activity(row, self.sink, self.slots.turn)
            for row in TASK_TYPES.values()
            if row.capability == capability and row.handler
        ]
