"""Sessions on the real stack: steps run where their session is, which is opened elsewhere or failed when that dies."""

from pathlib import Path
from typing import Any

from activities.folder import PREFIX
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.plans.plans import Body, Plan


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
