"""A workspace takes as much as it may and refuses the rest with a sentence; the default one is asked nothing."""

import concurrent.futures
import uuid

import pytest

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from db.tasks.mirror import adopt_run
from services.tasks import bulk
from tests.http.as_core import count_failures, end, take
from tests.http.planned import Planned, echo
from tests.http.workspaces.teams import make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

BROKEN = TaskFailure(type="Broken", message="It broke.")


def test_a_workspace_takes_what_it_may(api: Api) -> None:
    name = make_workspace(api, open_tasks=3)
    assert submitted(api, name, 2) == 201
    assert submitted(api, name, 2) == 429
    assert submitted(api, name, 1) == 201
    refused = api.http.post("/tasks", json={"task_type": "echo", "workspace": name})
    assert refused.status_code == 429
    assert refused.json()["detail"] == (
        f"The workspace '{name}' may have 3 tasks that are not over; 3 are there and 1 more would be too many. "
        "Wait until some are over, or ask an admin for more."
    )
    assert api.http.post("/tasks", json={"task_type": "echo"}).status_code == 201
    shown = api.http.get(f"/workspaces/{name}").json()
    assert (shown["open_now"], shown["last_hour"], shown["cost_today"]) == (3, 3, 0)


def test_what_is_over_makes_room_but_not_within_the_hour(api: Api, stack: Facade) -> None:
    name = make_workspace(api, open_tasks=1, tasks_per_hour=2)
    task = api.submit("echo", workspace=name)
    end(stack, task, take(stack, task, "w", None), TaskStatus.SUCCEEDED, {})
    assert submitted(api, name, 1) == 201
    api.http.put(f"/workspaces/{name}", json={"tasks_per_hour": 2}).raise_for_status()
    assert "may have 2 new tasks an hour" in refusal(api, name)


def test_a_day_has_an_end_of_its_money(api: Api, stack: Facade) -> None:
    name = make_workspace(api, cost_per_day=0.5)
    # As results of models and of X say it, as a bot may, and what is no price.
    for cost in ({"usd": 0.3, "calls": 2}, {"usd": None}, {"usd": -9}, "much", -9, 0.25):
        task = api.submit("echo", workspace=name)
        end(stack, task, take(stack, task, "w", None), TaskStatus.SUCCEEDED, {"cost": cost})
    assert "may spend $0.5 a day; the tasks of the last 24 hours have cost $0.55" in refusal(api, name)


def test_what_was_paid_is_not_forgotten_by_trying_again(api: Api, stack: Facade) -> None:
    """Neither by a person's retry nor by a reset on the Temporal side."""
    name = make_workspace(api, cost_per_day=1)
    task, other = api.submit("echo", workspace=name), api.submit("echo", workspace=name)
    for round_ in range(3):
        end(stack, task, take(stack, task, "w", None, round_), TaskStatus.SUCCEEDED, {"cost": 0.25}, round_=round_)
        assert api.command(task, "retry").status_code in (200, 202)
    end(stack, other, take(stack, other, "w", None), TaskStatus.SUCCEEDED, {"cost": {"usd": 0.5}})
    in_database(stack, lambda connection: adopt_run(connection, other, str(uuid.uuid4()), 0))
    assert api.http.get(f"/workspaces/{name}").json()["cost_today"] == 1.25
    assert "have cost $1.25" in refusal(api, name)
    # Of yesterday nothing is counted, whenever it is tried again.
    stack.execute(
        "UPDATE workspace_costs SET at = now() - interval '25 hours' WHERE task_id = %s",
        task,
    )
    assert api.http.get(f"/workspaces/{name}").json()["cost_today"] == 0.5


