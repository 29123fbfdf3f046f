"""Schedules of a workspace: made by its members, steered by their role, running in it, and nobody else's affair."""

import uuid
from typing import Any

import pytest

from tests.http.schedules.made import ECHO, fired, runs, schedule
from tests.http.workspaces.teams import make_member, make_workspace
from tests.support.facade import Api, Facade

_MADE = """
SELECT instance FROM tasks WHERE id = ANY(%s::uuid[])
UNION ALL SELECT instance FROM plans WHERE id = ANY(%s::uuid[])
"""


@pytest.fixture(scope="module")
def team(stack: Facade) -> str:
    stack.wait_until_ready()
    return make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, team: str) -> Api:
    return make_member(stack, {team: "operator"})


def in_(workspace: str) -> dict[str, Any]:
    return {"task": {**ECHO["task"], "workspace": workspace}}


def names(api: Api, **query: str) -> set[str]:
    found = api.http.get("/schedules", params=query).raise_for_status().json()["schedules"]
    return {each["name"] for each in found}


def test_a_members_schedule_is_in_their_workspace_with_all_that_it_makes(stack: Facade, anna: Api, team: str) -> None:
    plan = {"plan": {"name": "p", "steps": [{"id": "a", "task_type": "echo"}]}}
    sentence = anna.http.post("/schedules/parse", json={"text": "every day at 7 news for $NVDA"}).json()
    by_words = sentence["schedules"][0]["action"]
    for action in (ECHO, in_(team), plan, by_words):
        made = schedule(anna, action=action)
        assert (made["workspace"], schedule(stack.api, action=action, workspace=team)["workspace"]) == (team, team)
        assert fired(stack, made["id"], "2026-03-01T07:00").run_id
        [run] = anna.http.get(f"/schedules/{made['name']}/runs").json()["runs"]
        ids = [*run["task_ids"], run["plan_id"]]
        assert stack.rows(_MADE, ids, ids) == [{"instance": team}]
        assert anna.http.get(f"/schedules/{made['id']}").json()["runs"] == [run]
    assert schedule(stack.api, action=in_(team))["workspace"] == team
    assert schedule(stack.api)["workspace"] == "default"


def test_a_member_steers_it(stack: Facade, anna: Api) -> None:
    made = schedule(anna)
    other = {"timing": {"every": "1h"}, "action": ECHO}
    for _ in range(2):
        assert anna.http.put(f"/schedules/{made['name']}", json=other).raise_for_status().json()["when"] == "every hour"
    past = {"start": "2026-05-04T08:00:00Z", "end": "2026-05-04T08:30:00Z"}
    for verb, body in (("pause", {}), ("resume", {}), ("run", {}), ("backfill", past)):
        assert anna.http.post(f"/schedules/{made['name']}/{verb}", json=body).is_success, verb
    said = stack.rows("SELECT verb FROM schedule_commands WHERE schedule_id = %s ORDER BY id", made["id"])
    assert [each["verb"] for each in said] == ["put", "put", "pause", "pause", "run", "backfill"]
    assert anna.http.delete(f"/schedules/{made['name']}").status_code == 204
    assert made["name"] not in names(stack.api)


def test_the_role_is_that_of_the_workspace(stack: Facade, anna: Api, team: str) -> None:
    made, home = schedule(anna), make_workspace(stack.api)
    looks, both = make_member(stack, {team: "viewer"}), make_member(stack, {team: "viewer", home: "operator"})
    pause, new = f"/schedules/{made['name']}/pause", {"name": "x", "timing": {"every": "1h"}, "action": ECHO}
    for caller, refused in ((looks, (403, 403)), (both, (404, 422))):
        assert caller.http.get(f"/schedules/{made['name']}").json()["workspace"] == team
        said = caller.http.post(pause, json={}), caller.http.post("/schedules", json=new | {"workspace": team})
        assert tuple(each.status_code for each in said) == refused
    assert schedule(both)["workspace"] == home
    ours = schedule(stack.api)
    assert ours["name"] not in names(anna) | names(both)
    assert anna.http.get(f"/schedules/{ours['name']}").status_code == 404


def test_what_it_makes_cannot_be_in_another_workspace(stack: Facade, anna: Api, team: str) -> None:
    def told(api: Api, method: str, path: str, **body: Any) -> str:
        reply = api.http.request(method, path, json={"timing": {"every": "1h"}, **body})
        assert reply.status_code == 422, reply.text
        return str(reply.json()["detail"])

    ours, theirs = schedule(stack.api), schedule(anna)
    refused = "This schedule belongs to the workspace '{}', and its task names '{}'. Leave that out"
    new = {"name": "x", "action": in_(team), "workspace": "default"}
    assert told(stack.api, "POST", "/schedules", **new).startswith(refused.format("default", team))
    assert told(stack.api, "PUT", f"/schedules/{ours['name']}", action=in_(team)).startswith(
        refused.format("default", team)
    )
    for api in (stack.api, anna):
        said = told(api, "PUT", f"/schedules/{theirs['name']}", action=in_("elsewhere"))
        assert said.startswith(refused.format(team, "elsewhere"))
    nowhere = told(stack.api, "POST", "/schedules", name="x", action=in_("nowhere"))
    assert nowhere.startswith("There is no workspace 'nowhere'.")
    for api, made in ((stack.api, ours), (anna, theirs)):
        assert api.http.get(f"/schedules/{made['id']}").json()["definition"] == made["definition"]


