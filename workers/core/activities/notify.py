"""Trusted activities of core: send one message, give one up, write a digest.

At least once: whoever dies between a service's yes and the note of it sends the message again. Everything else that is
repeated is found to be done.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from contracts import names
from contracts.alerts.messages import DeliveryRef, GiveUp
from db.alerts import deliveries
from db.alerts.deliveries import Begun, EarlierUnderWay
from runtime.failpoints import Failpoints
from services.alerts.channels.outlets import Outlets
from services.alerts.channels.sender import SendFailed

logger = logging.getLogger(__name__)

_BEAT_SECONDS = 2.0
_LET_PASS = timedelta(seconds=1)


class NotifyActivities:
    def __init__(self, engine: AsyncEngine, outlets: Outlets, failpoints: Failpoints) -> None:
        self._engine = engine
        self._outlets = outlets
        self._failpoints = failpoints

    @activity.defn(name=names.SEND_NOTIFICATION_ACTIVITY)
    async def send(self, delivery: DeliveryRef) -> str:
        """Send the message unless that is done; a newer one about the same alert goes before it."""
        begun = await self._begin(delivery)
        if begun is None:
            return "nothing to do"
        try:
            async with _heard():
                message_id = await self._outlets.send(begun)
        except SendFailed as error:
            await self._miss(delivery.id, error)
            raise _for_temporal(error) from None
        await self._failpoints.hit("notify.after-send")
        async with self._engine.begin() as connection:
            await deliveries.note_sent(connection, delivery.id, message_id)
        return "sent"

    @activity.defn(name=names.GIVE_UP_NOTIFICATION_ACTIVITY)
    async def give_up(self, order: GiveUp) -> None:
        """Note that nobody tries any more."""
        async with self._engine.begin() as connection:
            await deliveries.note_missed(connection, order.id, _now(), f"Given up: {order.reason}", final=True)

    async def _begin(self, delivery: DeliveryRef) -> Begun | None:
        try:
            async with self._engine.begin() as connection:
                return await deliveries.begin_try(connection, delivery.id)
        except EarlierUnderWay:
            raise ApplicationError(
                "The message before this one is on its way.",
                next_retry_delay=_LET_PASS,
                category=ApplicationErrorCategory.BENIGN,
            ) from None

    async def _miss(self, id_: int, error: SendFailed) -> None:
        async with self._engine.begin() as connection:
            await deliveries.note_missed(connection, id_, _now(), str(error))
        logger.warning("the notification %d was not sent: %s", id_, error)


@contextlib.asynccontextmanager
async def _heard() -> AsyncIterator[None]:
    """Heartbeats until the block ends, so that the end of core is noticed before the longest try would be over."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()


def _for_temporal(error: SendFailed) -> ApplicationError:
    delay = timedelta(seconds=error.retry_after) if error.retry_after else None
    return ApplicationError(
        str(error),
        type="SendFailed",
        non_retryable=error.final,
        next_retry_delay=delay,
        # The log of tries has it: no stack trace for a service that is away.
        category=ApplicationErrorCategory.BENIGN,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat()
