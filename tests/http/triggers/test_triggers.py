"""Triggers as people write and steer them: checked when written, tried without doing anything, paused, replayed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.http.triggers.made import ECHO, Sender, deliveries, hook, made_by, trigger
from tests.support.facade import Api, Facade

HOOK = {"kind": "hook", "signature": "github"}


def _plan(**step: Any) -> dict[str, Any]:
    return {"kind": "plan", "plan": {"name": "p", "steps": [{"id": "one", "task_type": "echo", **step}]}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filter": "payload.x =="}, "filter"),
        ({"filter": "inputs.x == 1"}, "filter"),
        ({"filter": "steps.a.result"}, "filter"),
        ({"action": {"kind": "task", "task": {"task_type": "nonesuch"}}}, "action.task.task_type"),
        (
            {"action": {"kind": "task", "task": {"task_type": "echo", "params": {"mesage": "x"}}}},
            "action.task.params.mesage",
        ),
        (
            {"action": {"kind": "task", "task": {"task_type": "echo", "params": {"message": "${{ item }}"}}}},
            "action.task.params.message",
        ),
        (
            {
                "action": {
                    "kind": "task",
                    "task": {"task_type": "reddit_crawl", "params": {"ticker": "${{ payload.t }}", "limit": -1}},
                }
            },
            "action.task.params.limit",
        ),
        ({"action": {"kind": "task", "task": {"task_type": "echo", "run_at": "2030-01-01T00:00:00Z"}}}, "action.task"),
        ({"action": _plan(params={"mesage": "x"})}, "action.plan.steps.one.params.mesage"),
        ({"action": {**_plan(), "inputs": {"a": "${{ payload.( }}"}}}, "action.inputs.a"),
        ({"action": {"kind": "template", "template": "t", "fields": {"a": "${{ nobody }}"}}}, "action.fields.a"),
        ({"source": {"kind": "task", "task_type": "nonesuch"}}, "source.task_type"),
        ({"source": {"kind": "record", "record": "nonesuch"}}, "source.record.record"),
        ({"per_minute": 0}, "per_minute"),
        ({"name": "Not a name"}, "name"),
        ({"source": {"kind": "task"}, "secret": "x" * 20}, "secret"),
    ],
)
def test_a_mistake_is_refused_with_its_place(api: Api, body: dict[str, Any], field: str) -> None:
    said = api.http.post("/triggers", json={"name": "mistaken", "source": HOOK, "action": ECHO, **body})
    assert said.status_code == 422, said.text
    assert any(each["field"].startswith(field) for each in said.json()["errors"]), said.json()


def test_it_is_shown_once_with_its_secret_and_then_without(stack: Facade, api: Api) -> None:
    made = trigger(api, HOOK, description="from GitHub")
    assert made["secret"].startswith("whsec_")
    shown = api.http.get(f"/triggers/{made['name']}")
    assert made["secret"] not in shown.text + api.http.get("/triggers").text
    assert (shown.json()["when"], shown.json()["does"], shown.json()["state"]) == (
        "when its hook is called, signed as GitHub does",
        "a task echo",
        "active",
    )
    # Nor does the database know it.
    [stored] = stack.rows("SELECT row_to_json(t)::text AS row FROM triggers t WHERE name = %s", made["name"])
    assert made["secret"].removeprefix("whsec_") not in stored["row"]
    taken = api.http.post("/triggers", json={"name": made["name"], "source": HOOK, "action": ECHO})
    assert taken.status_code == 409


def test_a_trial_says_what_would_be_made_and_makes_nothing(stack: Facade, api: Api) -> None:
    made = trigger(api, HOOK, filter="payload.ok")
    name = made["name"]
    trials = {
        "made": {"ok": True, "text": "a"},
        "filtered": {"ok": False, "text": "a"},
        "failed": {"ok": True},
    }
    for outcome, payload in trials.items():
        said = api.http.post(f"/triggers/{name}/test", json={"payload": payload}).json()
        assert said["outcome"] == outcome
        draft = {"trigger": made["definition"], "payload": payload}
        assert api.http.post("/triggers/preview", json=draft).json() == said
    said = api.http.post(f"/triggers/{name}/test", json={"payload": trials["made"]}).json()
    assert (said["kind"], said["made"]["params"]) == ("task", {"message": "a"})
    assert deliveries(api, name) == []
    assert made_by(api, name) == []


def test_a_new_secret_and_for_a_while_the_old_one(stack: Facade, api: Api) -> None:
    old = hook(stack)
    name = old.trigger["name"]
    said = api.http.post(f"/triggers/{name}/rotate", json={"keep_old": "1h"}).json()
    new = Sender(stack, {**old.trigger, "secret": said["secret"]})
    assert [each.send({"text": "a"}).status_code for each in (old, new)] == [200, 200]
    stack.execute("UPDATE triggers SET old_until = now() WHERE name = %s", name)
    assert [each.send({"text": "a"}).status_code for each in (old, new)] == [401, 200]
    # Stripe chooses itself.
    api.http.post(f"/triggers/{name}/rotate", json={"secret": "whsec_of_the_sender"}).raise_for_status()
    theirs = Sender(stack, {**old.trigger, "secret": "whsec_of_the_sender"})
    assert [each.send({"text": "a"}).status_code for each in (new, theirs)] == [401, 200]
    # Sealed under another secret of the server, nobody can read it.
    stack.execute("UPDATE triggers SET secret = 'gAAAAAB' WHERE name = %s", name)
    assert theirs.send({"text": "a"}).status_code == 503


def test_paused_it_refuses_and_goes_on_when_resumed(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    name = sender.trigger["name"]
    paused = api.http.post(f"/triggers/{name}/pause", json={"reason": "holidays"}).json()
    assert (paused["state"], paused["note"].endswith(": holidays")) == ("paused", True)
    assert sender.send({"text": "a"}, "one").status_code == 409
    [refused] = deliveries(api, name)
    assert (refused["outcome"], refused["why"]) == (
        "refused",
        "This hook is paused. Send the delivery again when it goes on.",
    )
    assert api.http.post(f"/triggers/{name}/resume").json()["state"] == "active"
    assert sender.send({"text": "a"}, "one").json()["outcome"] == "made"
    # What was refused can be carried out all the same.
    # A doubled click makes one task; another one later makes another.
    at, one = f"/triggers/{name}/deliveries/{refused['id']}/replay", {"Idempotency-Key": name}
    with ThreadPoolExecutor(2) as both:
        again, twice = (each.json() for each in both.map(lambda _: api.http.post(at, headers=one), range(2)))
    assert (again["outcome"], again["replay_of"], len(again["task_ids"])) == ("made", refused["id"], 1)
    assert (again == twice, len(made_by(api, name))) == (True, 2)
    assert api.http.post(at, headers={"Idempotency-Key": f"{name}-2"}).json()["id"] != again["id"]
    assert len(made_by(api, name)) == 3


def test_deleted_it_is_gone_and_its_name_is_free(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    name = sender.trigger["name"]
    assert api.http.delete(f"/triggers/{name}").status_code == 204
    assert sender.send({"text": "a"}).status_code == 404
    assert api.http.get(f"/triggers/{name}").status_code == 404
    assert api.http.post("/triggers", json={"name": name, "source": HOOK, "action": ECHO}).status_code == 201


def test_what_people_do_to_it_is_in_the_audit_log(stack: Facade, api: Api) -> None:
    name = trigger(api, HOOK)["name"]
    api.http.post(f"/triggers/{name}/rotate", json={})
    api.http.post(f"/triggers/{name}/pause", json={})
    lines = api.http.get("/audit", params={"object": name}).json()["entries"]
    assert [each["action"] for each in lines] == ["trigger.pause", "trigger.rotate", "trigger.create"]


def test_deliveries_come_in_pages(stack: Facade, api: Api) -> None:
    sender = hook(stack)
    for number in range(5):
        sender.send({"text": str(number)}, f"d{number}")
    path = f"/triggers/{sender.trigger['name']}/deliveries"
    first = api.http.get(path, params={"limit": 3}).json()
    second = api.http.get(path, params={"limit": 3, "before": first["before"]}).json()
    assert [each["key"] for each in first["deliveries"] + second["deliveries"]] == ["d4", "d3", "d2", "d1", "d0"]
    assert second["before"] is None
