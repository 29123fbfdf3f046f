"""A plan on the real stack, and what its events say of the order in which its steps began."""

from typing import Any

import httpx

from tests.stack.harness import Api, RunningStack, eventually

Body = dict[str, Any]
OVER = {"succeeded", "failed", "cancelled"}


def echo(id_: str, **more: Any) -> Body:
    return {"id": id_, "task_type": "echo", **more}


def fails(id_: str, **more: Any) -> Body:
    """A step that fails whatever is tried."""
    return {"id": id_, "task_type": "flaky", "params": {"failures": 9, "retryable": False}, **more}


class Plan:
    def __init__(self, stack: RunningStack, api: Api, *steps: Body, **more: Any) -> None:
        self.stack, self.api = stack, api
        reply = api.http.post("/plans", json={"name": "p", "steps": list(steps), **more})
        assert reply.status_code == 201, reply.text
        self.id = str(reply.json()["id"])
        self.workflow = f"plan-{self.id}"

    @property
    def detail(self) -> Body:
        return dict(self.api.http.get(f"/plans/{self.id}").json())

    def wait(self, *statuses: str, seconds: float = 60) -> Body:
        wanted = set(statuses) or OVER

        def there() -> Body | None:
            detail = self.detail
            return detail if detail["status"] in wanted else None

        return eventually(there, seconds, f"the plan is {' or '.join(sorted(wanted))}")

    def wait_for_step(self, step: str, *statuses: str, seconds: float = 30) -> Body:
        def there() -> Body | None:
            found = next(each for each in self.detail["first_steps"] if each["id"] == step)
            return dict(found) if found["status"] in statuses else None

        return eventually(there, seconds, f"step {step} is {' or '.join(statuses)}")

    def events(self) -> list[str]:
        """``started a0``, ``succeeded a0``, … in their order."""
        rows = self.stack.rows(
            "SELECT type, details FROM task_events WHERE plan_id = %s AND type LIKE 'step_%%' ORDER BY id", self.id
        )
        return [
            f"{row['type'].removeprefix('step_')} {row['details']['step']}{row['details'].get('place', '')}"
            for row in rows
        ]

    def tasks(self) -> list[Body]:
        query = (
            "SELECT id::text, plan_step, plan_place, status, round FROM tasks WHERE plan_id = %s ORDER BY created_at"
        )
        return self.stack.rows(query, self.id)

    def say(self, verb: str, **body: Any) -> httpx.Response:
        return self.api.http.post(f"/plans/{self.id}/{verb}", json=body or None)
