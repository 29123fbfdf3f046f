"""Asking Telegram for updates, which needs no open port."""

import asyncio
import logging
from datetime import timedelta

from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from chat.telegram.update_intake import Receiver
from db.session import Unavailable

logger = logging.getLogger(__name__)

WANTED = ["message", "callback_query"]
#: How long Telegram may keep us waiting when there is nothing.
_HOLD = timedelta(seconds=25)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


async def poll(bot: Bot, receiver: Receiver) -> None:
    """Until cancelled. Asking for what comes after an update confirms it, so that is done once it is stored."""
    offset: int | None = None
    pause = _FIRST_PAUSE
    while True:
        try:
            updates = await bot.get_updates(
                offset, timeout=_HOLD, allowed_updates=WANTED, read_timeout=_HOLD.total_seconds() + 10
            )
            await receiver.take([each.to_dict() for each in updates])
        except (TelegramError, Unavailable) as error:
            logger.warning("no updates right now: %s", _sentence(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            continue
        pause = _FIRST_PAUSE
        offset = updates[-1].update_id + 1 if updates else offset


def _sentence(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "another process polls with the same token; only one may. Stop it"
    if isinstance(error, RetryAfter):
        return "Telegram asks us to slow down"
    return str(error) or f"the database does not answer ({error.__cause__})"
