"""The context of one attempt for its handler: turns progress and checkpoints into heartbeats."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

from temporalio import activity

from contracts.errors import InvalidParams
from contracts.records.exchange import MaterialQuery, StoreReply
from contracts.records.rows import Record, RecordKind
from contracts.tasks.work import HEARTBEAT_LIMIT, Beat, Progress, WorkItem
from workers.capability.held_sessions import HeldSessions, SessionQueueLost
from workers.capability.records import RecordSink

logger = logging.getLogger(__name__)

#: A task that is over sooner does not say first that it began: its end says so, too, and costs one call less.
_FIRST_WORD_SECONDS = 0.02
#: Beats per heartbeat timeout while nothing changes.
_BEATS_PER_TIMEOUT = 4


class Attempt:
    """The `TaskContext` of one activity execution."""

    def __init__(self, item: WorkItem, sink: RecordSink, sessions: HeldSessions) -> None:
        info = activity.info()
        self.task_id = item.task_id
        self.attempt = info.attempt
        self.submitted_at = item.submitted_at
        self.notes = item.notes
        self.cursor = _cursor_of(info.heartbeat_details) or item.cursor
        self.feedback = item.feedback
        self._token = info.task_token
        self._sink = sink
        self._sessions = sessions
        session = sessions.of(info.task_queue)
        self.session = session.shared if session else None
        self._beat = Beat(cursor=self.cursor)
        self._changed = asyncio.Event()
        self._interval = (info.heartbeat_timeout.total_seconds() if info.heartbeat_timeout else 10) / _BEATS_PER_TIMEOUT

    def progress(self, *, percent: float | None = None, step: str | None = None, **counters: int) -> None:
        """See `TaskContext.progress`. Counters that are not named keep their value."""
        known = self._beat.progress or Progress()
        self._beat.progress = Progress(
            percent=known.percent if percent is None else min(max(percent, 0), 100),
            step=known.step if step is None else step[:500],
            counters={**known.counters, **counters},
        )
        self._changed.set()

    def checkpoint(self, cursor: dict[str, Any]) -> None:
        """See `TaskContext.checkpoint`.

        Raises:
            InvalidParams: the cursor is too large to travel in a heartbeat.
        """
        if len(json.dumps(cursor)) > HEARTBEAT_LIMIT // 2:
            raise InvalidParams(f"The cursor of this task grew beyond {HEARTBEAT_LIMIT // 2} characters.")
        self._beat.cursor = cursor
        self._changed.set()

    async def store(self, kind: RecordKind, records: Sequence[Record]) -> StoreReply:
        """See `TaskContext.store`."""
        if not records:
            return StoreReply(inserted=0, duplicates=0)
        return await self._sink.store(self.task_id, self._token, kind, records)

    async def turn(self) -> None:
        """See `TaskContext.turn`."""
        given = False
        while not given:
            turn = await self._sink.turn(self.task_id, self._token)
            await asyncio.sleep(turn.wait_seconds)
            given = turn.given

    async def material(self, query: MaterialQuery) -> list[dict[str, Any]]:
        """See `TaskContext.material`."""
        return await self._sink.material(self.task_id, self._token, query)

    async def hold(self, shared: Any) -> None:
        """See `TaskContext.hold`."""
        try:
            await self._sessions.hold(self.task_id, self._token, shared)
        except asyncio.CancelledError:
            details = activity.cancellation_details()
            if details is not None and details.reset and not details.cancel_requested:
                raise SessionQueueLost from None
            # Otherwise it is handed back, or another attempt has it.
            if details is None or not details.cancel_requested:
                raise

    @contextlib.asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Report for as long as the block runs: soon, at every change, and regularly as a sign of life."""
        if self.cursor:
            # At once, for the attempt after this one: were this one lost before its next page, the cursor would be.
            activity.heartbeat(self._beat)
        beating = asyncio.create_task(self._keep_beating())
        try:
            yield
        finally:
            beating.cancel()

    async def _keep_beating(self) -> None:
        if not self.cursor:
            await self._change(_FIRST_WORD_SECONDS)
            # It says "running" and no more: the gateway keeps it, Temporal need not store it.
            activity.heartbeat()
        while True:
            await self._change(self._interval)
            self._changed.clear()
            # The SDK sends at most one in max_heartbeat_throttle_interval, always the newest.
            activity.heartbeat(self._beat)

    async def _change(self, seconds: float) -> None:
        if not self._changed.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()


def _cursor_of(details: Sequence[Any]) -> dict[str, Any] | None:
    try:
        return Beat.model_validate(details[0]).cursor if details else None
    except ValueError:
        logger.warning("the last attempt left details that cannot be read, starting over")
        return None
