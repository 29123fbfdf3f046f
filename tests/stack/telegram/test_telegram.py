"""The Telegram bot end to end: the real client against a Bot API server of the tests, on the real stack."""

import uuid
from collections.abc import Iterator
from itertools import pairwise

import pytest

from chat.telegram.commands.table import COMMANDS
from tests.stack.harness import WorkerProcess, eventually
from tests.stack.telegram.telegram_bot import ANNA, LENA, OTHER_GROUP, OTTO, STRANGER, TEAM, VERA, link, person
from tests.stack.telegram.telegram_scene import Scene, scene
from tests.telegram.bot_api import USERNAME

__all__ = ["scene"]


@pytest.fixture(scope="module")
def worker(scene: Scene) -> Iterator[WorkerProcess]:
    with scene.stack.worker("echo", "flaky", "delay") as running:
        yield running


def new_tag() -> str:
    return f"chat-{uuid.uuid4().hex[:10]}"


def test_telegram_is_told_who_the_bot_is(scene: Scene) -> None:
    [menu] = scene.telegram.made("setMyCommands")
    assert {"status", "add", "approve", "digest"} <= {each["command"] for each in menu.data["commands"]}
    assert scene.telegram.made("deleteWebhook")


def test_a_task_added_by_chat_is_followed_to_its_end_in_one_message(scene: Scene, worker: WorkerProcess) -> None:
    tag = new_tag()
    since = scene.telegram.mark()
    scene.telegram.write(f"/add delay seconds=8 steps=40 tags={tag}", ANNA)
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
    times = [first.at, *(each.at for each in edits[:-1])]
    assert len(edits) >= 2
    assert all(later - earlier > 2.5 for earlier, later in pairwise(times))
    [task] = scene.tagged(tag)
    assert task["created_by"] == f"human:{scene.anna}"
    assert len(scene.telegram.made("sendMessage", since, ANNA)) == 2


def test_strangers_get_one_sentence_and_nothing_is_kept(scene: Scene) -> None:
    # Another file may have been a stranger a moment ago.
    scene.stack.execute("DELETE FROM attempt_limits")
    since = scene.telegram.mark()
    for text in ("/status", "/add echo message=hi", "hello?"):
        scene.telegram.write(text, STRANGER)
    heard = scene.telegram.hear("private", since, STRANGER)
    assert str(STRANGER) in heard.data["text"]
    scene.ask("/help", "/status")
    assert len(scene.telegram.made("sendMessage", since, STRANGER)) == 1
    assert scene.stack.rows("SELECT 1 FROM telegram_updates WHERE chat_id = %s", STRANGER) == []


def test_who_is_not_linked_can_only_link(scene: Scene) -> None:
    tag = new_tag()
    assert "/link CODE" in scene.ask(f"/add echo message=hi tags={tag}", "who you are", LENA)
    assert scene.tagged(tag) == []
    assert "not valid" in scene.ask("/link 0000-0000-0000", "not valid", LENA)


def test_a_viewer_reads_and_changes_nothing(scene: Scene) -> None:
    tag = new_tag()
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


def test_a_topic_gets_its_answers_and_what_follows_its_tasks(scene: Scene, worker: WorkerProcess) -> None:
    since = scene.telegram.mark()
    scene.telegram.write(f"/status@{USERNAME}", ANNA, TEAM, topic=7)
    assert scene.telegram.hear("<b>Open</b>", since, TEAM).data["message_thread_id"] == 7
    added = scene.telegram.mark()
    scene.telegram.write(f"/add@{USERNAME} echo message=seven", ANNA, TEAM, topic=7)
    scene.telegram.hear("succeeded", added, TEAM)
    said = scene.telegram.made("sendMessage", since, TEAM)
    assert len(said) >= 2
    assert {each.data.get("message_thread_id") for each in said} == {7}


def test_a_group_that_became_a_supergroup_hears_the_end_of_its_tasks(scene: Scene, worker: WorkerProcess) -> None:
    new = -100_300_400
    since = scene.telegram.mark()
    scene.telegram.write(f"/add@{USERNAME} delay seconds=3", ANNA, TEAM)
    scene.telegram.hear("delay", since, TEAM)
    scene.telegram.moved[TEAM] = new
    try:
        scene.telegram.hear("succeeded", since, new)
        # One message is edited there, and its end is told, however often the old id was asked.
        assert len(scene.telegram.made("sendMessage", since, new)) <= 2
    finally:
        del scene.telegram.moved[TEAM]


