"""Rows that wait rest; once a minute Temporal is asked how many workflows are open, and only then what differs.

For what leaves no trace in what the watcher reads: a workflow that was deleted, or lost with Temporal's disk.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from db.engine import one_by_one
from db.tasks.comparison import count_open, differing, waiting_rows
from workers.core.mirror.reconciler import Reconciler
from workers.core.mirror.visibility import count_open_runs, pages

logger = logging.getLogger(__name__)

_POLL_SECONDS = 60.0
#: Even if the numbers agree: two differences may make up for each other.
_LIST_ANYWAY_SECONDS = 900.0
#: So many runs and rows are listed in a second, in the long run, however long the numbers differ: each costs Temporal
#: 0.4 ms (*measured*), so that is 1 % of a core. It is no share of the time that listing takes: on a machine that is
#: busy with other things that is long, and what it has to mend would come late, too.
_LISTED_PER_SECOND = 20
#: A row that has just changed may be ahead of what Temporal lists.
_QUIET_SECONDS = 60.0
_PAGE = 100
#: Asked about each minute in turn, though nothing seems to differ: Describe alone shows a claim that a gateway died
#: with, or a pause.
_FEW = 10


class WaitingRows:
    """Compares what waits with what is open in Temporal."""

    def __init__(
        self,
        engine: AsyncEngine,
        client: Client,
        reconciler: Reconciler,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock``: seconds."""
        self._engine = engine
        self._client = client
        self._reconciler = reconciler
        self._clock = clock
        self._turn: AsyncIterator[list[str]] | None = None
        self._listed_at = float("-inf")
        #: Runs and rows, with the last listing.
        self._listed = 0

    async def run(self) -> None:
        """Look once a minute until cancelled."""
        while True:
            try:
                await self.look()
            except (RPCError, SQLAlchemyError, OSError) as error:
                logger.warning("cannot compare what waits with Temporal right now: %s", error)
            await asyncio.sleep(_POLL_SECONDS)

    async def look(self) -> None:
        """Compare the numbers, and where they differ the rows; and ask about the next few whatever is the case."""
        if await self._is_listing_due():
            self._listed = 0
            try:
                await self._list()
            finally:
                self._listed_at = self._clock()
        if self._turn is None:
            self._turn = waiting_rows(self._engine, page=_FEW, quiet=_QUIET_SECONDS)
        few = await anext(self._turn, None)
        if few is None:
            self._turn = None
        # One after the other: at once they would need as many connections, and after a minute of rest all of them had
        # to be made anew, which was the most that 3,000 waiting tasks cost core.
        for workflow_id in few or ():
            await self._reconciler.reconcile_all([workflow_id])

    async def _is_listing_due(self) -> bool:
        rested = self._clock() - self._listed_at
        if rested < self._listed / _LISTED_PER_SECOND:
            return False
        if rested >= _LIST_ANYWAY_SECONDS:
            return True
        async with one_by_one(self._engine).connect() as connection:
            rows = await count_open(connection)
        return rows != await count_open_runs(self._client)

    async def _list(self) -> None:
        """What Temporal lists and the mirror has otherwise, and what the mirror has and Temporal does not list."""
        began = self._clock()
        # Eight bytes of each id are as good as all of it, and 3,000 open tasks are no more than 300 kB.
        listed: set[int] = set()
        for status in ("Running", "Paused"):
            async for page in pages(self._client, status, first=_PAGE, size=_PAGE):
                listed.update(hash(run.workflow_id) for run in page.tasks)
                self._listed += len(page.tasks)
                await self._reconciler.reconcile_all(await differing(self._engine, page.tasks))
        quiet = _QUIET_SECONDS + self._clock() - began
        async for rows in waiting_rows(self._engine, page=_PAGE, quiet=quiet):
            self._listed += len(rows)
            await self._reconciler.reconcile_all([each for each in rows if hash(each) not in listed])
