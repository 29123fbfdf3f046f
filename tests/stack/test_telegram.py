"""The Telegram bot end to end: the real client against a Bot API server of the tests, on the real stack."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.stack.harness import Api, RunningStack, WorkerProcess
from tests.stack.telegram_bot import (
    ANNA,
    LENA,
    OTHER_GROUP,
    STRANGER,
    TEAM,
    VERA,
    BotProcess,
    link,
    person,
    running_bot,
)
from tests.telegram.bot_api import TOKEN, USERNAME, BotApi, running_bot_api


@dataclass
class Scene:
    """A bot with an operator (ANNA) and a viewer (VERA) who are linked; LENA is allowed, but not linked."""

    stack: RunningStack
    telegram: BotApi
    bot: BotProcess
    anna: str
    vera: str
    vera_api: Api

    def ask(self, text: str, expected: str, account: int = ANNA, chat: int | None = None) -> str:
        """What the bot says to a message."""
        since = self.telegram.mark()
        self.telegram.write(text, account, chat)
        return str(self.telegram.hear(expected, since, chat or account).data["text"])

    def tag(self) -> str:
        return f"chat-{uuid.uuid4().hex[:10]}"

    def tagged(self, tag: str) -> list[dict[str, str]]:
        return list(self.stack.api.http.get("/tasks", params={"tag": tag}).json()["tasks"])


@pytest.fixture(scope="module")
def scene(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    stack.wait_until_ready()
    log = tmp_path_factory.mktemp("telegram") / "bot.log"
    with running_bot_api() as telegram, running_bot(stack, telegram, log) as bot:
        (anna, anna_api), (vera, vera_api) = person(stack, "operator"), person(stack, "viewer")
        link(telegram, anna_api, ANNA)
        link(telegram, vera_api, VERA)
        with anna_api, vera_api:
            yield Scene(stack, telegram, bot, anna, vera, vera_api)
        # Whatever happened: no library wrote the token down.
        assert TOKEN not in log.read_text()


@pytest.fixture(scope="module")
def worker(scene: Scene) -> Iterator[WorkerProcess]:
    with scene.stack.worker("echo", "flaky", "delay") as running:
        yield running


def test_telegram_is_told_who_the_bot_is(scene: Scene) -> None:
    [menu] = scene.telegram.made("setMyCommands")
    assert {"status", "add", "approve", "digest"} <= {each["command"] for each in menu.data["commands"]}
    assert scene.telegram.made("deleteWebhook")


def test_a_task_added_by_chat_is_followed_to_its_end_in_one_message(scene: Scene, worker: WorkerProcess) -> None:
    tag = scene.tag()
    since = scene.telegram.mark()
    scene.telegram.write(f"/add delay seconds=4 tags={tag}", ANNA)
    first = scene.telegram.hear("<b>delay</b>", since, ANNA)
    assert first.method == "sendMessage"
    last = scene.telegram.wait(
        "a second message says that it succeeded",
        lambda: [
            c for c in scene.telegram.calls[since:] if c.method == "sendMessage" and "succeeded" in c.data["text"]
        ],
    )
    edits = scene.telegram.made("editMessageText", since, ANNA)
    assert {each.data["message_id"] for each in edits} == {last[0].data["reply_parameters"]["message_id"]}
    assert "succeeded" in edits[-1].data["text"]
    [task] = scene.tagged(tag)
    assert task["created_by"] == f"human:{scene.anna}"
    assert len(scene.telegram.made("sendMessage", since, ANNA)) == 2


def test_strangers_get_one_sentence_and_nothing_is_kept(scene: Scene) -> None:
    since = scene.telegram.mark()
    for text in ("/status", "/add echo message=hi", "hello?"):
        scene.telegram.write(text, STRANGER)
    heard = scene.telegram.hear("private", since, STRANGER)
    assert str(STRANGER) in heard.data["text"]
    scene.ask("/help", "/status")
    assert len(scene.telegram.made("sendMessage", since, STRANGER)) == 1
    assert scene.stack.rows("SELECT 1 FROM telegram_updates WHERE chat_id = %s", STRANGER) == []


def test_who_is_not_linked_can_only_link(scene: Scene) -> None:
    tag = scene.tag()
    assert "/link CODE" in scene.ask(f"/add echo message=hi tags={tag}", "who you are", LENA)
    assert scene.tagged(tag) == []
    assert "not valid" in scene.ask("/link 0000-0000-0000", "not valid", LENA)


def test_a_viewer_reads_and_changes_nothing(scene: Scene) -> None:
    tag = scene.tag()
    scene.ask("/status", "<b>Open</b>", VERA)
    scene.ask(f"/add echo message=hi tags={tag}", "you are viewer", VERA)
    scene.ask("/pause echo because", "you are viewer", VERA)
    assert scene.tagged(tag) == []


def test_groups(scene: Scene) -> None:
    since = scene.telegram.mark()
    scene.telegram.write("/status", ANNA, TEAM)
    scene.telegram.write(f"/status@{USERNAME}", ANNA, OTHER_GROUP)
    scene.telegram.write("just talking", ANNA, TEAM)
    assert "Open" in scene.ask(f"/status@{USERNAME}", "<b>Open</b>", ANNA, TEAM)
    assert len(scene.telegram.made("sendMessage", since, TEAM)) == 1
    assert scene.telegram.made("sendMessage", since, OTHER_GROUP) == []


def test_the_same_update_five_times_acts_once(scene: Scene) -> None:
    tag = scene.tag()
    since = scene.telegram.mark()
    scene.telegram.write(f"/add web_monitor url=https://example.com/five tags={tag}", ANNA, times=5)
    scene.telegram.hear("web_monitor", since, ANNA)
    scene.ask("/help", "/status")
    assert len(scene.tagged(tag)) == 1
    sent = [each for each in scene.telegram.made("sendMessage", since, ANNA) if "web_monitor</b>" in each.data["text"]]
    assert len(sent) == 1
