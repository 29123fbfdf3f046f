"""What an admin changes about a worker takes effect while it runs."""

import threading
import time
import uuid

import grpc
import pytest

from tests.stack.gateway.raw_worker import Poll, raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack, eventually

#: The promise.
SECONDS = 5
DENIED = grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.alone
def test_a_capability_is_taken_away_and_given_back(stack: RunningStack, api: Api) -> None:
    _, id_, key = stack.register(["flaky", "mock_content"])
    with raw_worker(stack, key) as worker:
        assert refusal_of(lambda: worker.poll("delay")) is DENIED, "what it never had is refused"
        ended: list[tuple[Poll, float]] = []
        poll = threading.Thread(target=lambda: ended.append((worker.poll("flaky", timeout=60), time.monotonic())))
        poll.start()
        eventually(lambda: "flaky" in polling(api, id_), 20, "it polls")
        assert not ended
        assert api.http.patch(f"/workers/{id_}", json={"capabilities": ["mock_content"]}).status_code == 200
        changed = time.monotonic()
        poll.join(SECONDS * 2)
        assert ended, "the open poll was not ended"
        took = ended[0][1] - changed
        assert took < SECONDS
        assert not ended[0][0].task_token
        eventually(lambda: "flaky" not in polling(api, id_), 20, "it counts no more among those who may")

        waiting = api.submit("flaky", {"failures": 0})
        other = api.submit("mock_content")
        token = worker.poll("mock_content").task_token
        assert token, "its other capability is as before"
        worker.complete(token)
        api.wait_for(other, "succeeded")

        got: list[Poll] = []
        again = threading.Thread(target=lambda: got.append(worker.poll("flaky", timeout=60)))
        again.start()
        again.join(2)
        assert api.status(waiting) == "pending", "a poll for what it may not take gets nothing"
        api.http.patch(f"/workers/{id_}", json={"capabilities": ["mock_content", "flaky"]})

        def takes_it() -> bool:
            again.join(0)
            if again.is_alive():
                return False
            if not got[-1].task_token:
                got.append(worker.poll("flaky"))
            return bool(got[-1].task_token)

        eventually(takes_it, 30, "given back, it gets the task")
        worker.complete(got[-1].task_token, b'{"attempt": 1}')
        api.wait_for(waiting, "succeeded")
    print(f"taken away: the open poll ended after {took:.2f} s")


def polling(api: Api, id_: str) -> list[str]:
    return next(each["polling"] for each in api.http.get("/workers").json()["workers"] if each["id"] == id_)


def test_name_and_number_of_tasks(stack: RunningStack, api: Api) -> None:
    name, id_, _ = stack.register(["echo"])
    taken, _, _ = stack.register(["echo"])
    new = f"renamed-{uuid.uuid4().hex[:8]}"
    now = api.http.patch(f"/workers/{id_}", json={"name": new, "max_concurrency": 9}).json()
    assert now == {"id": id_, "name": new, "capabilities": ["echo"], "max_concurrency": 9, "serves": None}
    listed = {each["name"]: each["max_concurrency"] for each in api.http.get("/workers").json()["workers"]}
    assert listed[new] == 9
    assert name not in listed
    for body, status in [
        ({"name": taken}, 409),
        ({"capabilities": ["dig_holes"]}, 422),
        ({"capabilities": []}, 422),
        ({"max_concurrency": 0}, 422),
        ({"status": "busy"}, 422),
        ({}, 422),
    ]:
        assert api.http.patch(f"/workers/{id_}", json=body).status_code == status
    assert api.http.patch(f"/workers/{uuid.uuid4()}", json={"max_concurrency": 1}).status_code == 404
    audited = stack.rows("SELECT details FROM audit_log WHERE object = %s AND action = 'worker.change'", id_)
    assert [each["details"] for each in audited] == [{"name": new, "max_concurrency": 9}]


@pytest.mark.alone
def test_a_retired_worker_leaves_its_name_and_its_history(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content") as worker:
        task = api.submit("mock_content")
        api.wait_for(task, "succeeded", seconds=60)
        assert api.http.delete(f"/workers/{worker.id}").status_code == 204
        with raw_worker(stack, worker.key) as raw:
            eventually(lambda: refusal_of(lambda: raw.poll("mock_content", 1)) is DENIED, SECONDS, "its key is refused")
    assert worker.id not in str(api.http.get("/workers").json())
    assert api.task(task)["worker_id"] == worker.id
    assert api.task(task)["worker"].startswith(worker.name)
    assert api.http.delete(f"/workers/{worker.id}").status_code == 404
    assert api.http.patch(f"/workers/{worker.id}", json={"max_concurrency": 3}).status_code == 404
    stack.register(["echo"], name=worker.name)
