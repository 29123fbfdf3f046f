"""Keeps the agent running: starts it again if it was ended, carries people's commands to it, settles its tasks' cost.

Several cores may do this at once.
"""

import asyncio
import logging
import time
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.agent.work import AgentOrder, AgentVerb
from db.agent.state import command_done, oldest_command
from db.listen import Listening
from db.people.audit import add_entry
from services.agent.spending import settle_all
from workers.core.alive import is_alive

logger = logging.getLogger(__name__)

_POLL_SECONDS = 5.0
_AGAIN_SECONDS = 1.0
_RPC_TIMEOUT = timedelta(seconds=4)


class AgentKeeper:
    """Woken by NOTIFY, and looks by itself every five seconds."""

    def __init__(self, engine: AsyncEngine, client: Client, keeper_seconds: float) -> None:
        self._engine = engine
        self._client = client
        self._every = keeper_seconds
        self._is_prepared = False
        self._kept_at = 0.0

    async def run(self, listening: Listening) -> None:
        """Work until cancelled."""
        async for _ in listening.wakeups(names.CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                await self._look()
            except (SQLAlchemyError, OSError, RPCError) as error:
                logger.warning("cannot look after the agent right now: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _look(self) -> None:
        if not self._is_prepared:
            await self._end_schedule()
            # Its settings may be others than those of the core before.
            await self._send(AgentOrder(verb=AgentVerb.LOOK, by="core"))
            self._is_prepared = True
            self._kept_at = time.monotonic()
        await self._keep_alive()
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
            order = _order(id_, content)
            if order is None:
                # It would stand before all others.
                await add_entry(connection, "core", "agent.order_left_out", str(id_), {"why": "It cannot be read."})
            else:
                # Sent again after a crash it changes nothing: the workflow knows its id.
                await self._send(order)
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

    async def _keep_alive(self) -> None:
        """Start the agent if it was ended. Asked instead of a Temporal schedule, whose workflows filled the Web UI."""
        if time.monotonic() - self._kept_at < self._every:
            return
        if not await is_alive(self._client, names.AGENT_ID):
            await self._send(AgentOrder(verb=AgentVerb.LOOK, by="core"))
        self._kept_at = time.monotonic()

    async def _end_schedule(self) -> None:
        """The one that versions before 0.1.0 made: each minute it left a workflow."""
        handle = self._client.get_schedule_handle(names.AGENT_KEEPER_ID)
        try:
            await handle.delete(rpc_timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def _order(id_: int, content: Any) -> AgentOrder | None:
    """None: another version has written it, or it was damaged."""
    try:
        return AgentOrder.model_validate({**content, "id": id_} if isinstance(content, dict) else content)
    except ValidationError as error:
        logger.error("the order %d to the agent is left out: %s", id_, error)
        return None
