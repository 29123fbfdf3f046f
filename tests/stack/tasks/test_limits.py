"""The limits that `contracts.temporal_limits` names are those of the server that we run."""

import json
import uuid

import grpc
import pytest
import temporalio.api.workflowservice.v1 as service
from temporalio.api.common.v1 import Payload

from contracts.names import SA_BUILD_IDS, SA_CREATED_BY
from contracts.temporal_limits import FAIRNESS_KEY, ID, SEARCH_ATTRIBUTE
from runtime.version import build_id
from tests.stack.harness import Api, RunningStack, eventually

#: Nobody asks for tasks there.
QUEUE = "nobody-asks"


def start(stack: RunningStack, **fields: str) -> bool:
    """Whether Temporal takes a workflow like this."""
    request = service.StartWorkflowExecutionRequest(
        workflow_id=fields.get("id_", str(uuid.uuid4())), request_id=fields.get("request", str(uuid.uuid4()))
    )
    request.workflow_type.name = fields.get("type", "Nothing")
    request.task_queue.name = fields.get("queue", QUEUE)
    request.priority.fairness_key = fields.get("fairness_key", "")
    request.workflow_execution_timeout.seconds = 1
    if "attribute" in fields:
        value = Payload(metadata={"encoding": b"json/plain", "type": b"Keyword"}, data=fields["attribute"].encode())
        request.search_attributes.indexed_fields[SA_CREATED_BY].CopyFrom(value)
    try:
        stack.temporal_side.ask("StartWorkflowExecution", request, service.StartWorkflowExecutionResponse)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
            raise
        return False
    return True


@pytest.mark.parametrize(
    ("field", "limit"), [("fairness_key", FAIRNESS_KEY), ("id_", ID), ("request", ID), ("type", ID), ("queue", ID)]
)
def test_so_many_bytes_are_taken_and_no_more(stack: RunningStack, field: str, limit: int) -> None:
    unique = uuid.uuid4().hex
    assert start(stack, **{field: unique + "ü" * ((limit - len(unique)) // 2)})
    assert not start(stack, **{field: unique + "x" * (limit + 1 - len(unique))})


def test_so_long_may_a_search_attribute_be(stack: RunningStack) -> None:
    assert start(stack, attribute=json.dumps("x" * (SEARCH_ATTRIBUTE - 2)))
    assert not start(stack, attribute=json.dumps("x" * (SEARCH_ATTRIBUTE - 1)))


def test_the_build_that_a_start_names_is_the_one_that_the_server_would_add(stack: RunningStack, api: Api) -> None:
    """Named otherwise, both would stand there, and the server would write each run into its lists once more."""
    id_ = api.submit("echo", {"message": "build"}, capability=QUEUE)
    eventually(lambda: _begun(stack, id_), 20, "its first workflow task is done")
    attributes = stack.temporal_side.describe(id_).workflow_execution_info.search_attributes.indexed_fields
    assert json.loads(attributes[SA_BUILD_IDS].data) == ["unversioned", f"unversioned:{build_id()}"]
    api.cancel_all([id_])


def _begun(stack: RunningStack, id_: str) -> bool:
    return stack.temporal_side.exists(id_) and bool(stack.temporal_side.describe(id_).pending_activities)
