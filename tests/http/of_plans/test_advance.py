"""Plans in Postgres: each advance is one transaction, costs what changed, and says the same when it is repeated."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from contracts.kept import Book
from contracts.tasks.children import Started
from db.engine import make_engine
from db.plans.keeping import plans_to_wake
from tests.http.planned import Planned, echo
from tests.support.facade import Api, Facade
from workers.core.retention import Retention


def test_a_diamond_goes_through(stack: Facade, api: Api) -> None:
    plan = Planned(
        stack, api, echo("a"), echo("b", needs=["a"]), echo("c", needs=["a"], when="steps.a.result.n > 5"),
        echo("d", needs=["b", "c"], params={"message": "${{ steps.b.result.n + inputs.more }}"}), inputs={"more": 40},
    )  # fmt: skip
    plan.advance()
    assert plan.statuses() == {"a": "running", "b": "blocked", "c": "blocked", "d": "blocked"}
    blocked = {step["id"]: step["waits_for"] for step in plan.detail["first_steps"]}
    assert blocked == {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    plan.end("a", {"n": 1})
    assert plan.statuses() == {"a": "succeeded", "b": "running", "c": "skipped", "d": "blocked"}
    plan.end("b", {"n": 2})
    task = api.task(plan.task("d"))
    assert task["params"] == {"message": 42}
    assert (task["plan_id"], task["plan_step"], task["plan_place"]) == (plan.id, "d", 0)
    plan.end("d")
    detail = plan.detail
    assert (detail["status"], detail["done"], detail["active"]) == ("succeeded", 4, 0)
    assert detail["counts"] == {"succeeded": 3, "skipped": 1}
    told = [row["type"] for row in stack.rows("SELECT type FROM task_events WHERE plan_id = %s ORDER BY id", plan.id)]
    assert told[0] == "plan_created"
    assert told[-1] == "plan_succeeded"


def test_entries_of_an_earlier_result_with_a_limit(stack: Facade, api: Api) -> None:
    plan = Planned(
        stack, api, echo("a"),
        echo("b", needs=["a"], for_each="steps.a.result.l", parallel=2, params={"message": "${{ item }}"}),
        echo("c", each_of="b", params={"message": "${{ steps.b.result.x }}"}),
        echo("d", needs=["c"], params={"message": "${{ steps.c.results }}"}),
    )  # fmt: skip
    plan.advance()
    plan.end("a", {"l": ["x", None, 3]})
    assert [step["active"] for step in plan.detail["first_steps"]] == [0, 2, 0, 0]
    for place in (1, 0, 2):
        plan.end("b", {"x": place}, place=place)
    messages = [api.task(plan.task("b", place))["params"]["message"] for place in range(3)]
    assert messages == ["x", None, 3]
    for place in range(3):
        plan.end("c", {"y": place}, place=place)
    assert api.task(plan.task("d"))["params"] == {"message": [{"y": 0}, {"y": 1}, {"y": 2}]}
    parts = api.http.get(f"/plans/{plan.id}/steps/b/parts", params={"limit": 2}).json()
    assert [part["item"] for part in parts["parts"]] == ["x", None]
    assert parts["next"] == 1


def test_a_repeated_advance_changes_nothing(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]))
    first, second = plan.advance(), plan.advance()
    assert [start.task_id for start in first.starts] == [start.task_id for start in second.starts]
    assert stack.rows("SELECT count(*) AS n FROM tasks WHERE plan_id = %s", plan.id) == [{"n": 1}]


def test_the_relay_gets_what_the_plan_could_not_start_and_no_more(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b"))
    a, b = plan.advance().starts
    left = stack.rows("SELECT next_try_at > now() AS later FROM outbox WHERE task_id = ANY(%s)", [a.task_id, b.task_id])
    assert [row["later"] for row in left] == [True, True]
    report = plan.advance([Started(task_id=a.task_id, command_id=a.command_id)])
    assert [start.task_id for start in report.starts] == [b.task_id]


def test_a_task_of_a_plan_is_never_taken_back_from_the_outbox(stack: Facade, api: Api) -> None:
    """Its workflow may run already, started by the plan."""
    plan = Planned(stack, api, echo("a"))
    plan.advance()
    api.command(plan.task("a"), "cancel")
    assert api.status(plan.task("a")) == "pending"


def test_an_advance_costs_what_changed(stack: Facade, api: Api) -> None:
    """Of a thousand steps, the end of one writes two."""
    plan = Planned(stack, api, *(echo(f"s{n}", needs=[f"s{n - 1}"] if n else []) for n in range(1_000)))
    plan.advance()
    versions = "SELECT step, xmin::text AS version FROM plan_steps WHERE plan_id = %s"
    before = {row["step"]: row["version"] for row in stack.rows(versions, plan.id)}
    plan.end("s0")
    after = {row["step"]: row["version"] for row in stack.rows(versions, plan.id)}
    assert {step for step in after if after[step] != before[step]} == {"s0", "s1"}


def test_policies_in_the_database(stack: Facade, api: Api) -> None:
    plan = Planned(
        stack, api, echo("a"), echo("b", needs=["a"], on_failure="compensate", compensate_with=["undo"]),
        echo("c", needs=["b"]), echo("undo", params={"message": "${{ steps.b.error.message }}"}),
    )  # fmt: skip
    plan.advance()
    plan.end("a")
    plan.end("b", fails=True)
    assert api.task(plan.task("undo"))["params"] == {"message": "It broke."}
    plan.end("undo")
    detail = plan.detail
    assert detail["status"] == "failed"
    assert detail["failure"]["message"] == "Step b failed: It broke."


def test_replay_from_the_failed_step_keeps_results(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]), echo("c", needs=["b"]))
    plan.advance()
    plan.end("a")
    plan.end("b", fails=True)
    assert plan.detail["status"] == "failed"
    said = plan.say("retry")
    assert (said["status"], said["round"], said["parts"]) == ("running", 1, 1)
    assert api.task(plan.task("b"))["retry_count"] == 1
    plan.end("b", round_=1)
    assert plan.statuses() == {"a": "succeeded", "b": "succeeded", "c": "running"}
    plan.end("c")
    assert plan.detail["status"] == "succeeded"
    [row] = stack.rows("SELECT count(*) AS n FROM audit_log WHERE object = %s AND action = 'plan.retry'", plan.id)
    assert row["n"] == 1


def test_a_step_is_tried_with_other_params_skipped_or_given_a_result(stack: Facade, api: Api) -> None:
    steps = [echo("a"), echo("b", needs=["a"], params={"message": "${{ steps.a.result }}"}), echo("z")]
    plan = Planned(stack, api, *steps)
    plan.advance()
    plan.end("z")
    plan.end("a", fails=True)
    refused = api.http.post(f"/plans/{plan.id}/steps/a/retry", json={"params": {"messag": 1}})
    assert refused.status_code == 422, refused.text
    plan.say("steps/a/retry", params={"message": "other"})
    assert api.task(plan.task("a"))["params"] == {"message": "other"}
    plan.end("a", fails=True, round_=1)
    plan.say("steps/a/result", result={"by": "hand"})
    assert api.task(plan.task("b"))["params"] == {"message": {"by": "hand"}}
    plan.end("b", fails=True)
    plan.say("steps/b/skip")
    assert plan.detail["status"] == "succeeded"
    nothing = api.http.post(f"/plans/{plan.id}/steps/b/skip")
    assert (nothing.status_code, nothing.json()["detail"]) == (
        409, "Step b is skipped; only what failed or was cancelled can be repaired.",
    )  # fmt: skip


def test_a_result_is_reviewed(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", needs_review=True), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a")
    assert plan.statuses() == {"a": "review", "b": "blocked"}
    plan.say("steps/a/approve")
    assert plan.statuses() == {"a": "succeeded", "b": "running"}
    other = Planned(stack, api, echo("a", needs_review=True))
    other.advance()
    other.end("a")
    other.say("steps/a/reject", comment="not this")
    assert other.detail["status"] == "failed"
    assert "not this" in other.detail["failure"]["message"]


def test_changes_are_asked_for_and_the_next_attempt_is_told(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", needs_review=True), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a")
    plan.say("steps/a/request-changes", text="shorter")
    assert plan.statuses() == {"a": "running", "b": "blocked"}
    assert (api.task(plan.task("a"))["feedback"], api.task(plan.task("a"))["retry_count"]) == ("shorter", 1)
    plan.end("a", round_=1)
    assert plan.statuses() == {"a": "review", "b": "blocked"}
    refused = api.http.post(f"/plans/{plan.id}/steps/b/request-changes", json={"text": "x"})
    assert refused.status_code == 409


def test_a_review_has_an_end(stack: Facade, api: Api) -> None:
    """Handled as any failure of the step, and repaired as one."""
    steps = echo("a", needs_review=True, review_seconds=60), echo("b", needs=["a"])
    plan, patient = Planned(stack, api, *steps), Planned(stack, api, echo("a", needs_review=True))
    for each in (plan, patient):
        each.advance()
        each.end("a")
    before = plan.detail["first_steps"][0]["review_before"]
    assert datetime.fromisoformat(before) <= datetime.now(UTC) + timedelta(seconds=60)
    assert plan.advance().wake_at == datetime.fromisoformat(before)
    waiting = {each["plan_id"]: each for each in api.http.get("/plans/reviews").json()["reviews"]}
    assert waiting[plan.id]["task_id"] == plan.task("a")
    assert patient.id in waiting
    stack.execute("UPDATE plan_parts SET review_before = now() WHERE plan_id = %s", plan.id)
    plan.advance()
    assert (plan.detail["status"], plan.detail["failure"]["type"]) == ("failed", "ReviewExpired")
    assert api.http.post(f"/plans/{plan.id}/steps/a/approve").status_code == 409
    assert patient.statuses() == {"a": "review"}
    plan.say("retry")
    plan.end("a", round_=1)
    plan.say("steps/a/approve", round=1)
    assert plan.statuses() == {"a": "succeeded", "b": "running"}
    for each in api.http.get("/plans/reviews").json()["reviews"]:
        assert each["plan_id"] != plan.id


@pytest.mark.parametrize("verb", ["approve", "reject", "request-changes"])
def test_what_is_said_about_a_result_is_not_said_about_the_next_one(stack: Facade, api: Api, verb: str) -> None:
    plan = Planned(stack, api, echo("a", needs_review=True), echo("b", needs=["a"]))
    plan.advance()
    plan.end("a")
    seen = plan.detail["first_steps"][0]["task_round"]
    plan.say("steps/a/request-changes", text="shorter", round=seen)
    plan.end("a", round_=1)
    said = {"text": "longer"} if verb == "request-changes" else {}
    late = api.http.post(f"/plans/{plan.id}/steps/a/{verb}", json={**said, "round": seen})
    assert late.status_code == 409
    assert "made again since" in late.json()["detail"]
    assert plan.statuses() == {"a": "review", "b": "blocked"}
    plan.say(f"steps/a/{verb}", **said, round=1)
    assert plan.statuses()["a"] != "review"


def test_cancel_ends_what_runs_and_begins_nothing(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]), echo("r", needs_review=True))
    plan.advance()
    plan.end("r")
    plan.say("cancel")
    assert api.task(plan.task("a"))["cancel_requested_at"]
    plan.end("a")
    assert plan.detail["status"] == "cancelled"
    assert plan.detail["failure"]["message"] == "Cancelled by human:admin."
    again = api.http.post(f"/plans/{plan.id}/cancel")
    assert again.status_code == 409


def test_deadlines(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", deadline_seconds=60), deadline_seconds=3_600)
    report = plan.advance()
    assert report.wake_at is not None
    stack.rows("UPDATE plan_parts SET deadline = now() WHERE plan_id = %s RETURNING 1 AS n", plan.id)
    plan.advance()
    task = api.task(plan.task("a"))
    assert task["cancel_requested_at"]
    other = Planned(stack, api, echo("a"), deadline_seconds=3_600)
    other.advance()
    stack.rows("UPDATE plans SET deadline = now() WHERE id = %s RETURNING 1 AS n", other.id)
    other.advance()
    other.end("a")
    assert other.detail["failure"]["type"] == "DeadlineExceeded"
    assert other.detail["status"] == "failed"


async def test_old_plans_go_with_their_events_and_their_tasks_stay(stack: Facade, api: Api) -> None:
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    plan, young = [await asyncio.to_thread(Planned, stack, api, echo("a")) for _ in range(2)]
    for each in (plan, young):
        await asyncio.to_thread(each.advance)
        await asyncio.to_thread(each.end, "a")
    stack.rows("UPDATE plans SET completed_at = now() - interval '91 days' WHERE id = %s RETURNING 1 AS n", plan.id)
    await Retention(engine, {}, {Book.PLANS: 90}).look()
    await engine.dispose()
    left = "SELECT count(*) AS n FROM task_events WHERE plan_id = %s"
    assert [stack.rows(left, each.id)[0]["n"] for each in (plan, young)] == [0, 4]
    assert api.http.get(f"/plans/{plan.id}").status_code == 404
    assert stack.rows("SELECT count(*) AS n FROM tasks WHERE plan_id = %s", plan.id) == [{"n": 1}]


async def test_what_ended_is_told_of_until_nothing_is_left(stack: Facade) -> None:
    """However much of it is of one plan: whoever tells goes on while there were as many as asked for."""
    plan, engine = uuid.uuid4(), make_engine(stack.database_url, process="tests", pool_size=1)
    for _ in range(3):
        await asyncio.to_thread(
            stack.execute, "INSERT INTO plan_ends (plan_id, signal_at) VALUES (%s, '2000-01-01')", plan
        )
    async with engine.begin() as connection:
        assert await plans_to_wake(connection, 2, 5) == [plan, plan]
        assert plan in await plans_to_wake(connection, 2, 5)
    await engine.dispose()
    await asyncio.to_thread(stack.execute, "DELETE FROM plan_ends WHERE plan_id = %s", plan)
