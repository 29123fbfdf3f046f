"""Bots that hang up at any moment of a claim: no task is lost, and none is done twice."""

import random
import threading
import time
from collections import Counter

import httpx

from tests.stack.bots.bots import Bot, bot
from tests.stack.harness import Api, RunningStack

#: No other test has workers for it.
QUEUE = "mock_content"
TASKS = 20


def test_bots_hang_up_at_random_moments(stack: RunningStack, api: Api) -> None:
    key = stack.register([QUEUE])[2]
    over = threading.Event()
    draw = random.Random(7)
    hung_up: Counter[bool] = Counter()

    def rude() -> None:
        """Claims, and mostly does not wait for the answer; what it gets it does."""
        with Bot(stack, key) as one:
            while not over.is_set():
                try:
                    reply = one.http.post("/tasks/claim", json={}, timeout=draw.uniform(0.005, 0.3))
                except httpx.TimeoutException:
                    hung_up[True] += 1
                    continue
                hung_up[False] += 1
                if reply.status_code == 200:
                    one.complete(reply.json()["id"])

    rude_ones = [threading.Thread(target=rude) for _ in range(3)]
    for each in rude_ones:
        each.start()
    ids = []
    for _ in range(TASKS):
        ids.append(
            api.submit(
                "echo", capability=QUEUE, retry={"max_attempts": 100, "initial_seconds": 0.1},
                timeouts={"heartbeat_seconds": 3},
            )
        )  # fmt: skip
        time.sleep(draw.uniform(0, 0.5))  # the moment of the next task, not a wait for anything
    over.set()
    for each in rude_ones:
        each.join(30)
    with bot(stack, QUEUE) as patient:
        deadline = time.monotonic() + 120
        while any(api.status(id_) != "succeeded" for id_ in ids) and time.monotonic() < deadline:
            task = patient.claim(QUEUE, wait=2)
            if task is not None:
                patient.complete(task["id"])
    tasks = [api.task(id_) for id_ in ids]
    assert {task["status"] for task in tasks} == {"succeeded"}
    for task in tasks:
        assert [event["type"] for event in task["events"]].count("succeeded") == 1
    assert hung_up[True] > 10
    ends = Counter(
        (attempt["status"], (attempt["error"] or {}).get("type")) for task in tasks for attempt in task["attempts"]
    )
    print(f"{TASKS} tasks, {hung_up[True]} claims hung up on: attempts {dict(ends)}")
