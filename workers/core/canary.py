"""Finds workers that are alive but deaf: each is sent a task on its own queue now and then, and must answer it.

The task is a standalone activity: no workflow, hence nothing that the watcher could take for a task. Its trace is
deleted once it has ended; 20 workers would leave 29,000 of them a day.
"""

import asyncio
import logging
import time
import uuid
from datetime import timedelta

import temporalio.api.workflowservice.v1 as service
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import ActivityFailureError, ActivityHandle, Client
from temporalio.common import ActivityIDConflictPolicy, RetryPolicy
from temporalio.exceptions import TimeoutError as ActivityTimeout
from temporalio.service import RPCError

from contracts.names import CANARY_ACTIVITY, canary_queue
from db.engine import one_by_one
from db.workers.roster import due_for_canary, note_heard, note_missed
from workers.core.lookout import Cause, Lookout

logger = logging.getLogger(__name__)

_AT_ONCE = 50
_AGAIN_SECONDS = 5.0
_ONCE = RetryPolicy(maximum_attempts=1)


class Canaries:
    """Sends them and notes which come back. Several cores share the work."""

    def __init__(self, engine: AsyncEngine, client: Client, every: float, timeout: float, lookout: Lookout) -> None:
        self._engine = engine
        self._lookout = lookout
        self._client = client
        self._every = every
        self._timeout = timeout

    async def run(self) -> None:
        """Send until cancelled."""
        if not self._every:
            return
        async with asyncio.TaskGroup() as group:
            while True:
                for worker_id in await self._due():
                    group.create_task(self._ask(worker_id))
                await self._lookout.call(Cause.CANARIES)

    async def _due(self) -> list[uuid.UUID]:
        try:
            async with one_by_one(self._engine).connect() as connection:
                # A core that dies leaves it to another to ask again.
                lease = self._timeout + _AGAIN_SECONDS
                return await due_for_canary(connection, lease, _AT_ONCE)
        except (SQLAlchemyError, OSError) as error:
            logger.warning("cannot send canaries right now: %s", error)
            return []

    async def _ask(self, worker_id: uuid.UUID) -> None:
        sent_at = time.monotonic()
        try:
            heard = await self._is_heard(str(worker_id))
            async with self._engine.begin() as connection:
                if heard:
                    await note_heard(connection, worker_id, self._every)
                else:
                    await note_missed(connection, worker_id, self._every, time.monotonic() - sent_at)
        except (RPCError, SQLAlchemyError, OSError) as error:
            # Temporal or Postgres is away: that says nothing about the worker.
            logger.warning("the canary of worker %s was of no use: %s", worker_id, error)
        except Exception:
            # Raised here it would end the canaries of all other workers, too.
            logger.exception("the canary of worker %s was of no use", worker_id)

    async def _is_heard(self, worker_id: str) -> bool:
        handle: ActivityHandle[object] = await self._client.start_activity(
            CANARY_ACTIVITY,
            id=canary_queue(worker_id),
            task_queue=canary_queue(worker_id),
            # For a core that dies. One that runs out of time by itself leaves its entry in the list when it is deleted
            # at that moment (seen with server 1.32), one that is deleted while it runs does not.
            schedule_to_close_timeout=timedelta(seconds=self._timeout + _AGAIN_SECONDS),
            retry_policy=_ONCE,
            # One whose core died before it ended.
            id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING,
            summary="does this worker hear?",
        )
        try:
            async with asyncio.timeout(self._timeout):
                await handle.result()
        except ActivityFailureError as error:
            # Any other failure is an answer, too.
            return not isinstance(error.cause, ActivityTimeout)
        except TimeoutError:
            return False
        finally:
            await self._forget(handle)
        return True

    async def _forget(self, handle: ActivityHandle[object]) -> None:
        await self._client.workflow_service.delete_activity_execution(
            service.DeleteActivityExecutionRequest(
                namespace=self._client.namespace, activity_id=handle.id, run_id=handle.run_id or ""
            )
        )
