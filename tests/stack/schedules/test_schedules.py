"""Schedules on a real Temporal: they fire, their policies hold, and what is done to them there shows here."""

import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import temporalio.api.workflowservice.v1 as service
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from contracts.names import schedule_id
from contracts.schedules.calendars import told
from contracts.schedules.occurrences import next_due
from contracts.schedules.timing import Timing
from tests.stack.harness import Api, RunningStack, eventually
from tests.support.light import Light
from workers.core.schedules.told import schedule_of

#: Five (P5) where nothing else runs (tests/stack/tasks/test_temporal_side.py); a machine that stalls holds a look up.
SECONDS = 20
ECHO: dict[str, Any] = {"task": {"task_type": "echo", "params": {"message": "by the clock"}}}
LONG: dict[str, Any] = {"task": {"task_type": "delay", "params": {"seconds": 300}}}


def schedule(api: Api, timing: dict[str, Any], action: dict[str, Any] = ECHO, **fields: Any) -> str:
    """The name of a new one, once Temporal has it."""
    name = f"s{uuid.uuid4().hex[:12]}"
    answer = api.http.post("/schedules", json={"name": name, "timing": timing, "action": action, **fields})
    assert answer.status_code == 201, answer.text
    eventually(lambda: show(api, name)["state"] != "waiting", 30, "Temporal has it")
    return name


def show(api: Api, name: str) -> dict[str, Any]:
    return dict(api.http.get(f"/schedules/{name}").json())


def outcomes(api: Api, name: str) -> list[str]:
    """Of its runs, the newest first."""
    return [each["outcome"] for each in show(api, name)["runs"]]


def _is_after(moment: datetime) -> bool:
    return datetime.now(UTC) > moment


def _is_running(api: Api, name: str) -> bool:
    return outcomes(api, name) == ["running"]


def run_now(api: Api, name: str) -> None:
    """Refused within two seconds of another run: Temporal would take it for the same."""
    eventually(lambda: api.http.post(f"/schedules/{name}/run").status_code == 202, 10, "it is told to run")


