"""A plan as what a schedule makes: one for each moment, named in the history, and the run is over when the plan is."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.schedules.closing import close
from tests.http.schedules.made import fired, schedule
from tests.http.schedules.test_files import typed
from tests.http.terminal import Terminal, terminal
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

__all__ = ["terminal", "typed"]

DUE = ["2026-05-04T08:10", "2026-05-04T08:20"]


def a_plan(**fields: Any) -> dict[str, Any]:
    step = {"id": "say", "task_type": "echo", "params": {"message": "${{ inputs.what }}"}}
    return {"name": "morning", "inputs": {"what": "hello", "nothing": None}, "steps": [step], **fields}


def for_each(**fields: Any) -> dict[str, Any]:
    crawl = {"task_type": "reddit_crawl", "for_each": "inputs.tickers", "params": {"ticker": "${{ item }}"}}
    return a_plan(**{"inputs": {"tickers": []}, "steps": [{"id": "crawl", **crawl}], **fields})


def plans_of(api: Api, made: dict[str, Any]) -> list[dict[str, Any]]:
    """Of its runs, the newest first."""
    found = api.http.get(f"/schedules/{made['id']}/runs").json()["runs"]
    return [api.http.get(f"/plans/{each['plan_id']}").json() for each in found]


def end(stack: Facade, plan_id: str, status: str) -> None:
    """As if the plan had ended, and core looked."""
    stack.execute("UPDATE plans SET status = %s, completed_at = now() WHERE id = %s", status, plan_id)
    in_database(stack, close)


def test_one_plan_for_each_moment(stack: Facade, api: Api) -> None:
    made = schedule(api, action={"plan": a_plan()})
    assert made["definition"]["action"]["kind"] == "plan"
    first = fired(stack, made["id"], DUE[0])
    assert (first.tasks, first.waits) == (0, True)
    assert first.plan_id
    # Whoever asks again, also another core, is told the same.
    assert fired(stack, made["id"], DUE[0]) == first
    [plan] = plans_of(api, made)
    assert (plan["id"], plan["name"], plan["created_by"]) == (str(first.plan_id), "morning", f"schedule:{made['name']}")
    # What is null is not lost on its way.
    assert plan["document"]["inputs"] == {"what": "hello", "nothing": None}


@pytest.mark.parametrize(
    ("ends", "outcome", "why"),
    [
        ("succeeded", "succeeded", None),
        ("failed", "failed", "Its plan failed."),
        ("cancelled", "failed", "Its plan was cancelled."),
    ],
)
def test_the_run_is_over_when_the_plan_is(stack: Facade, api: Api, ends: str, outcome: str, why: str | None) -> None:
    made = schedule(api, action={"plan": a_plan()}, pause_on_failure=True)
    made_plan = fired(stack, made["id"], DUE[0]).plan_id
    in_database(stack, close)
    assert api.http.get(f"/schedules/{made['id']}").json()["last_run"]["outcome"] == "running"
    end(stack, str(made_plan), ends)
    shown = api.http.get(f"/schedules/{made['id']}").json()
    [run] = shown["runs"]
    assert (run["outcome"], run["why"], run["plan_id"]) == (outcome, why, str(made_plan))
    assert shown["note"] == (f"A run failed: {why}" if why else "")
    [untold] = stack.rows("SELECT waiting_workflow FROM schedule_runs WHERE plan_id = %s", str(made_plan))
    assert untold["waiting_workflow"], "core tells its workflow"


def test_a_run_may_end_the_plan_before(stack: Facade, api: Api) -> None:
    made = schedule(api, action={"plan": a_plan()}, overlap="cancel_other", pause_on_failure=True)
    for due in DUE:
        fired(stack, made["id"], due)
    newest, before = plans_of(api, made)
    assert (newest["status"], before["status"]) == ("running", "cancelled")
    assert before["failure"]["message"] == f"Cancelled by schedule:{made['name']}."
    in_database(stack, close)
    shown = api.http.get(f"/schedules/{made['id']}").json()
    assert ([each["outcome"] for each in shown["runs"]], shown["note"]) == (["running", "cancelled"], "")


def test_tickers_are_its_input(stack: Facade, api: Api) -> None:
    named = schedule(api, action={"plan": for_each(), "tickers": ["NVDA", "AMD"]})
    fired(stack, named["id"], DUE[0])
    assert plans_of(api, named)[0]["document"]["inputs"] == {"tickers": ["NVDA", "AMD"]}
    api.http.put("/tickers/CLOCK", json={"tracked": True})
    watched = schedule(api, action={"plan": for_each(), "watchlist": True})
    fired(stack, watched["id"], DUE[0])
    api.http.delete("/tickers/CLOCK")
    assert "CLOCK" in plans_of(api, watched)[0]["document"]["inputs"]["tickers"]


@pytest.mark.parametrize(
    ("action", "field", "said"),
    [
        ({"plan": a_plan(steps=[{"id": "a", "task_type": "echo", "needs": ["b"]}])}, "action.plan.steps.a", "b"),
        ({"plan": a_plan(), "tickers": ["NVDA"]}, "action", "fill the input 'tickers'"),
        ({"plan": for_each(steps=[{"id": "a", "task_type": "nonesuch"}])}, "action.plan.steps.a", "nonesuch"),
        ({"plan": a_plan(), "task": {"task_type": "echo"}}, "action", "give 'task' or 'plan'"),
        ({"kind": "tasks", "plan": a_plan()}, "action", "leave it out"),
        ({}, "action", "give 'task' or 'plan'"),
        (
            {"plan": a_plan(steps=[{"id": f"s{n}", "task_type": "echo"} for n in range(201)])},
            "action",
            "at most 200 steps, this has 201",
        ),
    ],
)
def test_one_that_cannot_run_is_refused(api: Api, action: dict[str, Any], field: str, said: str) -> None:
    answer = api.http.post("/schedules", json={"name": "bad", "timing": {"every": "1h"}, "action": action})
    assert answer.status_code == 422, answer.text
    assert any(each["field"].startswith(field) for each in answer.json()["errors"])
    assert said in str(answer.json())


def test_at_a_terminal_and_as_a_file(typed: Terminal, stack: Facade, api: Api, tmp_path: Path) -> None:
    for each in api.http.get("/schedules").json()["schedules"]:
        api.http.delete(f"/schedules/{each['id']}")
    plan, file = tmp_path / "plan.yaml", tmp_path / "schedules.yaml"
    plan.write_text(yaml.safe_dump(a_plan(inputs={"what": "1e3"})))
    every = ("--every", "1h", "--zone", "UTC")
    assert typed("schedules", "add", "both", "echo", "--plan", str(plan), *every)[0] == 2
    code, said = typed("schedules", "add", "by-plan", "--plan", str(plan), "--input", "what=NO", *every)
    assert (code, said.partition(":")[0]) == (0, "by-plan")
    made = api.http.get("/schedules/by-plan").json()
    made_plan = str(fired(stack, made["id"], DUE[0]).plan_id)
    said = typed("schedules", "show", "by-plan")[1]
    assert "makes plan morning" in said
    assert f"plan {made_plan[:8]}" in said
    # What is exported reads as the same again: NO is a ticker, and 1e3 was text.
    for value in ("NO", "1e3", "07"):
        made["definition"]["action"]["plan"]["inputs"]["what"] = value
        api.http.put("/schedules/by-plan", json=made["definition"]).raise_for_status()
        file.write_text(typed("schedules", "export")[1])
        assert typed("schedules", "apply", str(file), "--yes")[1].startswith("Nothing changed")
    given = yaml.safe_load(file.read_text())
    given["schedules"]["by-plan"]["action"]["plan"]["steps"][0]["needs"] = ["other"]
    file.write_text(yaml.safe_dump(given))
    code, said = typed("schedules", "apply", str(file), "--yes")
    line = next(number for number, each in enumerate(file.read_text().splitlines(), 1) if "needs:" in each)
    assert (code, f"Line {line}, by-plan.action.plan.steps.say.needs" in said) == (2, True), said
    api.http.delete("/schedules/by-plan")
