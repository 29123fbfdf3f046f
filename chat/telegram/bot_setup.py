"""Sets up the Bot API client, and tells Telegram the bot's commands and webhook."""

import asyncio
import logging

from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from chat.telegram.commands.table import COMMANDS
from chat.telegram.polling import WANTED, UpdatesRequest

logger = logging.getLogger(__name__)

#: A 429 says how long to wait; that is done this often before a message counts as not sent.
_FLOOD_RETRIES = 3
_PAUSE_SECONDS = 15


def make_bot(token: str, bot_api: str) -> Bot:
    """Waits when Telegram says so, and keeps below its limits of messages per second and per group."""
    return ExtBot(
        token,
        base_url=f"{bot_api.rstrip('/')}/bot",
        request=HTTPXRequest(connection_pool_size=16, pool_timeout=10),
        get_updates_request=UpdatesRequest(connection_pool_size=2),
        rate_limiter=AIORateLimiter(max_retries=_FLOOD_RETRIES),
    )


async def connect(bot: Bot, webhook_url: str | None, secret_token: str) -> None:
    """Returns once Telegram knows us; however long that takes, the process stays."""
    while True:
        try:
            await bot.initialize()
            await _introduce(bot, webhook_url, secret_token)
        except InvalidToken:
            logger.error("Telegram does not accept CLAWDBOT_TELEGRAM_TOKEN. Copy it again from @BotFather.")
        except TelegramError as error:
            logger.warning("Telegram is not reachable right now: %s", error)
        except Exception:
            # An answer that is none of Telegram's, such as that of a proxy in between.
            logger.exception("what answers for Telegram is not understood")
        else:
            logger.info("this is @%s", bot.username)
            return
        await asyncio.sleep(_PAUSE_SECONDS)


async def _introduce(bot: Bot, webhook_url: str | None, secret_token: str) -> None:
    await bot.set_my_commands([BotCommand(name, each.summary) for name, each in COMMANDS.items()])
    if webhook_url is None:
        # What a webhook did not take is kept for us.
        await bot.delete_webhook(drop_pending_updates=False)
    else:
        await bot.set_webhook(webhook_url, secret_token=secret_token, allowed_updates=WANTED)
