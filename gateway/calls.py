"""The calls that a worker may make, and what is checked and rewritten in each. What is not here is refused.

These are the ones an activity-only SDK worker makes; see docs/adr/0003 for how the list was found.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import grpc
import temporalio.api.nexusservices.workerservice.v1 as worker_service
import temporalio.api.workflowservice.v1 as service
from temporalio.api.worker.v1 import WorkerHeartbeat

from contracts.names import canary_queue
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TOLD_BY_GATEWAY, Lease
from gateway.attempt_from_message import (
    attempt_failed,
    attempt_of_lease,
    attempt_running,
    attempt_succeeded,
    lease_of,
    tells_end,
)
from gateway.call import Call, HandedOut, TokenRequest
from gateway.concurrency_limits import Asking, ConcurrencyLimits
from gateway.flags import Flag
from gateway.handed_back import HandBacks, is_handed_back
from gateway.keyring import Visitor
from gateway.observer import Observer
from gateway.own_names import OwnNames
from gateway.paused_workers import PausedWorkers
from gateway.polling import NOTHING, nothing, patience, poll, poll_while_granted, wait_for_grant
from gateway.presence import Presence
from gateway.worker_reports import BadResult, clean_failure, read_result
from runtime.leases import LeaseInvalid, seal, unseal
from runtime.refused import Reason, Refused, denied, not_yours
from runtime.upstream import Upstream

_CONTROL_QUEUE = "temporal-sys/worker-commands/"
#: Tokens handed out that a command from the server may name.
_REMEMBERED = 10_000
#: A heartbeat without details this soon after the hand-out is kept here. Far below any heartbeat timeout.
_ANNOUNCEMENT_SECONDS = 1.0
#: Temporal refuses polls with less time left than 2 s; a worker that had to wait for its turn asks again then.
_SHORTEST_POLL_SECONDS = 2.5
_AT_ONCE_SECONDS = 0.05
#: A task that finds its worker's hands full waits so long for one of them: short tasks end meanwhile.
_HELD_SECONDS = 0.5
_NEVER = Flag()
#: Of one instance, in bytes; those of SDK workers have about 700.
_LARGEST_BEAT = 8 * 1024


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
    ) -> None:
        self._upstream = upstream
        self._namespace = namespace
        self._keys = keys
        self._observer = observer
        self._presence = presence
        self._paused = paused
        self._limits = ConcurrencyLimits()
        self._hand_backs = HandBacks(upstream, namespace)
        #: (worker id, Temporal's token) -> what the worker was given.
        self._handed_out: OrderedDict[tuple[str, bytes], HandedOut] = OrderedDict()
        self._own_names = OwnNames()
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
            "PollNexusTaskQueue": self._poll_control_queue,
            "RespondNexusTaskCompleted": self._command_done,
            "RespondNexusTaskFailed": self._command_failed,
        }

    # -- asking around ------------------------------------------------------------------------------------------

    async def _forward(self, raw: bytes, call: Call) -> bytes:
        return await self._upstream.call(call.method, raw, call.timeout)

    async def _describe_namespace(self, raw: bytes, call: Call) -> bytes:
        self._check_namespace(service.DescribeNamespaceRequest.FromString(raw).namespace)
        ours = service.DescribeNamespaceRequest(namespace=self._namespace)
        return await self._forward(ours.SerializeToString(), call)

    async def _worker_heartbeat(self, raw: bytes, call: Call) -> bytes:
        request = service.RecordWorkerHeartbeatRequest.FromString(raw)
        self._check_namespace(request.namespace)
        request.identity = call.visitor.identity
        own = [beat for beat in request.worker_heartbeat if self._is_own(beat.task_queue, call.visitor)]
        self._presence.beat(call.visitor, own)
        own = [beat for beat in own if self._is_kept(beat, call.visitor)]
        if not own:
            return b""
        request.ClearField("worker_heartbeat")
        request.worker_heartbeat.extend(own)
        for beat in request.worker_heartbeat:
            beat.worker_identity = call.visitor.identity
        return await self._forward(request.SerializeToString(), call)

    async def _shutdown(self, raw: bytes, call: Call) -> bytes:
        request = service.ShutdownWorkerRequest.FromString(raw)
        self._check_namespace(request.namespace)
        if not self._is_own(request.task_queue, call.visitor):
            raise not_yours(request.task_queue)
        if request.task_queue.startswith(_CONTROL_QUEUE):
            # The control queue is the last that a worker's process shuts down.
            self._presence.ended(call.visitor)
        else:
            self._presence.stopped(call.visitor, request.task_queue)
        request.identity = call.visitor.identity
        # Naming somebody's sticky queue here would unload it.
        request.ClearField("sticky_task_queue")
        if not self._is_own(request.worker_heartbeat.task_queue, call.visitor):
            request.ClearField("worker_heartbeat")
        return await self._forward(request.SerializeToString(), call)

    # -- taking tasks -------------------------------------------------------------------------------------------

    async def _poll_activity(self, raw: bytes, call: Call) -> bytes:
        request = service.PollActivityTaskQueueRequest.FromString(raw)
        self._check_namespace(request.namespace)
        capability = request.task_queue.name
        withdrawn = call.visitor.withdrawal(capability) if self._had(capability, call.visitor) else None
        if withdrawn is None:
            raise not_yours(capability)
        if withdrawn.is_set():
            return await wait_for_grant(call.visitor, withdrawn, call.timeout)
        request.identity = call.visitor.identity
        # With these a worker could set the rate of the whole queue or register deployments.
        for field in ("task_queue_metadata", "deployment_options", "worker_version_capabilities"):
            request.ClearField(field)
        if not self._owns_control_queue(request.worker_control_task_queue, call.visitor):
            request.ClearField("worker_control_task_queue")
        self._presence.poll_opened(call.visitor, capability)
        try:
            if capability == canary_queue(call.visitor.worker_id):
                # A worker that is paused, or has its hands full, is not deaf.
                reply = await self._ask(request, call, withdrawn, _NEVER)
                return self._hand_out(reply, lease_of(reply, call.visitor), call.visitor)
            return await self._ask_in_turn(request, call, withdrawn)
        finally:
            self._presence.poll_closed(call.visitor, capability)
            if withdrawn.is_set():
                self._presence.left(call.visitor, capability)

    async def _ask_in_turn(self, request: service.PollActivityTaskQueueRequest, call: Call, withdrawn: Flag) -> bytes:
        visitor, capability = call.visitor, request.task_queue.name
        began = time.monotonic()
        asking = await self._limits.turn(visitor, capability, withdrawn, patience(call.timeout))
        if asking is None:
            return nothing(visitor)
        with asking:
            if call.timeout is not None:
                waited = time.monotonic() - began
                left = call.timeout - waited
                if waited > _AT_ONCE_SECONDS and left < _SHORTEST_POLL_SECONDS:
                    return nothing(visitor)
                call = replace(call, timeout=left)
            paused = self._paused.flag(visitor.worker_id, capability)
            reply = await self._ask(request, call, withdrawn, paused)
            lease = lease_of(reply, visitor)
            if lease.workflow_id and not await self._has_place(reply.task_token, lease, asking):
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
        self._handed_out[visitor.worker_id, reply.task_token] = HandedOut(sealed, time.monotonic())
        if len(self._handed_out) > _REMEMBERED:
            self._handed_out.popitem(last=False)
        if lease.workflow_id:  # a canary is nobody's task
            self._limits.has(visitor, reply.task_token, lease)
        reply.task_token = sealed
        self._observer.claimed(attempt_of_lease(lease, visitor, TaskStatus.CLAIMED))
        return reply.SerializeToString()

    # -- reporting on tasks -------------------------------------------------------------------------------------

    async def _heartbeat(self, raw: bytes, call: Call) -> bytes:
        request = service.RecordActivityTaskHeartbeatRequest.FromString(raw)
        lease = self._unseal(request, call.visitor)
        announcement = not request.details.payloads and self._was_just_handed_out(request.task_token, call.visitor)
        # Temporal's heartbeat timer began with the hand-out: "I have begun" is news for the mirror only, and
        # keeping it from Temporal saves a write of its history store per task.
        reply = b"" if announcement else await self._beat(request, lease, call)
        self._observer.beat(attempt_running(lease, call.visitor, request.details))
        return reply

    async def _beat(self, request: TokenRequest, lease: Lease, call: Call) -> bytes:
        if lease.workflow_id:
            self._limits.has(call.visitor, request.task_token, lease)
        return await self._report(request, call)

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
        lease = self._unseal(request, call.visitor)
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
        lease = self._unseal(request, call.visitor)
        reply = await self._respond(request, call)
        self._observer.ended(attempt_of_lease(lease, call.visitor, TaskStatus.RUNNING))
        return reply

    async def _failed(self, raw: bytes, call: Call) -> bytes:
        request = service.RespondActivityTaskFailedRequest.FromString(raw)
        lease = self._unseal(request, call.visitor)
        clean_failure(request.failure)
        if is_handed_back(request.failure, lease):
            lease = await self._hand_backs.allow_one_more(lease, call.timeout)
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

    # -- commands from the server to the worker (cancel) ---------------------------------------------------------

    async def _poll_control_queue(self, raw: bytes, call: Call) -> bytes:
        request = service.PollNexusTaskQueueRequest.FromString(raw)
        self._check_namespace(request.namespace)
        if not self._owns_control_queue(request.task_queue.name, call.visitor):
            raise not_yours(request.task_queue.name)
        request.identity = call.visitor.identity
        for field in ("deployment_options", "worker_version_capabilities", "worker_heartbeat"):
            request.ClearField(field)
        reply = await poll(call.visitor, lambda: self._forward(request.SerializeToString(), call))
        return self._hand_out_command(reply, call.visitor)

    def _hand_out_command(self, raw: bytes, visitor: Visitor) -> bytes:
        reply = service.PollNexusTaskQueueResponse.FromString(raw)
        if not reply.task_token:
            return raw
        reply.task_token = seal(Lease(worker_id=visitor.worker_id), reply.task_token, self._keys)
        payload = reply.request.start_operation.payload
        commands = worker_service.ExecuteCommandsRequest.FromString(payload.data)
        for command in commands.commands:
            # The server names the task by its own token; the worker knows it by the sealed one.
            token = command.cancel_activity.task_token
            known = self._handed_out.get((visitor.worker_id, token))
            command.cancel_activity.task_token = known.sealed if known else token
        payload.data = commands.SerializeToString()
        return reply.SerializeToString()

    async def _command_done(self, raw: bytes, call: Call) -> bytes:
        done = service.RespondNexusTaskCompletedRequest.FromString(raw)
        self._unseal(done, call.visitor)
        return await self._forward(done.SerializeToString(), call)

    async def _command_failed(self, raw: bytes, call: Call) -> bytes:
        failed = service.RespondNexusTaskFailedRequest.FromString(raw)
        self._unseal(failed, call.visitor)
        return await self._forward(failed.SerializeToString(), call)

    # -- checks ---------------------------------------------------------------------------------------------------

    def _unseal(self, request: TokenRequest, visitor: Visitor) -> Lease:
        """Check the token, put Temporal's own in its place, and sign the request with the worker's name."""
        self._check_namespace(request.namespace)
        try:
            lease, token = unseal(request.task_token, self._keys)
        except LeaseInvalid as error:
            raise denied(Reason.TOKEN, str(error)) from None
        if lease.worker_id != visitor.worker_id:
            raise denied(Reason.TOKEN, LeaseInvalid.__doc__ or "")
        request.task_token = token
        request.identity = visitor.identity
        return lease

    def _was_just_handed_out(self, token: bytes, visitor: Visitor) -> bool:
        handed_out = self._handed_out.get((visitor.worker_id, token))
        return handed_out is not None and time.monotonic() - handed_out.at < _ANNOUNCEMENT_SECONDS

    def _check_namespace(self, namespace: str) -> None:
        if namespace != self._namespace:
            raise denied(
                Reason.NAMESPACE,
                f"Workers work in the namespace '{self._namespace}' only, not in '{namespace}'.",
            )

    @staticmethod
    def _had(capability: str, visitor: Visitor) -> bool:
        """Whether it may take this, or might until an admin took it away."""
        return (
            capability in visitor.owner.capabilities
            or capability in visitor.withdrawn
            or capability == canary_queue(visitor.worker_id)
        )

    def _is_own(self, queue: str, visitor: Visitor) -> bool:
        return (
            not queue
            or self._had(queue, visitor)
            or (queue.startswith(_CONTROL_QUEUE) and self._owns_control_queue(queue, visitor))
        )

    def _owns_control_queue(self, queue: str, visitor: Visitor) -> bool:
        if not queue.startswith(f"{_CONTROL_QUEUE}{self._namespace}/"):
            return False
        return self._own_names.admit(visitor.worker_id, queue)

    def _is_kept(self, beat: WorkerHeartbeat, visitor: Visitor) -> bool:
        """Whether Temporal gets to see it: it remembers every instance that it hears of, with all that it said."""
        instance = beat.worker_instance_key
        return beat.ByteSize() <= _LARGEST_BEAT and (not instance or self._own_names.admit(visitor.worker_id, instance))
