"""Types that are there for the sessions of plans are refused wherever one would be a task by itself, at once."""

from typing import Any

import pytest

from tests.http.of_plans.test_at_a_terminal import shell
from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["shell", "terminal"]

Body = dict[str, Any]
ECHO: Body = {"task_type": "echo"}
#: With params that fit, and what is said of it.
TASKS: list[tuple[Body, str]] = [
    ({"task_type": "folder"}, "name it under `sessions`"),
    ({"task_type": "folder_file", "params": {"name": "a.txt"}}, "`session`"),
]
EVERY = {"every": "10m"}
HOOK = {"kind": "hook", "signature": "github"}

#: Each door: method, path, body of the task behind it.
DOORS: dict[str, tuple[str, str, Any]] = {
    "a task": ("POST", "/tasks", lambda task: task),
    "a task that is reviewed": ("POST", "/tasks", lambda task: {**task, "needs_review": True}),
    "one of many": ("POST", "/tasks/batch", lambda task: {"tasks": [ECHO, task]}),
    "a follow-up": ("POST", "/tasks", lambda task: {**ECHO, "follow_ups": [{**task, "when": "succeeded"}]}),
    "a template": ("PUT", "/templates/alone", lambda task: {"task": task}),
    "a template of a plan": ("PUT", "/templates/alone", lambda task: {"plan": _plan(task)}),
    "a schedule": ("POST", "/schedules", lambda task: {"name": "alone", "timing": EVERY, "action": {"task": task}}),
    "a schedule of a plan": (
        "POST", "/schedules", lambda task: {"name": "alone", "timing": EVERY, "action": {"plan": _plan(task)}},
    ),
    "a trigger": (
        "POST", "/triggers", lambda task: {"name": "alone", "source": HOOK, "action": {"kind": "task", "task": task}},
    ),
    "a trigger of a plan": (
        "POST", "/triggers",
        lambda task: {"name": "alone", "source": HOOK, "action": {"kind": "plan", "plan": _plan(task)}},
    ),
    "a step of a plan": ("POST", "/plans", lambda task: _plan(task)),
    "a plan that is only checked": ("POST", "/plans/validate", lambda task: _plan(task)),
    "a workflow": ("POST", "/workflows", lambda task: {"name": "alone", "task_payloads": [task]}),
}  # fmt: skip


def _plan(task: Body) -> Body:
    return {"name": "alone", "steps": [{"id": "a", **task}]}


def _rows(stack: Facade) -> list[Body]:
    return stack.rows(
        "SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM plans) AS plans,"
        " (SELECT count(*) FROM schedules) AS schedules, (SELECT count(*) FROM triggers) AS triggers,"
        " (SELECT count(*) FROM task_templates) AS templates"
    )


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("task", "says"), TASKS, ids=["opens", "works in one"])
def test_each_door_says_what_to_do_instead(stack: Facade, api: Api, door: str, task: Body, says: str) -> None:
    method, path, body = DOORS[door]
    before = _rows(stack)
    reply = api.http.request(method, path, json=body(task))
    assert reply.status_code == 422, reply.text
    problem = reply.json()
    said = [problem["detail"], *(each["message"] for each in problem["errors"])]
    assert any(says in each or "under `sessions`" in each for each in said), said
    assert any(each["field"].endswith(("task_type", "session")) for each in problem["errors"]), problem["errors"]
    assert _rows(stack) == before


def test_at_a_terminal_too(shell: Terminal) -> None:
    code, said = shell("tasks", "add", "folder")
    assert (code, "name it under `sessions`" in said) == (2, True), said