def test_a_group_that_became_a_supergroup_is_listened_to_there(scene: Scene) -> None:
    new, elsewhere = -100_300_500, -100_300_600
    try:
        # In a group that nobody allowed it opens nothing, nor does a person who writes so.
        scene.telegram.migrate(OTHER_GROUP, elsewhere, ANNA)
        scene.telegram.write(f"/status@{USERNAME} migrate_to_chat_id {elsewhere}", ANNA, TEAM)
        scene.telegram.migrate(TEAM, new, ANNA)
        since = scene.telegram.mark()
        scene.telegram.write(f"/status@{USERNAME}", ANNA, elsewhere)
        assert "Open" in scene.ask(f"/status@{USERNAME}", "<b>Open</b>", ANNA, new)
        assert scene.telegram.made("sendMessage", since, elsewhere) == []
        # It lasts.
        scene.bot.kill()
        scene.bot.start()
        assert "Open" in scene.ask(f"/status@{USERNAME}", "<b>Open</b>", ANNA, new)
        assert scene.stack.rows("SELECT old_chat_id, new_chat_id FROM telegram_moves") == [
            {"old_chat_id": TEAM, "new_chat_id": new}
        ]
    finally:
        scene.telegram.moved.clear()


def test_help_is_for_whoever_asks(scene: Scene) -> None:
    mine, hers = scene.ask("/help", "/status"), scene.ask("/help", "/status", VERA)
    assert all(each in mine for each in ("/add ", "/pause ", "/approve ", "/watch NVDA"))
    assert not any(each in hers for each in ("/add", "/pause", "/approve", "/retry", "NVDA |"))
    assert "change nothing" in hers


def test_the_same_update_five_times_acts_once(scene: Scene) -> None:
    tag = new_tag()
    since = scene.telegram.mark()
    scene.telegram.write(f"/add web_monitor url=https://example.com/five tags={tag}", ANNA, times=5)
    scene.telegram.hear("web_monitor", since, ANNA)
    scene.ask("/help", "/status")
    assert len(scene.tagged(tag)) == 1
    sent = [each for each in scene.telegram.made("sendMessage", since, ANNA) if "web_monitor</b>" in each.data["text"]]
    assert len(sent) == 1


# -- linking ---------------------------------------------------------------------------------------------------------


_CODES = "SELECT c.* FROM telegram_codes c JOIN users u ON u.id = c.user_id WHERE u.name = %s"


def test_a_code_works_once_and_is_stored_by_its_hash_only(scene: Scene) -> None:
    name, api = person(scene.stack, "operator")
    with api:
        code = link(scene.telegram, api, OTTO)
        assert scene.stack.rows(_CODES, name) == []
        scene.ask(f"/link {code}", "not valid", LENA)
        shown = api.http.get("/me/telegram").json()
        assert (shown["linked"], shown["telegram_user_id"]) == (True, OTTO)
        made = api.http.post("/me/telegram").json()["code"]
        assert len(scene.stack.rows(_CODES, name)) == 1
        assert made not in str(scene.stack.rows("SELECT * FROM telegram_codes"))
        [entry] = scene.audited(f"human:{name}", "telegram.link")
        assert entry["details"]["telegram_user_id"] == OTTO
        assert api.http.delete("/me/telegram").status_code == 204
        assert "/link CODE" in scene.ask("/status", "who you are", OTTO)
        assert scene.ask(f"/link {made}", "not valid", OTTO)


def test_a_new_code_ends_the_one_before(scene: Scene) -> None:
    _, api = person(scene.stack, "viewer")
    with api:
        first, second = (api.http.post("/me/telegram").json()["code"] for _ in range(2))
        scene.ask(f"/link {first}", "not valid", OTTO)
        scene.ask(f"/link {second.lower().replace('-', ' ')}", "You act as", OTTO)
        scene.ask("/unlink", "ended", OTTO)
        scene.ask("/status", "who you are", OTTO)
        assert api.http.get("/me/telegram").json()["linked"] is False


def test_codes_are_not_for_groups_and_not_to_be_guessed(scene: Scene) -> None:
    scene.ask(f"/link@{USERNAME} 0000-0000-0000", "private chat", LENA, TEAM)
    since = scene.telegram.mark()
    for _ in range(12):
        scene.telegram.write("/link 0000-0000-0001", LENA)
    scene.telegram.hear("Too many wrong codes", since, LENA)
    assert scene.stack.rows("SELECT 1 FROM telegram_links WHERE telegram_user_id = %s", LENA) == []


