"""Prepares the Temporal namespace: it exists, keeps histories long enough, and knows our search attributes."""

from datetime import timedelta

import temporalio.api.enums.v1 as enums
import temporalio.api.namespace.v1 as namespace_api
import temporalio.api.operatorservice.v1 as operator
import temporalio.api.workflowservice.v1 as service
from google.protobuf.duration_pb2 import Duration
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import names

_ATTRIBUTES = (names.SA_TASK_TYPE, names.SA_TICKER, names.SA_CREATED_BY, names.SA_PRIORITY)


async def prepare_namespace(client: Client, keep: timedelta) -> None:
    """Idempotent; run at every start of core. ``keep``: how long closed workflows stay readable."""
    await _ensure_exists(client, keep)
    await _ensure_search_attributes(client)


async def retention_of(client: Client) -> timedelta:
    """How long Temporal knows what has ended."""
    described = await client.workflow_service.describe_namespace(
        service.DescribeNamespaceRequest(namespace=client.namespace)
    )
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def _ensure_exists(client: Client, keep: timedelta) -> None:
    retention = Duration()
    retention.FromTimedelta(keep)
    try:
        await client.workflow_service.register_namespace(
            service.RegisterNamespaceRequest(namespace=client.namespace, workflow_execution_retention_period=retention)
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
        await client.workflow_service.update_namespace(
            service.UpdateNamespaceRequest(
                namespace=client.namespace,
                config=namespace_api.NamespaceConfig(workflow_execution_retention_ttl=retention),
            )
        )


async def _ensure_search_attributes(client: Client) -> None:
    known = await client.operator_service.list_search_attributes(
        operator.ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = [name for name in _ATTRIBUTES if name not in known.custom_attributes]
    if missing:
        keyword = enums.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        await client.operator_service.add_search_attributes(
            operator.AddSearchAttributesRequest(
                namespace=client.namespace, search_attributes=dict.fromkeys(missing, keyword)
            )
        )
