"""The calls that a worker may make, and what is checked and rewritten in each. What is not here is refused.

These are the ones an activity-only SDK worker makes; see docs/adr/0003 for how the list was found.
"""

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import grpc
import temporalio.api.workflowservice.v1 as service

from contracts.names import canary_queue, capability_of_queue, session_of_queue, session_queue
from contracts.task_types import OPENING, OPENING_QUEUES
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TOLD_BY_GATEWAY, Lease
from contracts.workspaces.names import workspace_of_share
from gateway.attempt_from_message import (
    attempt_failed,
    attempt_of_lease,
    attempt_running,
    attempt_succeeded,
    lease_of,
    tells_end,
)
from gateway.call import Call, TokenRequest
from gateway.checks import CONTROL_QUEUE, Checks
from gateway.concurrency_limits import Asking, ConcurrencyLimits
from gateway.flags import Flag
from gateway.handed_back import HandBacks, was_never_seen
from gateway.handed_out import HandedOut
from gateway.keyring import Visitor
from gateway.observer import Observer
from gateway.paused_workers import PausedWorkers
from gateway.polling import NOTHING, nothing, patience, poll_while_granted, wait_for_grant, wait_until_served
from gateway.presence import Presence
from gateway.session_queues import SessionQueues, may_do
from gateway.uncounted import Uncounted
from gateway.worker_commands import WorkerCommands
from gateway.worker_reports import BadResult, clean_failure, read_result
from runtime.leases import seal
from runtime.refused import Refused, not_yours
from runtime.upstream import Upstream

#: A heartbeat without details this soon after the hand-out is kept here. Far below any heartbeat timeout.
_ANNOUNCEMENT_SECONDS = 1.0
#: Temporal refuses polls with less time left than 2 s; a worker that had to wait for its turn asks again then.
_SHORTEST_POLL_SECONDS = 2.5
_AT_ONCE_SECONDS = 0.05
#: A task that finds its worker's hands full waits so long for one of them: short tasks end meanwhile.
_HELD_SECONDS = 0.5
#: A task of a workspace that its worker does not serve is looked for again after so long, and then more slowly.
_MOVED_SOON_SECONDS, _GROWTH, _LONGEST_SECONDS = 0.5, 1.5, 60.0
_NEVER = Flag()


