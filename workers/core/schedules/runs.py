"""Closes runs of schedules whose tasks are over, and tells their workflows. Orders feeds before they run out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.schedules.work import RunEnd
from db.schedules.runs import note_workflows_told, untold_runs
from db.schedules.schedules import tell_again
from services.schedules.closing import close
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)

_AGAIN_SECONDS = 1.0
_RPC_TIMEOUT = timedelta(seconds=5)
_BATCH = 100
_NOBODY = frozenset({RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT})


class ScheduleRuns:
    """Called while a run is open. Several cores may do this at once: told twice, a workflow knows no more."""

    def __init__(self, engine: AsyncEngine, client: Client, lookout: Lookout) -> None:
        self._engine = engine
        self._client = client
        self._lookout = lookout

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError, RPCError) as error:
                logger.warning("cannot close runs of schedules right now: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)
            await self._lookout.call(Cause.SCHEDULES)

    async def look(self) -> None:
        """Once. What cannot be done of it keeps none of the rest from being done."""
        steps: dict[str, Callable[[], Awaitable[None]]] = {
            "feeds are ordered": self._order_feeds, "runs are closed": self._close, "workflows are told": self._tell_all
        }  # fmt: skip
        errors = [error for error in [await _tried(step, what) for what, step in steps.items()] if error]
        if errors:
            raise errors[0]

    async def _order_feeds(self) -> None:
        async with self._engine.begin() as connection:
            await tell_again(connection)

    async def _close(self) -> None:
        async with self._engine.begin() as connection:
            await close(connection)

    async def _tell_all(self) -> None:
        async with self._engine.begin() as connection:
            untold = await untold_runs(connection, _BATCH)
        if not untold:
            return
        told = await asyncio.gather(*(self._tell(run) for run in untold), return_exceptions=True)
        async with self._engine.begin() as connection:
            well = [run["id"] for run, error in zip(untold, told, strict=True) if error is None]
            await note_workflows_told(connection, well)
        for error in filter(None, told):
            raise error

    async def _tell(self, run: RowMapping) -> None:
        end = RunEnd(run_id=run["id"], tasks=run["tasks"], failed=run["failed"])
        handle = self._client.get_workflow_handle(run["waiting_workflow"])
        try:
            await handle.signal(names.RUN_ENDED_SIGNAL, end, rpc_timeout=_RPC_TIMEOUT)
        except RPCError as error:
            # It was ended on the Temporal side, or is the name of no workflow.
            if error.status not in _NOBODY:
                raise


async def _tried(step: Callable[[], Awaitable[None]], what: str) -> Exception | None:
    try:
        await step()
    except Exception as error:
        logger.warning("%s not, or not all of them, right now: %s", what, error)
        return error
    return None
