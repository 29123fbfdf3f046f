"""Deliveries instead of polling: only with the secret token, stored before they are confirmed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chat.telegram.webhook import HEADER, secret_token
from tests.stack.harness import RunningStack
from tests.stack.telegram.telegram_bot import ANNA, BotProcess, link_by_delivery, person, running_bot
from tests.support import plain_http
from tests.telegram.bot_api import TOKEN, BotApi, running_bot_api

URL = "https://bot.example.com/telegram/hook"
Header = bytes | None
#: Stands for the secret that the bot told Telegram.
RIGHT = b"right"


@dataclass
class Hook:
    """The bot with a webhook, and a proxy's view of it."""

    stack: RunningStack
    telegram: BotApi
    bot: BotProcess
    secret: str

    def deliver(self, text: str, header: Header = RIGHT, update_id: int | None = None, user: int = ANNA) -> int:
        update_id = self.telegram.write(text, user, update_id=update_id)
        [update] = self.telegram.take(update_id)
        return self.post(json.dumps(update).encode(), header)

    def post(self, body: bytes, header: Header = RIGHT) -> int:
        headers = [] if header is None else [(HEADER.encode(), self.secret.encode() if header == RIGHT else header)]
        reply = plain_http.post(f"{self.bot.url}/telegram/hook", content=body, headers=headers, timeout=30)
        return reply.status_code


@pytest.fixture(scope="module")
def hook(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hook]:
    stack.wait_until_ready()
    log = tmp_path_factory.mktemp("hook") / "bot.log"
    _, api = person(stack, "operator")
    settings = {"CLAWDBOT_TELEGRAM_WEBHOOK_URL": URL}
    with api, running_bot_api() as telegram, running_bot(stack, telegram, log, **settings) as bot:
        made = Hook(stack, telegram, bot, str(telegram.webhook["secret_token"]))
        link_by_delivery(telegram, api, ANNA, made.deliver)
        yield made
    assert TOKEN not in log.read_text()
    assert made.secret not in log.read_text()


def test_telegram_is_told_where_to_deliver_and_with_what(hook: Hook) -> None:
    assert hook.telegram.webhook["url"] == URL
    assert hook.secret == secret_token(hook.stack.secrets["jwt_secret"], TOKEN)
    assert set(hook.telegram.webhook["allowed_updates"]) == {"message", "callback_query"}
    assert hook.telegram.made("getUpdates") == []


def test_the_right_secret(hook: Hook) -> None:
    since = hook.telegram.mark()
    assert hook.deliver("/status") == 200
    hook.telegram.hear("<b>Open</b>", since, ANNA)


@pytest.mark.parametrize("secret", [None, b"", b"wrong", "ä".encode()])
def test_a_wrong_secret_is_refused_and_nothing_is_stored(hook: Hook, secret: Header) -> None:
    before = stored(hook)
    assert hook.deliver("/status", secret) == 401
    assert stored(hook) == before


def test_delivered_five_times_it_acts_once(hook: Hook) -> None:
    since = hook.telegram.mark()
    tag = f"hook-{since}-{hook.bot.port}"
    text = f"/add web_monitor url=https://example.com/hook tags={tag}"
    update_id = hook.telegram.next_update_id()
    assert {hook.deliver(text, update_id=update_id) for _ in range(5)} == {200}
    hook.telegram.hear("web_monitor</b> <code>", since, ANNA)
    since = hook.telegram.mark()
    hook.deliver("/help")
    hook.telegram.hear("/status", since, ANNA)
    assert len(hook.stack.api.http.get("/tasks", params={"tag": tag}).json()["tasks"]) == 1


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"1", b'{"update_id": "x"}', b'{"message": {}}'])
def test_what_is_no_update_is_refused(hook: Hook, body: bytes) -> None:
    assert hook.post(body) == 400


def test_what_is_too_large_is_not_read(hook: Hook) -> None:
    assert hook.post(b" " * 1_500_000) == 413


def stored(hook: Hook) -> int:
    return int(hook.stack.rows("SELECT count(*) AS number FROM telegram_updates")[0]["number"])
