"""Handing a task to a bot: taken from the gateway, remembered, answered; or given back when nobody is there for it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError
from temporalio.api.workflowservice.v1 import PollActivityTaskQueueResponse

from api.bots.bot import Bot
from api.bots.gateway_client import Gateway, LeaseGone
from api.bots.polling import Poller
from api.bots.waiting_queues import WaitingQueues
from contracts.names import task_id_of
from contracts.storable import TooDeep, cleaned
from contracts.tasks.work import HANDED_BACK, WORKER_LEFT, Beat, TaskFailure, WorkItem
from db.session import Database, DiskFull, Unavailable
from db.workers.bot_leases import BotLease, remember
from runtime.leases import seal, unseal
from services.errors import DomainError, TooManyClaims

logger = logging.getLogger(__name__)

#: Claims of one worker at once in this process.
MOST_CLAIMS = 50
#: Wait before the next attempt after one was given back.
_SOON_SECONDS = 0.01


@dataclass(frozen=True)
class Claim:
    """A task that was handed to a bot."""

    lease: BotLease
    task_type: str
    item: WorkItem
    claimed_at: datetime

    @property
    def cursor(self) -> dict[str, object] | None:
        """Where an earlier attempt, or an earlier round, stopped."""
        return Beat.model_validate(self.lease.beat).cursor


class Claims:
    """One per process; what matters is in Postgres and at the gateway."""

    def __init__(
        self, database: Database, gateway: Gateway, waiting: WaitingQueues, lease_keys: Sequence[bytes]
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._waiting = waiting
        self._poller = Poller(gateway, waiting)
        self._lease_keys = lease_keys
        self._open: Counter[str] = Counter()
        #: What was handed out last could not be noted.
        self._is_forgetful = False

    async def take(self, bot: Bot, capabilities: Sequence[str], seconds: float) -> Claim | None:
        """A task for this bot, or None when none came in about that time.

        Raises:
            NotAllowed: the gateway refuses the key or a capability.
            GatewayUnavailable: it cannot be asked right now.
            TooManyClaims: the worker has very many open already.
            Unavailable: the database does not answer; the task, if there was one, was given back.
        """
        if self._open[bot.key] >= MOST_CLAIMS:
            raise TooManyClaims
        self._open[bot.key] += 1
        try:
            await self._can_note()
            task = await self._poller.poll(bot, capabilities, seconds)
        finally:
            self._open[bot.key] -= 1
            self._open += Counter()  # drops zeros
        return await self._remembered(bot, task) if task else None

    async def give_back(self, bot: Bot, lease: BotLease, why: str, *, unseen: bool = False) -> None:
        """End the attempt so that the next one begins at once, elsewhere. On the last attempt this ends the task.

        Args:
            unseen: the bot never got it, so that it is not counted.
        """
        failure = TaskFailure(type=HANDED_BACK if unseen else WORKER_LEFT, message=why)
        token = self._unseen(lease.token) if unseen else lease.token
        try:
            await self._gateway.failed(bot, token, failure, retry_after=_SOON_SECONDS)
        except (LeaseGone, DomainError) as error:
            # It stays with nobody, so it is handed on when its heartbeat times out.
            logger.warning("task %s could not be given back: %s", lease.task_id, error)

    def _unseen(self, token: bytes) -> bytes:
        """The same with our word for it, which a bot could not give."""
        lease, of_temporal = unseal(token, self._lease_keys)
        return seal(lease.model_copy(update={"unseen": True}), of_temporal, self._lease_keys)

    async def _can_note(self) -> None:
        """Raises Unavailable while what is handed out cannot be noted: tasks would go around in circles."""
        if self._database.disk_is_full:
            raise DiskFull
        if self._is_forgetful:
            # One question for all claims.
            await self._waiting.among(())

    async def _remembered(self, bot: Bot, task: PollActivityTaskQueueResponse) -> Claim:
        claim = self._claim_of(bot, task)
        try:
            async with self._database.transaction() as connection:
                await remember(connection, claim.lease, Beat.model_validate(claim.lease.beat).model_dump_json())
        except (Unavailable, asyncio.CancelledError) as error:
            self._is_forgetful |= isinstance(error, Unavailable)
            await self.give_back(bot, claim.lease, "The task could not be noted for its bot.", unseen=True)
            raise
        self._is_forgetful = False
        return claim

    def _claim_of(self, bot: Bot, task: PollActivityTaskQueueResponse) -> Claim:
        lease, _ = unseal(task.task_token, self._lease_keys)
        item = WorkItem.model_validate_json(task.input.payloads[0].data)
        given = BotLease(
            worker_id=bot.worker_id,
            task_id=task_id_of(lease.workflow_id),
            round=lease.round,
            run_id=lease.run_id,
            attempt=lease.attempt,
            token=task.task_token,
            beat=Beat(cursor=_cursor_of(task) or item.cursor).model_dump(),
            heartbeat_timeout=task.heartbeat_timeout.ToTimedelta().total_seconds(),
        )
        return Claim(given, task.activity_type.name, item, datetime.now(UTC))


def _cursor_of(task: PollActivityTaskQueueResponse) -> dict[str, object] | None:
    """What the attempt before left behind, if it is readable."""
    if not task.heartbeat_details.payloads:
        return None
    try:
        left = Beat.model_validate_json(task.heartbeat_details.payloads[0].data)
        # Other workers' cursors are not checked on their way to Temporal, and may hold what Postgres refuses.
        found: dict[str, object] | None = cleaned(left.cursor)
    except (ValidationError, TooDeep):
        return None
    return found
