"""The real client against a Bot API server of this machine: what arrives, what is edited, and how it fails."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from services.alerts.channels.sender import Message, SendFailed
from services.alerts.channels.telegram_sender import TelegramSender
from tests.telegram.bot_api import TOKEN, BotApi, running_bot_api

CHAT = -100200
URL = f"telegram://{CHAT}"
TASK = uuid.uuid4()
FIRST = Message(
    "❌ echo failed — <b>boom</b>",
    "Error: @everyone & co\nNewest task: 7",
    "critical",
    "first",
    notification_id=17,
    failed_task=TASK,
)
UPDATE = replace(FIRST, title="❌ 51 echo tasks failed", kind="update", failed_task=None)
RECOVERED = replace(UPDATE, title="✅ echo: no Error for 5m", body="", kind="recovered")

#: The library warns of its own next version when it is told to wait.
patient = pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning")


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_bot_api() as running:
        yield running


@pytest.fixture
def sender(telegram: BotApi) -> TelegramSender:
    return TelegramSender(SecretStr(TOKEN), telegram.url)


def buttons(telegram: BotApi, id_: str) -> list[str]:
    markup = shown(telegram, id_).get("reply_markup") or {}
    return [each["callback_data"] for row in markup.get("inline_keyboard", []) for each in row]


def shown(telegram: BotApi, id_: str) -> dict[str, Any]:
    chat, number = id_.split("/")
    return telegram.messages[int(chat), int(number)]


async def test_a_topic_is_a_place(telegram: BotApi, sender: TelegramSender) -> None:
    id_ = await sender.send(f"{URL}/7", FIRST)
    assert shown(telegram, id_)["message_thread_id"] == 7
    assert await sender.send(f"{URL}/7", replace(UPDATE, edits=id_)) == id_


async def test_a_group_that_moved_is_written_to_where_it_is(telegram: BotApi, sender: TelegramSender) -> None:
    new = -100_300_400
    telegram.moved[CHAT] = new
    id_ = await sender.send(URL, FIRST)
    assert id_.startswith(f"{new}/")
    assert await sender.send(URL, replace(UPDATE, edits=id_)) == id_, "edited, and not sent once more"


async def test_one_message_goes_on_until_the_alert_is_over(telegram: BotApi, sender: TelegramSender) -> None:
    id_ = await sender.send(URL, FIRST)
    assert shown(telegram, id_)["text"] == (
        "<b>❌ echo failed — &lt;b&gt;boom&lt;/b&gt;</b>\n\nError: @\u200beveryone &amp; co\nNewest task: 7"
    )
    assert buttons(telegram, id_) == [f"again:{TASK}", "quiet:17"]
    assert await sender.send(URL, replace(UPDATE, edits=id_)) == id_
    assert buttons(telegram, id_) == ["quiet:17"]
    # A try whose end nobody noted.
    assert await sender.send(URL, replace(UPDATE, edits=id_)) == id_
    assert await sender.send(URL, replace(RECOVERED, edits=id_)) == id_
    assert shown(telegram, id_)["text"] == "<b>✅ echo: no Error for 5m</b>"
    assert buttons(telegram, id_) == []
    assert len(telegram.made("sendMessage")) == 1


async def test_a_message_that_is_gone_becomes_a_new_one(telegram: BotApi, sender: TelegramSender) -> None:
    id_ = await sender.send(URL, FIRST)
    telegram.messages.clear()
    again = await sender.send(URL, replace(UPDATE, edits=id_))
    assert again != id_
    assert shown(telegram, again)["text"]


async def test_the_same_number_in_another_chat_is_another_message(telegram: BotApi, sender: TelegramSender) -> None:
    id_ = await sender.send(URL, FIRST)
    elsewhere = await sender.send("telegram://1001", replace(UPDATE, edits=id_))
    assert elsewhere.startswith("1001/")
    assert telegram.made("editMessageText") == []


async def test_a_long_text_is_cut_before_it_is_escaped(telegram: BotApi, sender: TelegramSender) -> None:
    id_ = await sender.send(URL, replace(FIRST, title="&" * 5_000, body="<" * 50_000))
    text = str(shown(telegram, id_)["text"])
    assert text.endswith("&lt;…")
    assert text.count("&amp;") + text.count("&lt;") <= 4_096


@pytest.mark.parametrize(
    ("status", "said", "final"),
    [
        (400, "400 Bad Request", True),
        (401, "does not accept CLAWDBOT_TELEGRAM_TOKEN", True),
        (403, "blocked or removed", True),
        (500, "could not be reached", False),
        (502, "could not be reached", False),
    ],
)
async def test_refusals(telegram: BotApi, sender: TelegramSender, status: int, said: str, final: bool) -> None:
    telegram.fail("sendMessage", status)
    with pytest.raises(SendFailed, match=said) as caught:
        await sender.send(URL, FIRST)
    assert caught.value.final is final
    assert_secret_free(caught.value)


@patient
async def test_the_wait_that_telegram_asks_for(telegram: BotApi, sender: TelegramSender) -> None:
    telegram.fail("sendMessage", 429, retry_after=7)
    with pytest.raises(SendFailed, match="429 Too Many Requests") as caught:
        await sender.send(URL, FIRST)
    assert (caught.value.retry_after, caught.value.final) == (7.0, False)


@patient
async def test_the_wait_is_that_of_an_edit_too(telegram: BotApi, sender: TelegramSender) -> None:
    id_ = await sender.send(URL, FIRST)
    telegram.fail("editMessageText", 429, retry_after=7)
    with pytest.raises(SendFailed) as caught:
        await sender.send(URL, replace(UPDATE, edits=id_))
    assert caught.value.retry_after == 7.0
    assert len(telegram.made("sendMessage")) == 1


async def test_a_closed_port() -> None:
    with pytest.raises(SendFailed, match="could not be reached") as caught:
        await TelegramSender(SecretStr(TOKEN), "http://127.0.0.1:1").send(URL, FIRST)
    assert not caught.value.final
    assert_secret_free(caught.value)


async def test_settings_that_send_nothing(sender: TelegramSender) -> None:
    with pytest.raises(SendFailed, match="Set CLAWDBOT_TELEGRAM_TOKEN for core") as caught:
        await TelegramSender(None, "http://127.0.0.1:1").send(URL, FIRST)
    assert caught.value.final
    with pytest.raises(SendFailed, match="must be like telegram://123456789"):
        await sender.send("telegram://@somebody", FIRST)


async def test_many_at_once(telegram: BotApi, sender: TelegramSender) -> None:
    ids = await asyncio.gather(*(sender.send(f"telegram://{1000 + each}", FIRST) for each in range(20)))
    assert len(set(ids)) == 20


def assert_secret_free(error: SendFailed) -> None:
    secret = TOKEN.split(":")[1]
    assert secret not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
