"""Records the histories that `tests/workflows/test_replay.py` replays: `python -m tests.histories.record [NAME …]`.

Run it after a change of the workflow that is meant (and guarded by `workflow.patched` where work is under way), and
keep the old files: code must be able to go on with what older code began.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.receivers import running_receiver
from tests.stack.harness import RunningStack, eventually, start_stack

DIRECTORY = Path(__file__).parent
#: Part of the file names: the version of the workflow that wrote them.
VERSION = "v1"
#: A capability that no worker offers.
NOBODY = "nobody-offers-this"


def succeeded(stack: RunningStack) -> str:
    return _ended(stack, stack.api.submit("echo", {"message": "recorded"}))


def retried_by_temporal(stack: RunningStack) -> str:
    retry = {"max_attempts": 3, "initial_seconds": 0.1}
    return _ended(stack, stack.api.submit("flaky", {"failures": 2}, retry=retry))


def failed(stack: RunningStack) -> str:
    return _ended(stack, stack.api.submit("flaky", {"failures": 5, "retryable": False}))


def cancelled_while_running(stack: RunningStack) -> str:
    id_ = stack.api.submit("delay", {"seconds": 60})
    stack.api.wait_for(id_, "running")
    stack.api.command(id_, "cancel")
    return _ended(stack, id_)


def cancelled_while_waiting(stack: RunningStack) -> str:
    id_ = stack.api.submit("echo", capability=NOBODY)
    eventually(lambda: not stack.rows("SELECT 1 FROM outbox"), 10, "the workflow is started")
    stack.api.command(id_, "cancel")
    return _ended(stack, id_)


def scheduled(stack: RunningStack) -> str:
    at = datetime.now(UTC) + timedelta(seconds=2)
    return _ended(stack, stack.api.submit("echo", {"message": "later"}, run_at=at.isoformat()))


def reprioritised(stack: RunningStack) -> str:
    id_ = stack.api.submit("echo", capability=NOBODY)
    stack.api.command(id_, "reprioritise", priority="critical")
    eventually(lambda: not stack.rows("SELECT 1 FROM outbox"), 10, "the workflow knows")
    stack.api.command(id_, "cancel")
    return _ended(stack, id_)


def start_deadline_missed(stack: RunningStack) -> str:
    at = datetime.now(UTC) + timedelta(seconds=1)
    return _ended(stack, stack.api.submit("echo", capability=NOBODY, start_deadline=at.isoformat()))


def approved(stack: RunningStack) -> str:
    id_ = stack.api.submit("echo", {"message": "may I?"}, needs_approval=True)
    stack.api.command(id_, "approve")
    return _ended(stack, id_)


def rejected(stack: RunningStack) -> str:
    id_ = stack.api.submit("echo", {"message": "may I?"}, needs_approval=True)
    stack.api.command(id_, "reject", comment="not today")
    return _ended(stack, id_)


def agent(stack: RunningStack) -> str:
    """Some rounds, every word that it may be told, and a pause; it goes on."""
    stack.api.http.put("/tickers/NVDA", json={"watchers": 10}).raise_for_status()
    limit = {"scope": "all", "unit": "tasks", "most": 2, "window": "hour"}
    stack.api.http.put("/agent/budget", json={"limits": [limit]}).raise_for_status()
    stack.api.http.put("/agent/policy", json={"interval_minutes": 1 / 60}).raise_for_status()
    stack.api.http.post("/agent/resume").raise_for_status()
    eventually(lambda: _rounds(stack) >= 3, 60, "three rounds")
    stack.api.http.put("/agent/policy", json={"interval_minutes": 1_440}).raise_for_status()
    before = _rounds(stack)
    stack.api.http.post("/agent/run").raise_for_status()
    eventually(lambda: _rounds(stack) > before, 60, "the round that was asked for")
    stack.api.http.post("/agent/pause", json={"reason": "recorded"}).raise_for_status()
    stack.temporal_side.signal("agent", "pause", '{"by": "anna"}')
    # Its own last word follows a moment after the database knows.
    eventually(lambda: json.loads(stack.temporal_side.query("agent", "state"))["standing"]["paused"], 30, "it waits")
    return "agent"


def agent_with_children(stack: RunningStack) -> str:
    """A round whose tasks it starts as its children, in two reports; their ends, and a word after that."""
    budget = {"limits": [{"scope": "all", "unit": "tasks", "most": 40, "window": "hour"}]}
    for ticker in (f"A{letter}" for letter in "BCDEFGHIJKLMNOP"):
        stack.api.http.put(f"/tickers/{ticker}", json={"watchers": 10}).raise_for_status()
    stack.api.http.put("/agent/budget", json=budget).raise_for_status()
    stack.api.http.put("/agent/policy", json={"interval_minutes": 1_440, "most_tasks_per_round": 30}).raise_for_status()
    before = _rounds(stack)
    stack.api.http.post("/agent/resume").raise_for_status()
    stack.api.http.post("/agent/run").raise_for_status()
    eventually(lambda: _rounds(stack) > before, 60, "a round")
    children = "ParentWorkflowId = 'agent'"
    eventually(lambda: len(stack.temporal_side.listed(children)) > 25, 60, "its tasks are its children")
    for each in stack.temporal_side.listed(children)[:3]:
        stack.api.command(each.execution.workflow_id, "cancel")
    stack.api.http.post("/agent/pause", json={"reason": "recorded"}).raise_for_status()
    eventually(lambda: json.loads(stack.temporal_side.query("agent", "state"))["standing"]["paused"], 30, "it waits")
    return "agent"


def agent_keeper(stack: RunningStack) -> str:
    """It finds that the agent runs. Nothing starts it any more, but an older core may have."""
    stack.temporal_side.start("agent-keeper", "AgentKeeper", "clawdbot-core")
    query = "WorkflowType='AgentKeeper' AND ExecutionStatus='Completed'"
    eventually(lambda: stack.temporal_side.listed(query), 90, "the keeper has looked")
    return "agent-keeper"


def _rounds(stack: RunningStack) -> int:
    return int(stack.rows("SELECT round FROM agent_state")[0]["round"])


def notified(stack: RunningStack) -> str:
    return _told(stack, "well", "sent")


def notification_given_up(stack: RunningStack) -> str:
    return _told(stack, "ill", "failed")


def digest(stack: RunningStack) -> str:
    stack.temporal_side.trigger_schedule("digest-daily")
    query = "WorkflowType = 'Digest' AND ExecutionStatus = 'Completed'"
    return eventually(lambda: stack.temporal_side.listed(query), 30, "it is written")[0].execution.workflow_id


def plan(stack: RunningStack) -> str:
    """Steps one behind the other and beside each other, a failure that is gone on from, and one that is skipped."""
    broken = {"task_type": "flaky", "params": {"failures": 9, "retryable": False}, "on_failure": "continue"}
    steps = [
        {"id": "a", "task_type": "echo", "params": {"message": [1, 2, 3]}},
        {"id": "b", "task_type": "echo", "needs": ["a"], "for_each": "steps.a.result.message"},
        {"id": "c", "needs": ["a"], **broken},
        {"id": "d", "task_type": "echo", "needs": ["b", "c"], "when": "steps.c.status == 'succeeded'"},
    ]
    made = stack.api.http.post("/plans", json={"name": "recorded", "steps": steps, "deadline_seconds": 600})
    id_ = made.raise_for_status().json()["id"]
    eventually(lambda: stack.api.http.get(f"/plans/{id_}").json()["status"] == "succeeded", 60, "it is over")
    query = f"WorkflowId = 'plan-{id_}' AND ExecutionStatus = 'Completed'"
    eventually(lambda: stack.temporal_side.listed(query), 30, "its workflow has ended")
    return f"plan-{id_}"


def schedule_run(stack: RunningStack) -> str:
    """It stays open until its task is over."""
    id_ = _scheduled(stack, "recorded", {"task_type": "echo", "params": {"message": "by the clock"}})
    query = f"WorkflowId STARTS_WITH '{id_}' AND ExecutionStatus = 'Completed'"
    return eventually(lambda: stack.temporal_side.listed(query), 60, "the run is over")[0].execution.workflow_id


def schedule_run_failed(stack: RunningStack) -> str:
    id_ = _scheduled(stack, "recorded-failure", {"task_type": "flaky", "params": {"failures": 9, "retryable": False}})
    query = f"WorkflowId STARTS_WITH '{id_}' AND ExecutionStatus = 'Failed'"
    return eventually(lambda: stack.temporal_side.listed(query), 60, "the run has failed")[0].execution.workflow_id


def schedule_run_cancelled(stack: RunningStack) -> str:
    """Cancelled on the Temporal side, it has its task end."""
    id_ = _scheduled(stack, "recorded-cancel", {"task_type": "delay", "params": {"seconds": 60}})
    query = f"WorkflowId STARTS_WITH '{id_}' AND ExecutionStatus = 'Running'"
    run = eventually(lambda: stack.temporal_side.listed(query), 60, "it runs")[0].execution.workflow_id
    made = "SELECT 1 FROM schedule_runs WHERE waiting_workflow = %s"
    eventually(lambda: stack.rows(made, run), 30, "it has made its task")
    stack.temporal_side.cancel(run)
    over = f"WorkflowId = '{run}' AND ExecutionStatus = 'Canceled'"
    eventually(lambda: stack.temporal_side.listed(over), 60, "it is cancelled")
    return run


def _scheduled(stack: RunningStack, name: str, task: dict[str, Any]) -> str:
    """The id in Temporal of a schedule that was run."""
    body = {"name": name, "timing": {"cron": "0 7 * * *"}, "action": {"task": task}}
    made = stack.api.http.post("/schedules", json=body).raise_for_status().json()
    there = f"/schedules/{name}"
    eventually(lambda: stack.api.http.get(there).json()["state"] == "active", 30, "Temporal has it")
    stack.api.http.post(f"{there}/run").raise_for_status()
    return str(made["temporal_id"])


def _told(stack: RunningStack, channel: str, state: str) -> str:
    id_ = stack.api.http.post(f"/channels/{channel}/test").json()["notification_id"]

    def ended() -> str | None:
        [each] = stack.api.http.get(f"/notifications/{id_}/deliveries").json()["deliveries"]
        return f"notify-{each['id']}" if each["state"] == state else None

    return eventually(ended, 30, f"it is {state}")


SCENARIOS: tuple[Callable[[RunningStack], str], ...] = (
    succeeded,
    retried_by_temporal,
    failed,
    cancelled_while_running,
    cancelled_while_waiting,
    scheduled,
    reprioritised,
    start_deadline_missed,
    approved,
    rejected,
    plan,
    schedule_run,
    schedule_run_failed,
    schedule_run_cancelled,
    agent,
    agent_with_children,
    agent_keeper,
    notified,
    notification_given_up,
    digest,
)


def _ended(stack: RunningStack, id_: str) -> str:
    stack.api.wait_for(id_)
    return id_


def without_stack_traces(value: Any) -> Any:
    """The same history without the paths of the machine that recorded it; replay does not look at them."""
    match value:
        case dict():
            return {key: without_stack_traces(item) for key, item in value.items() if key != "stackTrace"}
        case list():
            return [without_stack_traces(item) for item in value]
    return value


async def _save(address: str, workflow_ids: dict[str, str]) -> None:
    client = await Client.connect(address, namespace="clawdbot", data_converter=pydantic_data_converter)
    for name, workflow_id in workflow_ids.items():
        history = await client.get_workflow_handle(workflow_id).fetch_history()
        recorded = json.dumps(without_stack_traces(history.to_json_dict()), indent=2)
        (DIRECTORY / f"{VERSION}-{name.replace('_', '-')}.json").write_text(recorded + "\n")
        sys.stdout.write(f"{name}: {len(history.events)} events\n")


def main(only: Sequence[str]) -> None:
    """Record all scenarios, or those that are named."""
    wanted = [each for each in SCENARIOS if not only or each.__name__ in only]
    with tempfile.TemporaryDirectory(prefix="clawdbot-record-") as directory, running_receiver() as receiver:
        channels = {"well": f"json://{receiver.address}/well", "ill": "nonesuch://ill"}
        stack = start_stack(Path(directory), environment={"CLAWDBOT_CHANNELS": json.dumps(channels)})
        try:
            asyncio.run(_save(stack.temporal_address, {each.__name__: each(stack) for each in wanted}))
        finally:
            stack.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
