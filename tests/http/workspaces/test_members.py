"""What members do in their own workspace, as whom, and from when on."""

import uuid

import httpx
import pytest

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from tests.http.as_core import end, take
from tests.http.triggers.made import trigger
from tests.http.workspaces.teams import make_member, make_person, make_workspace
from tests.support.facade import Api, Facade, eventually


@pytest.fixture(scope="module")
def team(stack: Facade) -> str:
    stack.wait_until_ready()
    return make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, team: str) -> Api:
    return make_member(stack, {team: "operator"})


def test_new_tasks_get_into_the_members_workspace(anna: Api, team: str) -> None:
    texts = {"text": "reddit for $NVDA and $AMD", "tags": ["said"]}
    for body in ({"task_type": "echo", "notes": "n"}, {"task_type": "echo", "workspace": team}, texts):
        reply = anna.http.post("/tasks", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
        assert reply.status_code == 201, reply.text
        for id_ in reply.json().get("task_ids", [reply.json().get("id")]):
            assert anna.task(id_)["workspace"] == team
    batch = anna.http.post("/tasks/batch", json={"tasks": [{"task_type": "echo"}] * 3}).json()
    assert {anna.task(id_)["workspace"] for id_ in batch["task_ids"]} == {team}


def test_a_member_submits_what_is_filled_in_from_what_all_share(anna: Api) -> None:
    # The name of the company, from the watchlist.
    task = anna.submit("news_crawl", {"ticker": "NVDA"})
    assert (anna.status(task), anna.task(task)["ticker"]) == ("pending", "NVDA")


def test_a_task_comes_after_one_that_its_submitter_sees(stack: Facade, anna: Api, team: str) -> None:
    """Whether a task of others is there is told to nobody, and nothing hangs below it."""
    theirs = stack.api.submit("echo", workspace=make_workspace(stack.api))
    gone = anna.submit("echo")
    assert anna.command(gone, "cancel").status_code == 200
    assert anna.http.delete(f"/tasks/{gone}").status_code == 204
    nowhere = str(uuid.uuid4())
    for caller, ids in ((anna, (theirs, gone, nowhere)), (stack.api, (gone, nowhere))):
        for id_ in ids:
            task = {"task_type": "echo", "parent_task_id": id_}
            for path, body in (("/tasks", task), ("/tasks/batch", {"tasks": [{"task_type": "echo"}, task]})):
                refused = caller.http.post(path, json=body)
                said = f"There is no task {id_}, which was named as the one before. Nothing was created."
                assert (refused.status_code, refused.json()["detail"]) == (422, said)
    first = anna.submit("echo")
    then = anna.submit("echo", parent_task_id=first)
    assert anna.task(then)["parent_task_id"] == first
    assert stack.api.task(theirs)["children"] == []


def test_the_same_key_makes_one_task(anna: Api) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    made = {anna.http.post("/tasks", json={"task_type": "echo"}, headers=headers).json()["id"] for _ in range(3)}
    assert len(made) == 1


def test_a_member_steers_a_task_from_its_birth_to_its_end(stack: Facade, anna: Api) -> None:
    task = anna.submit("echo")
    for verb, body in (("reprioritise", {"priority": "high"}), ("notes", {"text": "hm"}), ("cancel", {})):
        assert anna.command(task, verb, **body).status_code in (200, 201), verb
    assert anna.status(task) == "cancelled"
    assert anna.command(task, "retry").status_code == 200
    end(
        stack,
        task,
        take(stack, task, "w", None, 1),
        TaskStatus.FAILED,
        error=TaskFailure(type="E", message="m"),
        round_=1,
    )
    assert anna.command(task, "retry").status_code == 200
    end(
        stack,
        task,
        take(stack, task, "w", None, 2),
        TaskStatus.FAILED,
        error=TaskFailure(type="E", message="m"),
        round_=2,
    )
    assert anna.http.delete(f"/tasks/{task}").status_code == 204
    for verb in ("approve", "reject"):
        asks = anna.submit("echo", needs_approval=True)
        assert anna.command(asks, verb).status_code == 200, verb
        assert anna.task(asks)["waiting_because"]


def test_a_member_looks_around(anna: Api, team: str) -> None:
    anna.submit("echo", run_at="2040-01-01T00:00:00Z")
    for path in ("/tasks?reasons=true", "/tasks/counts", "/tasks/board", "/plans", "/workspaces", "/me", "/task-types"):
        reply = anna.http.get(path)
        assert reply.status_code == 200, (path, reply.text)
    assert [each["name"] for each in anna.http.get("/workspaces").json()["workspaces"]] == [team]
    assert anna.http.get(f"/workspaces/{team}").json()["members"]
    times = {"since": "2039-12-31T00:00:00Z", "until": "2040-01-02T00:00:00Z"}
    assert anna.http.get("/tasks/timeline", params=times).status_code == 200
    assert anna.http.post("/tasks/parse", json={"text": "reddit for $NVDA"}).status_code == 200


def test_a_member_steers_a_plan(anna: Api, team: str) -> None:
    steps = [{"id": "a", "task_type": "echo"}, {"id": "b", "task_type": "echo", "needs": ["a"]}]
    plan = anna.http.post("/plans", json={"name": "p", "steps": steps}).json()["id"]
    shown = anna.http.get(f"/plans/{plan}")
    assert shown.status_code == 200, shown.text
    assert anna.http.get(f"/plans/{plan}/steps").status_code == 200
    for path in ("steps/b/skip", "steps/a/result", "cancel", "retry"):
        reply = anna.http.post(f"/plans/{plan}/{path}", json={"result": {}} if "result" in path else {})
        assert reply.status_code in (200, 201, 409), (path, reply.text)


def test_what_a_member_does_sets_off_what_watches_it(stack: Facade, anna: Api) -> None:
    action = {"kind": "task", "task": {"task_type": "echo"}}
    made = trigger(stack.api, {"kind": "task", "statuses": ["cancelled"], "task_type": "echo"}, action)
    try:
        task = anna.submit("echo")
        assert anna.command(task, "cancel").status_code == 200
        assert stack.rows("SELECT event FROM trigger_events WHERE subject = %s", task) == [{"event": "task.cancelled"}]
    finally:
        stack.api.http.delete(f"/triggers/{made['name']}").raise_for_status()


def test_a_result_is_reviewed_in_the_workspace_of_its_task(stack: Facade, anna: Api, team: str) -> None:
    task = anna.submit("echo", needs_review=True)
    plan = anna.task(task)["plan_id"]
    assert anna.http.get(f"/plans/{plan}").status_code == 200
    assert stack.rows("SELECT instance FROM plans WHERE id = %s", plan) == [{"instance": team}]


def test_the_role_is_that_of_the_workspace(stack: Facade, team: str) -> None:
    looks = make_member(stack, {team: "viewer"})
    assert looks.http.get("/tasks").json()["total"] > 0
    assert looks.http.post("/tasks", json={"task_type": "echo"}).status_code == 403
    other = make_workspace(stack.api)
    both = make_member(stack, {team: "viewer", other: "operator"})
    task = stack.api.submit("echo", workspace=team)
    assert both.task(task)["workspace"] == team
    assert both.command(task, "cancel").status_code == 404
    assert both.http.post("/tasks", json={"task_type": "echo", "workspace": team}).status_code == 422
    assert both.task(both.submit("echo"))["workspace"] == other
    for path in ("/me", "/session"):
        mine = both.http.get(path).json()
        assert (mine["workspaces"], mine["changes"]) == (sorted((team, other)), [other])


def test_of_several_workspaces_one_has_to_be_named(stack: Facade, team: str) -> None:
    other = make_workspace(stack.api)
    both = make_member(stack, {team: "operator", other: "operator"})
    refused = both.http.post("/tasks", json={"task_type": "echo"})
    assert refused.status_code == 422
    assert refused.json()["detail"] == f"Say in which workspace: {', '.join(sorted((team, other)))}."


def test_membership_counts_within_two_seconds_and_out_of_the_last_is_out_of_all(stack: Facade, team: str) -> None:
    id_, somebody = make_person(stack)
    elsewhere = stack.api.submit("echo")
    assert somebody.http.get(f"/tasks/{elsewhere}").status_code == 200
    put(stack, team, id_)
    eventually(lambda: somebody.http.get(f"/tasks/{elsewhere}").status_code == 404 or None, 5, "they are confined")
    assert somebody.http.get("/tasks").json()["total"] > 0
    stack.api.http.delete(f"/workspaces/{team}/members/{id_}").raise_for_status()
    eventually(lambda: somebody.http.get("/tasks").json()["total"] == 0 or None, 5, "they see nothing")
    assert somebody.http.get(f"/tasks/{elsewhere}").status_code == 404
    stack.api.http.delete(f"/users/{id_}/workspaces").raise_for_status()
    eventually(lambda: somebody.http.get(f"/tasks/{elsewhere}").status_code == 200 or None, 5, "they see everything")


def test_an_admin_is_no_member(stack: Facade, team: str) -> None:
    id_, _ = make_person(stack, "admin")
    reply = stack.api.http.put(f"/workspaces/{team}/members/{id_}", json={"role": "viewer"})
    assert reply.status_code == 422
    assert reply.json()["detail"].endswith("sees everything. Give them another role first.")


def test_a_member_who_becomes_an_admin_stays_a_member(stack: Facade, team: str) -> None:
    id_, somebody = make_person(stack)
    put(stack, team, id_)
    stack.api.http.patch(f"/users/{id_}", json={"role": "admin"}).raise_for_status()
    eventually(lambda: somebody.http.get("/users").status_code == 403 or None, 5, "they are no admin")
    assert somebody.http.get("/me").json()["workspaces"] == [team]


def test_nobody_is_confined_where_postgres_would_not_hold_them(stack: Facade, team: str) -> None:
    id_, somebody = make_person(stack)
    stack.execute("REVOKE SELECT ON tasks FROM clawdbot_member")
    try:
        reply = stack.api.http.put(f"/workspaces/{team}/members/{id_}", json={"role": "viewer"})
    finally:
        stack.execute("GRANT SELECT ON tasks TO clawdbot_member")
    assert reply.status_code == 409
    assert reply.json()["detail"].startswith("Postgres cannot hold anybody to a workspace here")
    assert somebody.http.get("/workers").status_code == 200


def put(stack: Facade, team: str, id_: str) -> httpx.Response:
    reply: httpx.Response = stack.api.http.put(f"/workspaces/{team}/members/{id_}", json={"role": "operator"})
    return reply.raise_for_status()
