"""A task so short that its end is written while its beginning is still being written loses neither."""

import asyncio
import json
import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.statuses import TaskStatus
from contracts.work import Beat, Outcome
from db.engine import make_engine
from db.mirror import AttemptSeen, apply_attempts, apply_outcome
from tests.stack.harness import Api, RunningStack, eventually

STEPS = ["created", "claimed", "started", "succeeded"]


def seen(task_id: str, run_id: str, status: TaskStatus) -> AttemptSeen:
    return AttemptSeen(
        workflow_id=task_id,
        run_id=run_id,
        round=0,
        attempt=1,
        status=status,
        worker_id=str(uuid.uuid4()),
        worker_name="swift",
        beat=Beat() if status is TaskStatus.RUNNING else None,
    )


def waiting_task(stack: RunningStack, api: Api) -> tuple[str, str]:
    """(id, run id) of a task that nobody will take."""
    id_ = api.submit("web_monitor", {"url": "https://example.com/race"})
    return id_, run_of(stack, id_)


def run_of(stack: RunningStack, id_: str) -> str:
    """The run id of a task, once Temporal knows it."""
    query = "SELECT 1 FROM outbox WHERE task_id = %s"
    eventually(lambda: not stack.rows(query, id_), 10, "the start has left the outbox")
    described = json.loads(stack.temporal("workflow", "describe", "--workflow-id", id_, "--output", "json"))
    return str(described["workflowExecutionInfo"]["execution"]["runId"])


def succeeded(task_id: str, run_id: str) -> Outcome:
    return Outcome(task_id=task_id, run_id=run_id, round=0, status=TaskStatus.SUCCEEDED, result={})


async def end_while_beginning(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """The gateway's transaction is open when the outcome comes, which therefore has to wait for it."""
    async with engine.connect() as gateway, engine.connect() as core:
        await apply_attempts(gateway, [seen(task_id, run_id, TaskStatus.CLAIMED)])
        await apply_attempts(gateway, [seen(task_id, run_id, TaskStatus.RUNNING)])
        ending = asyncio.ensure_future(apply_outcome(core, succeeded(task_id, run_id)))
        await asyncio.wait([ending], timeout=0.5)
        assert not ending.done()
        await gateway.commit()
        assert await ending
        await core.commit()


async def end_before_running(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """The outcome overtakes the gateway's word that the attempt runs."""
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.CLAIMED)])
    async with engine.begin() as connection:
        assert await apply_outcome(connection, succeeded(task_id, run_id))
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.RUNNING)])


async def history_after(stack: RunningStack, api: Api, race: Any) -> tuple[list[str], list[tuple[int, str]]]:
    """(events, attempts) after such a race."""
    id_, run_id = waiting_task(stack, api)
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        await race(engine, id_, run_id)
    finally:
        await engine.dispose()
    task = api.task(id_)
    assert task["status"] == "succeeded"
    events = [event["type"] for event in task["events"]]
    return events, [(each["attempt"], each["status"]) for each in task["attempts"]]


async def test_an_end_that_waits_for_the_beginning_closes_the_attempt(stack: RunningStack, api: Api) -> None:
    assert await history_after(stack, api, end_while_beginning) == (STEPS, [(1, "succeeded")])


async def test_an_end_that_overtakes_the_start_leaves_no_step_out(stack: RunningStack, api: Api) -> None:
    assert await history_after(stack, api, end_before_running) == (STEPS, [(1, "succeeded")])
