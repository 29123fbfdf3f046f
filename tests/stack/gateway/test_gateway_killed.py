"""The gateway dies again and again while workers are busy: whatever one has begun goes on as if nothing happened."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.parts import own_api, own_gateway
from tests.stack.whole.under_load import check_each_ended_once
from tests.stack.workers.link import Link, link_to
from tests.support import warm

KILLS = 4
BATCH = 40
COUNT = KILLS * BATCH
DONE = "SELECT 1 FROM tasks WHERE id = ANY(%s) AND status = 'succeeded' LIMIT 1"
#: Failed connections that a worker makes until the gateway is back; it pauses for longer after each.
TRIES = 4


@contextmanager
def counting_worker(stack: RunningStack, api_url: str, file: Path) -> Iterator[None]:
    """A worker that writes down when its handlers begin and end."""
    _, _, key = stack.register(["echo", "delay", "flaky", "mock_content"])
    told = {"CLAWDBOT_API_URL": api_url, "CLAWDBOT_API_KEY": key, "COUNT_IN": str(file), "COUNT_SLOTS": "10"}
    file.touch()
    with file.with_suffix(".log").open("wb") as log:
        command = [sys.executable, "-m", "tests.stack.workers.counting_worker"]
        process = warm.start(command, env={**os.environ, **told}, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


def _opened(link: Link, tries: int) -> bool:
    return link.opened >= tries


def test_a_gateway_that_dies_again_and_again_costs_no_attempt(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """Another takes its place at the same address. It is started before, so that a busy machine does not matter."""
    lines = tmp_path / "lines"
    ids: list[str] = []
    with own_gateway(stack, tmp_path) as first, own_gateway(stack, tmp_path) as second, link_to(first.port) as link:
        serving, standby = first, second
        told = {"gateway_public_address": link.address}
        with own_api(stack, tmp_path, **told) as own, counting_worker(stack, own.url, lines):
            for _ in range(KILLS):
                batch = api.submit_many(BATCH, "echo", {"message": "x"})
                ids += batch
                # One is done, the others are under way.
                eventually(partial(stack.rows, DONE, batch), 60, "the worker is at work")
                tried = link.opened + TRIES
                serving.end(signal.SIGKILL)
                eventually(partial(_opened, link, tried), 30, "the worker tries to connect")
                link.target = standby.port
                serving.start()
                serving, standby = standby, serving
            tasks = api.wait_for_all(ids)
    check_each_ended_once(stack, ids, tasks)
    # Each handler ran once, from its beginning to its end: no worker did anything twice, or in vain.
    assert Counter(line[0] for line in lines.read_text().splitlines()) == {"+": COUNT, "-": COUNT}
    # What was in the act of being handed out, so that no worker had begun it, was handed out once more.
    again = [task for task in tasks if task["attempt"] > 1]
    assert len(again) <= 2 * KILLS
    print(
        f"gateway killed {KILLS} times under {COUNT} tasks: {COUNT} handlers ran once each, "
        f"{len(again)} attempts were lost while being handed out"
    )
