"""Sessions of plans in Postgres: who has one open, what its steps are told, and how it is closed and opened again."""

import base64
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import LEASE_HEADER, session_queue
from contracts.settings import ServerSettings
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Lease, TaskFailure
from db.plans.sessions import Opening, generation_held, opening_of
from db.tasks.mirror import AttemptSeen, apply_attempts
from runtime.leases import seal
from tests.http import as_core
from tests.http.planned import Planned, echo
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

FOLDER = {"s": {"task_type": "folder", "size": 3}}


class Holder:
    """A worker, by its key, with the one attempt at a session's task that it was given."""

    def __init__(self, stack: Facade, task: str, attempt: int = 1, run_id: str = "r", capabilities: Any = None) -> None:
        self._stack, self._task = stack, task
        self.name, self.id, self.key = stack.register(capabilities or ["folder", "echo"])
        seen = [
            AttemptSeen(task, run_id, 0, attempt, status, worker_id=self.id, worker_name=self.name)
            for status in (TaskStatus.CLAIMED, TaskStatus.RUNNING)
        ]

        async def write(connection: AsyncConnection) -> None:
            await apply_attempts(connection, seen)

        in_database(stack, write)
        self._lease = Lease(worker_id=self.id, workflow_id=task, run_id=run_id, attempt=attempt)
        keys = ServerSettings.model_validate({"database_url": stack.database_url, **stack.secrets}).lease_keys
        self._token = base64.b64encode(seal(self._lease, b"temporal's", keys)).decode()

    def opens(self) -> httpx.Response:
        headers = {"X-Worker-Key": self.key, LEASE_HEADER: self._token}
        return httpx.post(f"{self._stack.api_url}/api/v1/tasks/{self._task}/session", headers=headers, trust_env=False)

    @property
    def has_it(self) -> int | None:
        """The generation that the gateway finds for this worker."""

        async def ask(connection: AsyncConnection) -> int | None:
            return await generation_held(connection, uuid.UUID(self._task), self.id)

        return in_database(self._stack, ask)

    @property
    def attempt(self) -> Opening | None:
        """What the gateway finds of it when it is reported as failed."""

        async def ask(connection: AsyncConnection) -> Opening | None:
            return await opening_of(connection, self._lease)

        return in_database(self._stack, ask)


def _cancelled(api: Api, task: str) -> bool:
    return api.task(task)["cancel_requested_at"] is not None


