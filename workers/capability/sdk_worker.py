"""Makes the SDK worker that asks one task queue."""

import contextlib
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import FixedSizeSlotSupplier, Worker, WorkerTuner

from contracts.names import canary_queue, capability_of_queue
from contracts.task_type import TaskType
from contracts.task_types import OPENING_QUEUES, TASK_TYPES
from runtime.version import build_id
from workers.capability.adapter import Activity, has_handler, make_activity
from workers.capability.canary import canary_worker
from workers.capability.held_sessions import Held, HeldSessions
from workers.capability.records import RecordSink
from workers.capability.running_attempts import Attempts
from workers.capability.slots import SharedSlots

#: Progress is sent at most this often; the SDK's default of up to 60 s would hide it.
_HEARTBEAT_THROTTLE = timedelta(milliseconds=500)
#: Sessions that one process holds open at once. Each only waits; a plan that has some open and waits for more of them
#: here would wait for ever.
MOST_HELD = 1_000


@dataclass(frozen=True)
class WorkerMaker:
    """What the queues of this process have in common."""

    worker_id: str
    concurrency: int
    grace_seconds: float
    slots: SharedSlots
    attempts: Attempts
    sink: RecordSink
    sessions: HeldSessions
    #: One queue alone need not share its slots. If others come later, tasks still wait for their turn.
    alone: str | None

    @property
    def canary(self) -> str:
        """The queue that is this worker's own."""
        return canary_queue(self.worker_id)

    def make(self, client: Client, queue: str) -> Worker:
        """A worker for one queue, which does not run yet."""
        if queue == self.canary:
            return canary_worker(client, self.worker_id)
        unused = FixedSizeSlotSupplier(1)
        session, capability = self.sessions.of(queue), capability_of_queue(queue)
        return Worker(
            client,
            task_queue=queue,
            activities=self._activities(capability) if session is None else self._all_activities(),
            interceptors=[self.attempts],
            tuner=WorkerTuner.create_composite(
                workflow_supplier=unused,
                activity_supplier=self._supplier(queue, session),
                local_activity_supplier=unused,
                nexus_supplier=unused,
            ),
            max_concurrent_activity_task_polls=min(session.size if session else self.concurrency, 2),
            max_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
            default_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
            graceful_shutdown_timeout=timedelta(seconds=self.grace_seconds),
            build_id=build_id(),
        )

    def _supplier(self, queue: str, session: Held | None) -> FixedSizeSlotSupplier | SharedSlots:
        if session is not None:
            return FixedSizeSlotSupplier(session.size)
        if capability_of_queue(queue) in OPENING_QUEUES:
            # Who holds a session open waits, and keeps nobody else from working.
            return FixedSizeSlotSupplier(MOST_HELD)
        return FixedSizeSlotSupplier(self.concurrency) if queue == self.alone else self.slots

    def _activities(self, capability: str) -> list[Activity]:
        return [self._activity(row) for row in TASK_TYPES.values() if row.capability == capability and row.handler]

    def _all_activities(self) -> list[Activity]:
        """All that may run in a session; whether this worker's key allows it was asked when that was opened."""
        return [self._activity(row) for row in TASK_TYPES.values() if has_handler(row) and not row.opens_session]

    def _activity(self, row: TaskType) -> Activity:
        turn: AbstractAsyncContextManager[Any] = contextlib.nullcontext() if row.opens_session else self.slots.turn
        return make_activity(row, self.sink, turn, self.sessions)