def test_a_name_is_its_own_in_each_workspace(stack: Facade, anna: Api, team: str) -> None:
    other, name = make_workspace(stack.api), f"s{uuid.uuid4().hex[:12]}"
    there = {place: schedule(stack.api, name=name, workspace=place)["id"] for place in (team, other)}

    def found(api: Api, **query: str) -> str:
        reply = api.http.get(f"/schedules/{name}", params=query)
        return str(reply.json().get("id") or reply.json()["detail"])

    assert found(anna) == there[team]
    said = ", ".join(sorted(there))
    assert found(stack.api) == f"Several workspaces have a schedule of this name. Say in which one: {said}."
    assert {place: found(stack.api, workspace=place) for place in there} == there
    assert found(stack.api, workspace="default") == "There is no such schedule."
    # Whoever has never heard of workspaces goes on with those of the default one.
    ours = schedule(stack.api, name=name)["id"]
    assert found(stack.api) == ours
    assert stack.api.http.delete(f"/schedules/{name}").status_code == 204
    assert found(anna) == there[team]
    assert (
        anna.http.post("/schedules", json={"name": name, "timing": {"every": "1h"}, "action": ECHO}).status_code == 409
    )


def test_a_file_is_for_one_workspace(stack: Facade, anna: Api) -> None:
    team, other = make_workspace(stack.api), make_workspace(stack.api)
    theirs = make_member(stack, {team: "operator"})
    kept = schedule(stack.api, workspace=other)["name"], schedule(stack.api)["name"]
    old = schedule(theirs)["name"]
    file = {"schedules": {"mornings": {"timing": {"every": "1d"}, "action": ECHO}}, "prune": True}
    for api, said in ((theirs, file), (stack.api, file | {"workspace": team})):
        applied = api.http.post("/schedules/apply", json=said).raise_for_status().json()
        assert {each["name"]: each["change"] for each in applied["changes"]} in (
            {"mornings": "create", old: "delete"}, {"mornings": "none"}
        )  # fmt: skip
    assert names(stack.api, workspace=team) == names(theirs) == {"mornings"}
    assert names(stack.api) >= set(kept)
    wrong = file | {"schedules": {"mornings": {"timing": {"every": "1d"}, "action": in_(other)}}, "workspace": team}
    refused = stack.api.http.post("/schedules/apply", json=wrong)
    assert refused.json()["errors"][0]["field"] == "schedules.mornings.action.task.workspace"
    assert names(stack.api, workspace=team) == {"mornings"}
    nowhere = stack.api.http.post("/schedules/apply", json=file | {"workspace": "nowhere"})
    assert nowhere.json()["detail"].startswith("There is no workspace 'nowhere'.")


def test_the_watchlist_is_no_members(stack: Facade, anna: Api, team: str) -> None:
    """Its tasks, or the reading of a sentence, would tell them what all others watch."""
    ticker = f"WL{uuid.uuid4().hex[:3].upper()}".translate(str.maketrans("0123456789", "ABCDEFGHIJ"))
    stack.api.http.put(f"/tickers/{ticker}", json={}).raise_for_status()
    try:
        watching = {"task": {"task_type": "reddit_crawl"}, "watchlist": True}
        body = {"name": "x", "timing": {"every": "1h"}, "action": watching}
        sentence = "news for all tickers on my watchlist"
        asked = (
            ("/schedules", body),
            ("/schedules/apply", {"schedules": {"x": {"timing": {"every": "1h"}, "action": watching}}}),
            ("/schedules/parse", {"text": f"every day at 7 {sentence}"}),
            ("/tasks/parse", {"text": sentence}),
            ("/tasks", {"text": sentence}),
        )
        for path, said in asked:
            reply = anna.http.post(path, json=said)
            assert (reply.status_code, ticker in reply.text) == (422, False), (path, reply.text)
            assert "not shown to members" in reply.text or "for members" in reply.text
        # One that somebody else has made for them may be changed.
        made = schedule(stack.api, action=watching, workspace=team)
        again = {"timing": {"every": "2h"}, "action": watching}
        assert anna.http.put(f"/schedules/{made['name']}", json=again).status_code == 200
        assert runs(anna, made["id"]) == []
    finally:
        stack.api.http.delete(f"/tickers/{ticker}").raise_for_status()