def test_what_was_paid_in_vain_is_spent(api: Api, stack: Facade) -> None:
    """No result says it: a model's answers that were of no use, posts of X up to the failure, what goes on."""
    name = make_workspace(api, cost_per_day=1)
    model, crawl, open_ = (api.submit("echo", workspace=name) for _ in range(3))
    runs = {task: take(stack, task, "w", None) for task in (model, crawl, open_)}
    cursors = {
        model: '{"paid": {"usd": 0.5}}',
        crawl: '{"result": {"cost": {"usd": 0.25}}}',
        open_: '{"paid": {"usd": 1}}',
    }
    for task, cursor in cursors.items():
        stack.execute("UPDATE tasks SET cursor = %s WHERE id = %s", cursor, task)
    broken = TaskFailure(type="Broken", message="It broke.")
    for task in (model, crawl):
        end(stack, task, runs[task], TaskStatus.FAILED, error=broken)
    assert api.http.get(f"/workspaces/{name}").json()["cost_today"] == 1.75
    assert [api.task(each)["cost_usd"] for each in (model, crawl, open_)] == [0.5, 0.25, 1]
    assert "have cost $1.75" in refusal(api, name)
    # Tried again it goes on from there: its result will say all of it, once.
    end(stack, open_, runs[open_], TaskStatus.SUCCEEDED, {"cost": {"usd": 1.25}})
    assert api.http.get(f"/workspaces/{name}").json()["cost_today"] == 2


def test_what_was_paid_in_vain_is_not_forgotten_by_other_params(api: Api, stack: Facade) -> None:
    """They take the place away at which the attempts said it; what a result says stays there, and counts once."""
    name = make_workspace(api, cost_per_day=1)
    ended = {
        '{"paid": {"usd": 0.5}}': (TaskStatus.FAILED, None),
        '{"result": {"cost": {"usd": 0.25}}}': (TaskStatus.FAILED, None),
        '{"page": 3}': (TaskStatus.FAILED, None),
        '{"paid": {"usd": 0.125}}': (TaskStatus.SUCCEEDED, {"cost": {"usd": 0.25}}),
    }
    ids = []
    for cursor, (status, result) in ended.items():
        ids.append(task := api.submit("echo", workspace=name))
        run = take(stack, task, "w", None)
        stack.execute("UPDATE tasks SET cursor = %s WHERE id = %s", cursor, task)
        end(stack, task, run, status, result, error=BROKEN if result is None else None)

    def edited(text: str) -> tuple[int, float]:
        """How many were, and what is counted then."""
        body = {"action": "edit", "filter": {"ids": ids, "status": ["failed", "succeeded"]}}
        id_ = api.http.post("/tasks/bulk", json=body | {"params": {"message": text}}).json()["id"]
        api.http.post(f"/tasks/bulk/{id_}/run").raise_for_status()
        while in_database(stack, bulk.advance):
            pass
        done = api.http.get(f"/tasks/bulk/{id_}").json()["done"]
        return done, api.http.get(f"/workspaces/{name}").json()["cost_today"]

    assert api.http.get(f"/workspaces/{name}").json()["cost_today"] == 1
    assert [edited("a"), edited("b")] == [(4, 1), (4, 1)]
    assert "have cost $1.00" in refusal(api, name)


def test_what_was_paid_is_told_of_a_task_as_of_its_workspace(api: Api, stack: Facade) -> None:
    """But a result that says nothing of it any more gives a workspace nothing back."""
    name = make_workspace(api, cost_per_day=1)
    task = api.submit("echo", workspace=name)
    stack.execute('UPDATE tasks SET cursor = \'{"paid": {"usd": 0.5}}\' WHERE id = %s', task)
    assert (api.task(task)["cost_usd"], cost_today(api, name)) == (0.5, 0.5)
    for result, usd in (("{}", 0.5), ('{"cost": "much"}', None), ('{"cost": {"usd": null}}', None)):
        stack.execute("UPDATE tasks SET result = %s WHERE id = %s", result, task)
        assert (api.task(task)["cost_usd"], cost_today(api, name)) == (usd, 0.5), result


def test_money_counts_on_the_day_on_which_it_was_paid(api: Api, stack: Facade) -> None:
    """What a task paid on Monday is nothing of Friday's, on which it is tried again."""
    name = make_workspace(api, cost_per_day=1)
    task = api.submit("echo", workspace=name)
    run = take(stack, task, "w", None)
    stack.execute('UPDATE tasks SET cursor = \'{"paid": {"usd": 5}}\' WHERE id = %s', task)
    assert (cost_today(api, name), submitted(api, name, 1)) == (5, 429)
    end(stack, task, run, TaskStatus.FAILED, error=BROKEN)
    stack.execute("UPDATE workspace_costs SET at = now() - interval '25 hours' WHERE task_id = %s", task)
    assert (cost_today(api, name), submitted(api, name, 1)) == (0, 201)
    assert api.command(task, "retry").status_code in (200, 202)
    run = take(stack, task, "w", None, 1)
    assert cost_today(api, name) == 0
    stack.execute('UPDATE tasks SET cursor = \'{"paid": {"usd": 5.25}}\' WHERE id = %s', task)
    assert cost_today(api, name) == 0.25
    end(stack, task, run, TaskStatus.SUCCEEDED, {"cost": {"usd": 5.5}}, round_=1)
    assert (cost_today(api, name), api.task(task)["cost_usd"]) == (0.5, 5.5)