class Calls:
    """The allow-list: `handlers` maps a method to what is done with it."""

    def __init__(
        self,
        upstream: Upstream,
        namespace: str,
        keys: Sequence[bytes],
        observer: Observer,
        presence: Presence,
        paused: PausedWorkers,
        sessions: SessionQueues,
        uncounted: Uncounted,
    ) -> None:
        self._upstream = upstream
        self._namespace = namespace
        self._keys = keys
        self._observer = observer
        self._presence = presence
        self._paused = paused
        self._sessions = sessions
        self._uncounted = uncounted
        self._limits = ConcurrencyLimits()
        self._hand_backs = HandBacks(upstream, namespace)
        self._handed_out = HandedOut()
        self._checks = Checks(namespace, keys, sessions)
        commands = WorkerCommands(upstream, keys, self._checks, self._handed_out)
        self.handlers: dict[str, Callable[[bytes, Call], Awaitable[bytes]]] = {
            "GetSystemInfo": self._forward,
            "DescribeNamespace": self._describe_namespace,
            "PollActivityTaskQueue": self._poll_activity,
            "RecordActivityTaskHeartbeat": self._heartbeat,
            "RespondActivityTaskCompleted": self._completed,
            "RespondActivityTaskCanceled": self._canceled,
            "RespondActivityTaskFailed": self._failed,
            "RecordWorkerHeartbeat": self._worker_heartbeat,
            "ShutdownWorker": self._shutdown,
            **commands.handlers,
        }

    # -- asking around ------------------------------------------------------------------------------------------

    async def _forward(self, raw: bytes, call: Call) -> bytes:
        return await self._upstream.call(call.method, raw, call.timeout)

    async def _describe_namespace(self, raw: bytes, call: Call) -> bytes:
        self._checks.check_namespace(service.DescribeNamespaceRequest.FromString(raw).namespace)
        ours = service.DescribeNamespaceRequest(namespace=self._namespace)
        return await self._forward(ours.SerializeToString(), call)

    async def _worker_heartbeat(self, raw: bytes, call: Call) -> bytes:
        request = service.RecordWorkerHeartbeatRequest.FromString(raw)
        self._checks.check_namespace(request.namespace)
        request.identity = call.visitor.identity
        own = [beat for beat in request.worker_heartbeat if self._checks.is_own(beat.task_queue, call.visitor)]
        self._presence.beat(call.visitor, own)
        own = [beat for beat in own if self._checks.is_kept(beat, call.visitor)]
        if not own:
            return b""
        request.ClearField("worker_heartbeat")
        request.worker_heartbeat.extend(own)
        for beat in request.worker_heartbeat:
            beat.worker_identity = call.visitor.identity
        return await self._forward(request.SerializeToString(), call)

    async def _shutdown(self, raw: bytes, call: Call) -> bytes:
        request = service.ShutdownWorkerRequest.FromString(raw)
        self._checks.check_namespace(request.namespace)
        if not self._checks.is_own(request.task_queue, call.visitor):
            raise not_yours(request.task_queue)
        if request.task_queue.startswith(CONTROL_QUEUE):
            # The control queue is the last that a worker's process shuts down.
            self._presence.ended(call.visitor)
        else:
            self._presence.stopped(call.visitor, request.task_queue)
        request.identity = call.visitor.identity
        # Naming somebody's sticky queue here would unload it.
        request.ClearField("sticky_task_queue")
        if not self._checks.is_own(request.worker_heartbeat.task_queue, call.visitor):
            request.ClearField("worker_heartbeat")
        return await self._forward(request.SerializeToString(), call)

    # -- taking tasks -------------------------------------------------------------------------------------------

    async def _poll_activity(self, raw: bytes, call: Call) -> bytes:
        request = service.PollActivityTaskQueueRequest.FromString(raw)
        self._checks.check_namespace(request.namespace)
        queue, visitor = request.task_queue.name, call.visitor
        if session := session_of_queue(queue):
            return await self._poll_session(session, request, call)
        if not self._checks.had(queue, visitor):
            raise not_yours(queue)
        is_canary = queue == canary_queue(visitor.worker_id)
        if not is_canary and queue not in visitor.queues and queue not in visitor.withdrawn:
            # Of a workspace that it does not serve, or not as far as we know yet: a refusal would end the worker.
            return await wait_until_served(visitor, queue, call.timeout)
        withdrawn = visitor.withdrawal(queue)
        if withdrawn.is_set():
            return await wait_for_grant(visitor, withdrawn, call.timeout)
        self._clear(request, visitor)
        self._presence.poll_opened(visitor, queue)
        try:
            if is_canary or capability_of_queue(queue) in OPENING_QUEUES:
                # A worker that is paused, or has its hands full, is not deaf; and a session takes no hand.
                paused = _NEVER if is_canary else self._paused.flag(visitor.worker_id, capability_of_queue(queue))
                return await self._hand_on(await self._ask(request, call, withdrawn, paused), visitor)
            return await self._ask_in_turn(request, call, withdrawn)
        finally:
            self._presence.poll_closed(visitor, queue)
            if withdrawn.is_set():
                self._presence.left(visitor, queue)

    async def _poll_session(
        self, session: uuid.UUID, request: service.PollActivityTaskQueueRequest, call: Call
    ) -> bytes:
        if not await self._sessions.admit(session, request.task_queue.name, call.visitor):
            return nothing(call.visitor)
        self._clear(request, call.visitor)
        return await self._ask_in_turn(request, call, _NEVER, session)

    def _clear(self, request: service.PollActivityTaskQueueRequest, visitor: Visitor) -> None:
        request.identity = visitor.identity
        # With these a worker could set the rate of the whole queue or register deployments.
        for field in ("task_queue_metadata", "deployment_options", "worker_version_capabilities"):
            request.ClearField(field)
        if not self._checks.owns_control_queue(request.worker_control_task_queue, visitor):
            request.ClearField("worker_control_task_queue")

    async def _ask_in_turn(
        self,
        request: service.PollActivityTaskQueueRequest,
        call: Call,
        withdrawn: Flag,
        session: uuid.UUID | None = None,
    ) -> bytes:
        visitor, queue = call.visitor, request.task_queue.name
        began = time.monotonic()
        asking = await self._limits.turn(visitor, queue, withdrawn, patience(call.timeout))
        if asking is None:
            return nothing(visitor)
        with asking:
            if call.timeout is not None:
                waited = time.monotonic() - began
                left = call.timeout - waited
                if waited > _AT_ONCE_SECONDS and left < _SHORTEST_POLL_SECONDS:
                    return nothing(visitor)
                call = replace(call, timeout=left)
            # What runs in a session is on hand with it.
            capability = capability_of_queue(queue)
            paused = self._paused.flag(visitor.worker_id, capability) if session is None else _NEVER
            reply = await self._ask(request, call, withdrawn, paused)
            lease = lease_of(reply, visitor)
            if lease.workflow_id and not await self._has_place(reply.task_token, lease, asking):
                return nothing(visitor)
            if not lease.workflow_id or session is None:
                return await self._hand_on(reply, visitor)
            return await self._hand_on_in_session(session, reply, lease, visitor)

    async def _hand_on_in_session(
        self, session: uuid.UUID, reply: service.PollActivityTaskQueueResponse, lease: Lease, visitor: Visitor
    ) -> bytes:
        in_session = await self._sessions.lease_in(session, lease, visitor)
        if in_session is None:
            await self._hand_backs.give_back(lease, reply.task_token, "Its session is open elsewhere.")
            return nothing(visitor)
        if not (_is_served(reply, visitor) and await may_do(in_session, visitor)):
            why = "Its worker may not do it any more, although its session is open there."
            self._sessions.refuse(in_session, visitor)
            await self._hand_backs.give_back(in_session, reply.task_token, why)
            # Its SDK ends asking, so that the session is lost there; the API lets it be opened elsewhere only.
            raise not_yours(session_queue(session))
        return self._hand_out(reply, in_session, visitor)

    async def _hand_on(self, reply: service.PollActivityTaskQueueResponse, visitor: Visitor) -> bytes:
        """Hand out what a queue has brought, unless it is of a workspace that the worker does not serve.

        It hardly ever is: core moves tasks when that changes, and one may have been on its way. It waits for core, more
        and more patiently; to move it here, by what was true a moment ago, might strand it.
        """
        lease = lease_of(reply, visitor)
        if lease.workflow_id and not _is_served(reply, visitor):
            seconds = min(_MOVED_SOON_SECONDS * _GROWTH ** min(lease.attempt - 1, 20), _LONGEST_SECONDS)
            why = "Its worker does not serve its workspace."
            await self._hand_backs.give_back(lease, reply.task_token, why, seconds=seconds, for_ever=True)
            return nothing(visitor)
        return self._hand_out(reply, lease, visitor)

    async def _has_place(self, token: bytes, lease: Lease, asking: Asking) -> bool:
        """Whether its worker has a place for what a poll has brought, which is handed back otherwise."""
        has_place = False
        try:
            has_place = await asking.has_place(_HELD_SECONDS)
        finally:
            # Also if the worker has gone meanwhile.
            if not has_place:
                await self._hand_backs.give_back(lease, token)
        return has_place

    async def _ask(
        self, request: service.PollActivityTaskQueueRequest, call: Call, withdrawn: Flag, paused: Flag
    ) -> service.PollActivityTaskQueueResponse:
        raw = request.SerializeToString()
        reply = await poll_while_granted(
            call.visitor, withdrawn, paused, call.timeout, lambda: self._forward(raw, call)
        )
        return service.PollActivityTaskQueueResponse.FromString(reply)

    def _hand_out(self, reply: service.PollActivityTaskQueueResponse, lease: Lease, visitor: Visitor) -> bytes:
        if not reply.task_token:
            return NOTHING
        sealed = seal(lease, reply.task_token, self._keys)
        self._handed_out.note(visitor, reply.task_token, sealed)
        if _is_work(lease):
            self._limits.has(visitor, reply.task_token, lease)
        elif lease.task_type in OPENING:
            self._sessions.opens(lease, visitor)
        reply.task_token = sealed
        self._observer.claimed(attempt_of_lease(lease, visitor, TaskStatus.CLAIMED))
        return reply.SerializeToString()

    # -- reporting on tasks -------------------------------------------------------------------------------------

    async def _heartbeat(self, raw: bytes, call: Call) -> bytes:
        request = service.RecordActivityTaskHeartbeatRequest.FromString(raw)
        lease = self._checks.unseal(request, call.visitor)
        await self._sessions.check(lease, call.visitor, for_certain=False)
        announcement = not request.details.payloads and self._handed_out.was_given_within(
            call.visitor, request.task_token, _ANNOUNCEMENT_SECONDS
        )
        # Temporal's heartbeat timer began with the hand-out: "I have begun" is news for the mirror only, and
        # keeping it from Temporal saves a write of its history store per task.
        reply = b"" if announcement else await self._beat(request, lease, call)
        self._observer.beat(attempt_running(lease, call.visitor, request.details))
        return reply

    async def _beat(self, request: TokenRequest, lease: Lease, call: Call) -> bytes:
        if _is_work(lease):
            self._limits.has(call.visitor, request.task_token, lease)
        reply = await self._report(request, call)
        if lease.task_type in OPENING and await self._sessions.must_end(lease, call.visitor):
            told = service.RecordActivityTaskHeartbeatResponse.FromString(reply)
            # The one word that ends an attempt which may be made again.
            told.activity_reset = True
            return told.SerializeToString()
        return reply

    async def _completed(self, raw: bytes, call: Call) -> bytes:
        request = service.RespondActivityTaskCompletedRequest.FromString(raw)
        try:
            result = read_result(request.result)
        except BadResult as bad:
            failed = service.RespondActivityTaskFailedRequest(
                namespace=request.namespace, task_token=request.task_token, failure=bad.as_failure()
            )
            await self._failed(failed.SerializeToString(), replace(call, method="RespondActivityTaskFailed"))
            return b""
        lease = self._checks.unseal(request, call.visitor)
        await self._sessions.check(lease, call.visitor, for_certain=True)
        tells = tells_end(lease)
        metadata = request.result.payloads[0].metadata
        # Whatever the worker says about it.
        metadata.pop(TOLD_BY_GATEWAY, None)
        if tells:
            metadata[TOLD_BY_GATEWAY] = b"true"
        reply = await self._respond(request, call)
        if tells:
            self._observer.succeeded(attempt_succeeded(lease, call.visitor, result))
        else:
            self._observer.ended(attempt_of_lease(lease, call.visitor, TaskStatus.RUNNING))
        return reply

    async def _canceled(self, raw: bytes, call: Call) -> bytes:
        request = service.RespondActivityTaskCanceledRequest.FromString(raw)
        lease = self._checks.unseal(request, call.visitor)
        reply = await self._respond(request, call)
        self._observer.ended(attempt_of_lease(lease, call.visitor, TaskStatus.RUNNING))
        return reply

    async def _failed(self, raw: bytes, call: Call) -> bytes:
        request = service.RespondActivityTaskFailedRequest.FromString(raw)
        lease = self._checks.unseal(request, call.visitor)
        clean_failure(request.failure)
        if was_never_seen(lease) or await self._uncounted.has(request.failure, lease):
            lease = await self._hand_backs.allow_one_more(lease, call.timeout)
        else:
            # Of a session that was lost it says nothing: its task begins again where the session is now.
            await self._sessions.check(lease, call.visitor, for_certain=True)
        for field in ("worker_version", "deployment", "deployment_options"):
            request.ClearField(field)
        seen = attempt_failed(lease, call.visitor, request.failure)
        last = attempt_of_lease(lease, call.visitor, TaskStatus.RUNNING)
        if seen is None:
            await self._observer.claim_is_written(last)
        reply = await self._report(request, call)
        self._limits.over(call.visitor, request.task_token)
        if seen:
            self._observer.failed(seen)
        else:
            self._observer.ended(last)
        return reply

    async def _respond(
        self,
        request: service.RespondActivityTaskCompletedRequest | service.RespondActivityTaskCanceledRequest,
        call: Call,
    ) -> bytes:
        for field in ("worker_version", "deployment", "deployment_options"):
            request.ClearField(field)
        reply = await self._report(request, call)
        self._limits.over(call.visitor, request.task_token)
        return reply

    async def _report(self, request: TokenRequest, call: Call) -> bytes:
        try:
            return await self._forward(request.SerializeToString(), call)
        except Refused as refused:
            if refused.code is grpc.StatusCode.NOT_FOUND:
                self._limits.over(call.visitor, request.task_token)
            raise


def _is_served(reply: service.PollActivityTaskQueueResponse, visitor: Visitor) -> bool:
    """Whether its worker serves the workspace of a task; what names none was begun from the Temporal side."""
    workspace = workspace_of_share(reply.priority.fairness_key)
    return workspace is None or visitor.serves(workspace)


def _is_work(lease: Lease) -> bool:
    """Whether it takes one of its worker's hands: a canary is nobody's task, and who holds a session open waits."""
    return bool(lease.workflow_id) and lease.task_type not in OPENING
