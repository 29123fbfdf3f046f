"""The routes of schedules."""

import json
import uuid
from typing import Any

import pytest

from contracts.schedules.views import SchedulesView
from tests.http.schedules.made import ECHO, fired, schedule
from tests.support.facade import Api, Facade


def commands(stack: Facade, id_: str) -> list[str]:
    rows = stack.rows("SELECT verb FROM schedule_commands WHERE schedule_id = %s ORDER BY id", id_)
    return [row["verb"] for row in rows]


def test_create_and_read(stack: Facade, api: Api) -> None:
    made = schedule(api, {"cron": "0 7 * * MON-FRI", "zone": "Europe/Berlin"}, description="mornings")
    assert (made["state"], made["when"]) == ("waiting", "cron 0 7 * * MON-FRI, Europe/Berlin")
    assert [each["local"][-12:-4] for each in made["next_runs"]] == ["07:00:00"] * 3
    assert made["definition"]["description"] == "mornings"
    assert made["temporal_id"] == f"schedule-{made['id']}"
    assert made["temporal_url"].endswith(f"/schedules/{made['temporal_id']}")
    for key in (made["id"], made["name"]):
        assert api.http.get(f"/schedules/{key}").json()["name"] == made["name"]
    assert made["name"] in [each["name"] for each in api.http.get("/schedules").json()["schedules"]]
    assert commands(stack, made["id"]) == ["put"]


def test_the_same_request_again_makes_no_other_one(stack: Facade, api: Api) -> None:
    body = {"name": f"s{uuid.uuid4().hex[:12]}", "timing": {"every": "1h"}, "action": ECHO}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (api.http.post("/schedules", json=body, headers=headers).json() for _ in range(2))
    assert first == again
    taken = api.http.post("/schedules", json=body)
    assert taken.status_code == 409
    assert body["name"] in taken.json()["detail"]


def test_a_name_is_free_again_once_its_schedule_is_deleted(stack: Facade, api: Api) -> None:
    made = schedule(api)
    assert api.http.delete(f"/schedules/{made['name']}").status_code == 204
    assert api.http.get(f"/schedules/{made['name']}").status_code == 404
    assert commands(stack, made["id"]) == ["put", "delete"]
    assert schedule(api, name=made["name"])["id"] != made["id"]


def test_written_anew_it_changes_once(stack: Facade, api: Api) -> None:
    made = schedule(api, runs=5)
    stack.execute("UPDATE schedules SET remaining = 3 WHERE id = %s", made["id"])
    same = {"timing": {"every": 600}, "action": ECHO, "runs": 5}
    assert api.http.put(f"/schedules/{made['name']}", json=same).json()["remaining"] == 3
    assert commands(stack, made["id"]) == ["put"]
    other = {**same, "timing": {"every": "1h"}}
    changed = api.http.put(f"/schedules/{made['name']}", json=other).json()
    assert (changed["when"], changed["remaining"]) == ("every hour", 3)
    assert api.http.put(f"/schedules/{made['name']}", json={**other, "runs": 9}).json()["remaining"] == 9
    assert commands(stack, made["id"]) == ["put"] * 3


def test_pause_resume_run_and_backfill_are_words_to_temporal(stack: Facade, api: Api) -> None:
    made = schedule(api, {"cron": "*/10 * * * *"})
    stack.execute("UPDATE schedules SET told_at = now() WHERE id = %s", made["id"])
    paused = api.http.post(f"/schedules/{made['id']}/pause", json={"reason": "the source rests"}).json()
    assert paused["state"] == "paused"
    assert paused["note"].endswith(": the source rests")
    assert api.http.post(f"/schedules/{made['id']}/resume").json()["state"] == "active"
    run = f"/schedules/{made['id']}/run"
    assert api.http.post(run).status_code == 202
    past = {"start": "2026-05-04T08:00:00Z", "end": "2026-05-04T08:30:00Z"}
    assert api.http.post(f"/schedules/{made['id']}/backfill", json=past).json()["runs"] == 4
    assert commands(stack, made["id"]) == ["put", "pause", "pause", "run", "backfill"]
    long = {"start": "2026-05-01T08:00:00Z", "end": "2026-05-04T08:30:00Z"}
    refused = api.http.post(f"/schedules/{made['id']}/backfill", json=long)
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "That would be more than 100 runs. Take a shorter time.",
    )
    # Temporal would drop a second run within one second, so it is refused in words; also once the first one is told.
    told = "It was told to run a moment ago. Wait two seconds, look whether it runs, and try again."
    assert (api.http.post(run).status_code, api.http.post(run).json()["detail"]) == (409, told)
    stack.execute("DELETE FROM schedule_commands WHERE schedule_id = %s", made["id"])
    ran = "INSERT INTO schedule_runs (schedule_id, due_at, outcome, task_ids) VALUES (%s, now(), 'running', '{}')"
    stack.execute(ran, made["id"])
    assert api.http.post(run).json()["detail"] == told
    stack.execute("UPDATE schedule_runs SET due_at = now() - interval '1 minute' WHERE schedule_id = %s", made["id"])
    assert api.http.post(run).status_code == 202