def test_it_fires_at_its_time_and_ends_after_its_runs(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        name = schedule(api, {"at": at.isoformat()}, runs=1)
        eventually(lambda: outcomes(api, name) == ["succeeded"], 30, "it ran")
        shown = eventually(lambda: (s := show(api, name))["remaining"] == 0 and s, SECONDS, "that was all")
    assert (shown["state"], shown["next_runs"]) == ("ended", [])
    [run] = shown["runs"]
    assert datetime.fromisoformat(run["due_at"]) == at
    assert api.task(run["task_ids"][0])["created_by"] == f"schedule:{name}"
    # Two where Temporal heard of it after its time: whichever comes second finds that it has run.
    listed = stack.temporal_side.listed(f"WorkflowId STARTS_WITH '{shown['temporal_id']}'")
    assert len(listed) in (1, 2)
    for each in listed:
        eventually(partial(_is_closed, stack, each.execution.workflow_id), 10, "it ends")


def _is_closed(stack: RunningStack, workflow_id: str) -> bool:
    info = stack.temporal_side.describe(workflow_id).workflow_execution_info
    return bool(info.HasField("close_time"))


def test_what_is_done_at_the_command_line_of_temporal_shows(stack: RunningStack, api: Api) -> None:
    name = schedule(api, {"cron": "0 7 * * *", "zone": "Europe/Berlin"})
    id_ = show(api, name)["temporal_id"]
    stack.temporal("schedule", "toggle", "--schedule-id", id_, "--pause", "--reason", "enough for today")
    shown = eventually(lambda: (s := show(api, name))["state"] == "paused" and s, SECONDS, "it is paused")
    assert shown["note"] == "enough for today"
    stack.temporal("schedule", "toggle", "--schedule-id", id_, "--unpause", "--reason", "go on")
    eventually(lambda: show(api, name)["state"] == "active", SECONDS, "it goes on")
    stack.temporal(
        *("schedule", "update", "--schedule-id", id_, "--interval", "3h"),
        *("--workflow-id", id_, "--task-queue", "clawdbot-core", "--type", "ScheduleRun"),
    )
    shown = eventually(lambda: (s := show(api, name))["note"] and s, SECONDS, "its times are others")
    assert shown["note"].startswith("Its times were changed on the Temporal side")
    assert datetime.fromisoformat(shown["next_runs"][0]["at"]).hour % 3 == 0
    stack.temporal("schedule", "delete", "--schedule-id", id_)
    shown = eventually(lambda: (s := show(api, name))["state"] == "gone" and s, SECONDS, "it is gone")
    assert shown["next_runs"] == []
    assert api.http.post(f"/schedules/{name}/run").status_code == 409
    # Resumed, it is back as it was defined.
    assert api.http.post(f"/schedules/{name}/resume").status_code == 200
    shown = eventually(lambda: (s := show(api, name))["state"] == "active" and s, SECONDS, "it is back")
    assert stack.temporal("schedule", "describe", "--schedule-id", id_)
    assert (shown["note"], shown["next_runs"][0]["local"][-12:-4]) == ("", "07:00:00")


def test_pause_change_and_delete_reach_temporal(stack: RunningStack, api: Api) -> None:
    name = schedule(api, {"cron": "0 7 * * *"})
    id_ = show(api, name)["temporal_id"]
    assert api.http.post(f"/schedules/{name}/pause", json={"reason": "holidays"}).json()["state"] == "paused"
    eventually(lambda: "holidays" in stack.temporal("schedule", "describe", "--schedule-id", id_), 10, "paused there")
    body = {"timing": {"every": "3h"}, "action": ECHO}
    assert api.http.put(f"/schedules/{name}", json=body).json()["when"] == "every 3 hours"
    eventually(lambda: "3h" in stack.temporal("schedule", "describe", "--schedule-id", id_), 10, "changed there")
    # A change of the times is no resumption.
    assert show(api, name)["state"] == "paused"
    assert api.http.delete(f"/schedules/{name}").status_code == 204
    eventually(lambda: id_ not in stack.temporal("schedule", "list"), 10, "deleted there")


def test_a_run_that_is_not_over_keeps_the_next_one_away_or_is_ended(stack: RunningStack, api: Api) -> None:
    skips = schedule(api, {"cron": "0 7 * * *"}, LONG)
    ends = schedule(api, {"cron": "0 7 * * *"}, LONG, overlap="cancel_other")
    for name in (skips, ends):
        stack.temporal_side.trigger_schedule(show(api, name)["temporal_id"])
        eventually(partial(_is_running, api, name), 20, "it runs")
        # Temporal names runs by the second: two triggers within one are one moment.
        next_second = datetime.fromisoformat(show(api, name)["runs"][0]["due_at"]) + timedelta(seconds=1)
        eventually(partial(_is_after, next_second), 10, "the next second")
        stack.temporal_side.trigger_schedule(show(api, name)["temporal_id"])
    eventually(lambda: outcomes(api, ends) == ["running", "cancelled"], 20, "the second one ended the first")
    assert outcomes(api, skips) == ["running"]
    # A person who says so has another one all the same.
    run_now(api, skips)
    eventually(lambda: outcomes(api, skips) == ["running"] * 2, 20, "another one")
    for run in [*show(api, skips)["runs"], *show(api, ends)["runs"][:1]]:
        api.command(run["task_ids"][0], "cancel")


def test_a_failure_pauses_it_and_a_run_that_is_cancelled_there_is_cancelled_here(stack: RunningStack, api: Api) -> None:
    name = schedule(api, {"cron": "0 7 * * *"}, LONG, pause_on_failure=True)
    run_now(api, name)
    eventually(lambda: outcomes(api, name) == ["running"], 20, "it runs")
    task_id = show(api, name)["runs"][0]["task_ids"][0]
    api.command(task_id, "cancel")
    shown = eventually(lambda: (s := show(api, name))["state"] == "paused" and s, 20, "it is paused")
    assert shown["note"] == "A run failed: 1 of 1 did not succeed."
    assert shown["runs"][0]["why"] == "1 of 1 did not succeed."
    run_now(api, name)
    eventually(lambda: outcomes(api, name) == ["running", "failed"], 20, "by hand it runs while it is paused")
    [workflow] = stack.temporal_side.listed(
        f"WorkflowId STARTS_WITH '{shown['temporal_id']}' AND ExecutionStatus = 'Running'"
    )
    stack.temporal_side.cancel(workflow.execution.workflow_id)
    api.wait_for(show(api, name)["runs"][0]["task_ids"][0], "cancelled")


def test_what_was_missed_is_made_up_for(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        name = schedule(api, {"cron": "0 * * * *"})
        end = datetime.now(UTC).replace(minute=30) - timedelta(hours=1)
        asked = {"start": (end - timedelta(hours=3)).isoformat(), "end": end.isoformat()}
        for _ in range(2):
            answer = api.http.post(f"/schedules/{name}/backfill", json=asked)
            assert (answer.status_code, answer.json()["runs"]) == (202, 3)
            eventually(lambda: outcomes(api, name) == ["succeeded"] * 3, 30, "each of them ran, once")


BATCH: dict[str, Any] = {"task": {"task_type": "reddit_crawl"}, "tickers": ["NVDA", "AMD", "AAPL"]}
PLAN: dict[str, Any] = {"plan": {"name": "by the clock", "steps": [{"id": "say", **ECHO["task"]}]}}


@pytest.mark.parametrize(
    ("point", "action"),
    [("schedule.before-fire", BATCH), ("schedule.after-fire", BATCH), ("schedule.after-fire", PLAN)],
)
def test_core_dies_while_one_is_due(light: Light, point: str, action: dict[str, Any]) -> None:
    """Right before or right after it is written: there is one set of tasks, or one plan."""
    with light({"CLAWDBOT_ENVIRONMENT": "test", "CLAWDBOT_FAILPOINT": f"{point}:exit:2"}) as stack:
        stack.wait_until_ready()
        api = stack.api
        first, second = (schedule(api, {"cron": "0 7 * * *"}, action) for _ in range(2))
        run_now(api, first)
        eventually(lambda: outcomes(api, first) == ["running"], 20, "the first one runs")
        restarts = stack.restarts("core")
        run_now(api, second)
        eventually(lambda: stack.restarts("core") > restarts, 60, "core died")
        eventually(lambda: outcomes(api, second) == ["running"], 60, "it runs all the same")
        by = f"schedule:{second}"
        plans = stack.rows("SELECT 1 FROM plans WHERE created_by = %s", by)
        made = plans or stack.rows("SELECT 1 FROM tasks WHERE created_by = %s", by)
        assert (len(plans), len(made)) == ((1, 1) if "plan" in action else (0, 3))


@pytest.mark.parametrize(
    ("timing", "now"),
    [
        ({"cron": "30 2 * * *", "zone": "Europe/Berlin"}, "2027-03-20"),
        ({"cron": "30 2 * * *", "zone": "Europe/Berlin"}, "2027-10-20"),
        ({"cron": "45 1 * * *", "zone": "Australia/Lord_Howe"}, "2027-03-30"),
        ({"cron": "*/30 * * * *", "zone": "Australia/Lord_Howe"}, "2027-04-03T12:00"),
        ({"cron": "0 7 1 * MON-WED", "zone": "America/New_York"}, "2027-04-20"),
        ({"rrule": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=7"}, "2027-01-01"),
        ({"every": "36h", "starts_at": "2027-01-05T08:15:00Z"}, "2027-01-01"),
        ({"at": "2027-01-05T08:15:42Z"}, "2027-01-01"),
    ],
)
async def test_temporal_is_due_when_the_preview_says(stack: RunningStack, timing: dict[str, Any], now: str) -> None:
    """Its own answer, of what it is told at that moment."""
    stack.wait_until_ready()
    given, moment = Timing.model_validate(timing), datetime.fromisoformat(now).replace(tzinfo=UTC)
    expected = [due.at for due in next_due(given, moment, 25)]
    id_ = uuid.uuid4()
    row: Any = {"id": id_, "name": "asked", "paused": True, "note": "", "remaining": None}
    row |= {"definition": {"timing": given.model_dump(mode="json", exclude_none=True), "action": ECHO}}
    client = await Client.connect(
        stack.temporal_address, namespace=stack.namespace, data_converter=pydantic_data_converter
    )
    handle = await client.create_schedule(schedule_id(id_), schedule_of(row, told(given, moment)))
    request = service.ListScheduleMatchingTimesRequest(
        namespace=stack.namespace, schedule_id=handle.id, start_time=_stamp(moment), end_time=_stamp(expected[-1])
    )
    answer = await client.workflow_service.list_schedule_matching_times(request)
    await handle.delete()
    assert [each.ToDatetime(tzinfo=UTC) for each in answer.start_time] == expected


def _stamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
