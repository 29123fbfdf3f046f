"""Asks Temporal whether a workflow goes on."""

from datetime import timedelta

import temporalio.api.common.v1 as common
import temporalio.api.enums.v1 as enums
import temporalio.api.workflowservice.v1 as service
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

_RPC_TIMEOUT = timedelta(seconds=4)
_Status = enums.WorkflowExecutionStatus
#: A person may have paused it there.
_ALIVE = (_Status.WORKFLOW_EXECUTION_STATUS_RUNNING, _Status.WORKFLOW_EXECUTION_STATUS_PAUSED)


async def is_alive(client: Client, workflow_id: str) -> bool:
    """Whether there is one that is not over. Raises RPCError: Temporal does not say."""
    request = service.DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=common.WorkflowExecution(workflow_id=workflow_id)
    )
    try:
        described = await client.workflow_service.describe_workflow_execution(request, timeout=_RPC_TIMEOUT)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return described.workflow_execution_info.status in _ALIVE
