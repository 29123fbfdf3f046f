"""The worker of notifications and digests: a queue and slots of its own, so that slow channels hold up no task."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from contracts.alerts.channels import Channel
from contracts.names import NOTIFY_QUEUE
from contracts.settings import ServerSettings
from runtime.failpoints import Failpoints
from services.alerts.channels.outlets import make_outlets
from workers.core.activities.digest import DigestActivities
from workers.core.activities.notify import NotifyActivities
from workers.core.workflow_threads import workflow_threads
from workflows.digest import DigestWorkflow
from workflows.notify import NotifyWorkflow


def notify_worker(
    client: Client,
    engine: AsyncEngine,
    settings: ServerSettings,
    channels: Mapping[str, Channel],
    failpoints: Failpoints,
) -> Worker:
    notify = NotifyActivities(engine, make_outlets(settings, channels), failpoints)
    digest = DigestActivities(engine, settings, list(channels))
    return Worker(
        client,
        task_queue=NOTIFY_QUEUE,
        workflows=[NotifyWorkflow, DigestWorkflow],
        activities=[notify.send, notify.give_up, digest.write],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules("contracts", "pydantic")
        ),
        workflow_task_executor=workflow_threads(),
        max_concurrent_activities=20,
        max_heartbeat_throttle_interval=timedelta(seconds=2),
        max_cached_workflows=200,
        graceful_shutdown_timeout=timedelta(seconds=5),
    )
