"""The Telegram bot when something is wrong: the API away, Telegram slow or broken, the bot itself killed."""

from collections import Counter
from pathlib import Path

import pytest

from runtime.failpoints import EXIT_CODE
from tests.stack.harness import RunningStack, eventually
from tests.stack.parts import own_api
from tests.stack.telegram.telegram_bot import ANNA, BotProcess, link, person, running_bot
from tests.stack.telegram.telegram_scene import Scene, scene
from tests.telegram.bot_api import TOKEN, running_bot_api

__all__ = ["scene"]


def restarted(bot: BotProcess, **environment: str) -> None:
    # An answer is heard a moment before its update is done with. A bot that is killed in between carries it out again,
    # and one that is to end after acting would end for that.
    undone = "SELECT 1 FROM telegram_updates WHERE done_at IS NULL"
    eventually(lambda: not bot.stack.rows(undone), 30, "what was answered is done with")
    bot.kill()
    bot.environment = environment
    bot.start()


def test_while_the_api_is_down_nothing_is_lost_and_people_are_told(stack: RunningStack, tmp_path: Path) -> None:
    name, api = person(stack, "operator")
    with (
        own_api(stack, tmp_path) as part,
        running_bot_api() as telegram,
        running_bot(stack, telegram, tmp_path / "bot.log", CLAWDBOT_TELEGRAM_CLAWDBOT_URL=part.url) as bot,
        api,
    ):
        link(telegram, api, ANNA)
        part.end()
        since = telegram.mark()
        telegram.write(f"/add web_monitor url=https://example.com/down tags={name}", ANNA)
        telegram.write("/queue", ANNA)
        telegram.hear("I keep your message", since, ANNA)
        eventually(lambda: attempts(stack) >= 3, 60, "it was tried three times")
        # The bot may be killed meanwhile.
        bot.kill()
        bot.start()
        part.start()
        telegram.hear("web_monitor</b> <code>", since, ANNA)
        telegram.hear("<b>Queue</b>", since, ANNA)
        assert len(api.http.get("/tasks", params={"tag": name}).json()["tasks"]) == 1
        assert sum("I keep your message" in each for each in telegram.said(since)) == 1


def attempts(stack: RunningStack) -> int:
    rows = stack.rows("SELECT coalesce(max(attempts), 0) AS attempts FROM telegram_updates WHERE done_at IS NULL")
    return int(rows[0]["attempts"])


def test_killed_between_acting_and_answering_it_acts_once(scene: Scene) -> None:
    task_id = scene.stack.api.submit("web_monitor", {"url": "https://example.com/once"})
    scene.stack.api.command(task_id, "cancel")
    scene.stack.api.wait_for(task_id, "cancelled")
    restarted(scene.bot, CLAWDBOT_FAILPOINT="telegram.after-acting:exit", CLAWDBOT_ENVIRONMENT="test")
    since = scene.telegram.mark()
    scene.telegram.write(f"/retry {task_id[:8]}", ANNA)
    assert scene.bot.ended() == EXIT_CODE
    assert scene.stack.api.task(task_id)["retry_count"] == 1
    # So that doing it again would be possible.
    scene.stack.api.command(task_id, "cancel")
    scene.stack.api.wait_for(task_id, "cancelled")
    scene.bot.environment = {}
    scene.bot.start()
    scene.telegram.hear("runs once more", since, ANNA)
    scene.ask("/help", "/status")
    assert scene.stack.api.task(task_id)["retry_count"] == 1


@pytest.mark.parametrize("command", ["/add web_monitor url=https://example.com/k", "/batch reddit_crawl NVDA AAPL"])
def test_killed_after_adding_it_adds_once(scene: Scene, command: str) -> None:
    tag = f"killed-{scene.telegram.mark()}-{command[1]}"
    restarted(scene.bot, CLAWDBOT_FAILPOINT="telegram.after-acting:exit", CLAWDBOT_ENVIRONMENT="test")
    since = scene.telegram.mark()
    scene.telegram.write(f"{command} tags={tag}", ANNA)
    assert scene.bot.ended() == EXIT_CODE
    added = {each["id"] for each in scene.tagged(tag)}
    restarted_without_failpoint(scene.bot)
    scene.telegram.hear("pending", since, ANNA)
    scene.ask("/help", "/status")
    assert {each["id"] for each in scene.tagged(tag)} == added
    assert scene.stack.rows("SELECT count(*) FROM telegram_watches WHERE task_ids @> %s", list(added)) == [{"count": 1}]


def restarted_without_failpoint(bot: BotProcess) -> None:
    bot.environment = {}
    bot.start()


