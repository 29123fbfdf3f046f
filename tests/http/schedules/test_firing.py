"""What happens when a schedule is due, and when it was: each policy does what it says, once."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.schedules.closing import close
from services.schedules.firing import cancel_run
from tests.http.schedules.made import ECHO, SETTINGS, fired, moment, runs, schedule, seen_until
from tests.http.workspaces.teams import make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

#: Every ten minutes; the server was away from 8:05 until 8:32.
BEFORE, AWAY = "2026-05-04T08:00", ["2026-05-04T08:10", "2026-05-04T08:20", "2026-05-04T08:30"]
BACK = "2026-05-04T08:32"


def was_away(stack: Facade, api: Api, **fields: Any) -> str:
    id_ = str(schedule(api, **fields)["id"])
    seen_until(stack, id_, BEFORE)
    return id_


def test_what_is_due_is_made_once(stack: Facade, api: Api) -> None:
    made = schedule(api, description="greets")
    first = fired(stack, made["id"], AWAY[0])
    assert (first.tasks, first.waits) == (1, True)
    assert fired(stack, made["id"], AWAY[0]) == first
    [run] = api.http.get(f"/schedules/{made['name']}/runs").json()["runs"]
    task = api.task(run["task_ids"][0])
    assert (task["created_by"], task["status"]) == (f"schedule:{made['name']}", "pending")
    assert len(api.http.get("/tasks", params={"created_by": task["created_by"]}).json()["tasks"]) == 1


def test_by_way_of_a_schedule_nobody_needs_a_yes_less_often(stack: Facade, api: Api) -> None:
    key = api.http.post("/keys", json={"kind": "agent", "label": "scheduling"}).json()["api_key"]
    update = {"task": {"task_type": "api_update", "params": {"endpoint": "/v1/x", "payload": {}}}}
    with Api(stack.api_url, key) as agent:
        by_agent = schedule(agent, action=update)
        plan = {"name": "p", "steps": [{"id": "a", **update["task"]}, {"id": "b", "task_type": "echo"}]}
        planned = schedule(agent, action={"kind": "plan", "plan": plan})
    for made, status in ((by_agent, "awaiting_approval"), (schedule(api, action=update), "pending")):
        fired(stack, made["id"], AWAY[0])
        [run] = api.http.get(f"/schedules/{made['name']}/runs").json()["runs"]
        assert api.task(run["task_ids"][0])["status"] == status
    made_plan = api.http.get(f"/plans/{fired(stack, planned['id'], AWAY[0]).plan_id}").json()
    assert [step.get("needs_approval", False) for step in made_plan["document"]["steps"]] == [True, False]


def test_a_pause_holds_before_temporal_is_told(stack: Facade, api: Api) -> None:
    made = schedule(api)
    stack.execute("DELETE FROM schedule_commands WHERE schedule_id = %s", made["id"])
    api.http.post(f"/schedules/{made['name']}/pause", json={"reason": "holidays"}).raise_for_status()
    assert fired(stack, made["id"], AWAY[0]).tasks == 0
    assert runs(api, made["id"]) == [("08:10", "skipped", 0)]
    # Not what a person asks for, and not what was resumed on the Temporal side.
    assert fired(stack, made["id"], "2026-05-04T08:11:07").tasks == 1
    stack.execute("DELETE FROM schedule_commands WHERE schedule_id = %s", made["id"])
    assert fired(stack, made["id"], AWAY[1]).tasks == 1


def test_a_change_holds_before_temporal_is_told(stack: Facade, api: Api) -> None:
    made = schedule(api)
    stack.execute("DELETE FROM schedule_commands WHERE schedule_id = %s", made["id"])
    stack.execute("UPDATE schedules SET told_at = now() WHERE id = %s", made["id"])
    api.http.put(f"/schedules/{made['name']}", json={"timing": {"every": "1h"}, "action": ECHO}).raise_for_status()
    # Temporal goes on every ten minutes.
    assert fired(stack, made["id"], AWAY[0]).tasks == 0
    [run] = api.http.get(f"/schedules/{made['name']}/runs").json()["runs"]
    assert (run["outcome"], run["why"].startswith("It was changed")) == ("skipped", True)
    assert fired(stack, made["id"], "2026-05-04T09:00").tasks == 1
    # What a person asked for right before is run.
    stack.execute("UPDATE schedules SET run_told_at = '2026-05-04T09:07:11Z' WHERE id = %s", made["id"])
    assert fired(stack, made["id"], "2026-05-04T09:07:12").tasks == 1


_ALL = [("08:30", "running", 1), ("08:20", "running", 1), ("08:10", "running", 1)]
_LAST = [("08:30", "running", 1), ("08:20", "missed", 0), ("08:10", "missed", 0)]
_NONE = [("08:30", "missed", 0), ("08:20", "missed", 0), ("08:10", "missed", 0)]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
@pytest.mark.parametrize(("missed", "made"), [("all", _ALL), ("last", _LAST), ("none", _NONE)])
def test_after_core_was_away(
    stack: Facade, api: Api, missed: str, made: list[tuple[str, str, int]], order: list[int]
) -> None:
    """Temporal has started all three, and they waited; in whatever order, and as often as, they come."""
    id_ = was_away(stack, api, missed=missed, overlap="allow_all")
    for place in [*order, *order]:
        fired(stack, id_, AWAY[place], now=BACK, started=AWAY[place])
    assert runs(api, id_) == made


@pytest.mark.parametrize(("missed", "made"), [("all", _ALL), ("last", _LAST), ("none", _NONE)])
def test_after_temporal_was_away(stack: Facade, api: Api, missed: str, made: list[tuple[str, str, int]]) -> None:
    """It starts now what is within the window of the policy, and where that is a minute, nothing."""
    id_ = was_away(stack, api, missed=missed, overlap="allow_all")
    for due in AWAY if missed != "none" else []:
        fired(stack, id_, due, now=BACK, started=BACK)
    fired(stack, id_, "2026-05-04T08:40")
    assert runs(api, id_) == [("08:40", "running", 1), *made]


def test_the_last_one_is_made_also_where_temporal_starts_the_first_one_only(stack: Facade, api: Api) -> None:
    """As it does where runs must not overlap."""
    id_ = was_away(stack, api, missed="last")
    fired(stack, id_, AWAY[0], now=BACK, started=BACK)
    assert runs(api, id_) == _LAST
    [newest, *_] = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    assert newest["why"] == "Stands for those that were missed."


def test_what_nobody_started_is_written_down_with_the_next_one(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api)
    fired(stack, id_, AWAY[0])
    # That run is not over when the next one is due; Temporal starts none then.
    fired(stack, id_, "2026-05-04T08:40")
    stack.execute("UPDATE schedule_runs SET created_at = due_at WHERE schedule_id = %s", id_)
    fired(stack, id_, "2026-05-04T09:00")
    assert runs(api, id_)[:2] == [("09:00", "running", 1), ("08:50", "skipped", 0)]
    skipped = api.http.get(f"/schedules/{id_}/runs").json()["runs"][1]
    assert skipped["why"].startswith("The run of 2026-05-04 08:")
    assert skipped["why"].endswith("was not over.")


def test_later_than_its_window_nothing_is_made_up_for(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api, missed="all", overlap="allow_all", missed_window="15m")
    for due in AWAY:
        fired(stack, id_, due, now="2026-05-04T08:40", started=due)
    assert runs(api, id_) == _LAST


def test_what_was_missed_can_be_made_up_for_by_hand(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api, missed="none")
    fired(stack, id_, AWAY[2], now=BACK)
    assert runs(api, id_) == _NONE
    for _ in range(2):
        fired(stack, id_, AWAY[1], now=BACK, started=BACK, backfill=True)
    assert runs(api, id_) == [("08:30", "missed", 0), ("08:20", "running", 1), ("08:10", "missed", 0)]


def test_run_by_hand_beside_its_times(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api, missed="none")
    fired(stack, id_, "2026-05-04T08:07:13.25", now=BACK)
    assert runs(api, id_) == [("08:07", "running", 1)]


def test_a_run_may_end_the_one_before(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api, overlap="cancel_other")
    for due in AWAY[:2]:
        fired(stack, id_, due)
    [newest, first] = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    assert api.task(first["task_ids"][0])["status"] == "cancelled"
    assert api.task(newest["task_ids"][0])["status"] == "pending"


@pytest.mark.parametrize(
    ("over", "outcome", "why"),
    [
        ({}, "cancelled", "The next run took its place."),
        ({"NVDA": "failed"}, "failed", "1 of 2 did not succeed."),
        ({"NVDA": "succeeded", "AMD": "succeeded"}, "succeeded", None),
    ],
    ids=["under way", "one failed", "all well"],
)
def test_a_run_that_the_next_one_ends_is_no_failure(
    stack: Facade, api: Api, over: dict[str, str], outcome: str, why: str | None
) -> None:
    """Else `cancel_other` with `pause_on_failure` pauses at each overlap. What had failed before is one."""
    two = {"task": {"task_type": "reddit_crawl"}, "tickers": ["NVDA", "AMD"]}
    id_ = was_away(stack, api, overlap="cancel_other", pause_on_failure=True, action=two)
    fired(stack, id_, AWAY[0])
    [run] = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    for ticker, status in over.items():
        stack.execute(
            "UPDATE tasks SET status = %s, completed_at = now() WHERE ticker = %s AND id = ANY (%s::uuid[])",
            status, ticker, run["task_ids"],
        )  # fmt: skip
    fired(stack, id_, AWAY[1])
    in_database(stack, close)
    shown = api.http.get(f"/schedules/{id_}").json()
    assert [each["outcome"] for each in shown["runs"]] == ["running", outcome]
    assert (shown["note"] == "") is (outcome != "failed")
    assert shown["runs"][1]["why"] == why


def test_a_run_that_temporal_cancels_is_no_failure(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api, pause_on_failure=True)
    made = fired(stack, id_, AWAY[0])

    async def act(connection: AsyncConnection) -> None:
        await cancel_run(connection, SETTINGS, made.run_id or 0, "temporal")
        await close(connection)

    in_database(stack, act)
    shown = api.http.get(f"/schedules/{id_}").json()
    assert ([each["outcome"] for each in shown["runs"]], shown["note"]) == (["cancelled"], "")


def test_what_is_refused_ends_nothing(stack: Facade, api: Api) -> None:
    """The workspace has room for one, which the run before has."""
    team = make_workspace(api, open_tasks=1)
    greeting = {"task": {**ECHO["task"], "workspace": team}}
    id_ = was_away(stack, api, overlap="cancel_other", action=greeting)
    fired(stack, id_, AWAY[0])
    [run] = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    # On its way to a worker, so that its end takes a while.
    stack.execute("DELETE FROM outbox WHERE task_id = %s", run["task_ids"][0])
    fired(stack, id_, AWAY[1])
    [refused, _] = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    assert (refused["outcome"], team in refused["why"]) == ("failed", True)
    task = api.task(run["task_ids"][0])
    assert (task["status"], task["cancel_requested_at"]) == ("pending", None)


def test_a_batch_of_tickers_and_the_watchlist(stack: Facade, api: Api) -> None:
    crawl = {"task": {"task_type": "reddit_crawl", "priority": "high"}}
    named = schedule(api, action={**crawl, "tickers": ["NVDA", "AMD"]})
    assert fired(stack, named["id"], AWAY[0]).tasks == 2
    api.http.put("/tickers/CLOCK", json={"tracked": True})
    watched = schedule(api, action={**crawl, "watchlist": True})
    tracked = len(api.http.get("/tickers", params={"tracked": True, "limit": 200}).json()["tickers"])
    assert fired(stack, watched["id"], AWAY[0]).tasks == tracked
    api.http.delete("/tickers/CLOCK")


def test_an_action_that_cannot_be_done_any_more_is_a_failed_run_that_says_why(stack: Facade, api: Api) -> None:
    id_ = was_away(stack, api)
    other = '{"task": {"task_type": "nonesuch"}}'
    stack.execute("UPDATE schedules SET definition = jsonb_set(definition, '{action}', %s) WHERE id = %s", other, id_)
    assert fired(stack, id_, AWAY[0]).tasks == 0
    [run] = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    assert run["outcome"] == "failed"
    assert "nonesuch" in run["why"]


def test_one_that_was_deleted_meanwhile_makes_nothing(stack: Facade, api: Api) -> None:
    made = schedule(api)
    assert api.http.delete(f"/schedules/{made['id']}").status_code == 204
    assert fired(stack, made["id"], AWAY[0]).tasks == 0


def test_the_digest_names_what_was_missed(stack: Facade, api: Api) -> None:
    """By when it was found out, in the hours before; skipped runs are as people wanted it."""
    id_ = was_away(stack, api, missed="none")
    fired(stack, id_, AWAY[2], now=BACK)
    name = api.http.get(f"/schedules/{id_}").json()["name"]
    found_out = """UPDATE schedule_runs SET ended_at = date_trunc('hour', now()) - interval '1 minute', outcome = %s
        WHERE due_at = %s AND schedule_id = %s"""
    for due, outcome in zip(AWAY, ("skipped", "missed", "missed"), strict=True):
        stack.execute(found_out, outcome, moment(due), id_)
    # Named before those of other tests, which are in the digest, too, once the hour is over in which they ran.
    stack.execute(
        "INSERT INTO schedule_runs (schedule_id, due_at, outcome, task_ids, ended_at) SELECT %s, now() - n * interval "
        "'1 s', 'missed', '{}', date_trunc('hour', now()) - interval '1 minute' FROM generate_series(1, 98) n",
        id_,
    )
    digest = api.http.get("/digests/preview").json()
    assert {"name": name, "count": 100} in digest["data"]["missed_schedules"]
    assert "Schedules that missed runs: " in digest["body"]
