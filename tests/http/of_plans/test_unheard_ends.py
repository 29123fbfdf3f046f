"""Tasks that end, run again by themselves and end once more before their plan looks: it hears of all of that."""

import uuid
from typing import Any

import pytest

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from tests.http import as_core
from tests.http.planned import Planned, echo
from tests.support.facade import Api, Facade

BROKEN = TaskFailure(type="Broken", message="It broke.")


def _end(stack: Facade, plan: Planned, step: str, status: TaskStatus, result: Any = None, round_: int = 0) -> None:
    """And nobody looks yet."""
    error = None if status is TaskStatus.SUCCEEDED else BROKEN
    as_core.end(stack, plan.task(step), str(uuid.uuid4()), status, result, error, round_)


def _again(api: Api, plan: Planned, step: str) -> None:
    """Not by the plan."""
    assert api.command(plan.task(step), "retry").status_code == 200


def _failed_and_done_since(stack: Facade, api: Api) -> Planned:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"], params={"message": "${{ steps.a.result.n }}"}))
    plan.advance()
    plan.end("a", fails=True)
    assert plan.detail["status"] == "failed"
    _again(api, plan, "a")
    _end(stack, plan, "a", TaskStatus.SUCCEEDED, {"n": 7}, round_=1)
    return plan


def test_a_failed_step_that_succeeded_meanwhile_takes_the_plan_on(stack: Facade, api: Api) -> None:
    plan = _failed_and_done_since(stack, api)
    plan.advance()
    assert (plan.detail["status"], plan.statuses()) == ("running", {"a": "succeeded", "b": "running"})
    assert api.task(plan.task("b"))["params"] == {"message": 7}


@pytest.mark.parametrize("verb", ["retry", "steps/a/retry", "steps/a/skip"])
def test_a_repair_does_not_do_it_twice(stack: Facade, api: Api, verb: str) -> None:
    plan = _failed_and_done_since(stack, api)
    refused = api.http.post(f"/plans/{plan.id}/{verb}")
    assert refused.status_code == 409, refused.text
    plan.advance()
    assert (plan.statuses(), api.task(plan.task("a"))["retry_count"]) == ({"a": "succeeded", "b": "running"}, 1)


def test_the_result_of_the_last_run_counts(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b"))
    plan.advance()
    plan.end("a", {"n": 1})
    _again(api, plan, "a")
    _end(stack, plan, "a", TaskStatus.SUCCEEDED, {"n": 2}, round_=1)
    plan.advance()
    [part] = api.http.get(f"/plans/{plan.id}/steps/a/parts").json()["parts"]
    assert (part["status"], part["result"]) == ("succeeded", {"n": 2})
    assert plan.detail["active"] == 1


def test_what_the_run_before_was_told_is_not_said_to_the_next(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", deadline_seconds=600))
    plan.advance()
    stack.execute("UPDATE plan_parts SET deadline = now() - interval '1 hour' WHERE plan_id = %s", plan.id)
    plan.advance()
    assert api.task(plan.task("a"))["cancel_requested_at"]
    _end(stack, plan, "a", TaskStatus.CANCELLED)
    _again(api, plan, "a")
    report = plan.advance()
    assert api.task(plan.task("a"))["cancel_requested_at"] is None
    assert report.wait_seconds is not None
    assert report.wait_seconds > 0
    # By a person, this time.
    _end(stack, plan, "a", TaskStatus.CANCELLED, round_=1)
    plan.advance()
    assert plan.statuses() == {"a": "cancelled"}
