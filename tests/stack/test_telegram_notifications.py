"""Notifications in a Telegram chat, on the real stack with the bot that `clawdbot up` runs: one message per alert."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually, start_stack
from tests.stack.telegram_bot import ANNA, LENA, STRANGER, TEAM, VERA, link, person
from tests.telegram.bot_api import TOKEN, BotApi, Called, running_bot_api

SECONDS = 60
#: The refusals of a press: a viewer, somebody who is not linked, somebody the bot does not listen to.
REFUSED = {VERA: "you are viewer", LENA: "who you are", STRANGER: "private"}


@dataclass
class Phone:
    stack: RunningStack
    telegram: BotApi
    anna: str

    @property
    def api(self) -> Api:
        return self.stack.api

    def rule(self, name: str, **body: Any) -> None:
        fields = {"kind": "task_failed", "task_types": ["flaky"], "channels": ["team"], "window_seconds": 600, **body}
        reply = self.api.http.put(f"/alerts/rules/{name}", json=fields)
        assert reply.status_code == 200, reply.text

    def fail(self, number: int = 1) -> list[str]:
        ids = self.api.submit_many(number, "flaky", {"failures": 5, "retryable": False})
        for each in self.api.wait_for_all(ids):
            assert each["status"] == "failed"
        return ids

    def alert(self, rule: str) -> dict[str, Any]:
        """The newest one of the rule."""
        found = eventually(
            lambda: self.api.http.get("/notifications", params={"rule": rule}).json()["notifications"],
            SECONDS,
            f"{rule} fires",
        )
        return dict(found[0])

    def deliveries(self, id_: int) -> list[dict[str, Any]]:
        return list(self.api.http.get(f"/notifications/{id_}/deliveries").json()["deliveries"])

    def sent(self, id_: int, number: int) -> list[dict[str, Any]]:
        """Its messages, once so many are sent."""

        def there() -> list[dict[str, Any]] | None:
            found = self.deliveries(id_)
            return found if [each["state"] for each in found].count("sent") >= number else None

        return eventually(there, SECONDS, f"{number} messages of {id_} are sent")

    def a_minute_goes_by(self, id_: int) -> None:
        """Since what was told of this alert: an update is due if there is anything new."""
        moved = "UPDATE task_notifications SET created_at = created_at - interval '61 s' WHERE notification_id = %s"
        self.stack.execute(moved, id_)

    def messages(self, since: int) -> list[int]:
        """Numbers of the messages in the chat that core sent since then."""
        with_mute = [each for each in self.telegram.made("sendMessage", since, TEAM)]
        return [number for (chat, number), data in self.telegram.messages.items() if data in [c.data for c in with_mute]]

    def press(self, data: str, account: int, number: int) -> Called:
        since = self.telegram.mark()
        self.telegram.press(data, account, number, TEAM)
        expected = REFUSED.get(account, "")
        return self.telegram.hear(expected, since) if expected else self.telegram.hear("", since)


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with running_bot_api() as telegram:
        environment = {
            "CLAWDBOT_TELEGRAM_TOKEN": TOKEN,
            "CLAWDBOT_TELEGRAM_USERS": f"{ANNA},{VERA},{LENA}",
            "CLAWDBOT_TELEGRAM_CHATS": str(TEAM),
            "CLAWDBOT_TELEGRAM_BOT_API": telegram.url,
            "CLAWDBOT_CHANNELS": f"{{team: 'telegram://{TEAM}'}}",
            "NO_PROXY": "127.0.0.1",
        }
        directory: Path = tmp_path_factory.mktemp("phone")
        stack = start_stack(directory, "--no-worker", environment=environment)
        try:
            yield from _with_people(stack, telegram)
        finally:
            assert stack.stop() == 0


def _with_people(stack: RunningStack, telegram: BotApi) -> Iterator[Phone]:
    stack.wait_until_ready()
    (anna, anna_api), (_, vera_api) = person(stack, "operator"), person(stack, "viewer")
    with anna_api, vera_api:
        link(telegram, anna_api, ANNA)
        link(telegram, vera_api, VERA)
    phone = Phone(stack, telegram, anna)
    rules = eventually(lambda: stack.api.http.get("/alerts/rules").json()["rules"], SECONDS, "rules are there")
    for each in rules:
        phone.rule(each["rule"]["name"], kind=each["rule"]["kind"], task_types=None, enabled=False)
    with stack.worker("flaky", concurrency=10):
        yield phone
