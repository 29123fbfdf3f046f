"""The header: each part with the age of what is known of it; and the sparklines of workers."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.tasks.statuses import TaskStatus
from tests.http.as_core import end, take
from tests.support.facade import Api, Facade


@pytest.fixture
def beats(stack: Facade) -> Iterator[None]:
    """No part but Postgres has been heard of; nothing is on its way."""
    yield
    stack.execute("DELETE FROM service_beats")


def parts(api: Api) -> dict[str, Any]:
    reply = api.http.get("/overview")
    assert reply.status_code == 200, reply.text
    return {each["name"]: each for each in reply.json()["parts"]}


def beat(stack: Facade, name: str, seconds: int) -> None:
    stack.execute(
        "INSERT INTO service_beats (name, started_at, at) VALUES (%s, now(), now() - make_interval(secs => %s)) "
        "ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at",
        name,
        seconds,
    )


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (40, "late"), (100, "down")])
def test_a_part_is_judged_by_when_it_was_heard_of(
    api: Api, stack: Facade, beats: None, seconds: int, state: str
) -> None:
    beat(stack, "gateway", 0)
    beat(stack, "alerts", seconds)
    # It counts days long past, and says so by its beat.
    beat(stack, "metrics", 1_000_000)
    found = parts(api)
    assert (found["core"]["state"], found["gateway"]["state"], found["postgres"]["state"]) == (state, "ok", "ok")
    assert seconds <= found["core"]["age_seconds"] < seconds + 30
    assert bool(found["core"]["detail"]) is (state != "ok")


def test_without_core_nobody_knows_of_temporal(api: Api, stack: Facade, beats: None) -> None:
    api.submit("web_monitor", {"url": "https://example.com/unsent"})
    assert parts(api)["core"]["state"] == "unknown"
    assert parts(api)["temporal"]["state"] == "unknown"
    beat(stack, "alerts", 0)
    stack.execute("UPDATE outbox SET created_at = now() - interval '20 s'")
    assert parts(api)["temporal"]["state"] == "late"


def test_counts_of_the_header(api: Api, stack: Facade) -> None:
    stack.register(["echo"])
    api.submit("web_monitor", {"url": "https://example.com/counted"})
    said = api.http.get("/overview").json()
    assert said["counts"].keys() == set(TaskStatus)
    assert said["counts"]["pending"]["count"] > 0
    assert said["workers"]["offline"] > 0
    assert said["unread"] == api.http.get("/notifications").json()["unread"]


def test_the_sparkline_of_a_worker(api: Api, stack: Facade) -> None:
    worker, worker_id, _ = stack.register(["web_monitor"])
    ids = api.submit_many(3, "web_monitor", {"url": "https://example.com/spark"})
    for id_ in ids:
        end(stack, id_, take(stack, id_, worker, worker_id), TaskStatus.SUCCEEDED)
    stack.execute("UPDATE task_attempts SET status = 'succeeded', ended_at = now() WHERE worker_id = %s", worker_id)
    earlier = "UPDATE task_attempts SET ended_at = now() - interval '2 h', status = 'failed' WHERE task_id = %s"
    stack.execute(earlier, ids[0])
    activity = api.http.get("/metrics/workers/activity", params={"periods": 4, "seconds": 3_600}).json()
    [own] = [each for each in activity["workers"] if each["worker"] == worker]
    assert (own["succeeded"], own["failed"]) == ([0, 0, 0, 2], [0, 1, 0, 0])
