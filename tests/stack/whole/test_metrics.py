"""The metrics routes on the real stack: what tasks do there shows in the figures."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually


def figures(api: Api, name: str, **query: Any) -> Any:
    reply = api.http.get(f"/metrics/{name}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def counted(api: Api, since: datetime) -> None:
    """Core has counted all that happened until then: it rests for 20 times as long as counting took."""
    eventually(lambda: _as_of(api) > since, 180, "core has counted")


def _as_of(api: Api) -> datetime:
    as_of = figures(api, "tasks")["as_of"]
    return datetime.fromisoformat(as_of) if as_of else datetime.min.replace(tzinfo=UTC)


def count_of(api: Api, task_type: str) -> dict[str, int]:
    """Over all days."""
    [row] = figures(api, "tasks", task_type=task_type)["types"] or [{}]
    return {name: row.get(name, 0) for name in ("created", "succeeded", "failed", "cancelled")}


@pytest.mark.timeout(480)
def test_tasks_show_up(stack: RunningStack, api: Api) -> None:
    counted(api, datetime.now(UTC))
    before = count_of(api, "echo"), count_of(api, "flaky")
    with stack.worker("echo", "flaky"):
        ids = api.submit_many(3, "echo")
        api.wait_for_all(ids)
        bad = api.submit("flaky", {"failures": 9}, retry={"max_attempts": 1})
        failed = api.wait_for(bad, "failed", seconds=60)
    ended = datetime.fromisoformat(failed["completed_at"])
    counted(api, ended)
    echo, flaky = count_of(api, "echo"), count_of(api, "flaky")
    assert (echo["created"] - before[0]["created"], echo["succeeded"] - before[0]["succeeded"]) == (3, 3)
    assert flaky["failed"] - before[1]["failed"] == 1

    [day] = [each for each in figures(api, "tasks", days=1, task_type="echo")["days"] if each["succeeded"]]
    assert 0 <= day["avg_seconds"]
    assert day["p95_seconds"] is not None
    for per in ("hour", "day", "week"):
        found = figures(api, "throughput", per=per, last=3, task_type="echo")["buckets"]
        assert len(found) == 3
        assert sum(each["succeeded"] for each in found) == echo["succeeded"]
        assert [each["start"] for each in found] == sorted(each["start"] for each in found)

    errors = figures(api, "errors")
    [row] = [each for each in errors["types"] if each["task_type"] == "flaky"]
    assert (row["failed"], row["source"]) == (flaky["failed"], None)
    assert 0 < row["error_rate"] <= 1
    kind = {"error": failed["error"]["type"], "task_type": "flaky"}
    assert any(kind.items() <= each.items() for each in errors["errors"])


def test_how_long_tasks_waited(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        api.wait_for(api.submit("mock_content"), "succeeded", seconds=60)
    [found] = [each for each in figures(api, "queue")["capabilities"] if each["capability"] == "mock_content"]
    assert found["started"] >= 1
    assert 0 <= found["wait_p50_seconds"] <= found["wait_p95_seconds"]


def test_workers(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=3) as worker:
        found = figures(api, "workers")
        [row] = [each for each in found["workers"] if each["name"] == worker.name]
        assert (row["status"], row["slots"], row["current_tasks"]) == ("idle", 3, 0)
        offers = {each["capability"]: each for each in found["capabilities"]}
        assert offers["delay"]["workers"] >= 1
        assert offers["delay"]["slots"] >= 3
        assert sum(found["states"].values()) == len(found["workers"])