def test_whoever_added_a_task_hears_of_its_end_after_a_restart(scene: Scene) -> None:
    task_id, message = scene.add("web_monitor url=https://example.com/restart")
    # It was sent a moment before it is noted; a bot that dies in between tells the end in a new message.
    noted = "SELECT 1 FROM telegram_watches WHERE task_ids @> %s AND message_id = %s"
    eventually(lambda: scene.stack.rows(noted, [task_id], message), 30, "the message is noted")
    scene.bot.kill()
    scene.stack.api.command(task_id, "cancel")
    scene.stack.api.wait_for(task_id, "cancelled")
    since = scene.telegram.mark()
    scene.bot.start()
    scene.telegram.wait(
        "the end is told",
        lambda: [
            each
            for each in scene.telegram.made("sendMessage", since, ANNA)
            if each.data.get("reply_parameters", {}).get("message_id") == message
        ],
    )
    assert "cancelled" in scene.telegram.messages[ANNA, message]["text"]


def test_who_was_unlinked_hears_nothing_more(scene: Scene) -> None:
    _, api = person(scene.stack, "operator")
    account = 1003
    with api:
        link(scene.telegram, api, account)
        task_id, _ = scene.add("web_monitor url=https://example.com/unlinked", account)
        api.http.delete("/me/telegram").raise_for_status()
    since = scene.telegram.mark()
    scene.stack.api.command(task_id, "cancel")
    eventually(
        lambda: not scene.stack.rows("SELECT 1 FROM telegram_watches WHERE ended_at IS NULL AND chat_id = %s", account),
        30,
        "the watch ends",
    )
    assert scene.telegram.made("sendMessage", since, account) == []


def test_a_429_is_waited_out(scene: Scene) -> None:
    scene.telegram.fail("sendMessage", 429, retry_after=2)
    since = scene.telegram.mark()
    scene.telegram.write("/help", ANNA)
    heard = scene.telegram.hear("/status", since, ANNA)
    [refused] = [each for each in scene.telegram.calls[since:] if each.status == 429]
    assert heard.at - refused.at >= 2
    between = [c for c in scene.telegram.calls[since:] if refused.at < c.at < heard.at and c.method != "getUpdates"]
    assert between == []


def test_telegram_that_breaks_down_is_tried_again(scene: Scene) -> None:
    since = scene.telegram.mark()
    scene.telegram.fail("sendMessage", 502, times=3)
    scene.telegram.fail("getUpdates", 500, times=2)
    scene.ask("/help", "/status")
    failed = Counter((each.method, each.status) for each in scene.telegram.calls[since:] if each.status >= 500)
    assert failed == {("sendMessage", 502): 3, ("getUpdates", 500): 2}
    assert (
        len([each for each in scene.telegram.made("sendMessage", since, ANNA) if "/status" in each.data["text"]]) == 1
    )


def test_a_message_that_was_deleted_is_sent_anew(scene: Scene) -> None:
    task_id, message = scene.add("web_monitor url=https://example.com/deleted")
    del scene.telegram.messages[ANNA, message]
    since = scene.telegram.mark()
    scene.stack.api.command(task_id, "cancel")
    told = scene.telegram.wait(
        "the end is told in a new message",
        lambda: [c for c in scene.telegram.made("sendMessage", since, ANNA) if task_id[:8] in c.data["text"]],
    )
    assert "cancelled" in told[0].data["text"]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (400, "Bad Request: have no rights to send a message"),
    ],
    ids=["blocked", "rights", "no rights"],
)
def test_a_chat_that_is_closed_to_the_bot_holds_up_nobody(scene: Scene, status: int, says: str) -> None:
    since = scene.telegram.mark()
    scene.telegram.fail("sendMessage", status, says=says)
    scene.telegram.write("/help", ANNA)
    scene.ask("/help", "/status")
    # The first answer was refused, and is not tried again.
    sent = [each.status for each in scene.telegram.calls[since:] if each.method == "sendMessage"]
    assert sent == [status, 200]


def test_a_wrong_token_is_said_without_saying_it(stack: RunningStack, tmp_path: Path) -> None:
    wrong = TOKEN[:-3] + "xyz"
    log = tmp_path / "bot.log"
    with running_bot_api() as telegram:
        bot = BotProcess(stack, telegram, log, {"CLAWDBOT_TELEGRAM_TOKEN": wrong})
        bot.launch()
        try:
            eventually(lambda: "does not accept CLAWDBOT_TELEGRAM_TOKEN" in log.read_text(), 60, "it says so")
            assert bot.answers("healthz") == 200
            assert bot.answers("readyz") == 503
        finally:
            bot.end()
    assert wrong not in log.read_text()
    assert wrong.split(":")[1] not in log.read_text()
