"""Triggers of a workspace: made by its members, hearing of its tasks alone, making nothing elsewhere."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from contracts.task_types import TASK_TYPES
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from services.records.own_rows import HeldTask
from services.triggers.new_records import note_records
from tests.http import as_core
from tests.http.planned import Planned
from tests.http.triggers.made import ECHO, Sender, deliveries, trigger
from tests.http.triggers.test_own_events import look
from tests.http.workspaces.teams import make_member, make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

_HOOK = {"kind": "hook", "signature": "github"}
_PLAN = {"kind": "plan", "plan": {"name": "p", "steps": [{"id": "a", "task_type": "echo"}]}}
_MADE = "SELECT instance FROM tasks WHERE id = ANY(%s::uuid[]) UNION ALL SELECT instance FROM plans WHERE id = %s"
_FAILS = {"kind": "task", "task_type": "echo"}


@pytest.fixture(scope="module")
def team(stack: Facade) -> str:
    stack.wait_until_ready()
    return make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, team: str) -> Api:
    return make_member(stack, {team: "operator"})


@pytest.fixture
def nothing_watches(stack: Facade) -> Iterator[None]:
    """But for what the test makes."""
    stack.execute("UPDATE triggers SET paused = true WHERE watches <> '{}'")
    stack.execute("DELETE FROM trigger_events")
    yield
    stack.execute("UPDATE triggers SET paused = true WHERE watches <> '{}'")


def in_(workspace: str) -> dict[str, Any]:
    return {"kind": "task", "task": {**ECHO["task"], "workspace": workspace}}


def place_of(stack: Facade, delivery: dict[str, Any]) -> str:
    [made] = stack.rows(
        _MADE, delivery.get("task_ids", delivery.get("tasks")), delivery.get("plan_id", delivery.get("plan"))
    )
    return str(made["instance"])


def names(api: Api, **query: str) -> set[str]:
    return {each["name"] for each in api.http.get("/triggers", params=query).raise_for_status().json()["triggers"]}


def test_a_members_trigger_is_in_their_workspace_with_all_that_it_makes(stack: Facade, anna: Api, team: str) -> None:
    """Whatever a payload says."""
    template = f"t{uuid.uuid4().hex[:12]}"
    for api in (anna, stack.api):
        api.http.put(f"/templates/{template}", json={"task": {"task_type": "echo"}}).raise_for_status()
    of_template = {"kind": "template", "template": template}
    for action in (ECHO, in_(team), _PLAN, of_template):
        for api in (anna, stack.api):
            made = trigger(api, _HOOK, action, **({} if api is anna else {"workspace": team}))
            assert (made["workspace"], made["path"].startswith("/api/v1/hooks/")) == (team, True)
            sent = {"text": "x", "workspace": "default", "task": {"workspace": "default"}}
            reply = Sender(stack, made).send(sent)
            assert reply.status_code == 200, reply.text
            assert place_of(stack, reply.json()) == team
            [delivery] = deliveries(anna, made["name"])
            at = f"/triggers/{made['name']}/deliveries/{delivery['id']}"
            assert anna.http.get(at).json()["payload"] == sent
            again = anna.http.post(f"{at}/replay").json()
            assert (again["outcome"], place_of(stack, again)) == ("made", team)
            tried = anna.http.post(f"/triggers/{made['name']}/test", json={"payload": sent}).json()
            assert tried["made"]["workspace"] == team
    assert trigger(stack.api, _HOOK, of_template)["workspace"] == "default"
    draft = {"trigger": {"source": _HOOK, "action": ECHO}, "payload": {"text": "x"}}
    assert anna.http.post("/triggers/preview", json=draft).json()["made"]["workspace"] == team


def test_a_member_steers_it(stack: Facade, anna: Api) -> None:
    made = trigger(anna, _HOOK)
    at = f"/triggers/{made['name']}"
    assert anna.http.put(at, json={"source": _HOOK, "action": _PLAN}).json()["does"] == "the plan p"
    theirs = anna.http.post(f"{at}/rotate", json={}).json()["secret"]
    assert Sender(stack, {**made, "secret": theirs}).send({}).status_code == 200
    for verb, state in (("pause", "paused"), ("resume", "active")):
        assert anna.http.post(f"{at}/{verb}", json={}).json()["state"] == state
    assert anna.http.delete(at).status_code == 204
    assert made["name"] not in names(stack.api)


def test_who_pauses_theirs_ends_no_alert_about_those_of_others(stack: Facade, anna: Api) -> None:
    ours, theirs = trigger(stack.api, _FAILS), trigger(anna, _FAILS)
    halted = "UPDATE triggers SET paused = true, halted_at = now(), note = 'Paused.' WHERE id = ANY(%s::uuid[])"
    stack.execute(halted, [ours["id"], theirs["id"]])
    raised = "SELECT key FROM alert_signals WHERE kind = 'trigger_halted' AND key = ANY(%s) ORDER BY key"
    keys = [ours["name"], f"{theirs['workspace']}/{theirs['name']}"]
    other = trigger(anna, _FAILS)["name"]
    assert anna.http.post(f"/triggers/{other}/pause", json={}).status_code == 200
    assert {each["key"] for each in stack.rows(raised, keys)} == set(keys)
    assert anna.http.post(f"/triggers/{theirs['name']}/resume").status_code == 200
    assert [each["key"] for each in stack.rows(raised, keys)] == [ours["name"]]
    # Behind that the member is a member again.
    assert anna.http.get(f"/triggers/{ours['name']}").status_code == 404
    for name, api in ((ours["name"], stack.api), (theirs["name"], anna), (other, anna)):
        api.http.delete(f"/triggers/{name}").raise_for_status()


def test_the_role_is_that_of_the_workspace(stack: Facade, anna: Api, team: str) -> None:
    made, home = trigger(anna, _HOOK), make_workspace(stack.api)
    Sender(stack, made).send({"text": "x"})
    [delivery] = deliveries(anna, made["name"])
    at = f"/triggers/{made['name']}"
    looks, both = make_member(stack, {team: "viewer"}), make_member(stack, {team: "viewer", home: "operator"})
    for caller, refused in ((looks, {403}), (both, {404, 422})):
        assert caller.http.get(at).json()["workspace"] == team
        said = [
            caller.http.post(f"{at}/{verb}", json={})
            for verb in ("pause", "rotate", f"deliveries/{delivery['id']}/replay")
        ]
        said.append(
            caller.http.post("/triggers", json={"name": "x", "source": _HOOK, "action": ECHO, "workspace": team})
        )
        assert {each.status_code for each in said} == refused, [each.text for each in said]
    assert len(deliveries(anna, made["name"])) == 1
    assert trigger(both, _HOOK)["workspace"] == home
    ours = trigger(stack.api, _HOOK)
    assert ours["name"] not in names(anna) | names(both)


def test_what_it_makes_cannot_be_in_another_workspace(stack: Facade, anna: Api, team: str) -> None:
    ours, theirs = trigger(stack.api, _HOOK), trigger(anna, _HOOK)
    said = "This trigger belongs to the workspace '{}', and its task names '{}'. Leave that out"
    new = {"name": "x", "source": _HOOK, "action": in_(team), "workspace": "default"}
    change = {"source": _HOOK, "action": in_(team)}
    elsewhere = {"source": _HOOK, "action": in_("elsewhere")}
    for api, method, path, body, told in (
        (stack.api, "POST", "/triggers", new, said.format("default", team)),
        (stack.api, "PUT", f"/triggers/{ours['name']}", change, said.format("default", team)),
        (stack.api, "PUT", f"/triggers/{theirs['name']}", elsewhere, said.format(team, "elsewhere")),
        (anna, "PUT", f"/triggers/{theirs['name']}", elsewhere, said.format(team, "elsewhere")),
        (stack.api, "POST", "/triggers", {**elsewhere, "name": "x"}, "There is no workspace 'elsewhere'."),
    ):
        reply = api.http.request(method, path, json=body)
        assert (reply.status_code, reply.json()["detail"].startswith(told)) == (422, True), reply.text
    for made, api in ((ours, stack.api), (theirs, anna)):
        assert api.http.get(f"/triggers/{made['id']}").json()["definition"] == made["definition"]


def test_a_name_is_its_own_in_each_workspace(stack: Facade, anna: Api, team: str) -> None:
    other, name = make_workspace(stack.api), f"t{uuid.uuid4().hex[:12]}"
    there = {place: trigger(stack.api, _HOOK, name=name, workspace=place)["id"] for place in (team, other)}

    def found(api: Api, **query: str) -> str:
        reply = api.http.get(f"/triggers/{name}", params=query)
        return str(reply.json().get("id") or reply.json()["detail"])

    assert found(anna) == there[team]
    said = ", ".join(sorted(there))
    assert found(stack.api) == f"Several workspaces have a trigger of this name. Say in which one: {said}."
    assert {place: found(stack.api, workspace=place) for place in there} == there
    ours = trigger(stack.api, _HOOK, name=name)["id"]
    assert found(stack.api) == ours
    new = {"name": name, "source": _HOOK, "action": ECHO}
    assert (anna.http.post("/triggers", json=new).status_code, found(anna)) == (409, there[team])


def test_a_file_is_for_one_workspace(stack: Facade, anna: Api) -> None:
    team, other = make_workspace(stack.api), make_workspace(stack.api)
    theirs = make_member(stack, {team: "operator"})
    kept = trigger(stack.api, _HOOK, workspace=other)["name"], trigger(stack.api, _HOOK)["name"]
    old = trigger(theirs, _HOOK)["name"]
    file = {"triggers": {"on-push": {"source": _HOOK, "action": ECHO}}, "prune": True}
    for api, said in ((theirs, file), (stack.api, file | {"workspace": team})):
        applied = api.http.post("/triggers/apply", json=said).raise_for_status().json()
        assert {each["name"]: each["change"] for each in applied["changes"]} in (
            {"on-push": "create", old: "delete"}, {"on-push": "none"}
        )  # fmt: skip
    assert names(stack.api, workspace=team) == names(theirs) == {"on-push"}
    assert names(stack.api) >= set(kept)
    wrong = file | {"triggers": {"on-push": {"source": _HOOK, "action": in_(other)}}, "workspace": team}
    refused = stack.api.http.post("/triggers/apply", json=wrong)
    assert refused.json()["errors"][0]["field"] == "triggers.on-push.action.task.workspace"


@pytest.mark.usefixtures("nothing_watches")
def test_it_hears_of_its_workspace_alone_and_one_of_the_default_one_of_all(stack: Facade, anna: Api, team: str) -> None:
    """What nobody hears is not even noted."""
    failure = TaskFailure(type="Broken", message="It broke.")
    action = {"kind": "task", "task": {"task_type": "web_monitor", "params": {"url": "https://b.example"}}}
    theirs = trigger(anna, _FAILS, action)["name"]
    of_plans = trigger(anna, {"kind": "plan"}, action)["name"]
    url = {"url": "https://a.example"}

    def happens(workspace: str) -> str:
        id_ = stack.api.submit("echo", workspace=workspace)
        as_core.end(stack, id_, str(uuid.uuid4()), TaskStatus.FAILED, error=failure)
        plan = Planned(stack, stack.api, {"id": "a", "task_type": "web_monitor", "params": url}, workspace=workspace)
        plan.advance()
        plan.end("a", fails=True)
        return id_

    for place in ("default", make_workspace(stack.api)):
        happens(place)
    assert stack.rows("SELECT event FROM trigger_events") == []
    ours = trigger(stack.api, _FAILS, action)["name"]
    heard = [happens(place) for place in ("default", team)]
    look(stack)
    assert [len(deliveries(anna, name)) for name in (theirs, of_plans)] == [1, 1]
    [delivery] = deliveries(anna, theirs)
    detail = anna.http.get(f"/triggers/{theirs}/deliveries/{delivery['id']}").json()
    assert (detail["payload"]["task"]["id"], detail["payload"]["task"]["workspace"]) == (heard[1], team)
    assert (place_of(stack, detail), len(deliveries(stack.api, ours))) == (team, 2)


@pytest.mark.usefixtures("nothing_watches")
def test_it_hears_of_rows_that_its_tasks_collected(stack: Facade, anna: Api, team: str) -> None:
    action = {"kind": "task", "task": {"task_type": "web_monitor", "params": {"url": "https://b.example"}}}
    kind = RecordKind.SEC_FILINGS
    name = trigger(anna, {"kind": "record", "record": kind.value}, action)["name"]
    row: dict[str, Any] = dict.fromkeys(kind.spec.model.model_fields, "x")
    ids = {workspace: stack.api.submit("echo", workspace=workspace) for workspace in ("default", team)}

    async def come(connection: AsyncConnection) -> None:
        for workspace, id_ in ids.items():
            task = HeldTask(uuid.UUID(id_), TASK_TYPES["echo"], None, workspace, {})
            await note_records(connection, task, kind, [row])

    in_database(stack, come)
    assert len(stack.rows("SELECT event FROM trigger_events")) == 1
    look(stack)
    [delivery] = deliveries(anna, name)
    assert delivery["outcome"] == "made"
    # Nor does one of the default workspace hear of the rows of others, so for it none of those is noted.
    anna.http.post(f"/triggers/{name}/pause", json={}).raise_for_status()
    ours = trigger(stack.api, {"kind": "record", "record": kind.value}, action)["name"]
    in_database(stack, come)
    assert [row["subject"] for row in stack.rows("SELECT subject FROM trigger_events")] == [uuid.UUID(ids["default"])]
    look(stack)
    assert len(deliveries(stack.api, ours)) == 1
