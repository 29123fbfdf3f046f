"""Hands messages to Temporal, which sends each in a workflow of its own: a dead channel holds up nobody else's."""

import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from contracts import names
from contracts.alerts.messages import DeliveryRef
from db.alerts import deliveries
from db.engine import one_by_one
from workers.core.each_for_itself import EachForItself
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)

_RPC_TIMEOUT = timedelta(seconds=4)


class Notifier:
    """Called when there are messages that Temporal has not taken. Several cores may do the same."""

    def __init__(self, engine: AsyncEngine, client: Client, lookout: Lookout) -> None:
        self._engine = engine
        self._lookout = lookout
        self._client = client
        self._each = EachForItself[int]("the notification %s cannot be handed over")

    async def run(self) -> None:
        """Hand over until cancelled."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, RPCError, OSError) as error:
                logger.warning("cannot hand over notifications right now: %s", error)
            await self._lookout.call(Cause.MESSAGES)

    async def look(self) -> None:
        """Hand over all that wait."""
        async with one_by_one(self._engine).connect() as connection:
            ids = await deliveries.waiting(connection)
        await self._each.do(ids, self._hand_over)

    async def _hand_over(self, id_: int) -> None:
        await self._start(id_)
        async with self._engine.begin() as connection:
            await deliveries.note_handed_over(connection, id_)

    async def _start(self, id_: int) -> None:
        try:
            await self._client.start_workflow(
                names.NOTIFY_WORKFLOW,
                DeliveryRef(id=id_),
                id=names.notify_workflow_id(id_),
                task_queue=names.NOTIFY_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                rpc_timeout=_RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            pass  # by a core that could not note it any more
