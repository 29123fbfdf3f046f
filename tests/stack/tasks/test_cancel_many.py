"""Running tasks are cancelled, five a second and 200 at once: the handlers stop, and the worker is free again."""

import asyncio
import contextlib
import statistics

import httpx
import pytest
from aiolimiter import AsyncLimiter

from tests.stack.harness import CANCEL_SECONDS, Api, RunningStack, eventually
from tests.support import plain_http

COUNT = 200
#: As people cancel, and how many of them.
PER_SECOND, PEOPLES = 5, 50
#: From the request to the end.
LATENCY = "SELECT extract(epoch FROM completed_at - cancel_requested_at) AS s FROM tasks WHERE id = ANY(%s)"
#: From the request to the worker's word that the handler stopped.
STOPPED = (
    "SELECT extract(epoch FROM a.ended_at - t.cancel_requested_at) AS s FROM task_attempts a "
    "JOIN tasks t ON t.id = a.task_id WHERE t.id = ANY(%s)"
)


async def cancel_all(stack: RunningStack, ids: list[str], pace: AsyncLimiter | None = None) -> None:
    """Ask for all, at once or at this pace; a request that gets lost on a busy machine is asked again."""
    headers = {"Authorization": f"Bearer {stack.admin_key}"}
    url = f"{stack.api_url}/api/v1"
    async with httpx.AsyncClient(
        verify=plain_http.NO_TLS, base_url=url, headers=headers, timeout=60, trust_env=False
    ) as http:

        async def cancel(id_: str) -> None:
            for _ in range(5):
                with contextlib.suppress(httpx.TransportError):
                    if (await http.post(f"/tasks/{id_}/cancel")).status_code == 200:
                        return
            raise AssertionError(f"{id_} cannot be cancelled")

        async with asyncio.TaskGroup() as requests:
            for id_ in ids:
                if pace:
                    await pace.acquire()
                requests.create_task(cancel(id_))


def running(stack: RunningStack, api: Api, count: int) -> list[str]:
    """So many tasks that say nothing while they run: a cancel needs no heartbeat to be heard."""
    ids = api.submit_many(count, "delay", {"seconds": 600, "steps": 1}, timeouts={"heartbeat_seconds": 60})
    begun = "SELECT count(*) AS n FROM tasks WHERE id = ANY(%s) AND status = 'running'"
    eventually(lambda: stack.rows(begun, ids)[0]["n"] == count, 120, "all run")
    return ids


def latencies(stack: RunningStack, ids: list[str]) -> tuple[float, float]:
    """Seconds at p50 and p99, once all are cancelled."""
    cancelled = "SELECT count(*) AS n FROM tasks WHERE id = ANY(%s) AND status = 'cancelled'"
    eventually(lambda: stack.rows(cancelled, ids)[0]["n"] == len(ids), 120, "all are cancelled")
    took = sorted(float(row["s"]) for row in stack.rows(LATENCY, ids))
    return statistics.median(took), took[int(len(took) * 0.99) - 1]


@pytest.mark.alone
async def test_a_cancel_takes_a_second_at_most(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=PEOPLES):
        ids = running(stack, api, PEOPLES)
        await cancel_all(stack, ids, AsyncLimiter(1, 1 / PER_SECOND))
        p50, p99 = latencies(stack, ids)
    print(f"cancels, {PER_SECOND} a second: p50 {p50:.2f} s, p99 {p99:.2f} s")
    assert p99 <= CANCEL_SECONDS


async def test_many_running_tasks_are_cancelled_at_once(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=COUNT) as worker:
        ids = running(stack, api, COUNT)
        await cancel_all(stack, ids)
        p50, p99 = latencies(stack, ids)
        stopped = statistics.median(float(row["s"]) for row in stack.rows(STOPPED, ids))
        print(f"cancel of {COUNT} running tasks at once: p50 {p50:.2f} s, p99 {p99:.2f} s")
        print(f"half of the handlers had stopped after {stopped:.2f} s")
        after = api.wait_for_all(api.submit_many(20, "delay", {"seconds": 0.1}), seconds=60)
        assert {(task["status"], task["worker"]) for task in after} == {("succeeded", worker.name)}
    attempts = stack.rows("SELECT status, count(*) AS n FROM task_attempts WHERE task_id = ANY(%s) GROUP BY 1", ids)
    assert attempts == [{"status": "cancelled", "n": COUNT}]
