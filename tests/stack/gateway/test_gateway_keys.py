"""Replacing the secret that signs task tokens, while workers hold tasks."""

from pathlib import Path

import grpc

from tests.stack.gateway.raw_worker import raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack
from tests.stack.parts import own_gateway

#: No worker of this version does this, so the queue is this file's alone.
QUEUE = "mock_content"
NEW = "n" * 64


def test_a_secret_is_replaced_without_losing_a_task(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    old = stack.secrets["lease_secret"]
    _, _, key = stack.register([QUEUE])
    with own_gateway(stack, tmp_path) as gateway:
        ids = [api.submit("echo", {"message": n}, capability=QUEUE, timeouts={"heartbeat_seconds": 120}) for n in "ab"]
        with raw_worker(gateway, key) as worker:
            first, second = (worker.poll(QUEUE) for _ in range(2))

        gateway.restart(CLAWDBOT_LEASE_SECRET=f"{NEW},{old}")
        with raw_worker(gateway, key) as worker:
            worker.beat(first.task_token)
            worker.complete(first.task_token, b'{"signed": "with the old one"}')
            ids.append(api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 120}))
            third = worker.poll(QUEUE)

        gateway.restart(CLAWDBOT_LEASE_SECRET=NEW)
        with raw_worker(gateway, key) as worker:
            late = refusal_of(lambda: worker.complete(second.task_token, b'{"signed": "with the old one"}'))
            assert late is grpc.StatusCode.PERMISSION_DENIED
            worker.complete(third.task_token, b'{"signed": "with the new one"}')
        assert api.wait_for(first.workflow_execution.workflow_id, "succeeded")["result"]["signed"].endswith("old one")
        assert api.wait_for(third.workflow_execution.workflow_id, "succeeded")["result"]["signed"].endswith("new one")
        # That it was claimed may have died with the first gateway; then the reconciler finds out.
        api.wait_for(second.workflow_execution.workflow_id, "claimed", seconds=60)
        assert api.command(second.workflow_execution.workflow_id, "cancel").status_code < 300
