"""The buttons under messages: each does what it says, once, and only for whom it is allowed."""

from collections.abc import Iterator

import pytest

from tests.stack.harness import WorkerProcess, eventually
from tests.stack.telegram.telegram_bot import ANNA, LENA, OTHER_GROUP, STRANGER, VERA
from tests.stack.telegram.telegram_scene import Scene, scene

__all__ = ["scene"]


@pytest.fixture(scope="module")
def worker(scene: Scene) -> Iterator[WorkerProcess]:
    with scene.stack.worker("echo", "flaky", "delay") as running:
        yield running


def test_cancel(scene: Scene) -> None:
    task_id, message = scene.add("web_monitor url=https://example.com/press")
    assert scene.buttons(message) == [f"cancel:{task_id}", f"mute:{task_id}"]
    scene.press(f"cancel:{task_id}", "cancelled", message, times=5)
    scene.wait_for_text("cancelled", message)
    assert scene.buttons(message) == [f"retry:{task_id}"]
    scene.ask("/help", "/status")
    assert len([each for each in scene.stack.api.task(task_id)["events"] if each["type"] == "cancel_requested"]) <= 1


def test_retry_goes_on_in_the_same_message(scene: Scene, worker: WorkerProcess) -> None:
    task_id, message = scene.add("flaky failures=1 retryable=false")
    scene.wait_for_text("failed", message)
    since = scene.telegram.mark()
    scene.press(f"retry:{task_id}", "runs once more", message, times=5)
    scene.telegram.wait(
        "the end is told again",
        lambda: [
            each
            for each in scene.telegram.made("sendMessage", since, ANNA)
            if each.data.get("reply_parameters", {}).get("message_id") == message
        ],
    )
    scene.ask("/help", "/status")
    assert scene.stack.api.task(task_id)["retry_count"] == 1


def test_approve(scene: Scene, worker: WorkerProcess) -> None:
    task_id, message = scene.add("echo message=hi approval=yes")
    scene.press(f"approve:{task_id}", "is approved", message, times=5)
    scene.wait_for_text("succeeded", message)
    scene.press(f"reject:{task_id}", "already", message)
    assert scene.stack.api.task(task_id)["approval"]["decision"]["by"] == f"human:{scene.anna}"
    assert len(scene.stack.api.task(task_id)["attempts"]) == 1


def test_reject(scene: Scene) -> None:
    task_id, message = scene.add("echo message=hi approval=yes")
    scene.press(f"reject:{task_id}", "is rejected", message)
    scene.wait_for_text("rejected", message)
    assert scene.stack.api.status(task_id) == "rejected"


def test_mute(scene: Scene) -> None:
    task_id, message = scene.add("web_monitor url=https://example.com/mute")
    scene.press(f"mute:{task_id}", "not hear more", message)
    since = scene.telegram.mark()
    scene.stack.api.command(task_id, "cancel").raise_for_status()
    scene.stack.api.wait_for(task_id, "cancelled")
    scene.press(f"mute:{task_id}", "quiet already", message)
    assert not [each for each in scene.telegram.said(since) if task_id[:8] in each]


@pytest.mark.parametrize("verb", ["cancel", "retry", "approve", "reject"])
@pytest.mark.parametrize("account", [VERA, LENA, STRANGER])
def test_who_may_not_is_told_so_and_nothing_happens(scene: Scene, verb: str, account: int) -> None:
    scene.stack.execute("DELETE FROM attempt_limits")
    task_id = scene.stack.api.submit("echo", {"message": "hands off"}, needs_approval=True)
    before = scene.stack.api.task(task_id)
    expected = {VERA: "you are viewer", LENA: "who you are", STRANGER: "private"}[account]
    said = scene.press(f"{verb}:{task_id}", expected, 1, account)
    assert said.method == "answerCallbackQuery"
    after = scene.stack.api.task(task_id)
    assert (after["status"], after["events"]) == (before["status"], before["events"])
    scene.stack.api.command(task_id, "cancel")


@pytest.mark.parametrize("data", ["", "cancel", "cancel:", "cancel:../users", "delete:1", "quiet:a/b", "x" * 64])
def test_data_that_is_none_of_ours(scene: Scene, data: str) -> None:
    before = scene.stack.rows("SELECT count(*) AS n FROM audit_log")
    assert scene.press(data, "do not know this button", 1).method == "answerCallbackQuery"
    assert scene.stack.rows("SELECT count(*) AS n FROM audit_log") == before


def test_a_button_in_a_group_that_nobody_allowed_does_nothing(scene: Scene) -> None:
    task_id = scene.stack.api.submit("web_monitor", {"url": "https://example.com/elsewhere"})
    since = scene.telegram.mark()
    scene.telegram.press(f"cancel:{task_id}", ANNA, 1, OTHER_GROUP)
    scene.ask("/help", "/status")
    assert scene.telegram.made("answerCallbackQuery", since) == []
    assert scene.stack.api.status(task_id) == "pending"
    scene.stack.api.command(task_id, "cancel")


def test_a_notice_that_comes_too_late_becomes_a_message(scene: Scene) -> None:
    task_id, message = scene.add("web_monitor url=https://example.com/late")
    scene.telegram.fail("answerCallbackQuery", 400)
    said = scene.press(f"cancel:{task_id}", "cancelled", message)
    assert said.method == "sendMessage"
    eventually(lambda: scene.stack.api.status(task_id) == "cancelled", 30, "it is cancelled")
