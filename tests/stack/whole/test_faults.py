"""Faults under load. After each: what was accepted is done, nothing is done twice, the mirror equals Temporal."""

import uuid

import pytest

from tests.stack.harness import Api, RunningStack
from tests.stack.whole.under_load import COUNT, check_each_ended_once, kill_under_load, runs_in_temporal
from tests.support.light import Light
from workers.embedded.stack import StackOptions


@pytest.mark.parametrize("part", ["core", "gateway", "api"])
def test_kill_a_part_under_load(stack: RunningStack, api: Api, part: str) -> None:
    assert kill_under_load(stack, api, part) == {"succeeded": COUNT}


def test_one_workflow_per_task_wherever_core_dies(light: Light) -> None:
    """Core dies right after each third start was sent, before it could note that; then right before."""
    for place in ("relay.after-send", "relay.before-send"):
        environment = {"CLAWDBOT_ENVIRONMENT": "test", "CLAWDBOT_FAILPOINT": f"{place}:exit:3"}
        with light(environment, StackOptions(sandbox=True)) as stack:
            ids, tasks = [], []
            for _ in range(5):
                ids.append(stack.api.submit("echo", {"message": str(uuid.uuid4())}))
                # One after the other: core dies at each third, and what it left is mended by the next core.
                tasks.append(stack.api.wait_for(ids[-1], seconds=60))
            assert stack.restarts("core") >= 1
            check_each_ended_once(stack, ids, tasks)
            again = stack.api.command(ids[0], "retry")
            assert again.status_code == 200
            retried = stack.api.wait_for(ids[0], "succeeded")
            assert retried["retry_count"] == 1
            assert len(runs_in_temporal(stack)[ids[0]]) == 2
