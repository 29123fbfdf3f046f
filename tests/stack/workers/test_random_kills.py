"""Workers that are killed at random moments, again and again, while tasks are worked off (fault 1 of the matrix).

Eight kills belong to the suite; `make soak` does the fifty of the matrix.
"""

import os
import random
import threading

import pytest

from tests.stack.harness import RECOVERY_SECONDS, Api, RunningStack, WorkerProcess
from tests.stack.whole.under_load import check_each_ended_once
from tests.stack.workers.test_fleet import LOST

pytestmark = pytest.mark.alone

KILLS = int(os.environ.get("CLAWDBOT_TEST_KILLS", "8"))
WORKERS = 4
#: Fewer than the workers can do until the next kill: a lost attempt is to wait for the death to be noticed, not for its
#: turn in the queue, whose end the next attempt goes to.
TASKS_PER_KILL = 4
TASK = {"seconds": 1, "steps": 5}


def test_workers_are_killed_at_random_moments(stack: RunningStack, api: Api) -> None:
    seed = int(os.environ.get("CLAWDBOT_TEST_SEED", random.randrange(10**6)))
    print(f"CLAWDBOT_TEST_SEED={seed}")
    chance = random.Random(seed)
    fleet: list[WorkerProcess] = []
    try:
        fleet += [stack.launch_worker(["delay"]) for _ in range(WORKERS)]
        stack.wait_until_polling(fleet[-1], ["delay"], seconds=120)
        ids: list[str] = []
        for _ in range(KILLS):
            # Any attempt may be the one that is hit: a task must not run out of them.
            ids += api.submit_many(TASKS_PER_KILL, "delay", TASK, retry={"max_attempts": 20})
            threading.Event().wait(chance.uniform(0.1, 1.5))
            victim = fleet.pop(chance.randrange(len(fleet)))
            victim.kill()
            victim.process.wait(10)
            fleet.append(stack.launch_worker(["delay"]))
        tasks = api.wait_for_all(ids, seconds=120 + 10 * KILLS)
    finally:
        for worker in fleet:
            worker.end()
    check_each_ended_once(stack, ids, tasks)
    seconds = sorted(row["seconds"] for row in stack.rows(LOST, ids))
    assert seconds, "no kill hit a task: this run has shown nothing"
    assert seconds[-1] <= RECOVERY_SECONDS
    print(
        f"{KILLS} kills, {len(ids)} tasks, {len(seconds)} attempts lost; elsewhere after "
        f"{seconds[len(seconds) // 2]:.1f} s (median), {seconds[-1]:.1f} s (worst)"
    )
