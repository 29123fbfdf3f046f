"""Tells plans' workflows that something of them ended, and starts the workflows that are gone.

Several cores may do this at once. What it tells stands in Postgres until an advance has taken it.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError

from contracts import names
from contracts.plans.work import PlanInput
from db.engine import one_by_one
from db.listen import Listening
from db.plans.keeping import plans_to_look_at, plans_to_wake
from workers.core.alive import is_alive

logger = logging.getLogger(__name__)

_POLL_SECONDS = 3.0
#: Between two looks for workflows that are gone, however often it is woken.
_LOOK_SECONDS = 0.2
#: Ends that come this close together make one signal.
_LINGER_SECONDS = 0.02
_MOST = 200
_AT_ONCE = 20
#: After which a plan is told again what it has not taken.
_AGAIN_SECONDS = 5.0
#: An open plan is asked about this often by itself. A workflow that was ended from the Temporal side is found sooner,
#: in the lists of what has ended (workers/core/mirror/watcher.py).
_QUIET_SECONDS = 60.0
_RPC_TIMEOUT = timedelta(seconds=4)


class PlanKeeper:
    """Woken by NOTIFY, and looks by itself every three seconds."""

    def __init__(self, engine: AsyncEngine, client: Client) -> None:
        self._engine = engine
        self._client = client
        self._looked_at = 0.0
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def run(self, listening: Listening) -> None:
        """Work until cancelled."""
        async for _ in listening.wakeups(names.PLANS_CHANNEL, _POLL_SECONDS):
            try:
                while await self._wake():
                    pass
                await self._look()
                await asyncio.sleep(_LINGER_SECONDS)
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look after plans right now: %s", error)

    async def _wake(self) -> bool:
        """Whether there may be more."""
        async with one_by_one(self._engine).connect() as connection:
            ended = await plans_to_wake(connection, _MOST, _AGAIN_SECONDS)
        await self._for_each(list(dict.fromkeys(ended)), self._send)
        return len(ended) == _MOST

    async def _look(self) -> None:
        if time.monotonic() - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        async with one_by_one(self._engine).connect() as connection:
            plans = await plans_to_look_at(connection, _MOST, _QUIET_SECONDS)
        await self._for_each(plans, self._restart)

    async def _for_each(self, plans: Sequence[uuid.UUID], act: Callable[[uuid.UUID], Awaitable[None]]) -> None:
        async def one(plan_id: uuid.UUID) -> None:
            async with self._room:
                try:
                    await act(plan_id)
                except RPCError as error:
                    # It is told again in a moment.
                    logger.warning("plan %s: %s", plan_id, error.message)

        await asyncio.gather(*map(one, plans))

    async def _restart(self, plan_id: uuid.UUID) -> None:
        if not await is_alive(self._client, names.plan_workflow_id(plan_id)):
            await self._send(plan_id)

    async def _send(self, plan_id: uuid.UUID) -> None:
        """A signal that starts the workflow if there is none."""
        await self._client.start_workflow(
            names.PLAN_WORKFLOW,
            PlanInput(plan_id=plan_id),
            id=names.plan_workflow_id(plan_id),
            task_queue=names.CORE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.PLAN_WAKE_SIGNAL,
            static_summary="a plan",
            rpc_timeout=_RPC_TIMEOUT,
        )
