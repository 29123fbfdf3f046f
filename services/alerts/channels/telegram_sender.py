"""Sends with the token of our Telegram bot: one message per alert, which is edited as the alert goes on, with buttons.

What the buttons do is the business of the bot (api/telegram), which listens to them.
"""

import contextlib
import logging
import warnings
from collections.abc import AsyncIterator
from datetime import timedelta
from html import escape

from pydantic import SecretStr
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from contracts.alerts.channels import place_of
from contracts.alerts.telegram_buttons import AGAIN, QUIET, button
from services.alerts.channels.sender import Message, SendFailed

logger = logging.getLogger(__name__)

_SECONDS = 20
#: Telegram takes 4,096 characters after parsing.
_LONGEST_TITLE, _LONGEST_BODY = 500, 3_000
_LONGEST_WAIT = 3_600.0
_WITHOUT_BOT = "Core has no bot to send it with. Set CLAWDBOT_TELEGRAM_TOKEN for core, too."
_NOT_ACCEPTED = "Telegram does not accept CLAWDBOT_TELEGRAM_TOKEN. Copy it again from @BotFather."
_NO_CHAT = "The channel's url must be like telegram://123456789. Correct it in the settings of core."
#: Kinds of messages that can be muted, and whose task may be tried again.
_LASTING = ("first", "update")
_GONE = ("message to edit not found", "message can't be edited")


class TelegramSender:
    """``bot_api``: where Telegram's Bot API is."""

    def __init__(self, token: SecretStr | None, bot_api: str) -> None:
        self._token = token
        self._base_url = f"{bot_api.rstrip('/')}/bot"

    async def send(self, url: str, message: Message) -> str:
        """See `Sender`. The id names the chat, too: in another one, the same number is another message."""
        place = place_of(url)
        if self._token is None or place is None:
            raise SendFailed(_WITHOUT_BOT if self._token is None else _NO_CHAT, final=True)
        chat, topic = place
        try:
            async with _bot(self._token.get_secret_value(), self._base_url) as bot:
                try:
                    return f"{chat}/{await _put(bot, chat, topic, message)}"
                except ChatMigrated as moved:
                    logger.warning("a channel's group has become a supergroup: put %s into its url", moved.new_chat_id)
                    return f"{moved.new_chat_id}/{await _put(bot, moved.new_chat_id, None, message)}"
        except TelegramError as error:
            # Not chained: its cause may have the address, and so the token, in it.
            raise _failure(error) from None


@contextlib.asynccontextmanager
async def _bot(token: str, base_url: str) -> AsyncIterator[Bot]:
    """With a connection of its own: messages are rare, and nothing is left open."""
    async with HTTPXRequest(read_timeout=_SECONDS, write_timeout=_SECONDS, connect_timeout=_SECONDS) as request:
        yield Bot(token, base_url=base_url, request=request, get_updates_request=request)


async def _put(bot: Bot, chat: int, topic: int | None, message: Message) -> int:
    """The number of the message that says it now."""
    before = _number(message.edits, chat)
    if before is not None and await _edited(bot, chat, before, message):
        return before
    sent = await bot.send_message(
        chat,
        _html(message),
        parse_mode=ParseMode.HTML,
        reply_markup=_keyboard(message),
        link_preview_options=_no_preview(),
        message_thread_id=topic,
    )
    return sent.message_id


async def _edited(bot: Bot, chat: int, number: int, message: Message) -> bool:
    """False when the message is gone."""
    try:
        await bot.edit_message_text(
            _html(message),
            chat,
            number,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(message),
            link_preview_options=_no_preview(),
        )
    except BadRequest as error:
        said = error.message.lower()
        if any(each in said for each in _GONE):
            return False
        # A try whose end was not noted has said it already.
        if "not modified" not in said:
            raise
    return True


def _number(edits: str | None, chat: int) -> int | None:
    """Of a message in this chat."""
    where, _, number = (edits or "").partition("/")
    return int(number) if where == str(chat) and number.isdigit() else None


def _html(message: Message) -> str:
    parts = [f"<b>{_safe(message.title, _LONGEST_TITLE)}</b>", _safe(message.body, _LONGEST_BODY)]
    return "\n\n".join(filter(None, parts))


def _safe(text: str, most: int) -> str:
    """As HTML, cut before it is escaped; nothing in it calls people."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return escape(short.replace("@", "@\u200b"), quote=False)


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if message.kind not in _LASTING:
        return None
    buttons = [button(AGAIN, message.failed_task)] if message.failed_task else []
    buttons.append(button(QUIET, message.notification_id))
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data) for label, data in buttons]])


def _no_preview() -> LinkPreviewOptions:
    return LinkPreviewOptions(is_disabled=True)


def _failure(error: TelegramError) -> SendFailed:
    """Sentences of our own: what the library says may quote the address."""
    match error:
        case RetryAfter():
            return SendFailed("telegram answered 429 Too Many Requests.", retry_after=_asked_to_wait(error))
        case InvalidToken():
            return SendFailed(_NOT_ACCEPTED, final=True)
        case Forbidden():
            return SendFailed("The bot may not write to the chat: it was blocked or removed there.", final=True)
        case BadRequest() if "chat not found" in error.message.lower():
            return SendFailed("There is no such chat, or nobody there has written to the bot yet.", final=True)
        case BadRequest():
            return SendFailed("telegram answered 400 Bad Request.", final=True)
        case _:
            return SendFailed("telegram could not be reached, or did not take the message.")


def _asked_to_wait(error: RetryAfter) -> float:
    """Seconds."""
    with warnings.catch_warnings():
        # The next version of the library has a timedelta here, and this one warns of it.
        warnings.simplefilter("ignore")
        asked = error.retry_after
    seconds = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
    return min(max(seconds, 1.0), _LONGEST_WAIT)
