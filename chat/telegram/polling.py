"""Asking Telegram for updates, which needs no open port."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from chat.telegram.update_intake import Receiver
from db.session import Unavailable

logger = logging.getLogger(__name__)

WANTED = ["message", "callback_query"]
#: How long Telegram may keep us waiting when there is nothing.
_HOLD = timedelta(seconds=25)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


class UpdatesRequest(HTTPXRequest):
    """An update that the library cannot read becomes an empty one: it would stand before all others for ever."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See `HTTPXRequest`."""
        answer: dict[str, Any] = HTTPXRequest.parse_json_payload(payload)
        if isinstance(updates := answer.get("result"), list):
            answer["result"] = [_readable(each) for each in updates]
        return answer


def _readable(update: Any) -> Any:
    try:
        Update.de_json(update, None)
    except Exception as error:
        if not isinstance(update, dict) or "update_id" not in update:
            return update
        logger.error("update %s cannot be read, and is left out: %s", update["update_id"], type(error).__name__)
        return {"update_id": update["update_id"]}
    return update


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
