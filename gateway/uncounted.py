"""Tells which ends of attempts cost their task none of those that it has.

An attempt that its worker hands back, and one at opening a session that never came so far: its worker may not do all
that runs in the session, or could not ask. What a worker says of itself is compared with what the API wrote down.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import temporalio.api.failure.v1 as failure_api
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import LeaseLost
from contracts.task_types import OPENING
from contracts.tasks.work import API_UNAVAILABLE, HANDED_BACK, MOST_ATTEMPTS, SESSION_REFUSED, Lease
from db.engine import one_by_one
from db.plans.sessions import Opening, opening_of
from gateway.session_queues import cannot_look

#: Another worker is looked for at once, and more and more slowly where there is none.
_SOON_SECONDS, _GROWTH, _LONGEST_SECONDS = 0.5, 1.5, 60.0
_MOST_STEPS = 20
#: Refused once a minute for a day: somebody shall see that, so these are counted, and the session fails in the end. All
#: tries that were before count, whatever they came to: nobody notes of each what it was.
MOST_REFUSALS = 1_500
#: No fault of the session's, if it was never open.
_NEVER_OPEN = frozenset({HANDED_BACK, SESSION_REFUSED, API_UNAVAILABLE, LeaseLost.__name__})

#: After which it is no matter of a moment. A worker that stops hands back for ever.
_MOST_TRIES = {API_UNAVAILABLE: MOST_ATTEMPTS, SESSION_REFUSED: MOST_REFUSALS}

#: What Postgres knows of an attempt; None: nothing.
Find = Callable[[Lease], Awaitable[Opening | None]]


def in_postgres(engine: AsyncEngine) -> Find:
    """Raises Refused while Postgres does not answer: the worker reports again."""

    async def find(lease: Lease) -> Opening | None:
        try:
            async with one_by_one(engine).connect() as connection:
                return await opening_of(connection, lease)
        except (SQLAlchemyError, OSError):
            raise cannot_look() from None

    return find


class Uncounted:
    """Of the attempts that workers report as failed."""

    def __init__(self, find: Find) -> None:
        self._find = find

    async def has(self, failure: failure_api.Failure, lease: Lease) -> bool:
        """Whether this one is not counted; the failure then says when the next attempt may begin.

        Raises:
            Refused: that cannot be looked up right now.
        """
        info = failure.application_failure_info
        if lease.task_type not in OPENING:
            return _is_handed_back(failure, lease) and not await self._may_begin_only_once(lease)
        if info.type not in _NEVER_OPEN:
            return False
        known = await self._find(lease)
        if known is None or not known.opens or known.was_open:
            return _is_handed_back(failure, lease) and not (known and known.once)
        if lease.attempt > _MOST_TRIES.get(info.type, lease.attempt):
            return False
        info.non_retryable = False
        if info.type != HANDED_BACK or lease.attempt > _MOST_STEPS:
            steps = min(lease.attempt - 1, _MOST_STEPS)
            wait = timedelta(seconds=min(_SOON_SECONDS * _GROWTH**steps, _LONGEST_SECONDS))
            info.next_retry_delay.FromTimedelta(wait)
        return lease.max_attempts > 0

    async def _may_begin_only_once(self, lease: Lease) -> bool:
        """It may have more attempts by now: those that were given back before a worker saw them."""
        if lease.attempt < lease.max_attempts:
            return False
        known = await self._find(lease)
        return known is not None and known.once


def _is_handed_back(failure: failure_api.Failure, lease: Lease) -> bool:
    """Whether this end of an attempt leaves the task as many as it had.

    A task with one attempt in all is never begun twice. A worker says itself that it hands back, and may lie:
    `MOST_ATTEMPTS` is the end of it.
    """
    return failure.application_failure_info.type == HANDED_BACK and 1 < lease.max_attempts < MOST_ATTEMPTS
