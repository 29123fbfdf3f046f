"""A capability that an admin takes away from a worker that runs: its polls end, and new ones get nothing.

They are not refused: a worker whose poll is refused ends as a whole, with what it does for its other capabilities.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable

from api.gateway.keyring import Visitor

#: An answer without a task, as Temporal gives it when a poll has been open for long enough.
_NOTHING = b""
#: Kept below the worker's own patience, so that its poll ends in an answer.
_HOLD_SECONDS = 50.0
_LOOK_SECONDS = 1.0


async def while_granted(polling: Awaitable[bytes], withdrawn: asyncio.Event) -> bytes:
    """The answer to a poll, or none once its capability is withdrawn."""
    poll = asyncio.ensure_future(polling)
    taken_away = asyncio.ensure_future(withdrawn.wait())
    try:
        await asyncio.wait({poll, taken_away}, return_when=asyncio.FIRST_COMPLETED)
        return poll.result() if poll.done() else _NOTHING
    finally:
        poll.cancel()
        taken_away.cancel()


async def hold(visitor: Visitor, withdrawn: asyncio.Event, patience: float | None) -> bytes:
    """Keep a poll open without asking Temporal, until the capability is given back or the key is revoked."""
    until = time.monotonic() + min(_HOLD_SECONDS, (patience or _HOLD_SECONDS) * 0.9)
    while withdrawn.is_set() and not visitor.revoked.is_set() and time.monotonic() < until:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(visitor.revoked.wait(), _LOOK_SECONDS)
    return _NOTHING
