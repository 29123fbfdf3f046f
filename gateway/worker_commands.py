"""Commands from the server to a worker (cancel), which come over the worker's own control queue."""

from collections.abc import Awaitable, Callable, Sequence

import temporalio.api.nexusservices.workerservice.v1 as worker_service
import temporalio.api.workflowservice.v1 as service

from contracts.tasks.work import Lease
from gateway.call import Call
from gateway.checks import Checks
from gateway.handed_out import HandedOut
from gateway.keyring import Visitor
from gateway.polling import poll
from runtime.leases import seal
from runtime.refused import not_yours
from runtime.upstream import Upstream


class WorkerCommands:
    """`handlers` maps a method to what is done with it."""

    def __init__(self, upstream: Upstream, keys: Sequence[bytes], checks: Checks, handed_out: HandedOut) -> None:
        self._upstream = upstream
        self._keys = keys
        self._checks = checks
        self._handed_out = handed_out
        self.handlers: dict[str, Callable[[bytes, Call], Awaitable[bytes]]] = {
            "PollNexusTaskQueue": self._poll,
            "RespondNexusTaskCompleted": self._done,
            "RespondNexusTaskFailed": self._failed,
        }

    async def _poll(self, raw: bytes, call: Call) -> bytes:
        request = service.PollNexusTaskQueueRequest.FromString(raw)
        self._checks.check_namespace(request.namespace)
        if not self._checks.owns_control_queue(request.task_queue.name, call.visitor):
            raise not_yours(request.task_queue.name)
        request.identity = call.visitor.identity
        for field in ("deployment_options", "worker_version_capabilities", "worker_heartbeat"):
            request.ClearField(field)
        reply = await poll(call.visitor, lambda: self._forward(request.SerializeToString(), call))
        return self._hand_out(reply, call.visitor)

    def _hand_out(self, raw: bytes, visitor: Visitor) -> bytes:
        reply = service.PollNexusTaskQueueResponse.FromString(raw)
        if not reply.task_token:
            return raw
        reply.task_token = seal(Lease(worker_id=visitor.worker_id), reply.task_token, self._keys)
        payload = reply.request.start_operation.payload
        commands = worker_service.ExecuteCommandsRequest.FromString(payload.data)
        for command in commands.commands:
            # The server names the task by its own token; the worker knows it by the sealed one.
            token = command.cancel_activity.task_token
            command.cancel_activity.task_token = self._handed_out.sealed(visitor, token)
        payload.data = commands.SerializeToString()
        return reply.SerializeToString()

    async def _done(self, raw: bytes, call: Call) -> bytes:
        done = service.RespondNexusTaskCompletedRequest.FromString(raw)
        self._checks.unseal(done, call.visitor)
        return await self._forward(done.SerializeToString(), call)

    async def _failed(self, raw: bytes, call: Call) -> bytes:
        failed = service.RespondNexusTaskFailedRequest.FromString(raw)
        self._checks.unseal(failed, call.visitor)
        return await self._forward(failed.SerializeToString(), call)

    async def _forward(self, raw: bytes, call: Call) -> bytes:
        return await self._upstream.call(call.method, raw, call.timeout)