def cost_today(api: Api, workspace: str) -> float:
    return float(api.http.get(f"/workspaces/{workspace}").json()["cost_today"])


def test_two_at_once_do_not_both_get_the_last_place(api: Api) -> None:
    name = make_workspace(api, open_tasks=5)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda _: submitted(api, name, 1), range(12)))
    assert replies.count(201) == 5
    assert replies.count(429) == 7


@pytest.mark.parametrize("path", ["/tasks", "/plans"])
def test_there_is_no_such_workspace(api: Api, path: str) -> None:
    plan = {"name": "p", "steps": [{"id": "a", "task_type": "echo"}]}
    body = {"task_type": "echo"} if path == "/tasks" else plan
    reply = api.http.post(path, json=body | {"workspace": f"none-{uuid.uuid4().hex[:6]}"})
    assert reply.status_code == 422
    assert "An admin makes one with `clawdbot workspaces create none-" in reply.json()["detail"]


def test_what_follows_belongs_to_it_too(api: Api, stack: Facade) -> None:
    name = make_workspace(api)
    task = api.submit("echo", workspace=name, follow_ups=[{"task_type": "echo"}])
    end(stack, task, take(stack, task, "w", None), TaskStatus.SUCCEEDED, {})
    [child] = api.task(task)["children"]
    assert api.task(child["id"])["workspace"] == name
    listed = api.http.get("/tasks", params={"workspace": name}).json()
    assert {each["id"] for each in listed["tasks"]} == {task, child["id"]}
    assert task not in str(api.http.get("/tasks", params={"workspace": "default", "limit": 200}).json())


def test_a_plan_begins_no_more_than_there_is_room_for_and_waits(api: Api, stack: Facade) -> None:
    name = make_workspace(api, open_tasks=2)
    plan = Planned(stack, api, echo("a", for_each=list(range(5))), workspace=name)
    report = plan.advance()
    assert (active(plan), report.more, report.wait_seconds) == (2, False, 15)
    assert "wait for room in the workspace" in report.line
    for place in range(5):
        plan.end("a", place=place)
        assert active(plan) == min(2, 4 - place)
    assert plan.detail["status"] == "succeeded"
    assert plan.advance().wait_seconds is None


def test_what_is_skipped_takes_no_room(api: Api, stack: Facade) -> None:
    name = make_workspace(api, open_tasks=1)
    plan = Planned(stack, api, echo("a", for_each=list(range(30)), when="item == 29"), workspace=name)
    report = plan.advance()
    assert (active(plan), report.more, report.wait_seconds) == (1, False, None)


def test_what_others_use_up_a_plan_waits_for_and_its_repair_is_refused(api: Api, stack: Facade) -> None:
    name = make_workspace(api, open_tasks=1)
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]), workspace=name)
    plan.advance()
    plan.end("a", fails=True)
    other = api.submit("echo", workspace=name)
    refused = api.http.post(f"/plans/{plan.id}/retry")
    assert (refused.status_code, "1 are there and 1 more would be too many" in refused.json()["detail"]) == (429, True)
    api.http.post(f"/plans/{plan.id}/steps/a/result", json={"result": {}}).raise_for_status()
    assert plan.advance().wait_seconds == 15
    assert plan.statuses()["b"] == "pending"
    end(stack, other, take(stack, other, "w", None), TaskStatus.SUCCEEDED, {})
    assert plan.advance().wait_seconds is None
    assert plan.statuses()["b"] == "running"


