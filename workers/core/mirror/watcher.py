"""Notices what happened on the Temporal side without us: started, terminated or reset from its CLI or Web UI.

Visibility is only the hint that something differs; the reconciler then asks about that one workflow. Each status is a
question of its own, answered newest first, and read until where it was read before: a mark in Postgres, by Temporal's
own clock, so a restart goes on there and a clock of core that is wrong changes nothing.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from contracts.names import plan_of_workflow
from db.plans.keeping import note_lost
from db.tasks.comparison import SeenRun, differing, read_marks, set_mark
from workers.core.mirror.reconciler import Reconciler
from workers.core.mirror.visibility import newest_closed, pages

logger = logging.getLogger(__name__)

#: Of the five seconds that are promised; a look, the grace and the question to Temporal take up to one.
_POLL_SECONDS = 2.0
#: Visibility is written about 0.1 s after the fact, in nearly the order of events.
_OVERLAP = timedelta(seconds=2)
#: But a server that was overloaded or restarted in between may write what came earlier later. Every so many looks:
_LATE = timedelta(minutes=1)
_LATE_EVERY = 15
#: So often while nothing newer comes; or thousands that were started at once would be read again for ever.
_LATE_LOOKS = 2
#: Where there is no mark: before the first look of all, back from the newest run.
_FIRST_LOOK = timedelta(days=1)
#: Looks at what has ended, after a run has: others that ended at the same time may be listed later.
_ENDED_LOOKS = 2
#: Outcomes that workflows write themselves are on their way.
_GRACE_SECONDS = 0.5
_PAGE = 100
#: What is remembered, at most.
_AGREED, _AGAIN, _TRIES = 1_000, 1_000, 10


@dataclass
class _Question:
    """Runs of one status."""

    status: str
    #: Asked with every look, or only where late ones are looked for, too.
    always: bool = True
    #: Of those that have ended; nothing is asked while no run ends.
    closed: bool = True
    #: Until when all is compared, and the run that was the newest then.
    mark: datetime | None = None
    newest_run: str = ""
    #: How often it was read again since then.
    late_looks: int = 0


def _questions() -> list[_Question]:
    closed = [_Question(status) for status in ("Failed", "Canceled", "Terminated", "TimedOut")]
    # Who completes has written that, or `workers.core.mirror.successes` looks whether it was. This is for a core that
    # died meanwhile, and for a mirror that came from a backup.
    late = [_Question("Completed", always=False), _Question("Paused", always=False, closed=False)]
    return [_Question("Running", closed=False), *closed, *late]


class Watcher:
    """Compares what visibility shows of the last seconds with the mirror, every two seconds."""

    def __init__(self, engine: AsyncEngine, client: Client, reconciler: Reconciler) -> None:
        self._engine = engine
        self._client = client
        self._reconciler = reconciler
        self._questions = _questions()
        #: Runs that the mirror has right, oldest first, so that those in the overlap are compared once.
        self._agreed: dict[SeenRun, None] = {}
        #: The run that was the last to end, however it did, and how often what ended is still looked at because of it.
        self._ended_last, self._ended_looks = "", _ENDED_LOOKS
        #: Workflows that could not be asked about, and how often that was tried.
        self._again: dict[str, int] = {}

    async def run(self) -> None:
        """Watch until cancelled."""
        looks = 0
        while True:
            try:
                if looks == 0:
                    await self.read_marks()
                await self.look(late=looks % _LATE_EVERY == 0)
                looks += 1
            except (RPCError, SQLAlchemyError, OSError) as error:
                logger.warning("cannot watch the Temporal side right now: %s", error)
            await asyncio.sleep(_POLL_SECONDS)

    async def look(self, *, late: bool) -> None:
        """Compare what is new since the last look; ``late``: also what was written long after it happened."""
        again, self._again = self._again, {}
        for workflow_id in await self._reconciler.reconcile_all(list(again)):
            if again[workflow_id] < _TRIES:
                self._again[workflow_id] = again[workflow_id] + 1
        # One question at rest, in the place of one for each way to end.
        newest = await newest_closed(self._client)
        if newest != self._ended_last:
            self._ended_last, self._ended_looks = newest, _ENDED_LOOKS
        for question in self._questions:
            if question.closed and not (self._ended_looks or late):
                continue
            if question.always:
                reread = late and question.late_looks < _LATE_LOOKS
                await self._ask(question, _LATE if late else _OVERLAP, even_if_nothing_is_new=reread)
            elif late:
                # Completed runs are nearly all there are: each is listed once.
                await self._ask(question, _OVERLAP, even_if_nothing_is_new=False)
        self._ended_looks = max(self._ended_looks - 1, 0)

    async def _ask(self, question: _Question, overlap: timedelta, *, even_if_nothing_is_new: bool) -> None:
        newest: datetime | None = None
        newest_run, floor = "", None
        async for page in pages(self._client, question.status, first=1, size=_PAGE):
            if newest is None or floor is None:
                if page.first_run_id == question.newest_run and not even_if_nothing_is_new:
                    return
                newest, newest_run = page.newest, page.first_run_id
                floor = question.mark - overlap if question.mark else newest - _FIRST_LOOK
            await self._compare(page.tasks)
            await self._look_after([run for run in page.plans if run.ends and run not in self._agreed])
            if page.oldest < floor:
                break
        question.late_looks = question.late_looks + 1 if newest_run == question.newest_run else 0
        question.newest_run = newest_run
        # Not the later of the two: if Temporal's clock was put back, its time is followed.
        if newest is not None and newest != question.mark:
            question.mark = newest
            async with self._engine.begin() as connection:
                await set_mark(connection, question.status, newest)

    async def _compare(self, runs: Sequence[SeenRun]) -> None:
        fresh = [run for run in runs if run not in self._agreed]
        differ = set(await differing(self._engine, fresh))
        if differ:
            await asyncio.sleep(_GRACE_SECONDS)
            differ = set(await differing(self._engine, [run for run in fresh if run.workflow_id in differ]))
        failed = await self._reconciler.reconcile_all(sorted(differ))
        for workflow_id in failed:
            # The mark moves on all the same.
            if len(self._again) < _AGAIN:
                self._again.setdefault(workflow_id, 0)
        # What has ended stays as it was asked about; a run of long ago never becomes that of its row.
        settled = (run for run in fresh if run.workflow_id not in (failed if run.ends else differ))
        self._agreed.update(dict.fromkeys(settled))
        for run in list(self._agreed)[:-_AGREED]:
            del self._agreed[run]

    async def _look_after(self, runs: Sequence[SeenRun]) -> None:
        """Runs of plans that have ended: `workers.core.plan_keeper` sees whether they were to."""
        plans = [plan for run in runs if (plan := plan_of_workflow(run.workflow_id))]
        if plans:
            async with self._engine.begin() as connection:
                await note_lost(connection, plans)
        self._agreed.update(dict.fromkeys(runs))

    async def read_marks(self) -> None:
        """Go on where the last one was."""
        async with self._engine.connect() as connection:
            marks = await read_marks(connection)
        for question in self._questions:
            question.mark = marks.get(question.status)
