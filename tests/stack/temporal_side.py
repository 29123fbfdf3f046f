"""Temporal asked and told over gRPC, as its Web UI and the `temporal` command do; starting that one costs far more."""

import uuid
from collections.abc import Iterator
from typing import Any, Protocol, Self, TypeVar

import grpc
import temporalio.api.activity.v1 as activity
import temporalio.api.common.v1 as common
import temporalio.api.enums.v1 as enums
import temporalio.api.history.v1 as history
import temporalio.api.query.v1 as query_api
import temporalio.api.schedule.v1 as schedule
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflow.v1 as workflow
import temporalio.api.workflowservice.v1 as service

_SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
_SECONDS = 30.0
#: A Temporal that a test killed is found again soon after it is back.
_OPTIONS = [("grpc.max_reconnect_backoff_ms", 500), ("grpc.max_receive_message_length", -1)]
_BY = "a test"
R = TypeVar("R", bound="_Reply")


class _Reply(Protocol):
    @classmethod
    def FromString(cls, data: bytes) -> Self: ...


class TemporalSide:
    """One namespace of one Temporal."""

    def __init__(self, address: str, namespace: str) -> None:
        self._channel = grpc.insecure_channel(address, options=_OPTIONS)
        self._namespace = namespace

    def close(self) -> None:
        self._channel.close()

    def ask(self, method: str, request: Any, reply: type[R]) -> R:
        """Send a message, in this namespace, to a method of WorkflowService."""
        request.namespace = self._namespace
        call = self._channel.unary_unary(_SERVICE + method)
        return reply.FromString(call(request.SerializeToString(), timeout=_SECONDS, wait_for_ready=True))

    # -- workflows: what they are ---------------------------------------------------------------------------------

    def describe(self, id_: str) -> service.DescribeWorkflowExecutionResponse:
        """Its latest run."""
        request = service.DescribeWorkflowExecutionRequest(execution=_latest(id_))
        return self.ask("DescribeWorkflowExecution", request, service.DescribeWorkflowExecutionResponse)

    def exists(self, id_: str) -> bool:
        try:
            self.describe(id_)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
            return False
        return True

    def waits_for_a_worker(self, id_: str) -> bool:
        """Its activity is in the queue and nobody has it."""
        scheduled = enums.PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
        return any(each.state == scheduled for each in self.describe(id_).pending_activities)

    def listed(self, query: str) -> list[workflow.WorkflowExecutionInfo]:
        """All runs that match."""
        return list(self._pages(query))

    def _pages(self, query: str) -> Iterator[workflow.WorkflowExecutionInfo]:
        token = b""
        while True:
            request = service.ListWorkflowExecutionsRequest(page_size=1_000, query=query, next_page_token=token)
            page = self.ask("ListWorkflowExecutions", request, service.ListWorkflowExecutionsResponse)
            yield from page.executions
            token = page.next_page_token
            if not token:
                return

    def history(self, id_: str, run_id: str = "") -> history.History:
        """Of its latest run, or of that one; its first thousand events."""
        execution = common.WorkflowExecution(workflow_id=id_, run_id=run_id)
        request = service.GetWorkflowExecutionHistoryRequest(execution=execution, maximum_page_size=1_000)
        reply = service.GetWorkflowExecutionHistoryResponse
        return self.ask("GetWorkflowExecutionHistory", request, reply).history

    def query(self, id_: str, name: str) -> str:
        """The answer as JSON."""
        asked = query_api.WorkflowQuery(query_type=name)
        request = service.QueryWorkflowRequest(execution=_latest(id_), query=asked)
        answer = self.ask("QueryWorkflow", request, service.QueryWorkflowResponse).query_result
        return answer.payloads[0].data.decode()

    # -- workflows: what is done to them --------------------------------------------------------------------------

    def start(self, id_: str, kind: str, queue: str, *inputs: str | common.Payload, by: str = _BY) -> None:
        """Start by hand; inputs are JSON, or what a payload may be besides."""
        request = service.StartWorkflowExecutionRequest(
            workflow_id=id_,
            workflow_type=common.WorkflowType(name=kind),
            task_queue=taskqueue.TaskQueue(name=queue),
            input=_payloads(*inputs),
            identity=by,
            request_id=str(uuid.uuid4()),
        )
        self.ask("StartWorkflowExecution", request, service.StartWorkflowExecutionResponse)

    def execute(self, kind: str, queue: str, *inputs: str) -> None:
        """Start one and wait until it has succeeded."""
        id_ = f"test-{uuid.uuid4()}"
        self.start(id_, kind, queue, *inputs)
        request = service.GetWorkflowExecutionHistoryRequest(
            execution=_latest(id_),
            wait_new_event=True,
            history_event_filter_type=enums.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT,
        )
        reply = service.GetWorkflowExecutionHistoryResponse
        [end] = self.ask("GetWorkflowExecutionHistory", request, reply).history.events
        assert end.event_type == enums.EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, end

    def signal(self, id_: str, name: str, value: str) -> None:
        """The value is JSON."""
        request = service.SignalWorkflowExecutionRequest(
            workflow_execution=_latest(id_), signal_name=name, input=_payloads(value), identity=_BY
        )
        self.ask("SignalWorkflowExecution", request, service.SignalWorkflowExecutionResponse)

    def complete(self, id_: str, activity_id: str, *result: str | common.Payload) -> None:
        """End the activity as a worker would, with JSON or what a payload may be besides; without any, with nothing."""
        request = service.RespondActivityTaskCompletedByIdRequest(
            workflow_id=id_, activity_id=activity_id, result=_payloads(*result) if result else None, identity=_BY
        )
        self.ask("RespondActivityTaskCompletedById", request, service.RespondActivityTaskCompletedByIdResponse)

    def terminate(self, id_: str, reason: str = "") -> None:
        request = service.TerminateWorkflowExecutionRequest(
            workflow_execution=_latest(id_), reason=reason, identity=_BY
        )
        self.ask("TerminateWorkflowExecution", request, service.TerminateWorkflowExecutionResponse)

    def cancel(self, id_: str) -> None:
        request = service.RequestCancelWorkflowExecutionRequest(workflow_execution=_latest(id_), identity=_BY)
        self.ask("RequestCancelWorkflowExecution", request, service.RequestCancelWorkflowExecutionResponse)

    def pause_activity(self, id_: str, activity_id: str, reason: str) -> None:
        request = service.PauseActivityRequest(execution=_latest(id_), id=activity_id, reason=reason, identity=_BY)
        self.ask("PauseActivity", request, service.PauseActivityResponse)

    def unpause_activity(self, id_: str, activity_id: str) -> None:
        request = service.UnpauseActivityRequest(execution=_latest(id_), id=activity_id, identity=_BY)
        self.ask("UnpauseActivity", request, service.UnpauseActivityResponse)

    def reset(self, id_: str, reason: str, run_id: str = "") -> None:
        """To its first workflow task: all of it is done again. ``run_id``: not of the latest run."""
        done = enums.EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        first = next(each for each in self.history(id_, run_id).events if each.event_type == done)
        request = service.ResetWorkflowExecutionRequest(
            workflow_execution=common.WorkflowExecution(workflow_id=id_, run_id=run_id),
            reason=reason,
            workflow_task_finish_event_id=first.event_id,
            request_id=str(uuid.uuid4()),
            identity=_BY,
        )
        self.ask("ResetWorkflowExecution", request, service.ResetWorkflowExecutionResponse)

    # -- what else there is ---------------------------------------------------------------------------------------

    def trigger_schedule(self, id_: str) -> None:
        now = schedule.SchedulePatch(trigger_immediately=schedule.TriggerImmediatelyRequest())
        request = service.PatchScheduleRequest(schedule_id=id_, patch=now, identity=_BY, request_id=str(uuid.uuid4()))
        self.ask("PatchSchedule", request, service.PatchScheduleResponse)

    def activity_queue(self, name: str) -> service.DescribeTaskQueueResponse:
        """With its limits."""
        kind = enums.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
        request = service.DescribeTaskQueueRequest(
            task_queue=taskqueue.TaskQueue(name=name), task_queue_type=kind, report_config=True
        )
        return self.ask("DescribeTaskQueue", request, service.DescribeTaskQueueResponse)

    def activities(self) -> list[activity.ActivityExecutionListInfo]:
        """Those that belong to no workflow: the first thousand."""
        request = service.ListActivityExecutionsRequest(page_size=1_000)
        return list(self.ask("ListActivityExecutions", request, service.ListActivityExecutionsResponse).executions)

    def namespace_id(self) -> str:
        reply = self.ask("DescribeNamespace", service.DescribeNamespaceRequest(), service.DescribeNamespaceResponse)
        return reply.namespace_info.id


def _latest(id_: str) -> common.WorkflowExecution:
    return common.WorkflowExecution(workflow_id=id_)


def _payloads(*values: str | common.Payload) -> common.Payloads:
    return common.Payloads(payloads=[payload("json/plain", each) if isinstance(each, str) else each for each in values])


def payload(encoding: str, data: str) -> common.Payload:
    return common.Payload(metadata={"encoding": encoding.encode()}, data=data.encode())
