"""Looks once a second whether loops of core have something to do, instead of each of them asking by itself.

At rest that is one statement a second instead of eight. A loop looks by itself once a minute all the same.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import one_by_one
from db.lookout import causes

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
#: A loop that was not called looks after about so long; not all of them at once.
_UNCALLED_SECONDS = 60.0
_APART_SECONDS = 1.3


class Cause(StrEnum):
    """What there may be to do."""

    MESSAGES = "messages"
    BULK = "bulk"
    CIRCUITS = "circuits"
    CANARIES = "canaries"
    FAILURES = "failures"
    SCHEDULES = "schedules"
    TRIGGERS = "triggers"
    QUIET_ROWS = "quiet_rows"


_ORDER = {cause: number for number, cause in enumerate(Cause)}


class Lookout:
    """Calls the loops. ``circuit_window``: seconds in which a failure may open a circuit."""

    def __init__(self, engine: AsyncEngine, circuit_window: float) -> None:
        self._engine = engine
        self._window = circuit_window
        self._called: defaultdict[Cause, asyncio.Event] = defaultdict(asyncio.Event)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                async with one_by_one(self._engine).connect() as connection:
                    for name in await causes(connection, self._window):
                        self._called[Cause(name)].set()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot see right now what there is to do: %s", error)
            await asyncio.sleep(_POLL_SECONDS)

    async def call(self, cause: Cause) -> None:
        """Returns when there is something to do, at the latest after a minute. For one loop per cause."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_UNCALLED_SECONDS - _APART_SECONDS * _ORDER[cause]):
                await self._called[cause].wait()
        self._called[cause].clear()
