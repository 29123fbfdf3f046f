"""Keeps the agent running: its schedule, people's commands to it, and the actual cost of its tasks.

Several cores may do this at once.
"""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError

from contracts import names
from contracts.agent.work import AgentOrder, AgentVerb
from db.agent.state import command_done, oldest_command
from db.listen import wakeups
from services.agent.spending import settle_all

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
_RPC_TIMEOUT = timedelta(seconds=4)
_CATCH_UP = timedelta(seconds=10)


class AgentKeeper:
    """Woken by NOTIFY, and looks by itself every second."""

    def __init__(self, engine: AsyncEngine, client: Client, keeper_seconds: float) -> None:
        self._engine = engine
        self._client = client
        self._every = timedelta(seconds=keeper_seconds)
        self._is_prepared = False

    async def run(self, listen_url: str) -> None:
        """Work until cancelled."""
        async for _ in wakeups(listen_url, names.CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                await self._look()
            except (SQLAlchemyError, OSError, RPCError) as error:
                logger.warning("cannot look after the agent right now: %s", error)
                await asyncio.sleep(_POLL_SECONDS)

    async def _look(self) -> None:
        if not self._is_prepared:
            await self._prepare_schedule()
            # Its settings may be others than those of the core before.
            await self._send(AgentOrder(verb=AgentVerb.LOOK, by="core"))
            self._is_prepared = True
        while await self._send_oldest():
            pass
        async with self._engine.begin() as connection:
            await settle_all(connection)

    async def _send_oldest(self) -> bool:
        async with self._engine.begin() as connection:
            command = await oldest_command(connection)
            if command is None:
                return False
            id_, content = command
            # Sent again after a crash it changes nothing: the workflow knows its id.
            await self._send(AgentOrder.model_validate({**content, "id": id_}))
            await command_done(connection, id_)
        return True

    async def _send(self, order: AgentOrder) -> None:
        """A signal that starts the workflow if there is none."""
        await self._client.start_workflow(
            names.AGENT_WORKFLOW,
            id=names.AGENT_ID,
            task_queue=names.CORE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=order.verb.value,
            start_signal_args=[order],
            static_summary="the agent",
            rpc_timeout=_RPC_TIMEOUT,
        )

    async def _prepare_schedule(self) -> None:
        """Idempotent: made by the first core, made equal by the others."""
        try:
            await self._client.create_schedule(names.AGENT_KEEPER_ID, self._schedule(), rpc_timeout=_RPC_TIMEOUT)
        except ScheduleAlreadyRunningError:
            handle = self._client.get_schedule_handle(names.AGENT_KEEPER_ID)
            await handle.update(self._updated, rpc_timeout=_RPC_TIMEOUT)

    async def _updated(self, current: ScheduleUpdateInput) -> ScheduleUpdate:
        # A person may have paused it.
        schedule = self._schedule()
        schedule.state = current.description.schedule.state
        return ScheduleUpdate(schedule)

    def _schedule(self) -> Schedule:
        action = ScheduleActionStartWorkflow(
            names.AGENT_KEEPER_WORKFLOW, id=names.AGENT_KEEPER_ID, task_queue=names.CORE_QUEUE
        )
        return Schedule(
            action=action,
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=self._every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
        )
