"""Workers that are killed at random moments, again and again, while tasks are worked off (fault 1 of the matrix).

Eight kills belong to the suite; `make soak` does the fifty of the matrix.
"""

import os
import random
import threading

from tests.stack.harness import Api, RunningStack, WorkerProcess
from tests.stack.test_faults import check_each_ended_once
from tests.stack.test_fleet import LOST, RECOVERY_SECONDS

KILLS = int(os.environ.get("CLAWDBOT_TEST_KILLS", "8"))
WORKERS = 4
#: More tasks than the workers can do in the time that the kills take.
TASKS_PER_KILL = 8


def test_workers_are_killed_at_random_moments(stack: RunningStack, api: Api) -> None:
    seed = int(os.environ.get("CLAWDBOT_TEST_SEED", random.randrange(10**6)))  # noqa: S311 - no secret
    print(f"CLAWDBOT_TEST_SEED={seed}")
    chance = random.Random(seed)  # noqa: S311
    fleet: list[WorkerProcess] = []
    try:
        fleet += [stack.launch_worker(["delay"]) for _ in range(WORKERS)]
        stack.wait_until_polling(fleet[-1], ["delay"], seconds=120)
        # Any attempt may be the one that is hit: a task must not run out of them.
        ids = [
            id_
            for _ in range(KILLS)
            for id_ in api.submit_many(TASKS_PER_KILL, "delay", {"seconds": 1, "steps": 5}, retry={"max_attempts": 20})
        ]
        for _ in range(KILLS):
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
