"""Attempts that fail, and a person's retry."""

import itertools
from datetime import datetime

import pytest

from tests.stack.harness import Api, RunningStack, Task, eventually


@pytest.mark.alone
def test_failures_that_may_pass_are_tried_again(stack: RunningStack, api: Api) -> None:
    seen: dict[int, Task] = {}

    def over() -> Task | None:
        task = api.task(id_)
        if task["status"] == "pending" and task["attempt"]:
            seen.setdefault(task["attempt"], task)
        return task if task["completed_at"] else None

    with stack.worker("flaky"):
        retry = {"max_attempts": 4, "initial_seconds": 1, "backoff": 1}
        id_ = api.submit("flaky", {"failures": 2, "message": "not today"}, retry=retry)
        task = eventually(over, 30, "the task is over")
    assert (task["status"], task["result"], task["attempt"]) == ("succeeded", {"attempt": 3}, 3)
    assert [(each["attempt"], each["status"]) for each in task["attempts"]] == [
        (1, "failed"), (2, "failed"), (3, "succeeded"),
    ]  # fmt: skip
    assert task["attempts"][0]["error"]["type"] == "FlakyFailure"
    # Between the attempts it says why, and when it goes on.
    assert set(seen) == {1, 2}
    for attempt, waiting in seen.items():
        reason = f"not today (attempt {attempt} of 2 that fail)"
        assert waiting["reason"] == reason
        assert waiting["waiting_because"].startswith(f"attempt {attempt + 1} of 4 follows at ")
        assert waiting["waiting_because"].endswith(f"the last one failed: {reason}")
        # The announced time was the time.
        late = moment(task["attempts"][attempt]["claimed_at"]) - moment(waiting["next_attempt_at"])
        assert -0.3 < late.total_seconds() < 1.5
    assert (task["reason"], task["next_attempt_at"], task["error"]) == (None, None, None)


def test_a_failure_that_will_not_pass_is_final_at_once(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky"):
        id_ = api.submit("flaky", {"retryable": False, "message": "never"}, retry={"max_attempts": 9})
        task = api.wait_for(id_, "failed")
    assert task["error"] == {
        "type": "FlakyFailure",
        "message": "never (attempt 1 of 1 that fail)",
        "retryable": False,
    }
    assert [(each["attempt"], each["status"]) for each in task["attempts"]] == [(1, "failed")]


def test_attempts_run_out(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky"):
        retry = {"max_attempts": 2, "initial_seconds": 0.1}
        task = api.wait_for(api.submit("flaky", {"failures": 50}, retry=retry), "failed")
    assert task["max_attempts"] == 2
    assert [(each["attempt"], each["status"]) for each in task["attempts"]] == [(1, "failed"), (2, "failed")]
    assert task["error"]["message"] == "flaky by request (attempt 2 of 50 that fail)"
    assert task["retry"] == {"max_attempts": 2, "initial_seconds": 0.1, "backoff": 2, "max_seconds": 10}


def test_a_person_runs_a_failed_task_once_more(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky"):
        id_ = api.submit("flaky", {"failures": 1}, retry={"max_attempts": 1})
        api.wait_for(id_, "failed")
        for round_ in (1, 2):
            reply = api.command(id_, "retry")
            assert reply.json() == {"id": id_, "status": "pending", "retry_count": round_}
            api.wait_for(id_, "failed")
        task = api.task(id_)
    assert task["retry_count"] == 2
    assert [(each["round"], each["attempt"], each["status"]) for each in task["attempts"]] == [
        (0, 1, "failed"), (1, 1, "failed"), (2, 1, "failed"),
    ]  # fmt: skip
    rounds = [event["round"] for event in task["events"]]
    assert rounds == sorted(rounds)
    assert [event["type"] for event in task["events"]].count("retried") == 2
    assert task["completed_at"] > task["attempts"][1]["ended_at"]


def test_a_task_retried_after_a_cancel_goes_on_where_it_was(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay"):
        id_ = api.submit("delay", {"seconds": 8, "steps": 20})

        def halfway() -> bool:
            return int(((api.task(id_)["progress"] or {}).get("counters") or {}).get("steps", 0)) >= 5

        eventually(halfway, 30, "five steps are done")
        api.carry_out(id_, "cancel", "cancelled")
        assert api.command(id_, "retry").status_code == 200
        task = api.wait_for(id_, "succeeded")
    assert 5 <= task["result"]["resumed_at_step"] < 20
    assert [(each["round"], each["attempt"], each["status"]) for each in task["attempts"]] == [
        (0, 1, "cancelled"), (1, 1, "succeeded"),
    ]  # fmt: skip
    assert task["cancel_requested_at"] is None
    percents = [
        event["details"]["percent"] for event in task["events"] if event["type"] == "progress" and event["round"] == 1
    ]
    assert all(earlier <= later for earlier, later in itertools.pairwise(percents))


def test_what_succeeded_starts_from_the_beginning(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay"):
        id_ = api.submit("delay", {"seconds": 0.5, "steps": 5})
        api.wait_for(id_, "succeeded")
        api.command(id_, "retry")
        task = api.wait_for(id_, "succeeded")
    assert task["retry_count"] == 1
    assert task["result"]["resumed_at_step"] == 0


@pytest.mark.parametrize("run_at", [None, "2031-01-01T00:00:00Z"])
def test_what_is_not_over_cannot_be_retried(api: Api, run_at: str | None) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/again"}, run_at=run_at)
    reply = api.command(id_, "retry")
    assert reply.status_code == 409
    status = "scheduled" if run_at else "pending"
    assert reply.json()["detail"] == f"This task is {status}. Cancel it first, or wait until it is over."
    assert api.task(id_)["retry_count"] == 0


def test_the_same_seed_gives_the_same_content(stack: RunningStack, api: Api) -> None:
    params = {"topic": "Öl & <b>gas</b>", "paragraphs": 4, "seed": 11}
    with stack.worker("mock_content"):
        ids = [api.submit("mock_content", {**params, "seed": seed}) for seed in (11, 11, 12)]
        first, same, other = (task["result"]["paragraphs"] for task in api.wait_for_all(ids))
    assert first == same != other
    assert len(first) == 4
    assert all("Öl & <b>gas</b>" in paragraph for paragraph in first)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
