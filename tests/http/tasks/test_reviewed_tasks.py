"""A person's own task asks for a review: it is the only step of a plan, and its task is like any other."""

from typing import Any

import pytest

from tests.http.planned import Planned
from tests.support.facade import Api, Facade

TASK: dict[str, Any] = {"task_type": "echo", "params": {"message": "${{ not evaluated }}"}, "needs_review": True}


class Reviewed(Planned):
    """The plan of a task that is there already."""

    def __init__(self, stack: Facade, api: Api, plan_id: str) -> None:
        self._stack, self._api, self.id = stack, api, plan_id


def test_its_result_waits_for_a_person(stack: Facade, api: Api) -> None:
    made = api.http.post("/tasks", json={**TASK, "tags": ["mine"], "review_seconds": 60, "notes": "look"}).json()
    plan = Reviewed(stack, api, made["plan_id"])
    task = api.task(made["id"])
    assert (task["params"], task["tags"], task["plan_step"]) == (TASK["params"], ["mine"], "task")
    assert plan.detail["status"] == "running"
    [start] = plan.advance().starts
    assert str(start.task_id) == made["id"]
    plan.end("task", {"n": 1})
    assert plan.statuses() == {"task": "review"}
    assert plan.detail["first_steps"][0]["review_before"]
    plan.say("steps/task/request-changes", text="longer")
    assert api.task(made["id"])["feedback"] == "longer"
    plan.end("task", {"n": 2}, round_=1)
    plan.say("steps/task/approve", round=1)
    assert (plan.detail["status"], plan.detail["done"]) == ("succeeded", 1)


def test_a_failure_and_a_retry_of_the_task_are_those_of_its_plan(stack: Facade, api: Api) -> None:
    made = api.http.post("/tasks", json=TASK).json()
    plan = Reviewed(stack, api, made["plan_id"])
    plan.advance()
    plan.end("task", fails=True)
    assert plan.detail["status"] == "failed"
    api.command(made["id"], "retry").raise_for_status()
    plan.advance()
    assert plan.detail["status"] == "running"
    plan.end("task", round_=1)
    plan.say("steps/task/reject", comment="no")
    assert plan.detail["failure"]["type"] == "ReviewRejected"


def test_each_of_a_batch_has_its_own(stack: Facade, api: Api) -> None:
    template = {"task_type": "reddit_crawl", "needs_review": True}
    made = api.http.post("/tasks/batch", json={"template": template, "tickers": ["NVDA", "AMD"]}).json()
    tasks = [api.task(id_) for id_ in made["task_ids"]]
    plans = [api.http.get(f"/plans/{task['plan_id']}").json() for task in tasks]
    assert [plan["name"] for plan in plans] == ["reddit_crawl NVDA", "reddit_crawl AMD"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"follow_ups": [{"task_type": "echo"}]}, "steps of a plan"),
        ({"needs_review": False, "review_seconds": 5}, "goes with needs_review"),
    ],
)
def test_what_does_not_go_with_it_is_refused(api: Api, more: dict[str, Any], sentence: str) -> None:
    refused = api.http.post("/tasks", json={**TASK, **more})
    assert refused.status_code == 422
    assert sentence in refused.text