def test_its_steps_go_to_its_queue_and_it_is_closed_after_the_last(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", session="s"), echo("b", needs=["a"], session="s"), echo("z"), sessions=FOLDER)
    starts = {each.task.type: each.task.capability for each in plan.advance().starts if each.task.type == "folder"}
    queues = {str(each.task_id): each.task.capability for each in plan.advance().starts}
    session = plan.task("s")
    assert starts == {"folder": "folder"}
    assert (queues[plan.task("a")], queues[plan.task("z")]) == (session_queue(session), "echo")
    steps = {
        step["id"]: (step["session"], step["opens_session"], step["status"]) for step in plan.detail["first_steps"]
    }
    assert steps["s"] == (None, True, "running")
    assert steps["b"] == ("s", False, "blocked")
    assert plan.detail["steps"] == sum(plan.detail["counts"].values()) == 3
    assert api.task(plan.task("a"))["waiting_because"] is not None
    plan.end("a")
    plan.end("z")
    assert not _cancelled(api, session)
    plan.end("b")
    assert _cancelled(api, session)
    assert (plan.detail["status"], plan.detail["done"]) == ("running", 3)
    plan.end("s")
    assert (plan.detail["status"], plan.statuses()["s"]) == ("succeeded", "succeeded")


def test_one_that_is_lost_fails_what_runs_in_it_and_a_repair_opens_it_again(stack: Facade, api: Api) -> None:
    sessions = {"s": {"task_type": "folder", "on_loss": "fail"}}
    plan = Planned(stack, api, echo("a", session="s"), echo("b", session="s"), sessions=sessions)
    plan.advance()
    assert api.task(plan.task("s"))["retry"]["max_attempts"] == 1
    plan.end("a")
    plan.end("s", fails=True)
    assert _cancelled(api, plan.task("b"))
    # It had a result on its way.
    plan.end("b", {"n": 1})
    detail = plan.detail
    assert (detail["status"], detail["failure"]["step"]) == ("failed", "s")
    assert plan.statuses() == {"s": "failed", "a": "succeeded", "b": "failed"}
    [b] = api.http.get(f"/plans/{plan.id}/steps/b/parts").json()["parts"]
    assert (b["result"], b["error"]["type"]) == (None, "SessionLost")
    refused = api.http.post(f"/plans/{plan.id}/steps/s/skip", json={})
    assert (refused.status_code, "is a session" in refused.text) == (409, True)
    plan.say("retry")
    assert {step: api.task(plan.task(step))["retry_count"] for step in "sab"} == {"s": 1, "a": 0, "b": 1}
    plan.end("b", round_=1)
    assert _cancelled(api, plan.task("s"))
    plan.end("s", round_=1)
    assert plan.detail["status"] == "succeeded"


def test_a_cancelled_plan_closes_it_after_what_runs_in_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", session="s"), sessions=FOLDER)
    plan.advance()
    plan.say("cancel")
    assert (_cancelled(api, plan.task("a")), _cancelled(api, plan.task("s"))) == (True, False)
    plan.end("a", fails=True)
    assert _cancelled(api, plan.task("s"))
    plan.end("s")
    assert plan.detail["status"] == "cancelled"


def test_one_whose_task_was_deleted_is_there_again_when_a_step_runs_in_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", session="s"), sessions=FOLDER)
    plan.advance()
    plan.end("a", fails=True)
    plan.end("s")
    assert plan.detail["status"] == "failed"
    session = plan.task("s")
    assert api.http.delete(f"/tasks/{session}").status_code in {200, 204}
    plan.say("retry")
    assert api.task(session)["status"] == "pending"


def _retain_nothing_of(stack: Facade, task: str) -> None:
    """As after the time for which tasks are kept."""
    stack.execute("DELETE FROM tasks WHERE id = %s", task)


def test_why_a_session_is_not_open_stands_at_the_plan_and_at_what_waits_for_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", session="s"), sessions=FOLDER)
    plan.advance()
    session = plan.task("s")
    why = "What runs in this session needs echo, which worker mac may not do."
    # As the gateway notes it: the worker was refused, and another one is looked for.
    soon = datetime.now(UTC) + timedelta(minutes=1)
    failure = TaskFailure(type="SessionRefused", message=why)
    refused = AttemptSeen(session, "r", 0, 1, TaskStatus.PENDING, None, "mac", failure=failure, next_attempt_at=soon)
    in_database(stack, lambda connection: apply_attempts(connection, [refused]))
    stack.execute("DELETE FROM outbox WHERE task_id = ANY (%s)", [session, plan.task("a")])
    [shown] = [step for step in plan.detail["first_steps"] if step["id"] == "s"]
    assert why in shown["waiting_because"]
    assert api.task(plan.task("a"))["waiting_because"] == f"waits until session s is open; the last try failed: {why}"


def test_a_step_whose_session_is_kept_no_more_fails_with_a_sentence(stack: Facade, api: Api) -> None:
    plan = Planned(
        stack, api, echo("a", session="s"), echo("b", needs=["a"]), echo("c", needs=["b"], session="s"), sessions=FOLDER
    )  # fmt: skip
    plan.advance()
    plan.end("a")
    plan.end("b", fails=True)
    plan.end("s")
    _retain_nothing_of(stack, plan.task("s"))
    plan.say("retry")
    plan.end("b", round_=1)
    failure = plan.detail["failure"]
    assert (plan.detail["status"], failure["step"], failure["type"]) == ("failed", "c", "TaskDeleted")
    assert "The task of s was deleted" in failure["message"]


def test_a_task_that_runs_again_without_its_session_is_ended(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", session="s"), sessions=FOLDER)
    plan.advance()
    plan.end("a", fails=True)
    plan.end("s")
    _retain_nothing_of(stack, plan.task("s"))
    assert api.command(plan.task("a"), "retry").status_code == 200
    plan.advance()
    failure = plan.detail["failure"]
    assert (plan.detail["status"], failure["step"], failure["type"]) == ("failed", "a", "SessionLost")
    assert _cancelled(api, plan.task("a"))


def test_one_that_failed_and_whose_task_was_deleted_can_be_repaired(stack: Facade, api: Api) -> None:
    sessions = {"s": {"task_type": "folder", "on_loss": "fail"}}
    plan = Planned(stack, api, echo("a", session="s"), sessions=sessions)
    plan.advance()
    plan.end("s", fails=True)
    plan.end("a", fails=True)
    session = plan.task("s")
    assert api.http.delete(f"/tasks/{session}").status_code in {200, 204}
    # What shall not run again is skipped before.
    plan.say("steps/a/skip")
    assert plan.detail["status"] == "failed"
    plan.say("steps/s/retry")
    assert _cancelled(api, session)
    plan.end("s", round_=1)
    assert plan.detail["status"] == "succeeded"


def test_who_opened_it_last_has_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a", session="s"), sessions=FOLDER)
    plan.advance()
    task = plan.task("s")
    first = Holder(stack, task)
    assert first.has_it is None
    assert [first.opens().json() for _ in range(2)] == [{"size": 3, "generation": 1}] * 2
    assert first.has_it == 1
    second = Holder(stack, task, attempt=2)
    assert second.opens().json()["generation"] == 2
    assert (first.has_it, second.has_it) == (None, 2)
    assert first.opens().status_code == 409
    told = (
        "SELECT details->>'generation' AS n FROM task_events WHERE plan_id = %s AND type = 'session_opened' ORDER BY id"
    )
    assert [row["n"] for row in stack.rows(told, plan.id)] == ["1", "2"]
    as_core.end(stack, task, "r", TaskStatus.SUCCEEDED, {})
    assert second.has_it is None


def test_a_worker_that_may_not_do_its_steps_does_not_get_it(stack: Facade, api: Api) -> None:
    plan = Planned(
        stack, api, echo("a", session="s"), {"id": "b", "task_type": "delay", "session": "s"}, sessions=FOLDER
    )
    plan.advance()
    refused = Holder(stack, plan.task("s")).opens()
    assert (refused.status_code, "needs delay" in refused.text) == (403, True)


def test_an_attempt_that_was_refused_is_known_not_to_have_had_it_open(stack: Facade, api: Api) -> None:
    session = {"task_type": "folder", "on_loss": "fail"}
    plan = Planned(stack, api, echo("a", session="s"), sessions={"s": session})
    plan.advance()
    task = plan.task("s")
    refused = Holder(stack, task, capabilities=["folder"])
    assert refused.opens().status_code == 403
    opens = Holder(stack, task, attempt=2)
    assert refused.attempt == opens.attempt == Opening(once=True, opens=True, was_open=False)
    assert opens.opens().status_code == 200
    assert (refused.attempt, opens.attempt) == (
        Opening(once=True, opens=True, was_open=False), Opening(once=True, opens=True, was_open=True),
    )  # fmt: skip
    beside = Holder(stack, plan.task("a"))
    assert beside.attempt == Opening(once=False, opens=False, was_open=False)


def test_a_task_of_no_plan_opens_nothing(stack: Facade, api: Api) -> None:
    task = api.submit("echo")
    # As one that was submitted before that was refused.
    stack.rows("UPDATE tasks SET type = 'folder' WHERE id = %s RETURNING id", task)
    refused = Holder(stack, task).opens()
    assert (refused.status_code, "Name it under sessions" in refused.text) == (422, True)
