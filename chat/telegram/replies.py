"""Sends replies: a message, or the small notice above a button that was pressed."""

from telegram import Bot, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from chat.telegram.parsed_update import ParsedUpdate
from chat.telegram.texts import Answer

#: Refusals that stay: there is no such chat, or the bot may only read there.
_CLOSED = ("chat not found", "not enough rights to send", "have no rights to send")


class Unreachable(Exception):
    """The chat is closed to us (blocked, left, deleted); nothing that is tried again will change that."""


async def send(bot: Bot, chat_id: int, answer: Answer, *, reply_to: int | None = None, topic: int | None = None) -> int:
    """The id of the message. A group that has become a supergroup meanwhile gets it under its new id.

    Raises:
        Unreachable: nobody reads it.
        TelegramError: it may be tried again.
    """
    reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
    try:
        message = await bot.send_message(
            chat_id,
            answer.html,
            parse_mode=ParseMode.HTML,
            reply_markup=answer.keyboard,
            reply_parameters=reply,
            message_thread_id=topic,
        )
    except ChatMigrated as error:
        # It has no topics yet, and none of its old messages.
        return await send(bot, error.new_chat_id, answer)
    except Forbidden as error:
        raise Unreachable(error.message) from error
    except BadRequest as error:
        said = error.message.lower()
        if any(each in said for each in _CLOSED):
            raise Unreachable(error.message) from error
        if topic is not None and "thread not found" in said:
            # The topic was deleted.
            return await send(bot, chat_id, answer, reply_to=reply_to)
        raise
    return message.message_id


async def edit(bot: Bot, chat_id: int, message_id: int, answer: Answer) -> bool:
    """False when the message is gone.

    Raises:
        Unreachable, TelegramError: as `send`.
    """
    try:
        await bot.edit_message_text(
            answer.html, chat_id, message_id, parse_mode=ParseMode.HTML, reply_markup=answer.keyboard
        )
    except ChatMigrated as error:
        return await edit(bot, error.new_chat_id, message_id, answer)
    except Forbidden as error:
        raise Unreachable(error.message) from error
    except BadRequest as error:
        if "not modified" in error.message.lower():
            return True
        if "not found" in error.message.lower() or "can't be edited" in error.message.lower():
            return False
        raise
    return True


async def reply(bot: Bot, asked: ParsedUpdate, answer: Answer, *, late: bool = False) -> None:
    """Answer a message with a message, and a button with a notice; a notice that comes late becomes a message."""
    if asked.query_id is None or late:
        await send(bot, asked.chat_id, answer, topic=asked.topic)
        return
    try:
        await bot.answer_callback_query(asked.query_id, text=answer.plain)
    except BadRequest:
        # Telegram waits a few seconds only.
        await send(bot, asked.chat_id, answer, topic=asked.topic)
