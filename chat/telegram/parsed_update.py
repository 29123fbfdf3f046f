"""Parses a Telegram update into its command, text, sender and chat."""

from dataclasses import dataclass, replace
from typing import Any

from telegram import Bot, Chat, Message, MessageEntity, Update

#: Enough for any command; what is longer is cut.
_LONGEST = 4_000


@dataclass(frozen=True)
class ParsedUpdate:
    """A message to the bot, or a press of a button under one of its messages."""

    bot_id: int
    update_id: int
    chat_id: int
    in_group: bool
    telegram_user_id: int
    #: What Telegram calls the account.
    telegram_name: str
    #: Without the slash; empty for plain language and buttons.
    command: str = ""
    #: What stands after the command, or all of it.
    text: str = ""
    #: It names this bot, or presses its button; in a group nothing else is meant for it.
    addressed: bool = False
    #: Of a button: its data, and the message it stands under.
    button: str | None = None
    query_id: str | None = None
    message_id: int | None = None
    #: Of a group that is divided into topics: the one it was written in; None: the general one.
    topic: int | None = None

    @property
    def words(self) -> list[str]:
        return self.text.split()

    @property
    def key(self) -> str:
        """Of everything that this update brings about, so that it happens once. Another bot counts from elsewhere."""
        return f"telegram-{self.bot_id}-{self.update_id}"


def read_update(payload: dict[str, Any], bot: Bot) -> ParsedUpdate | None:
    """None for what is neither a text nor a button, and for what nobody in particular sent.

    An edited message is no new command.
    """
    update = Update.de_json(payload, bot)
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot:
        return None
    asked = ParsedUpdate(bot.id, update.update_id, chat.id, chat.type != Chat.PRIVATE, user.id, user.full_name)
    if (query := update.callback_query) is not None:
        message_id = query.message.message_id if query.message else None
        topic = _topic(query.message) if isinstance(query.message, Message) else None
        return replace(
            asked, addressed=True, button=query.data or "", query_id=query.id, message_id=message_id, topic=topic
        )
    message = update.message
    if message is None or not message.text:
        return None
    command, addressee, rest = _command(message.text[:_LONGEST], message.parse_entities([MessageEntity.BOT_COMMAND]))
    if addressee is not None and addressee.lower() != bot.username.lower():
        return None
    return replace(asked, command=command, text=rest, addressed=addressee is not None, topic=_topic(message))


def read_move(payload: dict[str, Any], bot: Bot) -> tuple[int, int] | None:
    """(old id, new id), where Telegram says that a group became a supergroup. Nobody else can say so in an update."""
    message = Update.de_json(payload, bot).message
    new = message.migrate_to_chat_id if message else None
    return (message.chat.id, new) if message and new else None


def _topic(message: Message) -> int | None:
    # Replies in other groups have a thread, too, which is no place to write to.
    return message.message_thread_id if message.is_topic_message else None


def _command(text: str, entities: dict[MessageEntity, str]) -> tuple[str, str | None, str]:
    """(command, bot it is addressed to, rest) of a text that begins with one."""
    first = next((word for entity, word in entities.items() if entity.offset == 0), None)
    if first is None:
        return "", None, text.strip()
    command, at, addressee = first.removeprefix("/").partition("@")
    return command.lower(), addressee if at else None, text[len(first) :].strip()