def test_a_session_does_not_keep_its_own_steps_waiting(api: Api, stack: Facade) -> None:
    """It is closed when they are over; so it would keep everybody of the workspace waiting for ever."""
    name = make_workspace(api, open_tasks=1)
    steps = [echo("a", session="s"), echo("b", needs=["a"], session="s"), echo("c", needs=["a"], session="s")]
    plan = Planned(stack, api, *steps, sessions={"s": {"task_type": "folder"}}, workspace=name)
    plan.advance()
    assert submitted(api, name, 1) == 429
    plan.end("a")
    # One after the other, as it has no room of its own.
    assert [plan.statuses()[step] for step in "bc"] == ["running", "pending"]
    plan.end("b")
    plan.end("c")
    plan.end("s")
    assert plan.detail["status"] == "succeeded"
    assert submitted(api, name, 1) == 201


@pytest.mark.parametrize("limits", [{"open_tasks": 1, "tasks_per_hour": 2}, {"open_tasks": 0}])
def test_a_session_is_no_reason_to_go_beyond_an_hour_or_to_work_where_nobody_may(
    api: Api, stack: Facade, limits: dict[str, int]
) -> None:
    name = make_workspace(api)
    steps = [echo("a", session="s"), echo("b", needs=["a"], session="s")]
    plan = Planned(stack, api, *steps, sessions={"s": {"task_type": "folder"}}, workspace=name)
    plan.advance()
    api.http.put(f"/workspaces/{name}", json=limits).raise_for_status()
    plan.end("a")
    assert plan.statuses()["b"] == "pending"


def test_a_plan_of_which_more_failed_than_there_is_room_for_is_tried_again_bit_by_bit(api: Api, stack: Facade) -> None:
    name = make_workspace(api)
    plan = Planned(stack, api, echo("a", for_each=[0, 1, 2]), echo("b", needs=["a"]), workspace=name)
    plan.advance()
    for place in range(3):
        plan.end("a", place=place, fails=True)
    api.http.put(f"/workspaces/{name}", json={"open_tasks": 2}).raise_for_status()
    acted = plan.say("retry")
    assert (acted["parts"], acted["left"], active(plan)) == (2, 1, 2)
    assert api.http.post(f"/plans/{plan.id}/retry").status_code == 429
    again = [place for place in range(3) if api.task(plan.task("a", place))["retry_count"]]
    for place in again:
        plan.end("a", place=place, round_=1)
    acted = plan.say("steps/a/retry")
    assert (acted["parts"], acted["left"]) == (1, 0)
    [last] = {0, 1, 2} - set(again)
    plan.end("a", place=last, round_=1)
    plan.end("b")
    assert plan.detail["status"] == "succeeded"


def test_more_than_there_will_ever_be_room_for_is_not_told_to_wait(api: Api) -> None:
    for limit in ("open_tasks", "tasks_per_hour"):
        for most, said in (
            (2, "Do it in parts of 2 at most, or ask an admin for more."),
            (0, "Ask an admin for more."),
        ):
            name = make_workspace(api, **{limit: most})
            reply = api.http.post("/tasks/batch", json={"tasks": [{"task_type": "echo", "workspace": name}] * 3})
            assert (reply.status_code, reply.json()["detail"].endswith(f" {said}")) == (429, True), reply.text


def test_an_hour_that_is_used_up_keeps_a_plan_waiting(api: Api, stack: Facade) -> None:
    name = make_workspace(api, tasks_per_hour=1)
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]), workspace=name)
    plan.advance()
    plan.end("a")
    assert plan.statuses() == {"a": "succeeded", "b": "pending"}
    stack.execute("UPDATE tasks SET created_at = now() - interval '61 minutes' WHERE plan_id = %s", plan.id)
    plan.advance()
    assert plan.statuses()["b"] == "running"


def test_a_retry_of_a_person_finds_no_more_room_than_a_new_task(api: Api, stack: Facade) -> None:
    name = make_workspace(api, open_tasks=1, tasks_per_hour=2)
    failed = fails(stack, api.submit("echo", workspace=name))
    count_failures(stack)
    [group] = stack.rows("SELECT cause FROM tasks WHERE id = %s", failed)
    other = api.submit("echo", workspace=name)
    assert api.command(failed, "retry").status_code == 429
    assert api.http.post(f"/failures/{group['cause']}/canary", json={"task_id": failed}).status_code == 429
    # What is not over is no question of room.
    assert api.command(other, "retry").status_code == 409
    end(stack, other, take(stack, other, "w", None), TaskStatus.SUCCEEDED, {})
    # It is no new task: the hour has had its two.
    assert api.command(failed, "retry").status_code == 200


