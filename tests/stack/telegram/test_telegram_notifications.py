"""Notifications in a Telegram chat, on the real stack with the bot that `clawdbot up` runs: one message per alert."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.telegram.telegram_bot import ANNA, LENA, STRANGER, TEAM, VERA, link, person
from tests.support.light import Light
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
        ours = {"task_types": ["flaky"], "channels": ["team"], "window_seconds": 900, "update_seconds": 60}
        fields = body if "kind" in body else {"kind": "task_failed", **ours, **body}
        reply = self.api.http.put(f"/alerts/rules/{name}", json=fields)
        assert reply.status_code == 200, reply.text

    def fail(self, number: int = 1) -> list[str]:
        ids = self.api.submit_many(number, "flaky", {"failures": 9, "retryable": False})
        for each in self.api.wait_for_all(ids):
            assert each["status"] == "failed"
        return ids

    def failed(self) -> int:
        """How many tasks all rules of this file see."""
        [row] = self.stack.rows("SELECT count(*) FROM tasks WHERE type = 'flaky' AND status = 'failed'")
        return int(row["count"])

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

    def shown(self, number: int) -> str:
        return str(self.telegram.messages[TEAM, number]["text"])

    def buttons(self, number: int) -> list[str]:
        markup = self.telegram.messages[TEAM, number].get("reply_markup") or {}
        return [each["callback_data"] for row in markup.get("inline_keyboard", []) for each in row]

    def message_of(self, id_: int) -> int:
        """The one message of the chat that has the Mute of this notification."""
        in_chat = [number for chat, number in list(self.telegram.messages) if chat == TEAM]
        [number] = [each for each in in_chat if f"quiet:{id_}" in self.buttons(each)]
        return number

    def press(self, data: str, number: int, account: int, expected: str) -> None:
        # UnknownKeys are answered once in ten minutes.
        self.stack.execute("DELETE FROM attempt_limits")
        since = self.telegram.mark()
        self.telegram.press(data, account, number, TEAM)
        heard = self.telegram.hear(expected, since)
        assert heard.method == "answerCallbackQuery"


@pytest.fixture(scope="module")
def phone(light: Light) -> Iterator[Phone]:
    with running_bot_api() as telegram:
        environment = {
            "CLAWDBOT_TELEGRAM_TOKEN": TOKEN,
            "CLAWDBOT_TELEGRAM_USERS": f"{ANNA},{VERA},{LENA}",
            "CLAWDBOT_TELEGRAM_CHATS": str(TEAM),
            "CLAWDBOT_TELEGRAM_BOT_API": telegram.url,
            "CLAWDBOT_CHANNELS": f"{{team: 'telegram://{TEAM}'}}",
            "NO_PROXY": "127.0.0.1",
        }
        with light(environment) as stack:
            yield from _with_people(stack, telegram)


@pytest.fixture
def rule(phone: Phone) -> Iterator[str]:
    """A name for a rule of the test, which ends with it."""
    name = f"rule-{uuid.uuid4().hex[:8]}"
    yield name
    phone.api.http.delete(f"/alerts/rules/{name}")


def _with_people(stack: RunningStack, telegram: BotApi) -> Iterator[Phone]:
    stack.wait_until_ready()
    (anna, anna_api), (_, vera_api) = person(stack, "operator"), person(stack, "viewer")
    with anna_api, vera_api:
        link(telegram, anna_api, ANNA)
        link(telegram, vera_api, VERA)
    phone = Phone(stack, telegram, anna)
    rules = eventually(lambda: stack.api.http.get("/alerts/rules").json()["rules"], SECONDS, "rules are there")
    for each in rules:
        phone.rule(each["rule"]["name"], kind=each["rule"]["kind"], enabled=False)
    with stack.worker("flaky", concurrency=10):
        yield phone


def test_the_task_that_failed_is_tried_again_by_its_button(phone: Phone, rule: str) -> None:
    phone.rule(rule)
    [task_id] = phone.fail()
    id_ = phone.alert(rule)["id"]
    phone.sent(id_, 1)
    number = phone.message_of(id_)
    assert phone.shown(number).startswith("<b>❌ flaky failed")
    assert phone.buttons(number) == [f"again:{task_id}", f"quiet:{id_}"]
    for account, said in REFUSED.items():
        phone.press(f"again:{task_id}", number, account, said)
    assert phone.api.task(task_id)["retry_count"] == 0
    first, since = phone.shown(number), phone.telegram.mark()
    phone.press(f"again:{task_id}", number, ANNA, "runs once more")
    eventually(lambda: phone.api.task(task_id)["retry_count"] == 1, SECONDS, "it runs once more")

    # The bot follows the task in a message of its own.
    def told() -> list[Called]:
        return [each for each in phone.telegram.made("sendMessage", since, TEAM) if task_id[:8] in each.data["text"]]

    phone.telegram.wait("it is shown", told)
    phone.api.wait_for(task_id, "failed")
    # Also its end, or the next test would hear of it.
    phone.telegram.wait("its end is told", lambda: [each for each in told() if "failed after" in each.data["text"]])
    # Neither the press nor the next failure ends the alert: it says what it said.
    assert phone.shown(number) == first
    assert phone.alert(rule)["state"] == "firing"


@pytest.mark.timeout(400)
def test_one_alert_is_one_message_until_it_is_over(phone: Phone, rule: str) -> None:
    phone.rule(rule)
    phone.fail()
    id_ = phone.alert(rule)["id"]
    phone.sent(id_, 1)
    number, since = phone.message_of(id_), phone.telegram.mark()
    phone.fail(50)
    phone.a_minute_goes_by(id_)
    failed = phone.failed()
    assert failed >= 51
    eventually(lambda: phone.alert(rule)["count"] == failed, SECONDS, "all are counted")
    phone.a_minute_goes_by(id_)
    eventually(lambda: f"{failed} flaky tasks failed" in phone.shown(number), SECONDS, "the message says so")
    assert phone.buttons(number) == [f"quiet:{id_}"]
    assert phone.telegram.made("sendMessage", since) == []

    del phone.telegram.messages[TEAM, number]
    phone.fail()
    phone.a_minute_goes_by(id_)
    phone.telegram.hear(f"{failed + 1} flaky tasks failed", since, TEAM)
    [sent] = phone.telegram.made("sendMessage", since)
    number = phone.message_of(id_)

    for task in phone.stack.rows("SELECT id FROM tasks WHERE type = 'flaky' AND status = 'failed'"):
        phone.api.http.delete(f"/tasks/{task['id']}").raise_for_status()
    phone.a_minute_goes_by(id_)
    eventually(lambda: phone.shown(number).startswith("<b>✅ flaky: nothing "), SECONDS, "the same one says it is over")
    assert phone.shown(number).endswith(f"it failed {failed + 1} times in all</b>")
    assert phone.buttons(number) == []
    assert phone.telegram.made("sendMessage", since) == [sent]


def test_mute_is_for_those_who_may(phone: Phone, rule: str) -> None:
    phone.rule(rule)
    phone.fail()
    id_ = phone.alert(rule)["id"]
    phone.sent(id_, 1)
    number = phone.message_of(id_)
    for account, said in REFUSED.items():
        phone.press(f"quiet:{id_}", number, account, said)
    assert phone.alert(rule)["muted_until"] is None
    phone.press(f"quiet:{id_}", number, ANNA, "Muted for 1 h")
    muted = phone.alert(rule)
    assert muted["muted_by"] == f"human:{phone.anna}"
    [entry] = phone.stack.rows("SELECT actor FROM audit_log WHERE action = 'notification.mute'")
    assert entry["actor"] == f"human:{phone.anna}"
    phone.a_minute_goes_by(id_)
    phone.fail()
    # The look that counts it decides in the same transaction what is told.
    eventually(lambda: phone.alert(rule)["count"] > muted["count"], SECONDS, "the list goes on")
    assert len(phone.deliveries(id_)) == 1
    phone.press("quiet:987654321", number, ANNA, "There is no such notification")


def test_telegram_is_waited_for(phone: Phone) -> None:
    since = phone.telegram.mark()
    phone.telegram.fail("sendMessage", 429, retry_after=3)
    id_ = phone.api.http.post("/channels/team/test").json()["notification_id"]
    [delivery] = phone.sent(id_, 1)
    assert [each["error"] for each in delivery["tries"]] == ["telegram answered 429 Too Many Requests.", None]
    refused, taken = [each for each in phone.telegram.calls[since:] if each.method == "sendMessage"]
    assert (refused.status, taken.status) == (429, 200)
    assert taken.at - refused.at >= 3
    assert "reply_markup" not in taken.data


def test_the_token_stays_in_the_settings(phone: Phone) -> None:
    secret = TOKEN.split(":")[1]
    phone.telegram.fail("sendMessage", 401)
    id_ = phone.api.http.post("/channels/team/test").json()["notification_id"]
    eventually(lambda: phone.deliveries(id_)[0]["state"] == "failed", SECONDS, "it is given up")
    assert "Copy it again from @BotFather" in phone.deliveries(id_)[0]["tries"][-1]["error"]
    for part in ("core", "api", "telegram", "temporal", "postgres"):
        assert secret not in phone.stack.log(part)
    for query in ("SELECT * FROM notifications", "SELECT * FROM task_notifications"):
        assert secret not in str(phone.stack.rows(query))
    for row in phone.stack.rows("SELECT id FROM task_notifications"):
        history = phone.stack.temporal_side.history(f"notify-{row['id']}")
        assert secret.encode() not in history.SerializeToString()
    assert phone.api.http.get("/channels").json()["channels"] == [
        {"name": "team", "service": "telegram", "quiet": None}
    ]
