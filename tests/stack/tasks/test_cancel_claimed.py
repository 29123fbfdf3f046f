"""A task whose worker has taken it and says nothing can be cancelled all the same."""

import time

import grpc

from tests.stack.gateway.raw_worker import raw_worker
from tests.stack.harness import Api, RunningStack, eventually

#: How long the workflow waits for the worker's word before it goes on without (workflows/task.py), and some slack.
GRACE_SECONDS = 6


def test_cancel_a_claimed_task_of_a_silent_worker(stack: RunningStack, api: Api) -> None:
    _, _, key = stack.register(["twitter_crawl"])
    with raw_worker(stack, key) as silent:
        id_ = api.submit("twitter_crawl", {"ticker": "CLMD"}, priority="critical", timeouts={"heartbeat_seconds": 60})
        taken = silent.poll("twitter_crawl")
        # Tasks of this type wait from other tests, too: give back what is not ours.
        while taken.workflow_execution.workflow_id != id_:
            silent.fail(taken.task_token, "not mine", non_retryable=True)
            taken = silent.poll("twitter_crawl")
        task = api.wait_for(id_, "claimed")
        assert "has not reported yet" in task["waiting_because"]
        began = time.monotonic()
        answer = api.command(id_, "cancel").json()
        assert answer["status"] in ("claimed", "cancelled")
        task = api.wait_for(id_, "cancelled", seconds=GRACE_SECONDS)
        print(f"cancel of a task whose worker is silent: {time.monotonic() - began:.1f} s")
        assert [(each["attempt"], each["status"]) for each in task["attempts"]] == [(1, "cancelled")]
        late = silent.completion(taken.task_token)
        assert silent.refusal("RespondActivityTaskCompleted", late) is grpc.StatusCode.NOT_FOUND
    eventually(lambda: api.status(id_) == "cancelled", 5, "it stays cancelled")
