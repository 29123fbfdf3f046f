"""Carries words about schedules to Temporal, those of one in their order. Several cores may do this at once.

A word is claimed in one transaction, said in none, and taken away in another: while Temporal does not answer, nobody
waits for a lock. A core that dies while it talks leaves its claim, which ends by itself; each word may be said again.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import temporalio.api.schedule.v1 as schedule_api
import temporalio.api.workflowservice.v1 as service
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.enums.v1 import ScheduleOverlapPolicy
from temporalio.client import (
    Client,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.schedules.occurrences import due_between
from contracts.schedules.work import ScheduleOrder, ScheduleVerb
from db.listen import Listening
from db.schedules import schedules as rows
from services.reading import CannotBeRead
from services.schedules.bodies import body_of
from workers.core.schedules.told import print_of, schedule_of, told_of

logger = logging.getLogger(__name__)

_POLL_SECONDS = 3.0
_AGAIN_SECONDS = 1.0
_RPC_TIMEOUT = timedelta(seconds=5)
#: How long a word may take to be said; and for how long nobody else says it.
_TALK_SECONDS, _CLAIM_SECONDS = 20, 25
#: Words that are said side by side.
_BATCH = 10
_LONGEST_WAIT = 30.0
_MOST_DOUBLINGS = 10
#: Runs that were due before Temporal was told.
_MOST_LATE = 100
#: Moments that are started before a word is put back with those that are left: a hundred may take longer than a claim
#: lasts, and words about other schedules have their turn in between.
_AT_ONCE = 10
#: What no repetition will mend.
_HOPELESS = frozenset({RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNIMPLEMENTED})


@dataclass(frozen=True)
class _Told:
    """When Temporal now has it due, and when it has to be told again."""

    print_: str
    again_at: datetime | None


@dataclass(frozen=True)
class _Said:
    """What came of a word."""

    told: _Told | None = None
    #: Moments to start before the next word about it: what the word becomes. None: it is done.
    left: dict[str, Any] | None = None


class ScheduleKeeper:
    """Woken by NOTIFY, and looks by itself every three seconds."""

    def __init__(self, engine: AsyncEngine, client: Client) -> None:
        self._engine = engine
        self._client = client

    async def run(self, listening: Listening) -> None:
        """Work until cancelled."""
        async for _ in listening.wakeups(names.CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                await self._look()
            except (SQLAlchemyError, OSError, RPCError) as error:
                logger.warning("cannot look after the schedules right now: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _look(self) -> None:
        # One first: mostly there is none.
        while await self._say_oldest():
            await asyncio.gather(*(self._say_oldest() for _ in range(_BATCH - 1)))

    async def _say_oldest(self) -> bool:
        """Whether there was a word to say."""
        async with self._engine.begin() as connection:
            command = await rows.claim_command(connection, _CLAIM_SECONDS)
            row = None if command is None else await rows.schedule_to_tell(connection, command["schedule_id"])
        if command is None:
            return False
        try:
            async with asyncio.timeout(_TALK_SECONDS):
                said = await self._say(row, command)
        except Exception as error:
            await self._not_said(command, error)
        else:
            await self._note_said(command, row, said)
        return True

    async def _note_said(self, command: RowMapping, row: RowMapping | None, said: _Said) -> None:
        id_, tries = command["id"], command["tries"]
        async with self._engine.begin() as connection:
            if said.left is not None:
                is_ours = await rows.command_goes_on(connection, id_, tries, ScheduleVerb.BACKFILL, said.left)
            else:
                is_ours = await rows.command_done(connection, id_, tries)
            if not is_ours or row is None:
                return
            if said.told is not None:
                # Unless it was written anew meanwhile: then another word is on its way.
                await rows.note_told(connection, row["id"], row["digest"], said.told.print_, said.told.again_at)
            if command["verb"] == ScheduleVerb.RUN:
                await rows.note_run_told(connection, row["id"])

    async def _not_said(self, command: RowMapping, error: Exception) -> None:
        why = str(error) or f"Temporal has not answered within {_TALK_SECONDS} s"
        is_known = isinstance(error, RPCError | TimeoutError | CannotBeRead)
        logger.warning("%s of schedule %s: %s", command["verb"], command["schedule_id"], why, exc_info=not is_known)
        async with self._engine.begin() as connection:
            if isinstance(error, CannotBeRead):
                # Perhaps a core that is newer knows how; lists of schedules tell it.
                await rows.command_again(connection, command["id"], command["tries"], _LONGEST_WAIT)
            elif isinstance(error, RPCError) and error.status in _HOPELESS:
                await rows.note_problem(connection, command["schedule_id"], error.message)
                await rows.command_done(connection, command["id"], command["tries"])
            elif not is_known:
                said = f"something went wrong on our side ({type(error).__name__}). The log of core has the details."
                await rows.note_problem(connection, command["schedule_id"], said)
                await rows.command_again(connection, command["id"], command["tries"], _LONGEST_WAIT)
            else:
                wait = min(0.25 * 2.0 ** min(command["tries"], _MOST_DOUBLINGS), _LONGEST_WAIT)
                await rows.command_again(connection, command["id"], command["tries"], wait)

    async def _say(self, row: RowMapping | None, command: RowMapping) -> _Said:
        """Raises RPCError, CannotBeRead."""
        handle = self._client.get_schedule_handle(names.schedule_id(command["schedule_id"]))
        if row is None or row["deleted_at"] is not None or command["verb"] == ScheduleVerb.DELETE:
            await self._delete(handle)
        elif command["verb"] == ScheduleVerb.PUT:
            return await self._put(row, handle, command["content"])
        elif command["verb"] == ScheduleVerb.PAUSE:
            return await self._pause(row, handle, command["content"])
        elif command["verb"] == ScheduleVerb.RUN:
            await self._run(row, command["id"])
        else:
            return await self._start(row, command["content"])
        return _Said()

    async def _put(self, row: RowMapping, handle: ScheduleHandle, said: dict[str, object]) -> _Said:
        """Create it or change it. What people there made of its state stays, where nothing is said of it."""
        told = told_of(row, datetime.now(UTC))
        schedule = schedule_of(row, told)

        async def changed(known: ScheduleUpdateInput) -> ScheduleUpdate:
            state = known.description.schedule.state
            if "paused" not in said:
                schedule.state.paused, schedule.state.note = state.paused, state.note
            if "remaining" not in said:
                schedule.state.limited_actions = state.limited_actions
                schedule.state.remaining_actions = state.remaining_actions
            return ScheduleUpdate(schedule=schedule)

        try:
            await self._client.create_schedule(handle.id, schedule, rpc_timeout=_RPC_TIMEOUT)
        except ScheduleAlreadyRunningError:
            await handle.update(changed, rpc_timeout=_RPC_TIMEOUT)
        described = await handle.describe(rpc_timeout=_RPC_TIMEOUT)
        return _Said(_Told(print_of(described.raw_description.schedule.spec), told.again_at), _late(row, said))

    async def _pause(self, row: RowMapping, handle: ScheduleHandle, said: dict[str, object]) -> _Said:
        note = str(said["note"]) or "resumed"
        try:
            if said["paused"]:
                await handle.pause(note=note, rpc_timeout=_RPC_TIMEOUT)
            else:
                await handle.unpause(note=note, rpc_timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            # Somebody deleted it there.
            return await self._put(row, handle, {})
        return _Said()

    async def _run(self, row: RowMapping, command_id: int) -> None:
        """By the raw request: its id makes the same word, said again, the same run."""
        request = service.PatchScheduleRequest(
            namespace=self._client.namespace,
            schedule_id=names.schedule_id(row["id"]),
            patch=schedule_api.SchedulePatch(
                trigger_immediately=schedule_api.TriggerImmediatelyRequest(
                    overlap_policy=ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL
                )
            ),
            identity=self._client.identity,
            request_id=f"schedule-command-{command_id}",
        )
        try:
            await self._client.workflow_service.patch_schedule(request, retry=True, timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            # Repeated it would stand before all later words, also before the one that puts it back.
            logger.warning("schedule %s was told to run, and Temporal does not have it", row["id"])

    async def _start(self, row: RowMapping, content: dict[str, Any]) -> _Said:
        """Not by Temporal's own backfill: of a schedule that is fed, that knows no moment of before."""
        moments, is_backfill = content["moments"], content.get("is_backfill", True)
        for moment in moments[:_AT_ONCE]:
            await self._client.start_workflow(
                names.SCHEDULE_RUN_WORKFLOW,
                ScheduleOrder(schedule_id=row["id"], due=datetime.fromisoformat(moment), is_backfill=is_backfill),
                id=f"{names.schedule_id(row['id'])}-{'backfill' if is_backfill else 'late'}-{moment}",
                task_queue=names.CORE_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"schedule {row['name']}, made up for",
                rpc_timeout=_RPC_TIMEOUT,
            )
        rest = moments[_AT_ONCE:]
        return _Said(left={**content, "moments": rest} if rest else None)

    async def _delete(self, handle: ScheduleHandle) -> None:
        try:
            await handle.delete(rpc_timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def _late(row: RowMapping, said: dict[str, object]) -> dict[str, Any] | None:
    """What was due between the word and now: Temporal starts nothing that was due before it was told."""
    if "since" not in said or row["paused"]:
        return None
    since = datetime.fromisoformat(str(said["since"]))
    moments = due_between(body_of(row).timing, since, datetime.now(UTC), _MOST_LATE)
    return {"moments": [each.isoformat() for each in moments], "is_backfill": False} if moments else None
