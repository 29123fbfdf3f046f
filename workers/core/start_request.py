"""Builds the request that starts a task's workflow. The same task and round always give the same request id."""

import temporalio.api.common.v1 as common
import temporalio.api.enums.v1 as enums
import temporalio.api.sdk.v1 as sdk
import temporalio.api.workflowservice.v1 as service
from temporalio.client import Client
from temporalio.common import Priority, SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.converter import encode_search_attributes

from contracts import names
from contracts.tasks.priority import temporal_key
from db.tasks.outbox import Taken
from runtime.version import build_id
from workflows.task_start import search_attributes, summary_of

#: What the server adds by itself once a worker of this build has done a run's first workflow task. Said beforehand, it
#: saves one of the three writes that the list of runs costs per task (docs/adr/0058).
_OUR_BUILD = SearchAttributePair(
    SearchAttributeKey.for_keyword_list(names.SA_BUILD_IDS), ["unversioned", f"unversioned:{build_id()}"]
)


async def start_request(
    client: Client, task: Taken, *, names_build: bool = True
) -> service.StartWorkflowExecutionRequest:
    """The raw request, because the SDK's own start draws a new request id each time.

    Raises ValidationError when the task's row cannot be used. ``names_build``: see `_OUR_BUILD`.

    The server answers a repeated request id with the run that it made, so a start that is sent again after a crash
    makes no second run, not even of a task that has already ended.
    """
    given = task.input()
    converter = client.data_converter
    request = service.StartWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_id=task.workflow_id,
        workflow_type=common.WorkflowType(name=names.TASK_WORKFLOW),
        identity=client.identity,
        request_id=f"{task.task_id}:{task.round}",
        workflow_id_reuse_policy=_reuse_policy(task.round),
        workflow_id_conflict_policy=enums.WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
        # Our own workflow worker sits in this process and takes the first workflow task without a detour.
        request_eager_execution=given.run_at is None,
        user_metadata=sdk.UserMetadata(
            summary=(await converter.encode([summary_of(task.type, task.ticker, task.created_by)]))[0]
        ),
    )
    request.task_queue.name = names.CORE_QUEUE
    request.input.payloads.extend(await converter.encode([given]))
    request.priority.CopyFrom(
        Priority(
            priority_key=temporal_key(given.priority),
            fairness_key=given.fairness_key,
            fairness_weight=given.fairness_weight,
        )._to_proto()
    )
    attributes = search_attributes(task.type, task.ticker, task.created_by, given.priority)
    known = TypedSearchAttributes([*attributes, _OUR_BUILD])
    encode_search_attributes(known if names_build else attributes, request.search_attributes)
    return request


def _reuse_policy(round_: int) -> enums.WorkflowIdReusePolicy.ValueType:
    policy = enums.WorkflowIdReusePolicy
    if round_ == 0:
        return policy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
    return policy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