def active(plan: Planned) -> int:
    return int(plan.detail["active"])


def submitted(api: Api, workspace: str, count: int) -> int:
    tasks = [{"task_type": "echo", "workspace": workspace}] * count
    return api.http.post("/tasks/batch", json={"tasks": tasks}).status_code


def refusal(api: Api, workspace: str) -> str:
    reply = api.http.post("/tasks", json={"task_type": "echo", "workspace": workspace})
    assert reply.status_code == 429
    return str(reply.json()["detail"])


def fails(stack: Facade, id_: str) -> str:
    end(stack, id_, take(stack, id_, "w", None), TaskStatus.FAILED, error=BROKEN)
    return id_


class Retrying:
    """A retry in bulk of all that has failed in a workspace."""

    def __init__(self, stack: Facade, api: Api, workspace: str) -> None:
        self._stack, self._api = stack, api
        body = {"action": "retry", "filter": {"workspace": workspace}}
        self.id = api.http.post("/tasks/bulk", json=body).json()["id"]
        api.http.post(f"/tasks/bulk/{self.id}/run").raise_for_status()

    def goes_on(self) -> tuple[str, int, str | None]:
        """State, how many are done, and what it waits for, once core has done what it can."""
        self._stack.execute("UPDATE bulk_actions SET next_at = now() WHERE state = 'running'")
        while in_database(self._stack, bulk.advance):
            pass
        shown = self._api.http.get(f"/tasks/bulk/{self.id}").json()
        return shown["state"], shown["done"], shown["reason"]


def test_a_retry_in_bulk_goes_on_as_its_workspace_has_room(api: Api, stack: Facade) -> None:
    name = make_workspace(api)
    ids = [fails(stack, api.submit("echo", workspace=name)) for _ in range(5)]
    api.http.put(f"/workspaces/{name}", json={"open_tasks": 2}).raise_for_status()
    retrying = Retrying(stack, api, name)
    waits = f"It waits until tasks of the workspace '{name}' are over, which may have 2 open."
    assert retrying.goes_on() == ("running", 2, waits)
    assert retrying.goes_on() == ("running", 2, waits)
    for done in (4, 5):
        for id_ in [id_ for id_ in ids if api.status(id_) == "pending"]:
            end(stack, id_, take(stack, id_, "w", None, 1), TaskStatus.SUCCEEDED, {}, round_=1)
        state, count, _ = retrying.goes_on()
        assert (state, count) == ("done" if done == 5 else "running", done)
    assert [api.task(id_)["retry_count"] for id_ in ids] == [1] * 5


def test_a_retry_in_bulk_waits_while_the_money_of_a_day_is_spent(api: Api, stack: Facade) -> None:
    name = make_workspace(api)
    task = api.submit("echo", workspace=name)
    end(stack, task, take(stack, task, "w", None), TaskStatus.SUCCEEDED, {"cost": 2})
    fails(stack, api.submit("echo", workspace=name))
    api.http.put(f"/workspaces/{name}", json={"cost_per_day": 1}).raise_for_status()
    retrying = Retrying(stack, api, name)
    waits = f"It waits: the workspace '{name}' may spend $1 a day, and the tasks of the last 24 hours have cost $2.00."
    assert retrying.goes_on() == ("running", 0, waits)
    api.http.put(f"/workspaces/{name}", json={}).raise_for_status()
    assert retrying.goes_on() == ("done", 1, None)


def test_what_follows_is_never_lost_and_counts(api: Api, stack: Facade) -> None:
    name = make_workspace(api, open_tasks=1)
    task = api.submit("echo", workspace=name, follow_ups=[{"task_type": "echo"}, {"task_type": "echo"}])
    end(stack, task, take(stack, task, "w", None), TaskStatus.SUCCEEDED, {})
    assert len(api.task(task)["children"]) == 2
    assert submitted(api, name, 1) == 429
