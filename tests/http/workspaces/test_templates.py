"""Templates of a workspace: saved and run by its members, by their role, in it; nobody else's affair."""

import uuid
from typing import Any

import pytest

from tests.http.planned import Planned, echo
from tests.http.workspaces.teams import make_member, make_workspace
from tests.support.facade import Api, Facade

_ECHO = {"task_type": "echo", "params": {"message": "of a template"}}
_PLAN = {"name": "p", "steps": [{"id": "a", "task_type": "echo"}]}
_MADE = "SELECT instance FROM tasks WHERE id = %s UNION ALL SELECT instance FROM plans WHERE id = %s"


@pytest.fixture(scope="module")
def team(stack: Facade) -> str:
    stack.wait_until_ready()
    return make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, team: str) -> Api:
    return make_member(stack, {team: "operator"})


@pytest.fixture
def name() -> str:
    return f"t{uuid.uuid4().hex[:12]}"


def saved(api: Api, name: str, **body: Any) -> dict[str, Any]:
    reply = api.http.put(f"/templates/{name}", json=body or {"task": _ECHO})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def run(stack: Facade, api: Api, name: str, of: str | None = None, **body: Any) -> str:
    """Where it made something; or the refusal."""
    there = {"workspace": of} if of else {}
    reply = api.http.post(f"/templates/{name}/run", json=body, params=there)
    if reply.status_code != 201:
        return str(reply.json()["detail"])
    [made] = stack.rows(_MADE, *[reply.json()["id"]] * 2)
    return str(made["instance"])


def names(api: Api, **query: str) -> set[str]:
    return {each["name"] for each in api.http.get("/templates", params=query).raise_for_status().json()["templates"]}


def test_a_members_template_is_in_their_workspace_with_all_that_it_makes(stack: Facade, anna: Api, team: str) -> None:
    old = anna.submit("echo", {"message": "old"})
    plan = Planned(stack, anna, echo("a"))
    made_of: list[dict[str, Any]] = [
        {"task": _ECHO}, {"task": {**_ECHO, "workspace": team}}, {"from_task": old}, {"plan": _PLAN},
        {"from_plan": plan.id},
    ]  # fmt: skip
    for number, body in enumerate(made_of):
        # Somebody who sees everything finds it under its name, and makes nothing elsewhere of it.
        for api in (anna, stack.api):
            said = body if api is anna or "from_task" in body or "from_plan" in body else {**body, "workspace": team}
            one = f"t{uuid.uuid4().hex[:12]}-{number}"
            assert (saved(api, one, **said)["workspace"], saved(api, one, **said)["version"]) == (team, 2)
            assert one in names(anna) & names(stack.api, workspace=team)
            assert one not in names(stack.api, workspace="default")
            assert {run(stack, each, one) for each in (anna, stack.api)} == {team}
            assert run(stack, stack.api, one, workspace=team) == team
            refused = f"This template belongs to the workspace '{team}', and makes nothing in 'default'."
            assert run(stack, stack.api, one, team, workspace="default").startswith(refused)
            assert anna.http.delete(f"/templates/{one}").status_code == 204
            assert one not in names(stack.api)
    assert saved(stack.api, f"t{uuid.uuid4().hex[:12]}")["workspace"] == "default"


def test_one_of_the_default_workspace_is_run_where_it_is_said(stack: Facade, anna: Api, team: str, name: str) -> None:
    """As ever. A workspace's own of that name goes before it there."""
    saved(stack.api, name, task={**_ECHO, "tags": ["ours"]})
    assert (run(stack, stack.api, name), run(stack, stack.api, name, workspace=team)) == ("default", team)
    assert run(stack, stack.api, name, workspace="nowhere").startswith("There is no workspace 'nowhere'.")
    assert anna.http.get(f"/templates/{name}").status_code == 404
    assert run(stack, anna, name) == "There is no such template, or not that version of it."
    saved(anna, name, task={**_ECHO, "tags": ["theirs"]})
    made = stack.api.http.post(f"/templates/{name}/run", json={"workspace": team}).json()["id"]
    assert stack.api.task(made)["tags"] == ["theirs"]
    assert run(stack, anna, name) == team


def test_the_role_is_that_of_the_workspace(stack: Facade, anna: Api, team: str, name: str) -> None:
    saved(anna, name)
    home = make_workspace(stack.api)
    looks, both = make_member(stack, {team: "viewer"}), make_member(stack, {team: "viewer", home: "operator"})
    for caller, refused in ((looks, (403, 403, 403)), (both, (422, 404, 422))):
        assert caller.http.get(f"/templates/{name}").json()["workspace"] == team
        said = (
            caller.http.put(f"/templates/{name}", json={"task": _ECHO, "workspace": team}),
            caller.http.delete(f"/templates/{name}"),
            caller.http.post(f"/templates/{name}/run"),
        )
        assert tuple(each.status_code for each in said) == refused
    assert anna.http.get(f"/templates/{name}").json()["version"] == 1
    assert saved(both, name)["workspace"] == home
    assert anna.http.get(f"/templates/{name}", params={"workspace": home}).status_code == 404


def test_a_name_is_its_own_in_each_workspace(stack: Facade, anna: Api, team: str, name: str) -> None:
    """Nor do versions of others count: their number would tell of them."""
    other = make_workspace(stack.api)
    for _ in range(3):
        saved(stack.api, name, task=_ECHO, workspace=other)
    assert saved(anna, name)["version"] == 1
    said = stack.api.http.get(f"/templates/{name}").json()["detail"]
    places = ", ".join(sorted((team, other)))
    assert said == f"Several workspaces have a template of this name. Say in which one: {places}."
    found = {
        place: stack.api.http.get(f"/templates/{name}", params={"workspace": place}).json()["version"]
        for place in (team, other)
    }
    assert found == {team: 1, other: 3}
    saved(stack.api, name)
    assert stack.api.http.get(f"/templates/{name}").json()["workspace"] == "default"
    # The same key for two of this name is two requests.
    key = {"Idempotency-Key": name}
    ids = {
        stack.api.http.post(f"/templates/{name}/run", params={"workspace": place}, headers=key).json()["id"]
        for place in (team, other, "default", team)
    }
    assert len(ids) == 3
    assert stack.api.http.delete(f"/templates/{name}").status_code == 204
    assert stack.api.http.get(f"/templates/{name}", params={"workspace": team}).status_code == 200


def test_what_it_makes_cannot_be_in_another_workspace(stack: Facade, anna: Api, team: str, name: str) -> None:
    mixed = {"task": {**_ECHO, "workspace": team}, "workspace": "default"}
    said = stack.api.http.put(f"/templates/{name}", json=mixed)
    assert said.json()["detail"].startswith(
        f"This template belongs to the workspace 'default', and its task names '{team}'."
    )
    bodies: list[dict[str, Any]] = [
        {"task": {**_ECHO, "workspace": "nowhere"}}, {"plan": _PLAN, "workspace": "nowhere"},
    ]  # fmt: skip
    for body in bodies:
        assert stack.api.http.put(f"/templates/{name}", json=body).json()["detail"].startswith("There is no workspace")
        assert (
            anna.http.put(f"/templates/{name}", json=body)
            .json()["detail"]
            .startswith("There is no workspace 'nowhere' for you.")
        )
    assert stack.api.http.get(f"/templates/{name}").status_code == 404
