"""Notices what is done to schedules on the Temporal side: paused, resumed, changed, deleted, run.

One list every two seconds, while there are schedules; asked about is only what differs in it from the last one.
"""

import asyncio
import logging
import uuid
from datetime import UTC, datetime, timedelta

import temporalio.api.schedule.v1 as schedule_api
import temporalio.api.workflowservice.v1 as service
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.storable import cleaned
from db.engine import one_by_one
from db.schedules.schedules import has_commands, note_gone, note_seen, schedules_in_temporal
from workers.core.each_for_itself import EachForItself
from workers.core.schedules.told import print_of

logger = logging.getLogger(__name__)

_POLL_SECONDS = 2.0
#: However many schedules there are, so many of them are listed in a second at most. It is no share of the time that a
#: look takes: on a machine that is busy with other things a look is long, and what it has to show would come late, too.
_LISTED_PER_SECOND = 250
_PAGE = 1_000
_RPC_TIMEOUT = timedelta(seconds=5)
_NEXT = 3
#: Of those that are new or ran, and of which the list says nothing else than their rows: so many are asked about in one
#: look. Each such question costs Temporal a task of its workflow, just when a thousand of them are due.
_AT_LEISURE = 10


class ScheduleLooks:
    """Compares what Temporal lists of our schedules with what it listed before."""

    def __init__(self, engine: AsyncEngine, client: Client) -> None:
        self._engine = engine
        self._client = client
        #: What was listed of each, as far as anything follows from it.
        self._known: dict[uuid.UUID, tuple[object, ...]] = {}
        self._each = EachForItself[uuid.UUID]("what is done to schedule %s in Temporal is not seen")

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except (RPCError, SQLAlchemyError, OSError) as error:
                logger.warning("cannot look at the schedules of Temporal right now: %s", error)
            await asyncio.sleep(max(_POLL_SECONDS, len(self._known) / _LISTED_PER_SECOND))

    async def look(self) -> None:
        """Once."""
        async with one_by_one(self._engine).connect() as connection:
            rows = {row["id"]: row for row in await schedules_in_temporal(connection)}
        listed = await self._list() if rows else {}
        left = _AT_LEISURE
        asked: dict[uuid.UUID, tuple[object, ...]] = {}
        for id_, row in rows.items():
            entry = listed.get(id_)
            now = (row["told_print"], *_signs(entry)) if entry is not None else ()
            # What is not listed is asked about each time, until it is known to be gone.
            if entry is not None and self._known.get(id_) == now:
                continue
            if entry is not None and _agrees(entry, row):
                left -= 1
                if left < 0:
                    continue
            asked[id_] = now

        async def ask(id_: uuid.UUID) -> None:
            if await self._compare(id_, rows[id_]["told_print"] or ""):
                self._known[id_] = asked[id_]

        await self._each.do(asked, ask)
        self._known = {id_: now for id_, now in self._known.items() if id_ in rows}

    async def _list(self) -> dict[uuid.UUID, schedule_api.ScheduleListEntry]:
        found: dict[uuid.UUID, schedule_api.ScheduleListEntry] = {}
        request = service.ListSchedulesRequest(namespace=self._client.namespace, maximum_page_size=_PAGE)
        while True:
            answer = await self._client.workflow_service.list_schedules(request, timeout=_RPC_TIMEOUT)
            for entry in answer.schedules:
                id_ = names.schedule_of(entry.schedule_id)
                if id_ is not None:
                    found[id_] = entry
            if not answer.next_page_token:
                return found
            request.next_page_token = answer.next_page_token

    async def _compare(self, id_: uuid.UUID, print_: str) -> bool:
        """Have the row say what Temporal says; whether that was settled."""
        request = service.DescribeScheduleRequest(namespace=self._client.namespace, schedule_id=names.schedule_id(id_))
        try:
            said = await self._client.workflow_service.describe_schedule(request, timeout=_RPC_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            async with self._engine.begin() as connection:
                if await note_gone(connection, id_):
                    logger.warning("schedule %s was deleted on the Temporal side", id_)
            return False
        state = said.schedule.state
        is_other = print_of(said.schedule.spec) != print_
        async with self._engine.begin() as connection:
            await note_seen(
                connection,
                id_,
                paused=state.paused,
                note=_note(state.notes) if state.paused else "",
                remaining=state.remaining_actions if state.limited_actions else None,
                other_runs=[_moment(each) for each in said.info.future_action_times[:_NEXT]] if is_other else None,
            )
            # While a word of ours is on its way, the row was left as it is: it is asked about again.
            return not await has_commands(connection, id_)


def _agrees(entry: schedule_api.ScheduleListEntry, row: RowMapping) -> bool:
    """Whether the list says nothing else than the row. How many runs are left, it does not say."""
    info = entry.info
    note = _note(info.notes) if info.paused else ""
    is_known = (print_of(info.spec), info.paused, note) == (row["told_print"], row["paused"], row["note"])
    return is_known and row["remaining"] is None and row["other_runs"] is None


def _signs(entry: schedule_api.ScheduleListEntry) -> tuple[object, ...]:
    """What shows that something was done to it. That it ran does, for those that run a number of times."""
    info = entry.info
    ran = info.recent_actions[-1].schedule_time.seconds if info.recent_actions else 0
    return print_of(info.spec), info.paused, info.notes, ran


def _note(said: str) -> str:
    """There it may be anything, also what Postgres does not store."""
    note: str = cleaned(said)
    return note


def _moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