def test_a_disabled_person_can_do_nothing(scene: Scene) -> None:
    name, api = person(scene.stack, "operator")
    with api:
        link(scene.telegram, api, OTTO)
    [user] = [each for each in scene.stack.api.http.get("/users").json()["users"] if each["name"] == name]
    scene.stack.api.http.patch(f"/users/{user['id']}", json={"disabled": True}).raise_for_status()
    tag = new_tag()
    scene.ask(f"/add echo message=hi tags={tag}", "disabled", OTTO)
    assert scene.tagged(tag) == []
    scene.stack.api.http.patch(f"/users/{user['id']}", json={"disabled": False, "role": "viewer"}).raise_for_status()
    scene.ask(f"/add echo message=hi tags={tag}", "you are viewer", OTTO)


# -- every command ---------------------------------------------------------------------------------------------------


_COLLECTED = """
INSERT INTO ticker_data_freshness (ticker, data_source, last_attempt_at, last_success_at, last_error, record_count)
VALUES ('ZZQX', 'telegram_test', now(), now(), 'boom <b>', 7)
"""


def test_commands_that_look(scene: Scene, worker: WorkerProcess) -> None:
    scene.ask("/start", scene.anna)
    scene.ask("/help", "/coverage")
    assert "Workers" in scene.ask("/status", "<b>Open</b>")
    assert worker.name in scene.ask("/workers", "<b>Workers</b>")
    scene.ask("/coverage ZZQX", "Nothing was collected about ZZQX")
    scene.stack.execute(_COLLECTED)
    assert "1 failing" in scene.ask("/coverage", "by source")
    assert "boom &lt;b&gt;" in scene.ask("/coverage $zzqx", " s ago, 7 rows")
    scene.ask("/nonsense", "I do not know /nonsense")


#: What is said to each command alone while a task waits that nobody takes; nothing: it depends on what was there.
ALONE = {
    "status": "<b>Open</b>", "workers": "<b>Workers</b>", "queue": "<b>Queue</b>", "add": "/add reddit_crawl NVDA",
    "batch": "/batch reddit_crawl NVDA", "why": "Which one?", "retry": "retry", "cancel": "Which one?",
    "approve": "approve", "reject": "reject", "failures": "fail", "plans": "lans", "review": "",
    "changes": "Write /changes ID", "watch": "/watch NVDA", "coverage": "", "pause": "Everything is paused",
    "resume": "Everything goes on", "agent": "gent", "digest": "📊 Daily:", "help": "/coverage",
}  # fmt: skip


def test_every_command_alone_is_answered(scene: Scene, worker: WorkerProcess) -> None:
    task_id = scene.stack.api.submit("web_monitor", {"url": "https://example.com/alone"})
    eventually(lambda: scene.stack.api.task(task_id)["status"] == "pending", 60, "it waits for a worker")
    assert list(ALONE) == list(COMMANDS)
    for name, said in ALONE.items():
        assert "I do not know" not in scene.ask(f"/{name}", said), name
    scene.stack.api.command(task_id, "cancel")


def test_queue_why_and_cancel(scene: Scene) -> None:
    task_id, _ = scene.add("web_monitor url=https://example.com/why")
    assert "web_monitor" in scene.ask("/queue", "<b>Queue</b>")
    eventually(lambda: scene.stack.api.task(task_id)["waiting_because"], 30, "it says why it waits")
    reason = scene.ask(f"/why {task_id[:8]}", "It waits")
    assert "web_monitor" in reason
    assert task_id[:8] in scene.ask("/why", "Which one?")
    scene.ask(f"/status {task_id[:8]}", "web_monitor")
    assert task_id[:8] in scene.ask("/cancel", "Which one?")
    scene.ask(f"/cancel {task_id[:8]}", "cancelled")
    scene.stack.api.wait_for(task_id, "cancelled")
    [entry] = [each for each in scene.audited(f"human:{scene.anna}", "task.cancel") if each["object"] == task_id]
    assert entry
    scene.ask("/cancel ffffffff", "No task has an id")


def test_retry(scene: Scene, worker: WorkerProcess) -> None:
    task_id, message = scene.add("flaky failures=1 retryable=false message=<b>&broken")
    scene.wait_for_text("failed", message)
    assert "&lt;b&gt;&amp;broken" in scene.telegram.messages[ANNA, message]["text"]
    assert task_id[:8] in scene.ask("/retry", "Which one?")
    since = scene.telegram.mark()
    scene.telegram.write(f"/retry {task_id[:8]}", ANNA, times=5)
    scene.telegram.hear("runs once more", since, ANNA)
    eventually(lambda: scene.stack.api.task(task_id)["retry_count"] == 1, 30, "it was retried")
    scene.stack.api.wait_for(task_id)
    scene.ask("/help", "/status")
    assert scene.stack.api.task(task_id)["retry_count"] == 1


