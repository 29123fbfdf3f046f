"""Twenty workers on one machine: all are there, the work spreads over them, and half of them may die in the middle."""

import contextlib
from collections import Counter

import pytest

from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.whole.under_load import check_each_ended_once

pytestmark = pytest.mark.alone

#: Lost attempts wait for their turn behind what is left of the 500 (*measured*: 21 s). A single worker's death, with
#: nothing before its tasks in the queue, is held to the promise by `test_random_kills` and `test_worker_faults`.
BEHIND_OTHERS_SECONDS = 60
WORKERS, DYING, TASKS = 20, 10, 500


@pytest.mark.timeout(600)
def test_half_of_twenty_workers_die_and_every_task_ends_once(stack: RunningStack, api: Api) -> None:
    with contextlib.ExitStack() as ended:
        fleet: list[WorkerProcess] = []
        for _ in range(WORKERS):
            fleet.append(stack.launch_worker(["delay"]))
            ended.callback(fleet[-1].end)
        for worker in fleet:
            stack.wait_until_polling(worker, ["delay"], seconds=120)
        assert states(api, fleet) == {"idle": WORKERS}

        ids = api.submit_many(TASKS, "delay", {"seconds": 0.4, "steps": 2})
        eventually(lambda: len(workers_of(stack, ids)) == WORKERS, 120, "every worker has had a task")
        for worker in fleet[:DYING]:
            worker.kill()
        tasks = api.wait_for_all(ids, seconds=300)

    check_each_ended_once(stack, ids, tasks)
    spread = workers_of(stack, ids)
    assert set(spread) == {worker.name for worker in fleet}
    lost = stack.rows(LOST, ids)
    by_survivors = {row["worker_name"] for row in lost} - {worker.name for worker in fleet[:DYING]}
    assert not by_survivors
    slowest = max((row["seconds"] for row in lost), default=0)
    assert slowest <= BEHIND_OTHERS_SECONDS
    survivors = [spread[worker.name] for worker in fleet[DYING:]]
    print(
        f"{TASKS} tasks over {WORKERS} workers, {DYING} killed: {len(lost)} attempts lost, all elsewhere after at most "
        f"{slowest:.1f} s; the survivors had {min(survivors)} to {max(survivors)} tasks each"
    )


#: Attempts whose worker died, and how long after its last sign of life (no later than the kill) somebody else had it.
LOST = """
SELECT lost.worker_name, extract(epoch FROM next.claimed_at - lost.last_sign)::float AS seconds
FROM (
    SELECT *, COALESCE((
        SELECT max(e.created_at) FROM task_events e WHERE e.task_id = a.task_id AND e.attempt = a.attempt
            AND e.type IN ('claimed', 'started', 'progress')
    ), a.claimed_at) AS last_sign
    FROM task_attempts a WHERE status = 'lost'
) lost JOIN task_attempts next ON next.task_id = lost.task_id AND next.attempt = lost.attempt + 1
WHERE lost.task_id = ANY(%s)
"""


def workers_of(stack: RunningStack, ids: list[str]) -> Counter[str]:
    """How many attempts each worker has had."""
    rows = stack.rows(
        "SELECT worker_name, count(*) FROM task_attempts WHERE task_id = ANY(%s) GROUP BY worker_name", ids
    )
    return Counter({row["worker_name"]: row["count"] for row in rows})


def states(api: Api, fleet: list[WorkerProcess]) -> Counter[str]:
    ours = {worker.id for worker in fleet}
    return Counter(w["status"] for w in api.http.get("/workers").json()["workers"] if w["id"] in ours)
