"""A revoked key opens nothing any more, at once; what its worker held is done by another."""

import threading
import time

import grpc
import pytest

from tests.stack.gateway.raw_worker import raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack, eventually

pytestmark = pytest.mark.alone

DENIED = grpc.StatusCode.PERMISSION_DENIED
#: The promise.
SECONDS = 5


def test_a_key_is_revoked_while_its_task_runs(stack: RunningStack, api: Api) -> None:
    _, worker_id, key = stack.register(["flaky"])
    with raw_worker(stack, key) as worker:
        id_ = api.submit("flaky", {"failures": 0}, timeouts={"heartbeat_seconds": 4})
        token = worker.poll("flaky").task_token
        worker.beat(token)
        api.wait_for(id_, "running")

        cut: list[tuple[grpc.StatusCode | None, float]] = []

        def keep_polling() -> None:
            cut.append((refusal_of(lambda: worker.poll("flaky", timeout=60)), time.monotonic()))

        poll = threading.Thread(target=keep_polling)
        poll.start()
        assert api.http.post(f"/workers/{worker_id}/revoke").status_code == 204
        revoked = time.monotonic()
        eventually(lambda: refusal_of(lambda: worker.beat(token)) is DENIED, SECONDS, "heartbeats are refused")
        refused_after = time.monotonic() - revoked
        poll.join(SECONDS)
        assert cut, "the open poll was not cut"
        assert cut[0][0] is DENIED
        assert refused_after < SECONDS
        assert cut[0][1] - revoked < SECONDS

        with stack.worker("flaky") as other:
            task = api.wait_for(id_, "succeeded")
        assert task["worker"] == other.name
        for late in (
            refusal_of(lambda: worker.complete(token, b'{"attempt": 99}')),
            refusal_of(lambda: worker.fail(token, "late", non_retryable=True)),
            refusal_of(lambda: worker.poll("flaky")),
        ):
            assert late is DENIED
    task = api.task(id_)
    assert task["result"] == {"attempt": 2}
    assert [event["type"] for event in task["events"]].count("succeeded") == 1
    assert [attempt["status"] for attempt in task["attempts"]] == ["lost", "succeeded"]
    assert stack.api.http.post(f"/workers/{worker_id}/revoke").status_code == 404
    print(f"revoked: heartbeats refused after {refused_after:.1f} s, open poll cut after {cut[0][1] - revoked:.1f} s")
