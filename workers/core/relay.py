"""Carries commands from the outbox to Temporal. Woken by NOTIFY, and looks by itself every second."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

import psycopg
import temporalio.api.activity.v1 as activity_api
import temporalio.api.workflowservice.v1 as service
from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.names import activity_id
from contracts.task_types import TASK_TYPES
from contracts.tasks.approval import Decision
from contracts.tasks.priority import temporal_key
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import ERROR_LIMIT, Outcome, TaskFailure
from db.batching import Batcher
from db.listen import Listening
from db.own_connection import OwnConnection
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
#: How long finished commands wait for company, so that one statement ticks off several; only what comes for the same
#: task meanwhile waits for that.
_DONE_LINGER_SECONDS = 0.05
#: Between two looks while there is something to do: the next one finds several commands at once.
_LINGER_SECONDS = 0.025
#: Less is left of a command's lease than a call may need: it is somebody else's in a moment.
_TOO_LATE_SECONDS = 0.5
#: Times that a command other than a start is sent which Temporal understands and refuses.
_MOST_TRIES = 10
#: Starts of a round that another run stands in the way of, before the reconciler looks what that is.
_LOOK_AFTER_TRIES = 3
_LOOK = text("UPDATE tasks SET reconcile_after = now() WHERE id = :id")
#: Temporal, or the way to it, has more to do than it can.
_OVERLOADED = frozenset(
    {
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)
#: Nothing is wrong: it is over, or a moment too early.
_IN_PASSING = frozenset({RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION})
#: What no repetition will mend.
_HOPELESS = RPCStatusCode.INVALID_ARGUMENT


class TooLate(Exception):
    """The lease of the command has run out: another relay may have sent it, and a round later it would do harm."""


class Unusable(Exception):
    """The command cannot be carried out as it stands in Postgres; the text is a sentence."""


class Relay:
    """One of possibly several; each command is held by one of them for a few seconds."""

    def __init__(
        self, engine: AsyncEngine, client: Client, failpoints: Failpoints, meters: Meters, listening: Listening
    ) -> None:
        self._engine = engine
        self._client = client
        self._listening = listening
        self._failpoints = failpoints
        self._meters = meters
        self._window = Window()
        self._names_build = True
        url = engine.url.render_as_string(hide_password=False)
        self._own = OwnConnection(url, process="core-relay")
        self._under_way: set[asyncio.Task[None]] = set()
        self._done = Batcher(self._tick_off, linger=_DONE_LINGER_SECONDS)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async for _ in self._listening.wakeups(names.OUTBOX_CHANNEL, _POLL_SECONDS):
                try:
                    while await self._take_batch():
                        pass
                    # Under load the next look finds several commands at once, on an idle system nobody waits for this.
                    await asyncio.sleep(_LINGER_SECONDS)
                except (psycopg.Error, OSError) as error:
                    logger.warning("the outbox cannot be read right now: %s", error)
        finally:
            # What is under way ticks itself off over it.
            if not self._under_way:
                await self._own.close()

    async def _tick_off(self, ids: Sequence[int]) -> Sequence[None]:
        if await outbox.tick_off(self._own, ids):
            self._listening.wake(names.OUTBOX_CHANNEL)
        return [None] * len(ids)

    @property
    def _room(self) -> int:
        return min(_BATCH, self._window.size - len(self._under_way))

    async def _take_batch(self) -> bool:
        """Begin with as many commands as there is room for; False: there were fewer."""
        room = self._room
        if room <= 0:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return True
        until = time.monotonic() + outbox.LEASE_SECONDS
        batch = await outbox.take(self._own, room)
        for command in batch:
            job = asyncio.create_task(self._carry_out(command, until))
            self._under_way.add(job)
            job.add_done_callback(self._under_way.discard)
        return len(batch) == room

    async def _carry_out(self, command: Taken, until: float) -> None:
        """``until``: the monotonic time at which its lease ends."""
        try:
            await self._failpoints.hit("relay.before-send")
            began = time.monotonic()
            await self._send(command, until)
            self._window.answered(time.monotonic() - began)
        except TooLate:
            logger.warning("%s of task %s was held up here and is left to another", command.command, command.task_id)
        except RPCError as error:
            await self._put_down(command, self._refused(command, error))
        except Exception as error:
            # Whatever is wrong with one command is that command's: the others go on.
            await self._put_down(command, self._unusable(command, error))
        else:
            await self._note_sent(command)

    async def _note_sent(self, command: Taken) -> None:
        try:
            self._meters.sent(command.command)
            await self._failpoints.hit("relay.after-send")
            await self._done.put(command.id)
        except Exception as error:
            # The lease runs out and the command is sent again, which is harmless.
            logger.warning("%s of task %s was sent but not ticked off: %s", command.command, command.task_id, error)

    async def _put_down(self, command: Taken, outcome: Coroutine[Any, Any, None]) -> None:
        try:
            await outcome
        except (SQLAlchemyError, OSError) as error:
            logger.warning("what became of %s of task %s: %s", command.command, command.task_id, error)

    async def _send(self, command: Taken, until: float) -> None:
        match command.command:
            case Command.START:
                await self._start(command, until)
            case Command.CANCEL:
                await self._cancel(command, until)
            case Command.REPRIORITISE:
                await self._reprioritise(command, until)
            case Command.DECIDE:
                await self._decide(command, until)
            case Command.MOVE:
                await self._move(command, until)
            case unknown:
                raise Unusable(f"this version knows no command '{unknown}'")

    async def _start(self, command: Taken, until: float) -> None:
        if command.type not in TASK_TYPES:
            raise Unusable(f"There is no task type '{command.type}' (any more)")
        try:
            await self._send_start(command, until)
        except RPCError as error:
            if not self._names_build or error.status is not _HOPELESS or names.SA_BUILD_IDS not in error.message:
                raise
            # A later server may leave that to itself.
            self._names_build = False
            await self._send_start(command, until)

    async def _send_start(self, command: Taken, until: float) -> None:
        request = await start_request(self._client, command, names_build=self._names_build)
        # Without retry=True the SDK sends the request past the layer that hands an eager first task to our worker.
        await self._client.workflow_service.start_workflow_execution(request, retry=True, timeout=_left(until))

    async def _cancel(self, command: Taken, until: float) -> None:
        if command.payload.get("round", command.round) != command.round:
            return  # That run is over, and a person has asked for another one.
        request = service.RequestCancelWorkflowExecutionRequest(
            namespace=self._client.namespace,
            identity=self._client.identity,
            # Sent twice it is one.
            request_id=f"{Command.CANCEL}-{command.id}",
        )
        request.workflow_execution.workflow_id = command.workflow_id
        await self._client.workflow_service.request_cancel_workflow_execution(request, timeout=_left(until))

    async def _reprioritise(self, command: Taken, until: float) -> None:
        priority = int(command.payload["priority"])
        # For work that is not scheduled yet …
        await self._signal(command, names.REPRIORITISE_SIGNAL, priority, until)
        options = activity_api.ActivityOptions()
        options.priority.priority_key = temporal_key(priority)
        # … and for work that already waits in the queue.
        await self._change_work(command, options, "priority.priority_key", until)

    async def _move(self, command: Taken, until: float) -> None:
        if command.stored["passed_over"]:
            raise RPCError("somebody holds its row", RPCStatusCode.FAILED_PRECONDITION, b"")
        queue = command.queue()
        await self._signal(command, names.MOVE_SIGNAL, queue, until)
        options = activity_api.ActivityOptions()
        options.task_queue.name = queue
        there = await self._change_work(command, options, "task_queue.name", until)
        if not there and (command.tries == 1 or command.stored["status"] == TaskStatus.PENDING):
            # It was being scheduled at that moment, perhaps before its workflow read the signal; what waits for its
            # time or for a person is scheduled by whoever ends that, meanwhile.
            raise RPCError("its work is not scheduled yet", RPCStatusCode.FAILED_PRECONDITION, b"")

    async def _change_work(
        self, command: Taken, options: activity_api.ActivityOptions, what: str, until: float
    ) -> bool:
        """Change an option of the work that waits or runs; False: there is none, or not yet."""
        request = service.UpdateActivityOptionsRequest(
            namespace=self._client.namespace,
            identity=self._client.identity,
            id=activity_id(command.round),
            activity_options=options,
            update_mask=FieldMask(paths=[what]),
        )
        request.execution.workflow_id = command.workflow_id
        try:
            await self._client.workflow_service.update_activity_options(request, timeout=_left(until))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    async def _signal(self, command: Taken, name: str, value: object, until: float) -> None:
        """The same command is the same signal, however often it is sent."""
        request = service.SignalWorkflowExecutionRequest(
            namespace=self._client.namespace,
            identity=self._client.identity,
            signal_name=name,
            request_id=f"{command.command}-{command.id}",
        )
        request.workflow_execution.workflow_id = command.workflow_id
        request.input.payloads.extend(await self._client.data_converter.encode([value]))
        await self._client.workflow_service.signal_workflow_execution(request, timeout=_left(until))

    async def _decide(self, command: Taken, until: float) -> None:
        handle = self._client.get_workflow_handle(command.workflow_id)
        try:
            # The id makes a second delivery the same update.
            await handle.execute_update(
                names.DECIDE_UPDATE,
                Decision.model_validate(command.payload),
                id=f"decide-{command.id}",
                rpc_timeout=_left(until),
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
            if _is_over(command, error) or _is_dropped(command, error):
                await outbox.done(connection, [command.id])
            elif command.command == Command.START and error.status is _HOPELESS and command.tries >= 3:
                await apply_outcome(connection, _never_started(command, f"Temporal refuses it: {error.message}"))
                await outbox.done(connection, [command.id])
            else:
                await outbox.again(connection, command.id, _wait(command), error.message)
                if error.status is RPCStatusCode.ALREADY_EXISTS and command.tries >= _LOOK_AFTER_TRIES:
                    # A run that does not end, after a person's retry: perhaps a reset of an earlier one.
                    await connection.execute(_LOOK, {"id": command.task_id})
        if error.status not in _IN_PASSING:
            logger.warning("%s of task %s: %s", command.command, command.task_id, error.message)

    async def _unusable(self, command: Taken, error: Exception) -> None:
        """What stands in Postgres cannot be carried out: a start fails its task, anything else is given up."""
        self._meters.refused(command.command)
        why = str(error) if isinstance(error, Unusable) else f"what is stored of it cannot be used: {error}"
        async with self._engine.begin() as connection:
            if command.command == Command.START:
                await apply_outcome(connection, _never_started(command, why))
            await outbox.done(connection, [command.id])
        known = isinstance(error, Unusable | ValueError)
        logger.error("gave up %s of task %s: %s", command.command, command.task_id, why, exc_info=not known)


def _left(until: float) -> timedelta:
    """How long a call may take: no longer than the lease. Raises TooLate."""
    seconds = until - time.monotonic()
    if seconds < _TOO_LATE_SECONDS:
        raise TooLate
    return timedelta(seconds=seconds)


def _wait(command: Taken) -> float:
    """Seconds until it is sent again."""
    return min(0.1 * 2.0 ** min(command.tries, 6), 5.0)


def _is_over(command: Taken, error: RPCError) -> bool:
    """Whether there is nothing left to do: the workflow exists already, or is gone already."""
    if command.command == Command.START:
        return command.round == 0 and error.status is RPCStatusCode.ALREADY_EXISTS
    return error.status is RPCStatusCode.NOT_FOUND


def _is_dropped(command: Taken, error: RPCError) -> bool:
    """Whether it is given up: Temporal does take calls, and does not take this one."""
    if command.command == Command.START or error.status in _OVERLOADED:
        return False
    if command.command == Command.CANCEL:
        return error.status is _HOPELESS and command.tries >= _MOST_TRIES
    return command.tries >= _MOST_TRIES


def _never_started(command: Taken, why: str) -> Outcome:
    failure = TaskFailure(
        type="NotStartable", message=f"This task cannot be started: {why}"[:ERROR_LIMIT], retryable=False
    )
    return Outcome(
        task_id=str(command.task_id), run_id="", round=command.round, status=TaskStatus.FAILED, error=failure
    )
