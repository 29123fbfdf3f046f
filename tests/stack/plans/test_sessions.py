"""Sessions on the real stack: steps run where their session is, which is opened elsewhere or failed when that dies."""

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from activities.folder import PREFIX
from tests.serving import serving
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.plans.plans import Body, Plan, echo


def _file(id_: str, **more: Any) -> Body:
    return {"id": id_, "task_type": "folder_file", "session": "s", **more}


def _folders(directory: Path) -> list[Path]:
    return list(directory.glob(f"{PREFIX}*"))


def _workers_of(plan: Plan) -> dict[str, str]:
    rows = plan.stack.rows("SELECT plan_step, worker_name FROM tasks WHERE plan_id = %s", plan.id)
    return {row["plan_step"]: row["worker_name"] for row in rows}


def _openings(plan: Plan) -> list[str]:
    query = "SELECT details FROM task_events WHERE plan_id = %s AND type = 'session_opened' ORDER BY id"
    return [row["details"]["worker"] for row in plan.stack.rows(query, plan.id)]


def test_its_steps_share_one_folder_on_one_worker(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    here = {"TMPDIR": str(tmp_path)}
    # Of one slot each: who holds a session open has its hands free for what runs in it.
    with (
        stack.worker("folder", concurrency=1, environment=here) as one,
        stack.worker("folder", concurrency=1, environment=here) as other,
    ):
        plan = Plan(
            stack, api, _file("a", for_each=["x", "y", "z"], params={"name": "${{ item }}", "text": "${{ item }}!"}),
            _file("b", needs=["a"], params={"name": "y"}), sessions={"s": {"task_type": "folder", "size": 2}},
        )  # fmt: skip
        detail = plan.wait("succeeded")
        [session] = [step for step in detail["first_steps"] if step["opens_session"]]
        closed = api.wait_for(session["task_id"], "succeeded")
        [read] = api.http.get(f"/plans/{plan.id}/steps/b/parts").json()["parts"]
    assert closed["result"] == {"files": 3}
    assert read["result"] == {"name": "y", "text": "y!", "files": 3}
    names = set(_workers_of(plan).values())
    assert len(names) == 1
    assert names < {one.name, other.name}
    assert _openings(plan) == list(names)
    assert _folders(tmp_path) == []


def test_its_worker_is_killed(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """One is opened on the other worker, where what ran in it begins again; the other one has failed."""
    soon = {"heartbeat_seconds": 5}
    step = {"id": "b", "task_type": "delay", "session": "s", "params": {"seconds": 600}, "timeouts": soon}

    def begun(on_loss: str) -> Plan:
        session = {"task_type": "folder", "on_loss": on_loss, "timeouts": soon}
        plan = Plan(stack, api, step, sessions={"s": session})
        api.wait_for(plan.wait_for_step("b", "running")["task_id"], "running")
        return plan

    with stack.worker("folder", "delay", concurrency=2) as first:
        goes_on, fails = begun("reopen"), begun("fail")
        with stack.worker("folder", "delay", concurrency=2, environment={"TMPDIR": str(tmp_path)}) as second:
            first.kill()
            failed = fails.wait("failed")
            eventually(lambda: _workers_of(goes_on)["b"] == second.name, 60, "the step begins again")
            assert len(_folders(tmp_path)) == 1
            assert goes_on.say("cancel").status_code == 200
            goes_on.wait("cancelled")
            eventually(lambda: not _folders(tmp_path), 30, "the folder is gone")
    assert failed["failure"]["step"] == "s"
    assert {each["id"]: each["status"] for each in failed["first_steps"]} == {"s": "failed", "b": "failed"}
    assert _openings(goes_on) == [first.name, second.name]
    assert _openings(fails) == [first.name]


class Crowd:
    """An API that is asked by as many at once as there may be: each stays until so many are there, and for a while."""

    def __init__(self, may_be: int) -> None:
        self._may_be = may_be
        self._here = 0
        self._enough, self._too_many = asyncio.Event(), asyncio.Event()
        #: At once, and in all.
        self.most = self.asked = 0

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{_:path}", self._take, methods=["POST"])])

    async def _take(self, _: Request) -> Response:
        self.asked += 1
        self._here += 1
        self.most = max(self.most, self._here)
        if self._here >= self._may_be:
            self._enough.set()
        if self._here > self._may_be:
            self._too_many.set()
        await asyncio.wait_for(self._enough.wait(), 60)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._too_many.wait(), 0.25)
        self._here -= 1
        return JSONResponse({})


def test_never_more_run_in_it_at_once_than_its_size(stack: RunningStack, api: Api) -> None:
    """Two steps of four tasks each, beside each other, on a worker that has eight hands."""
    crowd = Crowd(2)

    def step(id_: str) -> Body:
        params = {"endpoint": f"/{id_}/${{{{ item }}}}"}
        return {"id": id_, "task_type": "api_update", "session": "s", "for_each": [1, 2, 3, 4], "params": params}

    with (
        serving(crowd.app) as url,
        stack.worker("folder", "api_update", concurrency=8, environment={"INTERNAL_API_URL": url}),
    ):
        Plan(stack, api, step("a"), step("b"), sessions={"s": {"task_type": "folder", "size": 2}}).wait("succeeded")
    assert (crowd.most, crowd.asked) == (2, 8)


def test_a_worker_that_may_not_open_it_uses_up_no_attempt(stack: RunningStack, api: Api) -> None:
    """A session that may be opened once only, and is refused to the worker that is asked first."""
    session = {"task_type": "folder", "on_loss": "fail"}
    with stack.worker("folder") as one:
        plan = Plan(stack, api, echo("a", session="s"), sessions={"s": session})
        task = plan.wait_for_step("s", "running")["task_id"]

        def refused() -> bool:
            return any((each["error"] or {}).get("type") == "SessionRefused" for each in api.task(task)["attempts"])

        eventually(refused, 30, "it may not")
        # In good order: what it were given as it dies would be lost with it.
        one.kill(signal.SIGTERM)
        one.process.wait(60)
    with stack.worker("folder", "echo") as other:
        plan.wait("succeeded")
    assert _openings(plan) == [other.name]


def test_its_worker_may_no_longer_do_what_runs_in_it(stack: RunningStack, api: Api) -> None:
    """It loses the session when the turn of that comes; then it is opened elsewhere, or the plan has failed."""

    def begun(on_loss: str) -> Plan:
        session = {"task_type": "folder", "on_loss": on_loss}
        steps = _file("a", params={"name": "x", "text": "1"}), echo("b", session="s", needs=["a"], needs_approval=True)
        plan = Plan(stack, api, *steps, sessions={"s": session})
        plan.wait_for_step("a", "succeeded")
        api.wait_for(plan.wait_for_step("b", "running")["task_id"], "awaiting_approval")
        return plan

    # With a third capability: a worker of one queue has other slots, and would begin anew without its sessions.
    with stack.worker("folder", "echo", "delay") as first:
        goes_on, fails = begun("reopen"), begun("fail")
        assert api.http.patch(f"/workers/{first.id}", json={"capabilities": ["folder", "delay"]}).status_code == 200
        with stack.worker("folder", "echo") as second:
            for plan in (goes_on, fails):
                assert api.command(plan.wait_for_step("b", "running")["task_id"], "approve").status_code == 200
            failed = fails.wait("failed")
            goes_on.wait("succeeded")
    assert failed["failure"]["step"] == "s"
    assert _openings(goes_on) == [first.name, second.name]
    assert _openings(fails) == [first.name]
    assert _workers_of(goes_on)["b"] == second.name
    [session] = [step for step in goes_on.detail["first_steps"] if step["opens_session"]]
    assert api.task(session["task_id"])["attempts"][0]["error"]["type"] == "SessionQueueLost"
