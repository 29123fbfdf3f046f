"""Parts of plans that are done again: what held for the time before holds no more, and nothing is left behind."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from db.tasks.mirror import adopt_run
from tests.http import as_core
from tests.http.planned import Planned, echo
from tests.stack.people import in_database
from tests.support.facade import Api, Facade


def _let_its_deadline_pass(stack: Facade, plan: Planned) -> None:
    stack.execute("UPDATE plan_parts SET deadline = now() - interval '1 hour' WHERE plan_id = %s", plan.id)


def test_a_deadline_runs_anew_for_each_try(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", deadline_seconds=600), echo("b", deadline_seconds=600, needs_review=True))
    report = plan.advance()
    assert report.wait_seconds is not None
    assert 590 < report.wait_seconds <= 600
    plan.end("b")
    _let_its_deadline_pass(stack, plan)
    plan.advance()
    assert api.task(plan.task("a"))["cancel_requested_at"]
    plan.end("a", fails=True)
    plan.say("steps/a/retry")
    plan.say("steps/b/request-changes", text="shorter")
    for step in ("a", "b"):
        assert api.task(plan.task(step))["cancel_requested_at"] is None
        plan.end(step, round_=1)
    plan.say("steps/b/approve")
    assert plan.detail["status"] == "succeeded"


@pytest.mark.parametrize("verb", ["approve", "reject", "request-changes"])
def test_a_result_that_a_reset_made_again_is_looked_at_anew(stack: Facade, api: Api, verb: str) -> None:
    """In the same round, and all between two advances: neither the time of the one before holds, nor what is said."""
    plan = Planned(stack, api, echo("a", needs_review=True, review_seconds=600), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a", {"text": "first"})
    stack.execute("UPDATE plan_parts SET review_before = now() + interval '1 s' WHERE plan_id = %s", plan.id)
    seen = plan.detail["first_steps"][0]["review_before"]
    _reset(stack, plan, "a", {"text": "second"})
    [review] = [each for each in api.http.get("/plans/reviews").json()["reviews"] if each["plan_id"] == plan.id]
    assert (review["result"], review["task_round"]) == ({"text": "second"}, 0)
    assert datetime.fromisoformat(review["review_before"]) - datetime.fromisoformat(seen) > timedelta(seconds=500)
    said = {"text": "longer"} if verb == "request-changes" else {}
    late = api.http.post(f"/plans/{plan.id}/steps/a/{verb}", json={**said, "round": 0, "review_before": seen})
    assert (late.status_code, "made again since" in late.text) == (409, True)
    assert plan.statuses() == {"a": "review", "b": "blocked"}
    plan.say(f"steps/a/{verb}", **said, round=0, review_before=review["review_before"])
    assert plan.statuses()["a"] != "review"


def test_what_a_person_said_is_not_said_of_what_is_made_after_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", needs_review=True), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a", {"text": "first"})
    plan.say("steps/a/approve")
    _reset(stack, plan, "a", {"text": "second"})
    [part] = api.http.get(f"/plans/{plan.id}/steps/a/parts").json()["parts"]
    assert (part["status"], part["result"], part["decided_by"]) == ("review", {"text": "second"}, None)
    plan.end("b")
    assert plan.detail["status"] == "running"
    plan.say("steps/a/approve")
    assert plan.detail["status"] == "succeeded"


def _reset(stack: Facade, plan: Planned, step: str, result: dict[str, str]) -> None:
    """As a reset on the Temporal side whose run core adopts, and which is over before the plan hears of it."""
    task, run = plan.task(step), str(uuid.uuid4())

    async def write(connection: AsyncConnection) -> None:
        await adopt_run(connection, task, run, 0)

    in_database(stack, write)
    as_core.end(stack, task, run, TaskStatus.SUCCEEDED, result)
    plan.advance()


def test_what_fails_after_it_had_succeeded_stops_the_plan_until_it_is_repaired(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a")
    # Not by the plan: a task that is run again by itself.
    assert api.command(plan.task("a"), "retry").status_code == 200
    plan.advance()
    plan.end("a", fails=True, round_=1)
    plan.end("b")
    assert (plan.detail["status"], plan.statuses()["a"]) == ("failed", "failed")
    assert plan.say("retry")["parts"] == 1
    plan.end("a", round_=2)
    assert plan.detail["status"] == "succeeded"


def test_a_task_that_is_run_again_takes_its_plan_on_though_that_was_cancelled(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]), deadline_seconds=3_600)
    plan.advance()
    plan.say("cancel")
    plan.end("a", fails=True)
    assert plan.detail["status"] == "cancelled"
    stack.execute("UPDATE plans SET deadline = now() - interval '1 hour' WHERE id = %s", plan.id)
    assert api.command(plan.task("a"), "retry").status_code == 200
    plan.advance()
    assert api.task(plan.task("a"))["cancel_requested_at"] is None
    plan.end("a", round_=1)
    plan.end("b")
    assert plan.detail["status"] == "succeeded"


def test_a_plan_ends_though_one_of_its_tasks_was_deleted(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b"))
    plan.advance()
    as_core.end(stack, plan.task("a"), str(uuid.uuid4()), TaskStatus.SUCCEEDED, {})
    assert api.http.delete(f"/tasks/{plan.task('a')}").status_code == 204
    stack.execute("DELETE FROM plan_ends WHERE plan_id = %s", plan.id)
    plan.say("cancel")
    plan.end("b", fails=True)
    assert plan.detail["status"] == "cancelled"
    refused = api.http.post(f"/plans/{plan.id}/retry")
    assert refused.status_code == 409
    assert "was deleted; skip the step" in refused.json()["detail"]


def test_whole_params_are_for_one_entry(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", for_each=["x", "y"], params={"message": "${{ item }}"}))
    plan.advance()
    for place in range(2):
        plan.end("a", place=place, fails=True)
    refused = api.http.post(f"/plans/{plan.id}/steps/a/retry", json={"params": {"message": "z"}})
    assert refused.status_code == 409
    assert "all would get the same params" in refused.json()["detail"]
    plan.say("steps/a/retry", place=1, params={"message": "z"})
    messages = [api.task(plan.task("a", place))["params"]["message"] for place in range(2)]
    assert messages == ["x", "z"]


def test_other_params_are_looked_after_as_in_any_edit(stack: Facade, api: Api) -> None:
    api.http.put("/tickers/XYZZ", json={"name": "Xyzzy Corporation", "tracked": False}).raise_for_status()
    news = {"id": "a", "task_type": "news_crawl", "params": {"ticker": "PLGH"}}
    plan = Planned(stack, api, news, {"id": "b", "task_type": "bot_task", "params": {"ticker": "PLGH"}})
    plan.advance()
    for step in ("a", "b"):
        plan.end(step, fails=True)
    plan.say("steps/a/retry", params={"ticker": "XYZZ"})
    task = api.task(plan.task("a"))
    assert (task["ticker"], task["params"]["company"]) == ("XYZZ", "Xyzzy Corporation")
    assert "edited" in {event["type"] for event in task["events"]}
    [row] = stack.rows("SELECT words FROM tasks WHERE id = %s", plan.task("a"))
    assert "xyzz" in row["words"].lower()
    # What a bot's task calls so may be anything.
    plan.say("steps/b/retry", params={"ticker": ["x"]})
    assert api.task(plan.task("b"))["params"] == {"ticker": ["x"]}


def test_results_that_are_too_many_to_be_read_fail_who_reads_them(stack: Facade, api: Api) -> None:
    plan = Planned(
        stack, api, echo("a", for_each=["x", "y", "z"]),
        echo("b", needs=["a"], params={"message": "${{ steps.a.results[0] }}"}),
    )  # fmt: skip
    plan.advance()
    for place in range(2):
        plan.end("a", place=place)
    large = (
        "UPDATE plan_parts SET result = jsonb_build_object('x', repeat('y', 3000000)) WHERE plan_id = %s AND place < 2"
    )
    stack.execute(large, plan.id)
    plan.end("a", place=2)
    failure = plan.detail["failure"]
    assert (failure["step"], failure["type"]) == ("b", "ExpressionFailed")
    assert "the results of step 'a' are 60000" in failure["message"]
