"""One poll at a time, over one queue or several.

A poll that is open may bring a task at any moment. With one per queue, a claim would often get several tasks where it
wants one, and each of the others would cost an attempt to give back. So a claim over several queues asks the mirror
where work waits and polls there; now and then it polls a quiet queue all the same, which catches what the mirror
does not know and shows that the bot is there.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence

from temporalio.api.workflowservice.v1 import PollActivityTaskQueueResponse

from api.bots.bot import Bot
from api.bots.gateway_client import SHORTEST_POLL_SECONDS, Gateway
from api.bots.waiting_queues import FRESH_SECONDS, WaitingQueues
from services.errors import GatewayUnavailable

#: Between two polls of quiet queues. Presence forgets a worker that calls less often than every 8 s.
_QUIET_SECONDS = 3.0
#: A queue that was not polled for this long is polled at once.
_FORGOTTEN_SECONDS = 60.0
_REMEMBERED = 10_000
#: Between two rounds.
_PAUSE_SECONDS = FRESH_SECONDS


class Poller:
    """Finds one task for a worker. One object per process."""

    def __init__(self, gateway: Gateway, waiting: WaitingQueues) -> None:
        self._gateway = gateway
        self._waiting = waiting
        #: (worker, queue) -> when it was polled last, for claims over several queues.
        self._polled_at: dict[tuple[uuid.UUID, str], float] = {}

    async def poll(self, bot: Bot, capabilities: Sequence[str], seconds: float) -> PollActivityTaskQueueResponse | None:
        """One task of these capabilities, or None when none came in about that time.

        Raises:
            NotAllowed: the gateway refuses the key or a capability.
            GatewayUnavailable: it could not be asked in all that time.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                queues = await self._waiting.asked_by(bot.worker_id, capabilities)
                task = await self._round(bot, queues, deadline)
            except GatewayUnavailable:
                if time.monotonic() + _PAUSE_SECONDS >= deadline:
                    raise
                task = None
            if task is not None or time.monotonic() >= deadline:
                return task
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _round(self, bot: Bot, queues: Sequence[str], deadline: float) -> PollActivityTaskQueueResponse | None:
        if len(queues) == 1:
            return await self._gateway.poll(bot, queues[0], deadline - time.monotonic())
        for queue in await self._next(bot, queues):
            self._note(bot, queue)
            task = await self._gateway.poll(bot, queue, SHORTEST_POLL_SECONDS)
            if task is not None:
                return task
        return None

    async def _next(self, bot: Bot, queues: Sequence[str]) -> list[str]:
        """The queues to poll now: those with work, and a quiet one when its time has come."""
        waiting = await self._waiting.among(queues)
        polled_at = {queue: self._polled_at.get((bot.worker_id, queue), float("-inf")) for queue in queues}
        oldest = min(polled_at, key=polled_at.__getitem__)
        now = time.monotonic()
        is_due = now - polled_at[oldest] > _FORGOTTEN_SECONDS or now - max(polled_at.values()) > _QUIET_SECONDS
        return [*waiting, oldest] if is_due and oldest not in waiting else waiting

    def _note(self, bot: Bot, queue: str) -> None:
        if len(self._polled_at) >= _REMEMBERED:
            self._polled_at.clear()
        self._polled_at[bot.worker_id, queue] = time.monotonic()