def test_preview_in_the_zone_of_whoever_looks(api: Api) -> None:
    asked = {"timing": {"cron": "30 2 * * *", "zone": "Europe/Berlin"}, "after": "2027-03-27T12:00:00Z", "count": 2}
    own = api.http.post("/schedules/preview", json=asked).json()
    assert own["zone"] == "Europe/Berlin"
    assert [each["local"] for each in own["runs"]] == ["Sun 2027-03-28 03:30:00 CEST", "Mon 2027-03-29 02:30:00 CEST"]
    assert own["runs"][0]["note"] == "the clocks go forward: 02:30 does not exist, runs at 03:30"
    there = api.http.post("/schedules/preview", json={**asked, "zone": "America/New_York"}).json()
    assert there["runs"][0]["local"] == "Sat 2027-03-27 21:30:00 EDT"
    nowhere = api.http.post("/schedules/preview", json={**asked, "zone": "Berlin"})
    assert (nowhere.status_code, nowhere.json()["errors"][0]["field"]) == (422, "zone")


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"timing": {"cron": "0 25 * * *"}}, "timing.cron", "look at its hour"),
        ({"timing": {}}, "timing", "give exactly one of"),
        ({"action": {"task": {"task_type": "nonesuch"}}}, "action.task.task_type", "nonesuch"),
        (
            {"action": {"task": {"task_type": "delay", "params": {"seconds": -1}}}},
            "action.task.params.seconds",
            "must be",
        ),
        ({"action": {**ECHO, "tickers": ["NVDA"]}}, "action.task.params.ticker", "no such field"),
        ({"timing": {"at": "2026-01-01T08:00:00Z"}}, "timing", "all of its times are over"),
        ({"missed": "all"}, "", "with 'overlap: skip' only the first of them would run"),
        ({"overlap": "never"}, "overlap", "must be one of"),
        ({"name": "No Good"}, "name", ""),
        ({"jitter": "soon"}, "jitter", "must be a time such as 30s"),
    ],
)
def test_a_mistake_is_said_beside_its_field(api: Api, wrong: dict[str, Any], field: str, said: str) -> None:
    body = {"name": "mistaken", "timing": {"every": "1h"}, "action": ECHO, **wrong}
    answer = api.http.post("/schedules", json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert field in error["field"]
    assert said in error["message"] + answer.json()["detail"]


def test_a_rule_that_is_never_due_again_holds_up_no_list(stack: Facade, api: Api) -> None:
    """As it is some day with one of every thirty years."""
    rule = "FREQ=YEARLY;INTERVAL=30"
    made = schedule(api, {"rrule": rule, "starts_at": "2027-01-01T08:00:00Z"})
    before = "{timing,starts_at}", '"2020-01-01T08:00:00Z"', made["id"]
    stack.execute(
        "UPDATE schedules SET definition = jsonb_set(definition, %s, %s), told_at = now() WHERE id = %s", *before
    )
    answer = api.http.get("/schedules").raise_for_status()
    listed = {each["id"]: each for each in answer.json()["schedules"]}
    assert (listed[made["id"]]["state"], listed[made["id"]]["next_runs"]) == ("ended", [])
    # Nor the one at a terminal, which reads the answer.
    read = SchedulesView.model_validate_json(answer.content).schedules
    assert made["id"] in [str(each.id) for each in read]


def test_what_happens_to_a_schedule_is_heard(stack: Facade, api: Api) -> None:
    """Made, changed, paused, resumed, run, over, deleted: each by its name, and never as an event of a task."""
    stack.wait_until_ready()
    with api.http.stream("GET", "/tasks/stream", timeout=60) as reply:
        lines = reply.iter_lines()
        next(line for line in lines if line == "event: beat")
        made = schedule(api)
        id_ = made["id"]
        api.http.put(f"/schedules/{id_}", json={**made["definition"], "description": "other"}).raise_for_status()
        for word in ("pause", "resume"):
            api.http.post(f"/schedules/{id_}/{word}", json={}).raise_for_status()
        stack.execute("DELETE FROM schedule_commands WHERE schedule_id = %s", id_)
        fired(stack, id_, "2026-03-01T07:00")
        stack.execute("UPDATE schedule_runs SET outcome = 'failed' WHERE schedule_id = %s", id_)
        # What nobody sees is no event.
        stack.execute("UPDATE schedules SET seen_until = now(), told_print = 'x' WHERE id = %s", id_)
        api.http.delete(f"/schedules/{id_}").raise_for_status()
        heard: list[dict[str, Any]] = []
        kind = ""
        while not heard or heard[-1]["type"] != "schedule_deleted":
            line = next(lines)
            kind = line.removeprefix("event: ") if line.startswith("event: ") else kind
            if line.startswith("data: ") and id_ in line:
                assert kind == "schedule"
                heard.append(json.loads(line.removeprefix("data: ")))
    said = ["made", "changed", "paused", "resumed", "ran", "failed", "deleted"]
    assert [each["type"] for each in heard] == [f"schedule_{each}" for each in said]
    assert {each["schedule_id"] for each in heard} == {id_}
    assert heard[4]["details"]["due_at"].startswith("2026-03-01T07:00")
