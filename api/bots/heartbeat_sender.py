"""Sends heartbeats of one task for a bot on a socket, and tells the bot when to stop."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from api.bots.bot import Bot
from api.bots.gateway_client import Verdict
from api.bots.messages import Report
from api.bots.reports import Reports
from api.events.hub import Hub, Listener
from contracts.tasks.statuses import TERMINAL
from db.session import Unavailable
from db.workers.bot_leases import BotLease
from services.errors import DomainError, GatewayUnavailable

logger = logging.getLogger(__name__)

#: Between two beats of a task whose heartbeat timeout is 12 s or more.
_LONGEST_PAUSE_SECONDS = 3.0
_BEATS_PER_TIMEOUT = 4
#: While a cancel is on its way from the facade through Temporal to the attempt.
_EAGER_SECONDS = 0.1
_EAGER_BEATS = 30
_NOTHING = Report()


class HeartbeatSender:
    """One task on hand."""

    def __init__(self, bot: Bot, lease: BotLease, reports: Reports, hub: Hub) -> None:
        self.lease = lease
        self._bot = bot
        self._reports = reports
        self._hub = hub
        self._pause = min(lease.heartbeat_timeout / _BEATS_PER_TIMEOUT, _LONGEST_PAUSE_SECONDS)
        #: One report at a time: a beat must not carry older progress than the one before it.
        self._reporting = asyncio.Lock()

    async def report(self, report: Report) -> Verdict:
        """Raises as `Reports.beat`."""
        async with self._reporting:
            verdict, self.lease = await self._reports.beat(self._bot, self.lease, report)
        return verdict

    async def run(self, stop: Callable[[str], Awaitable[None]]) -> None:
        """Beat until cancelled, or until the attempt is over: then ``stop`` is called with the reason."""
        with self._hub.listen([self.lease.task_id]) as listener:
            eager = 0
            while True:
                if await self._something_happened(listener, _EAGER_SECONDS if eager else self._pause):
                    eager = _EAGER_BEATS
                eager = max(eager - 1, 0)
                verdict = await self._beat()
                if verdict.stop is not None:
                    await stop(verdict.stop)
                    return

    async def _beat(self) -> Verdict:
        try:
            return await self.report(_NOTHING)
        except (GatewayUnavailable, Unavailable) as error:
            logger.warning("no heartbeat for task %s right now: %s", self.lease.task_id, error)
            return Verdict()
        except DomainError:
            return Verdict("lease_lost")

    @staticmethod
    async def _something_happened(listener: Listener, seconds: float) -> bool:
        """Wait; True at once when the facade says that the task is to end, or has ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while heard := await listener.queue.get():
                    if heard.event.type == "cancel_requested" or heard.event.status in TERMINAL:
                        return True
        return False