def test_batch(scene: Scene, worker: WorkerProcess) -> None:
    since = scene.telegram.mark()
    scene.telegram.write("/batch web_monitor NVDA $aapl TSLA url=https://example.com/batch", ANNA)
    scene.telegram.hear("params.ticker: there is no such field", since, ANNA)
    tag = new_tag()
    scene.telegram.write(f"/batch reddit_crawl NVDA $aapl TSLA limit=20 tags={tag}", ANNA, times=5)
    heard = scene.telegram.hear("reddit_crawl for 3 tickers", since, ANNA)
    assert "3 pending" in heard.data["text"]
    tasks = scene.tagged(tag)
    assert {each["ticker"] for each in tasks} == {"NVDA", "AAPL", "TSLA"}
    for each in tasks:
        scene.stack.api.command(each["id"], "cancel")
    scene.telegram.hear("All 3 tasks are over", since, ANNA)
    many = " ".join(f"T{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(51))
    scene.ask(f"/batch reddit_crawl {many}", "1 to 50 tasks at once")


def test_approve_and_reject(scene: Scene, worker: WorkerProcess) -> None:
    yes, message = scene.add("echo message=yes approval=yes")
    assert [each.split(":")[0] for each in scene.buttons(message)] == ["approve", "reject", "mute"]
    no, _ = scene.add("echo message=no approval=yes")
    assert yes[:8] in scene.ask("/approve", "Which one?")
    scene.ask(f"/approve {yes[:8]} looks fine", "is approved")
    scene.ask(f"/reject {no[:8]} too much", "is rejected")
    scene.wait_for_text("succeeded", message)
    assert scene.stack.api.task(yes)["approval"]["decision"]["comment"] == "looks fine"
    assert scene.stack.api.task(no)["status"] == "rejected"
    scene.ask(f"/reject {yes[:8]}", "already")


def test_watch(scene: Scene, worker: WorkerProcess) -> None:
    scene.ask("/watch $zzqw", "on the watchlist, but the agent is off")
    assert scene.stack.api.http.get("/tickers/ZZQW").json()["tracked"] is True
    scene.stack.api.http.delete("/tickers/ZZQW")
    task_id = scene.stack.api.submit("delay", {"seconds": 3})
    since = scene.telegram.mark()
    scene.telegram.write(f"/watch {task_id[:8]}", VERA)
    scene.telegram.hear(task_id[:8], since, VERA)
    scene.telegram.hear("succeeded", since, VERA)
    scene.ask("/watch", "/watch NVDA")
    scene.ask("/watch 12!", "neither a ticker")


def test_pause_and_resume(scene: Scene) -> None:
    scene.ask("/pause sec_filing_crawl", "Say why")
    scene.ask("/pause sec_filing_crawl the <SEC> is slow", "the &lt;SEC&gt; is slow")
    found = scene.stack.api.http.get("/capabilities").json()["capabilities"]
    [paused] = [each["paused"] for each in found if each["capability"] == "sec_filing_crawl"]
    assert (paused["by"], paused["reason"]) == (f"human:{scene.anna}", "the <SEC> is slow")
    assert "Paused now: sec_filing_crawl" in scene.ask("/resume nothing", "Write /resume")
    scene.ask("/resume sec_filing_crawl", "goes on")
    # As the source document has it.
    scene.ask("/pause", "Everything is paused")
    assert scene.stack.api.http.get("/capabilities").json()["everything"]["by"] == f"human:{scene.anna}"
    scene.ask("/resume", "Everything goes on")
    scene.ask("/pause all maintenance", "Everything is paused")
    assert "maintenance" in scene.ask("/status", "Everything is paused")
    scene.ask("/resume all", "Everything goes on")
    assert scene.stack.api.http.get("/capabilities").json()["everything"] is None


def test_what_cannot_be_read_is_answered_with_how_to_write_it(scene: Scene) -> None:
    before = scene.stack.rows("SELECT count(*) AS n FROM tasks")
    scene.ask("/add", "/add reddit_crawl NVDA")
    scene.ask("/add reddit_crawl NVDA AAPL", "second ticker")
    scene.ask("/add reddit_crawl NVDA limit=many", "limit")
    scene.ask("/add echo !!", "neither a ticker nor key=value")
    scene.ask("/batch nonesuch NVDA", "Types:")
    scene.ask("/retry ../users", "Write /retry ID")
    assert scene.stack.rows("SELECT count(*) AS n FROM tasks") == before
