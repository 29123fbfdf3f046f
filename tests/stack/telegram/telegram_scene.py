"""A bot beside the running stack with people who are linked; import the fixture `scene` to use it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.telegram.telegram_bot import ANNA, VERA, BotProcess, link, person, running_bot
from tests.telegram.bot_api import TOKEN, BotApi, Called, running_bot_api


@dataclass
class Scene:
    """ANNA is an operator, VERA a viewer; both are linked. LENA and OTTO are allowed, but not linked."""

    stack: RunningStack
    telegram: BotApi
    bot: BotProcess
    anna: str
    anna_api: Api
    vera: str
    vera_api: Api

    def ask(self, text: str, expected: str, account: int = ANNA, chat: int | None = None) -> str:
        """What the bot says to a message."""
        since = self.telegram.mark()
        self.telegram.write(text, account, chat)
        return str(self.telegram.hear(expected, since, chat or account).data["text"])

    def add(self, text: str, account: int = ANNA) -> tuple[str, int]:
        """(task id, message id) of a task that is added by chat."""
        tag = f"chat-{uuid.uuid4().hex[:10]}"
        since = self.telegram.mark()
        self.telegram.write(f"/add {text} tags={tag}", account)
        [task] = eventually(lambda: self.tagged(tag), 60, f"'{text}' is added")
        # Messages about earlier tasks may come in between.
        self.telegram.hear(task["id"][:8], since, account)
        return task["id"], self.message_of(task["id"], account)

    def message_of(self, task_id: str, account: int = ANNA) -> int:
        """The newest message that is about the task."""
        found = [
            message_id
            for (chat, message_id), data in self.telegram.messages.items()
            if chat == account and task_id[:8] in data["text"]
        ]
        return max(found)

    def buttons(self, message_id: int, account: int = ANNA) -> list[str]:
        """The data of the buttons under a message, as it is now."""
        markup = self.telegram.messages[account, message_id].get("reply_markup") or {}
        return [each["callback_data"] for row in markup.get("inline_keyboard", []) for each in row]

    def press(self, data: str, expected: str, message_id: int, account: int = ANNA, times: int = 1) -> Called:
        """What the notice above a button says."""
        since = self.telegram.mark()
        self.telegram.press(data, account, message_id, times=times)
        return self.telegram.hear(expected, since)

    def wait_for_text(self, part: str, message_id: int, account: int = ANNA) -> None:
        """The message, edited in place, says so."""
        self.telegram.wait(
            f"message {message_id} says '{part}'",
            lambda: part in self.telegram.messages[account, message_id]["text"],
        )

    def tagged(self, tag: str) -> list[dict[str, Any]]:
        return list(self.stack.api.http.get("/tasks", params={"tag": tag}).json()["tasks"])

    def audited(self, actor: str, action: str) -> list[dict[str, Any]]:
        return self.stack.rows("SELECT * FROM audit_log WHERE actor = %s AND action = %s", actor, action)


@pytest.fixture(scope="module")
def scene(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    stack.wait_until_ready()
    log = tmp_path_factory.mktemp("telegram") / "bot.log"
    (anna, anna_api), (vera, vera_api) = person(stack, "operator"), person(stack, "viewer")
    with anna_api, vera_api, running_bot_api() as telegram, running_bot(stack, telegram, log) as bot:
        link(telegram, anna_api, ANNA)
        link(telegram, vera_api, VERA)
        yield Scene(stack, telegram, bot, anna, anna_api, vera, vera_api)
    # Whatever happened: no library wrote the token down.
    assert TOKEN not in log.read_text()
    assert TOKEN.split(":")[1] not in log.read_text()
