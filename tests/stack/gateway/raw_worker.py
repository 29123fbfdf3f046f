"""A worker without an SDK: raw gRPC through the gateway, so that a test can send what no honest worker sends."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import grpc
import temporalio
import temporalio.api.common.v1 as common
import temporalio.api.failure.v1 as failure_api
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service
from google.protobuf.descriptor_pb2 import FileDescriptorProto

WORKFLOW_SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
Poll = service.PollActivityTaskQueueResponse


def installed_methods() -> list[str]:
    """Full names of all gRPC methods in the protos that the installed SDK brings along."""
    found = []
    for path in sorted(Path(temporalio.__file__).parent.rglob("*_pb2.py")):
        # Not imported: the service modules want google.api, which is not installed.
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "AddSerializedFile":
                file = FileDescriptorProto.FromString(ast.literal_eval(call.args[0]))
                found += [f"/{file.package}.{s.name}/{m.name}" for s in file.service for m in s.method]
    return found


class Gateway(Protocol):
    """A stack, or a gateway of a test's own."""

    @property
    def gateway_port(self) -> int: ...

    @property
    def namespace(self) -> str: ...


class RawWorker:
    """One key at one gateway."""

    def __init__(self, channel: grpc.Channel, key: str | None, namespace: str) -> None:
        self.channel = channel
        self.namespace = namespace
        self._metadata = [] if key is None else [("authorization", f"Bearer {key}")]

    def call(self, path: str, request: bytes = b"", timeout: float = 15) -> bytes:
        """Send bytes to a method, by its full path."""
        reply: bytes = self.channel.unary_unary(path)(request, metadata=self._metadata, timeout=timeout)
        return reply

    def ask(self, method: str, request: Any, timeout: float = 15) -> bytes:
        """Send a message to a method of WorkflowService."""
        return self.call(WORKFLOW_SERVICE + method, request.SerializeToString(), timeout)

    def refusal(self, method: str, request: Any, timeout: float = 15) -> grpc.StatusCode | None:
        """The code of the error that the call ends with; None if it is let through."""
        return refusal_of(lambda: self.ask(method, request, timeout))

    def poll(self, capability: str, timeout: float = 30, **extra: Any) -> Poll:
        """Take a task, as an SDK worker does."""
        request = service.PollActivityTaskQueueRequest(
            namespace=self.namespace, identity="me", task_queue=taskqueue.TaskQueue(name=capability), **extra
        )
        return Poll.FromString(self.ask("PollActivityTaskQueue", request, timeout))

    def offered(self, capability: str, timeout: float = 5) -> bytes:
        """The token of a task; none if nothing comes in that time, as also when the answer that says so is late."""
        try:
            return bytes(self.poll(capability, timeout).task_token)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
            return b""

    def beat(self, token: bytes, details: bytes | None = None) -> bytes:
        """Report that the task goes on."""
        payloads = common.Payloads(payloads=[_json(details)]) if details is not None else None
        return self.ask(
            "RecordActivityTaskHeartbeat",
            service.RecordActivityTaskHeartbeatRequest(namespace=self.namespace, task_token=token, details=payloads),
        )

    def complete(self, token: bytes, result: bytes = b"{}", encoding: bytes = b"json/plain") -> bytes:
        """End the task with a result, as bytes of JSON."""
        return self.ask("RespondActivityTaskCompleted", self.completion(token, result, encoding))

    def fail(self, token: bytes, message: str, **info: Any) -> bytes:
        """End the attempt with a failure."""
        failure = failure_api.Failure(
            message=message, application_failure_info=failure_api.ApplicationFailureInfo(**info)
        )
        return self.ask(
            "RespondActivityTaskFailed",
            service.RespondActivityTaskFailedRequest(namespace=self.namespace, task_token=token, failure=failure),
        )

    def completion(
        self, token: bytes, result: bytes = b"{}", encoding: bytes = b"json/plain"
    ) -> service.RespondActivityTaskCompletedRequest:
        """The message that ends a task."""
        return service.RespondActivityTaskCompletedRequest(
            namespace=self.namespace, task_token=token, result=common.Payloads(payloads=[_json(result, encoding)])
        )


def refusal_of(call: Any) -> grpc.StatusCode | None:
    """The code that a call ends with; None if it succeeds."""
    try:
        call()
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return None


@contextmanager
def raw_worker(at: Gateway, key: str | None) -> Iterator[RawWorker]:
    """A connection of its own for this key."""
    address, options = f"127.0.0.1:{at.gateway_port}", [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(address, options=options) as channel:
        yield RawWorker(channel, key, at.namespace)


def _json(data: bytes, encoding: bytes = b"json/plain") -> common.Payload:
    return common.Payload(metadata={"encoding": encoding}, data=data)
