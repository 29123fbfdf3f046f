"""Carries commands from the outbox to Temporal. Woken by NOTIFY, and looks by itself every second."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import temporalio.api.activity.v1 as activity_api
import temporalio.api.workflowservice.v1 as service
from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.names import activity_id
from contracts.tasks.approval import Decision
from contracts.tasks.priority import temporal_key
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import ERROR_LIMIT, Outcome, TaskFailure
from db.batching import Batcher
from db.engine import one_by_one
from db.listen import wakeups
from db.tasks import outbox
from db.tasks.mirror import apply_outcome
from db.tasks.outbox import Command, Taken
from runtime.failpoints import Failpoints
from workers.core.meters import Meters
from workers.core.start_request import start_request
from workers.core.window import Window

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
_BATCH = 50
#: How long finished commands wait for company, so that one statement ticks off several.
_LINGER_SECONDS = 0.01
_RPC_TIMEOUT = timedelta(seconds=4)
#: Temporal, or the way to it, has more to do than it can.
_OVERLOADED = frozenset(
    {
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)
#: What no repetition will mend.
_HOPELESS = RPCStatusCode.INVALID_ARGUMENT


class Relay:
    """One of possibly several; each command is held by one of them for a few seconds."""

    def __init__(self, engine: AsyncEngine, client: Client, failpoints: Failpoints, meters: Meters) -> None:
        self._engine = engine
        self._client = client
        self._failpoints = failpoints
        self._meters = meters
        self._window = Window()
        self._under_way: set[asyncio.Task[None]] = set()
        self._done = Batcher(self._tick_off, linger=_LINGER_SECONDS)

    async def run(self, listen_url: str) -> None:
        """Work until cancelled."""
        async for _ in wakeups(listen_url, names.OUTBOX_CHANNEL, _POLL_SECONDS):
            try:
                while await self._take_batch():
                    pass
                # Under load the next look finds several commands at once, on an idle system nobody waits for this.
                await asyncio.sleep(_LINGER_SECONDS)
            except (SQLAlchemyError, OSError) as error:
                logger.warning("the outbox cannot be read right now: %s", error)

    async def _tick_off(self, ids: Sequence[int]) -> Sequence[None]:
        async with one_by_one(self._engine).connect() as connection:
            others_waited = await outbox.done(connection, ids)
        if others_waited and self._room > 0:
            # Not if it is full: whoever would make room may be waiting for this.
            await self._take(self._room)
        return [None] * len(ids)

    @property
    def _room(self) -> int:
        return min(_BATCH, self._window.size - len(self._under_way))

    async def _take_batch(self) -> bool:
        if self._room <= 0:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return True
        return await self._take(self._room)

    async def _take(self, room: int) -> bool:
        """Begin with so many commands; whether there were as many."""
        async with one_by_one(self._engine).connect() as connection:
            batch = await outbox.take(connection, room)
        for command in batch:
            job = asyncio.create_task(self._carry_out(command))
            self._under_way.add(job)
            job.add_done_callback(self._under_way.discard)
        return len(batch) == room

    async def _carry_out(self, command: Taken) -> None:
        try:
            await self._failpoints.hit("relay.before-send")
            began = time.monotonic()
            await self._send(command)
            self._window.answered(time.monotonic() - began)
            self._meters.sent(command.command)
            await self._failpoints.hit("relay.after-send")
            await self._done.put(command.id)
        except RPCError as error:
            await self._refused(command, error)
        except (SQLAlchemyError, OSError) as error:
            # The lease runs out and the command is sent again, which is harmless.
            logger.warning("%s of task %s was sent but not ticked off: %s", command.command, command.task_id, error)

    async def _send(self, command: Taken) -> None:
        match command.command:
            case Command.START:
                await self._start(command)
            case Command.CANCEL:
                await self._client.get_workflow_handle(command.workflow_id).cancel()
            case Command.REPRIORITISE:
                await self._reprioritise(command)
            case Command.DECIDE:
                await self._decide(command)

    async def _start(self, command: Taken) -> None:
        request = await start_request(self._client, command)
        # Without retry=True the SDK sends the request past the layer that hands an eager first task to our worker.
        await self._client.workflow_service.start_workflow_execution(request, retry=True, timeout=_RPC_TIMEOUT)

    async def _reprioritise(self, command: Taken) -> None:
        priority = int(command.payload["priority"])
        handle = self._client.get_workflow_handle(command.workflow_id)
        # For work that is not scheduled yet …
        await handle.signal(names.REPRIORITISE_SIGNAL, priority)
        request = service.UpdateActivityOptionsRequest(
            namespace=self._client.namespace,
            identity=self._client.identity,
            id=activity_id(command.round),
            activity_options=activity_api.ActivityOptions(),
            update_mask=FieldMask(paths=["priority.priority_key"]),
        )
        request.execution.workflow_id = command.workflow_id
        request.activity_options.priority.priority_key = temporal_key(priority)
        try:
            # … and for work that already waits in the queue.
            await self._client.workflow_service.update_activity_options(request, timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _decide(self, command: Taken) -> None:
        handle = self._client.get_workflow_handle(command.workflow_id)
        try:
            # The id makes a second delivery the same update.
            await handle.execute_update(
                names.DECIDE_UPDATE,
                Decision.model_validate(command.payload),
                id=f"decide-{command.id}",
                rpc_timeout=_RPC_TIMEOUT,
            )
        except WorkflowUpdateFailedError as error:
            logger.info("task %s: %s", command.task_id, error.cause)
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise RPCError("no answer from the workflow yet", RPCStatusCode.DEADLINE_EXCEEDED, b"") from None

    async def _refused(self, command: Taken, error: RPCError) -> None:
        self._meters.refused(command.command)
        if error.status in _OVERLOADED:
            self._window.unanswered()
        async with self._engine.begin() as connection:
            if _is_over(command, error):
                await outbox.done(connection, [command.id])
            elif command.command is Command.START and error.status is _HOPELESS and command.tries >= 3:
                await apply_outcome(connection, _never_started(command, error))
                await outbox.done(connection, [command.id])
            else:
                wait = min(0.1 * 2 ** min(command.tries, 6), 5.0)
                await outbox.again(connection, command.id, wait, error.message)
        if error.status is not RPCStatusCode.NOT_FOUND:
            logger.warning("%s of task %s: %s", command.command, command.task_id, error.message)


def _is_over(command: Taken, error: RPCError) -> bool:
    """Whether there is nothing left to do: the workflow exists already, or is gone already."""
    if command.command is Command.START:
        return command.round == 0 and error.status is RPCStatusCode.ALREADY_EXISTS
    return error.status is RPCStatusCode.NOT_FOUND


def _never_started(command: Taken, error: RPCError) -> Outcome:
    failure = TaskFailure(
        type="NotStartable",
        message=f"Temporal refuses to start this task: {error.message}"[:ERROR_LIMIT],
        retryable=False,
    )
    return Outcome(
        task_id=str(command.task_id), run_id="", round=command.round, status=TaskStatus.FAILED, error=failure
    )
