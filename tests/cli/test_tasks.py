"""Looking at tasks and steering them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from contracts.tasks.views import AttemptView, NoteView
from tests.cli.conftest import Shell
from tests.cli.facade import Facade

EVIL = "\x1b]0;owned\x07[red]not red[/red]\u202e\x9b31m"


def test_list_shows_a_table(clawdbot: Shell, facade: Facade) -> None:
    facade.add("reddit_crawl", ticker="NVDA", worker="mac", status="running", progress={"percent": 41.2})
    facade.add("echo", status="succeeded", priority=25, priority_label="high", duration_ms=61_000)
    ran = clawdbot("tasks", "list")
    assert ran.code == 0
    newest, oldest = ran.out.splitlines()[1:3]
    assert newest.split() == [
        newest[:8],
        "echo",
        "succeeded",
        "high",
        "(25)",
        "now",
        "1",
        "min",
        "1",
        "s",
        "100",
        "%",
    ]
    assert oldest.split()[1:] == ["reddit_crawl", "NVDA", "running", "normal", "mac", "now", "41", "%"]
    assert "2 tasks (all)" in ran.out


def test_list_passes_its_filters_on(clawdbot: Shell, facade: Facade) -> None:
    clawdbot(
        "tasks", "list", "--status", "failed", "--status", "pending", "--type", "echo", "--ticker", "NVDA",
        "--tag", "t", "--worker", "mac", "--created-by", "human:x", "--text", "words", "--sort", "priority",
        "--created-after", "2026-01-01T00:00Z", "--created-before", "2026-02-01T00:00Z",
        "--page", "2", "--limit", "5",
    )  # fmt: skip
    assert facade.asked[0].query == {
        "status": ["failed", "pending"], "task_type": ["echo"], "ticker": ["NVDA"], "tag": ["t"],
        "worker": ["mac"], "created_by": ["human:x"], "text": ["words"],
        "created_after": ["2026-01-01T00:00:00+00:00"],
        "created_before": ["2026-02-01T00:00:00+00:00"], "sort": ["priority"], "page": ["2"], "limit": ["5"],
        "reasons": ["true"],
    }  # fmt: skip


def test_list_pages_and_json(clawdbot: Shell, facade: Facade) -> None:
    assert clawdbot("tasks", "list").out.startswith("There are no tasks yet.")
    assert clawdbot("tasks", "list", "--ticker", "NVDA", "--tag", "x").out == "No task matches --ticker NVDA --tag x.\n"
    for _ in range(3):
        facade.add("echo")
    said = clawdbot("tasks", "list", "--limit", "2").out.splitlines()[-1]
    assert said == "2 of 3 tasks; --all shows the rest, --limit N up to 200, --page 2 the next page"
    assert clawdbot("tasks", "list", "--limit", "2", "--page", 2).out.splitlines()[-1] == "1 task (the last)"
    assert clawdbot("tasks", "list", "--page", 2).out == "There are no more tasks.\n"
    page = clawdbot("tasks", "list", "--json").json
    assert page["total"] == 3
    assert {task["id"] for task in page["tasks"]} == set(facade.tasks)


def test_ids_that_look_alike_are_shown_longer(clawdbot: Shell, facade: Facade) -> None:
    for last in "12":
        facade.add("echo", id=f"0123456789ab-4000-8000-00000000000{last}".replace("89ab", "-89ab", 1))
    shown = {line.split()[0] for line in clawdbot("tasks", "list").out.splitlines()[1:3]}
    assert len(shown) == 2


def test_show_tells_everything(clawdbot: Shell, facade: Facade) -> None:
    now = datetime.now(UTC)
    failed = AttemptView(
        round=0, attempt=1, worker="mac", status="failed", claimed_at=now - timedelta(seconds=40), started_at=None,
        ended_at=now, error={"type": "RateLimited", "message": "slow down"},
    )  # fmt: skip
    task = facade.add(
        "reddit_crawl", ticker="NVDA", params={"ticker": "NVDA", "subreddits": ["a", "b"]}, tags=["demo"],
        waiting_because="attempt 2 of 5 follows soon", attempt=1, attempts=[failed],
        result={"posts_collected": 12}, notes=[NoteView(author="human:joe", text="look\nhere", created_at=now)],
    )  # fmt: skip
    facade.emit(task, "attempt_failed", details={"type": "RateLimited", "message": "slow down"})
    ran = clawdbot("tasks", "show", task.id)
    assert ran.code == 0
    for text in (
        "reddit_crawl NVDA  pending", str(task.id), "Waiting: attempt 2 of 5 follows soon", "1 of 5", "a, b",
        "demo", "RateLimited: slow down", "40 s", "posts_collected", "human:joe", "submitted",
        "another follows: RateLimited",
    ):  # fmt: skip
        assert text in ran.out
    assert ran.out.index("Waiting:") < ran.out.index("Priority")


def test_show_json_is_the_answer(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo", params={"message": "\u2028 ü"})
    ran = clawdbot("tasks", "show", task.id, "--json")
    assert ran.json == task.model_dump(mode="json")
    assert ran.out.isascii()


def test_hostile_text_steers_nothing(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add(
        "echo", ticker=EVIL, created_by=EVIL, worker=EVIL, waiting_because=EVIL, params={EVIL: [EVIL]},
        tags=[EVIL], result={EVIL: {EVIL: EVIL}}, progress={"step": EVIL, "counters": {EVIL: 1}},
        temporal_url=EVIL, error={"type": EVIL, "message": EVIL},
        notes=[NoteView(author=EVIL, text=EVIL, created_at=datetime.now(UTC))],
    )  # fmt: skip
    facade.emit(task, EVIL)
    for ran in (
        clawdbot("tasks", "show", task.id),
        clawdbot("tasks", "show", task.id, "--json"),
        clawdbot("tasks", "list"),
        clawdbot("tasks", "note", task.id, EVIL),
    ):
        assert ran.code == 0
        assert not set("\x1b\x07\u202e\x9b") & set(ran.out + ran.err)
    assert "\\x1b]0;owned\\x07[red]not red[/red]\\u202e\\x9b31m" in clawdbot("tasks", "show", task.id).out


def test_the_beginning_of_an_id_is_enough(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo")
    assert str(task.id) in clawdbot("tasks", "show", str(task.id)[:6]).out
    assert facade.asked[0].query["id_prefix"] == [str(task.id)[:6]]


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("abc", 2, "at least its first 4 characters"),
        ("NVDA-crawl", 2, "is no task id"),
        ("abcdef", 5, "No task has an id that begins with abcdef"),
        ("01234567", 2, "2 tasks have an id that begins with 01234567"),
        ("3f0c8a52-7d41-4b6e-9a83-5c2e1d9b7f60", 5, "There is no such task."),
    ],
)
def test_an_id_that_names_no_single_task(clawdbot: Shell, facade: Facade, text: str, code: int, sentence: str) -> None:
    ids = [f"01234567-89ab-4def-8123-45678900000{last}" for last in "12"]
    for id_ in ids:
        facade.add("echo", id=id_)
    ran = clawdbot("tasks", "show", text)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert ("2 tasks" not in sentence) or all(id_ in ran.err for id_ in ids)


def test_cancel(clawdbot: Shell, facade: Facade) -> None:
    waiting, running = facade.add("echo"), facade.add("echo", status="running")
    ran = clawdbot("tasks", "cancel", waiting.id, running.id)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"{waiting.id}  cancelled",
        f"{running.id}  cancel is on its way, the task is running",
    ]
    (answer,) = clawdbot("tasks", "cancel", running.id, "--json").json
    assert answer == {"id": str(running.id), "cancelled": False, "status": "running"}


def test_one_refusal_does_not_stop_the_others(clawdbot: Shell, facade: Facade) -> None:
    over, waiting = facade.add("echo", status="succeeded"), facade.add("echo")
    ran = clawdbot("tasks", "cancel", over.id, waiting.id)
    assert ran.code == 2
    assert ran.err == f"{over.id}: This task has already succeeded; there is nothing to cancel.\n"
    assert ran.out == f"{waiting.id}  cancelled\n"


def test_retry(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo", status="failed")
    assert clawdbot("tasks", "retry", task.id).out == f"{task.id}  pending, retry 1\n"
    assert clawdbot("tasks", "retry", task.id, "--json").json[0]["retry_count"] == 2


def test_reprioritise(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo")
    assert clawdbot("tasks", "reprioritise", task.id, "critical").out == f"{task.id}  priority critical (10)\n"
    assert clawdbot("tasks", "reprioritise", task.id, 65, "--json").json["priority_label"] == "low"
    assert clawdbot("tasks", "reprioritise", task.id, "urgent").code == 2


def test_note(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo")
    assert clawdbot("tasks", "note", task.id, "well done").out == f"{task.id}  noted as human:tester\n"
    assert facade.bodies(f"/tasks/{task.id}/notes") == [{"text": "well done"}]
    assert clawdbot("tasks", "note", task.id, "again", "--json").json["text"] == "again"


def test_delete(clawdbot: Shell, facade: Facade) -> None:
    over, other, running = (facade.add("echo", status=each) for each in ("failed", "failed", "running"))
    assert clawdbot("tasks", "delete", over.id).out == f"{over.id}  deleted\n"
    assert clawdbot("tasks", "delete", other.id, "--json").json == [{"id": str(other.id)}]
    assert clawdbot("tasks", "delete", running.id).code == 2
    assert list(facade.tasks) == [str(running.id)]


def test_a_task_that_was_handed_back_does_not_look_failed(clawdbot: Shell, facade: Facade) -> None:
    given_back = {"type": "HandedBack", "message": "Its worker was stopped."}
    now = datetime.now(UTC)
    attempt = AttemptView(
        round=0, attempt=1, worker="mac", status="failed", claimed_at=now, started_at=now, ended_at=now,
        error=given_back,
    )  # fmt: skip
    task = facade.add("echo", attempts=[attempt])
    facade.emit(task, "attempt_failed", details=given_back)
    shown = clawdbot("tasks", "show", task.id).out
    assert "handed back, goes on elsewhere: Its worker was stopped." in shown
    assert re.search(r"mac +handed back ", shown)
    assert "fail" not in shown
    assert "HandedBack" not in shown
