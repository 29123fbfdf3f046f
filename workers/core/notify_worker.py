"""The worker of notifications and digests: a queue and slots of its own, so that slow channels hold up no task."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from contracts.alerts.channels import TELEGRAM, Channel
from contracts.names import NOTIFY_QUEUE
from contracts.settings import ServerSettings
from runtime.failpoints import Failpoints
from workers.core.activities.digest import DigestActivities
from workers.core.activities.notify import NotifyActivities
from workers.core.channels.apprise_sender import AppriseSender
from workers.core.channels.sender import Sender
from workflows.digest import DigestWorkflow
from workflows.notify import NotifyWorkflow


def senders(settings: ServerSettings, services: Collection[str]) -> Mapping[str, Sender]:
    """Services that have a sender of their own, by the part of a channel's url before ``://``; apprise sends the rest.

    This is the place for those that can edit their messages. ``services``: those that there is a channel of.
    """
    if TELEGRAM not in services:
        return {}
    # 6 MB that most would keep for nothing.
    from workers.core.channels.telegram_sender import TelegramSender

    return {TELEGRAM: TelegramSender(settings.telegram_token, settings.telegram_bot_api)}


def notify_worker(
    client: Client,
    engine: AsyncEngine,
    settings: ServerSettings,
    channels: Mapping[str, Channel],
    failpoints: Failpoints,
) -> Worker:
    own = senders(settings, {channel.service for channel in channels.values()})
    notify = NotifyActivities(engine, channels, AppriseSender(), own, failpoints)
    digest = DigestActivities(engine, settings, list(channels))
    return Worker(
        client,
        task_queue=NOTIFY_QUEUE,
        workflows=[NotifyWorkflow, DigestWorkflow],
        activities=[notify.send, notify.give_up, digest.write],
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules("contracts", "pydantic")
        ),
        max_concurrent_activities=20,
        max_heartbeat_throttle_interval=timedelta(seconds=2),
        max_cached_workflows=200,
        graceful_shutdown_timeout=timedelta(seconds=5),
    )
