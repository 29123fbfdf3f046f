"""The example bots as their users run them: a shell, a Python, nothing installed, the real stack."""

import os
import signal
import time

import pytest

from tests.stack.bots.bots import COMMANDS, bot, example
from tests.stack.harness import RECOVERY_SECONDS, Api, RunningStack, eventually

#: No other test has workers for it.
QUEUE = "mock_content"

every_example = pytest.mark.parametrize("kind", sorted(COMMANDS))


@every_example
def test_it_finishes_tasks(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], QUEUE) as running:
        for _ in range(2):
            id_ = api.submit("delay", {"seconds": 2}, capability=QUEUE)
            task = api.wait_for(id_, "succeeded", seconds=60)
            assert (task["worker"], task["attempt"]) == (running.name, 1)
            assert task["progress"]["percent"] == 100
            progress = [event for event in task["events"] if event["type"] == "progress"]
            assert progress[0]["details"]["step"] == "step 1"
        eventually(lambda: running.said.count("finished") == 2, 10, "it says so")


@every_example
def test_it_stops_when_its_task_is_cancelled(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], QUEUE) as running:
        id_ = api.submit("delay", {"seconds": 60, "steps": 100}, capability=QUEUE)
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent"), 30, "it works")
        cancelled = time.monotonic()
        api.command(id_, "cancel")
        api.wait_for(id_, "cancelled")
        eventually(lambda: "task_cancelled" in running.said, 10, "it stops")
        print(f"{kind} bot: stopped {time.monotonic() - cancelled:.1f} s after the cancel")
        # And goes on with what is next.
        after = api.submit("delay", {"seconds": 1}, capability=QUEUE)
        assert api.wait_for(after, "succeeded", seconds=60)["worker"] == running.name


@every_example
def test_it_is_refused_what_its_key_does_not_allow(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], "api_update") as running:
        assert running.process.wait(30) != 0
        assert "does not allow api_update" in running.said
    with example(stack, kind, [QUEUE], QUEUE, CLAWDBOT_API_KEY="cwb_live_0000000000_nobody") as running:
        assert running.process.wait(30) != 0
        assert "not valid" in running.said


@every_example
def test_it_ends_when_its_key_is_revoked(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], QUEUE) as running:
        id_ = api.submit("delay", {"seconds": 60, "steps": 100}, capability=QUEUE, timeouts={"heartbeat_seconds": 4})
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent"), 30, "it works")
        assert api.http.post(f"/workers/{running.id}/revoke").status_code == 204
        assert running.process.wait(30) != 0
        with bot(stack, QUEUE) as other:
            task = other.take(QUEUE)
            assert (task["id"], task["attempt"]) == (id_, 2)
            other.complete(id_)
        api.wait_for(id_, "succeeded")


@pytest.mark.alone
@every_example
def test_one_that_is_killed_is_replaced_within_seconds(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], QUEUE) as first:
        id_ = api.submit("delay", {"seconds": 5}, capability=QUEUE)
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent", 0) >= 20, 60, "it works")
        os.killpg(first.process.pid, signal.SIGKILL)
        killed = time.monotonic()
        with example(stack, kind, [QUEUE], QUEUE) as second:
            eventually(
                lambda: (t := api.task(id_))["attempt"] == 2 and t["status"] == "running", 40, "it runs elsewhere"
            )
            recovery = time.monotonic() - killed
            task = api.wait_for(id_, "succeeded", seconds=60)
            assert task["worker"] == second.name
    assert [attempt["status"] for attempt in task["attempts"]] == ["lost", "succeeded"]
    assert recovery <= RECOVERY_SECONDS
    print(f"{kind} bot, kill -9: running elsewhere after {recovery:.1f} s")


@every_example
def test_it_goes_on_when_the_api_is_killed(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], QUEUE):
        # Longer than either takes to come back, also on a busy machine.
        id_ = api.submit("delay", {"seconds": 6}, capability=QUEUE, timeouts={"heartbeat_seconds": 60})
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent"), 30, "it works")
        stack.kill("api")
        stack.wait_until_ready()
        task = api.wait_for(id_, "succeeded", seconds=60)
        assert [attempt["status"] for attempt in task["attempts"]] == ["succeeded"]


@every_example
def test_it_goes_on_when_the_gateway_is_killed(stack: RunningStack, api: Api, kind: str) -> None:
    with example(stack, kind, [QUEUE], QUEUE):
        # Longer than either takes to come back, also on a busy machine.
        id_ = api.submit("delay", {"seconds": 6}, capability=QUEUE, timeouts={"heartbeat_seconds": 60})
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent"), 30, "it works")
        stack.kill("gateway")
        task = api.wait_for(id_, "succeeded", seconds=60)
        assert [attempt["status"] for attempt in task["attempts"]] == ["succeeded"]
        stack.wait_until_ready()
        # A claim that was waiting meanwhile, too.
        after = api.submit("delay", {"seconds": 1}, capability=QUEUE)
        api.wait_for(after, "succeeded", seconds=60)
