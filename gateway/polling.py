"""Polls, and what ends them early: the key is revoked, an admin takes the capability away, the worker is paused.

Only the first is an error: a worker whose poll is refused ends as a whole, with what it does for its other
capabilities. The others get the answer "no task", as Temporal gives it when a poll has been open for long enough.
"""

import asyncio
from collections.abc import Awaitable, Callable

from gateway.flags import Flag, first_of
from gateway.keyring import Visitor
from runtime.refused import Reason, denied

#: An answer without a task.
NOTHING = b""
#: An open poll is cut this long after a pause. A task on its way would be lost to a poll that is cut at once (of a full
#: queue, one per pause was): it would begin nowhere, and again elsewhere after its heartbeat timeout.
_ON_ITS_WAY_SECONDS = 0.25
_MARGIN_SECONDS = 1.0
#: What a worker may ask is read anew about as often.
_LOOK_SECONDS = 1.0
_LONGEST_POLL_SECONDS = 60.0

Forward = Callable[[], Awaitable[bytes]]


async def poll(visitor: Visitor, forward: Forward) -> bytes:
    """The answer to a poll that nothing but a revoked key ends.

    Raises:
        Refused: the key was revoked.
    """
    return await _unless(forward, (visitor.revoked,)) or nothing(visitor)


async def poll_while_granted(
    visitor: Visitor, withdrawn: Flag, paused: Flag, timeout: float | None, forward: Forward
) -> bytes:
    """The answer to a poll for tasks; nothing while the worker is paused.

    Raises:
        Refused: the key was revoked.
    """
    time_is_up = asyncio.get_running_loop().time() + patience(timeout)
    if not paused.is_set():
        answer = await _unless(forward, (visitor.revoked, withdrawn), paused)
        if answer is not None:
            return answer
    if paused.is_set():
        left = time_is_up - asyncio.get_running_loop().time()
        await first_of([(paused, False), (withdrawn, True), (visitor.revoked, True)], seconds=max(left, 0))
    return nothing(visitor)


async def wait_for_grant(visitor: Visitor, withdrawn: Flag, timeout: float | None) -> bytes:
    """Keep a poll open, without asking Temporal, until the capability is given back.

    Raises:
        Refused: the key was revoked.
    """
    await first_of([(withdrawn, False), (visitor.revoked, True)], seconds=patience(timeout))
    return nothing(visitor)


async def wait_until_served(visitor: Visitor, queue: str, timeout: float | None) -> bytes:
    """Keep a poll open, without asking Temporal, until the worker may ask this queue, as far as is known here.

    Raises:
        Refused: the key was revoked.
    """
    time_is_up = asyncio.get_running_loop().time() + patience(timeout)
    while queue not in visitor.queues and asyncio.get_running_loop().time() < time_is_up:
        await first_of([(visitor.revoked, True)], seconds=_LOOK_SECONDS)
        if visitor.revoked.is_set():
            break
    return nothing(visitor)


async def _unless(forward: Forward, cut: tuple[Flag, ...], paused: Flag | None = None) -> bytes | None:
    """The answer, or None when one of the flags was set before it came."""
    work = asyncio.ensure_future(forward())
    flags = (*cut, paused) if paused else cut
    try:
        await first_of([(flag, True) for flag in flags], work=work)
        if not work.done() and paused and paused.is_set():
            await first_of([(flag, True) for flag in cut], work=work, seconds=_ON_ITS_WAY_SECONDS)
        return work.result() if work.done() else None
    finally:
        work.cancel()


def nothing(visitor: Visitor) -> bytes:
    """The answer "no task". Raises Refused if the key was revoked."""
    if visitor.revoked.is_set():
        raise denied(Reason.REVOKED_KEY, "This worker key has been revoked.")
    return NOTHING


def patience(timeout: float | None) -> float:
    """Seconds that a poll without an answer may take: less than its worker and Temporal itself would wait."""
    return max(min(timeout or _LONGEST_POLL_SECONDS, _LONGEST_POLL_SECONDS) - _MARGIN_SECONDS, 0.0)
