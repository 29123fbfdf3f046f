"""`python -m workers.core.main`: wires the trusted parts together and runs them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from contracts.names import CONTROLS_CHANNEL, CORE_QUEUE, OUTBOX_CHANNEL, PLANS_CHANNEL
from contracts.settings import ServerSettings
from db.engine import make_engine, plain_url
from db.listen import Listening
from db.migrate import migrate
from db.schema_version import SchemaTooNew, SchemaWatch
from runtime import process
from runtime.failpoints import Failpoints
from runtime.health import serve_health
from runtime.log_redaction import keep_secret
from runtime.version import build_id
from workers.core.activities.agent import AgentActivities
from workers.core.activities.mirror import MirrorActivities
from workers.core.activities.plans import PlanActivities
from workers.core.activities.schedules import ScheduleActivities
from workers.core.agent_keeper import AgentKeeper
from workers.core.alerts import Alerts
from workers.core.bulk import BulkActions
from workers.core.canary import Canaries
from workers.core.circuits import Circuits, rules_of
from workers.core.digests import DigestSchedules
from workers.core.failures import Failures
from workers.core.gauges import Gauges
from workers.core.lookout import Lookout
from workers.core.meters import Meters
from workers.core.metrics import Metrics
from workers.core.mirror.reconciler import Reconciler
from workers.core.mirror.successes import Successes
from workers.core.mirror.waiting_rows import WaitingRows
from workers.core.mirror.watcher import Watcher
from workers.core.namespace import prepare_namespace
from workers.core.notifier import Notifier
from workers.core.notify_worker import notify_worker
from workers.core.plan_keeper import PlanKeeper
from workers.core.queues.limits import QueueLimits
from workers.core.queues.moves import QueueMoves
from workers.core.relay import Relay
from workers.core.retention import Retention
from workers.core.roster import Roster
from workers.core.schedules.keeper import ScheduleKeeper
from workers.core.schedules.looking import ScheduleLooks
from workers.core.schedules.runs import ScheduleRuns
from workers.core.triggers import TriggerEvents
from workers.core.workflow_threads import workflow_threads
from workers.temporal_client import connect
from workflows.agent import AgentWorkflow
from workflows.agent_keeper import AgentKeeperWorkflow
from workflows.plan import PlanWorkflow
from workflows.schedule_run import ScheduleRunWorkflow
from workflows.task import TaskWorkflow

#: Those of tasks that wait: 2,000 were 166 MB (*measured*). One that is not kept is replayed when its task goes on.
_KEPT_WORKFLOWS = 500
#: Between the beginnings of parts, which look in whole seconds. If all looked at once, each would need a connection of
#: its own.
_APART_SECONDS = 0.037


def workflow_worker(
    client: Client,
    mirror: MirrorActivities,
    agent: AgentActivities,
    plans: PlanActivities,
    schedules: ScheduleActivities,
    successes: Successes,
) -> Worker:
    """The worker of our own workflows. Its activities are all local: it polls no activity queue."""
    return Worker(
        client,
        task_queue=CORE_QUEUE,
        workflows=[TaskWorkflow, PlanWorkflow, AgentWorkflow, AgentKeeperWorkflow, ScheduleRunWorkflow],
        activities=[
            mirror.record_outcome,
            mirror.record_status,
            mirror.has_begun,
            agent.steer,
            agent.hold_round,
            agent.start,
            plans.advance,
            schedules.fire,
            schedules.cancel,
        ],
        interceptors=[successes],
        no_remote_activities=True,
        # A third of core's time per task went into the sandbox; the replay tests keep it (ADR 0029).
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=_KEPT_WORKFLOWS,
        max_concurrent_workflow_tasks=100,
        workflow_task_executor=workflow_threads(),
        graceful_shutdown_timeout=timedelta(seconds=5),
        # As `start_request` says it beforehand; and the SDK need not hash every module for a name of its own.
        build_id=build_id(),
    )


async def main() -> None:
    try:
        await serve(ServerSettings())
    except SchemaTooNew as error:
        raise SystemExit(str(error)) from None
    except BaseExceptionGroup as group:
        found = group.subgroup(SchemaTooNew)
        if found is None:
            raise
        raise SystemExit(str(found.exceptions[0])) from None


async def serve(settings: ServerSettings) -> None:
    """Until cancelled.

    Raises:
        SchemaTooNew: the tables are those of a newer version; in a group, if that was found while it served.
    """
    if settings.telegram_token is not None:
        keep_secret(settings.telegram_token.get_secret_value())
    url = settings.database_url.get_secret_value()
    failpoints = Failpoints.from_settings(settings)
    migrate(url)
    engine = make_engine(url, process="core")
    channels = settings.read_channels()
    client = await connect(settings, process="core")
    await prepare_namespace(client, timedelta(days=settings.temporal_retention_days))
    meters = Meters()
    reconciler = Reconciler(engine, client, meters)
    mirror = MirrorActivities(engine, reconciler)
    agent, successes = AgentActivities(engine, settings, failpoints), Successes()
    plans = PlanActivities(engine, settings, failpoints)
    schedules, schedule_keeper = ScheduleActivities(engine, settings, failpoints), ScheduleKeeper(engine, client)

    async def checks() -> dict[str, bool]:
        return {"postgres": await _postgres(engine), "temporal": await _temporal(client)}

    lookout = Lookout(engine, settings.circuit_window_seconds)
    canaries = Canaries(engine, client, settings.canary_seconds, settings.canary_timeout_seconds, lookout)
    alerts = Alerts(engine, channels, settings.targets, settings.alert_rules_file, settings.disk_path)
    keeper = AgentKeeper(engine, client, settings.agent_keeper_seconds)
    listening = Listening(plain_url(url), OUTBOX_CHANNEL, CONTROLS_CHANNEL, PLANS_CHANNEL)
    relay, limits = Relay(engine, client, failpoints, meters, listening), QueueLimits(engine, client)
    # What one of them cannot bear is no reason for the others to end: it is logged, and that one begins again.
    beside: dict[str, Callable[[], Awaitable[None]]] = {
        "what is said is heard late": listening.run,
        "what there is to do is seen late": lookout.run,
        "notifications are not sent": Notifier(engine, client, lookout).run,
        "alert rules are not looked at": alerts.run,
        "digests are not planned": DigestSchedules(client, settings).run,
        "commands do not reach Temporal": relay.run,
        "quiet tasks are not compared": lambda: reconciler.run(lookout),
        "the Temporal side is not watched": Watcher(engine, client, reconciler).run,
        "successes are not looked after": lambda: successes.run(engine, reconciler),
        "waiting tasks are not compared": WaitingRows(engine, client, reconciler).run,
        "workers that left are not noticed": Roster(engine).run,
        "no canaries are sent": canaries.run,
        "limits of queues are not set": lambda: limits.run(listening),
        "tasks are not moved to their queues": lambda: QueueMoves(engine).run(listening),
        "circuits are not looked after": Circuits(engine, rules_of(settings), lookout).run,
        "the agent is not kept": lambda: keeper.run(listening),
        "plans are not told what ended": lambda: PlanKeeper(engine, client).run(listening),
        "schedules do not follow their rows": lambda: schedule_keeper.run(listening),
        "runs of schedules are not closed": ScheduleRuns(engine, client, lookout).run,
        "what is done to schedules in Temporal is not seen": ScheduleLooks(engine, client).run,
        "events set off no triggers": TriggerEvents(engine, settings, lookout, failpoints).run,
        "old rows are not deleted": Retention(engine, settings.retention, settings.books).run,
        "failures are not counted": Failures(engine, lookout).run,
        "actions on many tasks rest": BulkActions(engine, lookout).run,
        "metrics are not counted": Metrics(engine).run,
        "gauges are not read": Gauges(engine, meters).run,
    }
    process.settle()
    try:
        await process.all_of(
            workflow_worker(client, mirror, agent, plans, schedules, successes).run(),
            notify_worker(client, engine, settings, channels, failpoints).run(),
            # Of an older version than the tables it would write what has no place there: another core goes on.
            SchemaWatch(engine).until_newer(),
            *(process.unending(part, what, after=n * _APART_SECONDS) for n, (what, part) in enumerate(beside.items())),
            serve_health(settings.health_host, settings.core_health_port, checks, meters.registry),
        )
    except asyncio.CancelledError:
        # Asked to stop, and not dead of something.
        await alerts.leave()
        raise


async def _postgres(engine: AsyncEngine) -> bool:
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True


async def _temporal(client: Client) -> bool:
    try:
        return await client.service_client.check_health(timeout=timedelta(seconds=2))
    except RPCError:
        return False


if __name__ == "__main__":
    process.run(main)
