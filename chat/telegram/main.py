"""`python -m chat.telegram.main`: the Telegram bot. One of them; kill -9 loses nothing and doubles no effect."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from chat.telegram import api_client
from chat.telegram.admission import Admission
from chat.telegram.bot_setup import connect, make_bot
from chat.telegram.inbox import Inbox
from chat.telegram.polling import poll
from chat.telegram.task_messages import Following
from chat.telegram.update_handler import UpdateHandler
from chat.telegram.update_intake import Receiver
from chat.telegram.webhook import secret_token, webhook
from contracts.settings import ServerSettings
from db.engine import make_engine
from db.schema_version import SchemaWatch
from db.session import Database, Unavailable
from runtime import process
from runtime.failpoints import Failpoints
from runtime.health import serve_health
from runtime.log_redaction import keep_secret

logger = logging.getLogger(__name__)


async def main() -> None:
    settings = ServerSettings()
    if settings.telegram_token is None:
        raise SystemExit("There is no bot without a token. Set CLAWDBOT_TELEGRAM_TOKEN to the one from @BotFather.")
    if settings.telegram_webhook_url and not settings.telegram_port:
        raise SystemExit(
            "Deliveries need a port. Set CLAWDBOT_TELEGRAM_PORT, or leave CLAWDBOT_TELEGRAM_WEBHOOK_URL out."
        )
    keep_secret(settings.telegram_token.get_secret_value())
    try:
        await serve(settings, settings.telegram_token.get_secret_value())
    except Exception:
        # The interpreter would write the token that an exception may hold.
        logger.exception("the bot ends")
        raise SystemExit(1) from None


async def serve(settings: ServerSettings, token: str) -> None:
    """Until cancelled."""
    failpoints = Failpoints.from_settings(settings)
    secret = settings.jwt_secret.get_secret_value()
    engine = make_engine(settings.database_url.get_secret_value(), process="telegram", pool_size=5, ask_first=True)
    schema = SchemaWatch(engine)
    database, bot = Database(engine, schema=schema), make_bot(token, settings.telegram_bot_api)
    http = api_client.connect(settings.api_url)
    receiver = Receiver(bot, database, Admission(settings.telegram_user_ids, settings.telegram_chat_ids))
    inbox = Inbox(bot, database, UpdateHandler(bot, http, database, secret, failpoints), receiver.news)
    following = Following(bot, database)
    connected = asyncio.Event()
    hook = settings.telegram_webhook_url
    expected = secret_token(secret, token)

    async def talk() -> None:
        await schema.look()
        await connect(bot, hook, expected)
        connected.set()
        # What one of them cannot bear is no reason for the others to end: it is logged, and that one begins again.
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "nobody sees of which version the tables are": schema.run,
            "what people write is not answered": inbox.run,
            "what was answered is not forgotten": inbox.sweep,
            "messages do not follow their tasks": following.run,
            "messages about tasks are not forgotten": following.sweep,
        }
        if not hook:
            parts["nothing is received"] = lambda: poll(bot, receiver)
        await process.all_of(*(process.unending(part, what) for what, part in parts.items()))

    async def checks() -> dict[str, bool]:
        answers = await _answers(database)
        return {"postgres": answers, "telegram": connected.is_set(), "schema": database.mismatch is None}

    routes = [webhook(hook, expected, receiver, connected.is_set)] if hook else []
    try:
        await process.all_of(
            talk(), serve_health(settings.telegram_host, settings.telegram_port, checks, routes=routes)
        )
    finally:
        await http.aclose()
        await bot.shutdown()
        await engine.dispose()


async def _answers(database: Database) -> bool:
    try:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
    except Unavailable:
        return False
    return True


if __name__ == "__main__":
    process.run(main)
