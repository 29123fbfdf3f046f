"""`api_update` as its submitter sees it: one effect at the API, whatever happens to the worker."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, eventually

QUICK = {"max_attempts": 4, "initial_seconds": 0.2, "backoff": 1, "max_seconds": 0.2}


@pytest.fixture(autouse=True)
def well_behaved(sources: Sandbox) -> Iterator[None]:
    sources.reset()
    yield
    sources.reset()


def effects(sources: Sandbox, id_: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = sources.http.get("/internal/_seen").json()["effects"]
    return [effect for effect in seen if str(effect["key"]).startswith(id_)]


def calls(sources: Sandbox) -> list[dict[str, Any]]:
    return [request for request in sources.requests("internal") if request["method"] != "GET"]


def kept(stack: RunningStack, id_: str) -> list[dict[str, Any]]:
    return stack.rows("SELECT request_id, status_code, response, attempt FROM api_update_log WHERE task_id = %s", id_)


def test_a_call_and_its_row(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    with stack.worker("api_update", environment=sources.environment()):
        id_ = api.submit("api_update", {"endpoint": "/prices", "payload": {"price": 12}})
        task = api.wait_for(id_)
    assert (task["status"], task["attempt"]) == ("succeeded", 1)
    key = task["result"]["request_id"]
    assert (task["result"]["status_code"], key.rpartition(":")[0]) == (201, f"{id_}:api_update")
    assert [effect["payload"] for effect in effects(sources, id_)] == [{"price": 12}]
    assert [(row["request_id"], row["status_code"]) for row in kept(stack, id_)] == [(key, 201)]


def test_a_retry_by_hand_of_a_failed_task_sends_the_same_key(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.fault("internal", "status", status=422, times=1)
    with stack.worker("api_update", environment=sources.environment()):
        id_ = api.submit("api_update", {"endpoint": "/prices"})
        failed = api.wait_for(id_)
        assert (failed["status"], failed["attempt"], failed["error"]["type"]) == ("failed", 1, "BadSourceReply")
        [first] = kept(stack, id_)
        assert first["status_code"] == 422
        assert api.command(id_, "retry").status_code in (200, 202)
        task = api.wait_for(id_, "succeeded")
    assert task["result"]["request_id"] == first["request_id"]
    assert len(effects(sources, id_)) == 1
    assert [(row["request_id"], row["status_code"]) for row in kept(stack, id_)] == [(first["request_id"], 201)]


def test_a_worker_that_dies_after_the_effect_and_before_the_answer(
    stack: RunningStack, api: Api, sources: Sandbox
) -> None:
    with stack.worker("api_update", environment=sources.environment()) as first:
        id_ = api.submit(
            "api_update",
            {"endpoint": "/slow", "payload": {"seconds": 12}},
            retry=QUICK,
            timeouts={"heartbeat_seconds": 6},
        )
        eventually(lambda: effects(sources, id_), 20, "the call took effect")
        first.kill(signal.SIGKILL)
        with stack.worker("api_update", environment=sources.environment()) as second:
            task = api.wait_for(id_, seconds=60)
    assert (task["status"], task["attempt"], task["worker"]) == ("succeeded", 2, second.name)
    assert [each["status"] for each in task["attempts"]] == ["lost", "succeeded"]
    assert len(calls(sources)) == 2
    assert len(effects(sources, id_)) == 1
    assert [(row["status_code"], row["attempt"]) for row in kept(stack, id_)] == [(201, 2)]
