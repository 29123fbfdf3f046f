"""What is to be done after a task is done exactly once, and both tasks know of each other."""

import uuid
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, Task, eventually

QUICK = {"max_attempts": 1, "initial_seconds": 0.1}


def children(api: Api, id_: str, count: int = 1) -> list[Task]:
    def there() -> list[Task] | None:
        found = list(api.http.get("/tasks", params={"parent": id_, "sort": "created_at"}).json()["tasks"])
        return found if len(found) >= count else None

    return eventually(there, 10, f"{id_} has {count} children")


def echo(message: Any, **fields: Any) -> dict[str, Any]:
    return {"task_type": "echo", "params": {"message": message}, **fields}


def test_a_chain_runs_one_after_the_other_and_is_linked_both_ways(stack: RunningStack, api: Api) -> None:
    chain = [echo("second", follow_ups=[echo("third", priority="low", tags=["own"])])]
    with stack.worker("echo"):
        first = api.submit("echo", {"message": "first"}, priority="high", tags=["chain"], follow_ups=chain)
        [second] = children(api, first)
        [third] = children(api, second["id"])
        api.wait_for(third["id"], "succeeded")
    parent, middle = api.task(first), api.task(second["id"])
    assert parent["follow_ups"] == [{"task_type": "echo", "condition": "succeeded"}]
    assert [child["id"] for child in parent["children"]] == [second["id"]]
    assert middle["parent_task_id"] == first
    assert (middle["priority_label"], middle["tags"]) == ("high", ["chain"])
    assert (third["priority_label"], third["tags"]) == ("low", ["own"])
    assert middle["created_by"] == parent["created_by"]
    assert parent["completed_at"] <= middle["created_at"] <= middle["completed_at"]
    assert parent["events"][-1]["type"] == "followed_up"
    assert parent["events"][-1]["details"]["task_id"] == second["id"]
    assert middle["events"][0]["details"] == {"follow_up_of": first}


@pytest.mark.parametrize(("failures", "said"), [(0, ["on success", "in the end"]), (5, ["on failure", "in the end"])])
def test_the_condition_decides(stack: RunningStack, api: Api, failures: int, said: list[str]) -> None:
    follow_ups = [echo("on success"), echo("on failure", when="failed"), echo("in the end", when="ended")]
    with stack.worker("flaky"):
        id_ = api.submit("flaky", {"failures": failures}, retry=QUICK, follow_ups=follow_ups)
        api.wait_for(id_)
    assert [child["params"]["message"] for child in children(api, id_, 2)] == said


def test_nothing_follows_a_cancelled_task(api: Api) -> None:
    id_ = api.submit("web_monitor", {"url": "https://example.com/x"}, follow_ups=[echo("never", when="ended")])
    assert api.command(id_, "cancel").status_code == 200
    api.wait_for(id_, "cancelled")
    assert api.task(id_)["children"] == []


def test_the_ticker_is_handed_on(api: Api, stack: RunningStack) -> None:
    follow_ups = [{"task_type": "ai_sentiment"}, {"task_type": "ai_sentiment", "params": {"ticker": "AMD"}}]
    task = {"task_type": "reddit_crawl", "follow_ups": follow_ups}
    reply = api.http.post("/tasks/batch", json={"template": task, "tickers": ["nvda", "TSLA"]})
    assert reply.status_code == 201
    for id_, ticker in zip(reply.json()["task_ids"], ["NVDA", "TSLA"], strict=True):
        [row] = stack.rows("SELECT follow_ups FROM tasks WHERE id = %s", id_)
        assert [planned["ticker"] for planned in row["follow_ups"]] == [ticker, "AMD"]
        api.command(id_, "cancel")


def test_an_end_that_is_written_twice_makes_no_second_child(stack: RunningStack, api: Api) -> None:
    """Core dies after every end it has written: the next one writes it again."""
    with stack.worker("echo", concurrency=4):
        ids = api.submit_many(20, "echo", {"message": "parent"}, follow_ups=[echo("child")])
        eventually(lambda: any(api.task(id_)["children"] for id_ in ids), 20, "one has a child")
        stack.kill("core")
        stack.wait_until_ready()
        api.wait_for_all(ids, seconds=60)
        made = [children(api, id_) for id_ in ids]
        api.wait_for_all([child["id"] for [child] in made], seconds=60)
    assert all(len(api.task(id_)["children"]) == 1 for id_ in ids)


def test_a_retry_that_succeeds_is_followed_up_again(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        id_ = api.submit("echo", {"message": "again"}, follow_ups=[echo("child")])
        children(api, id_)
        assert api.command(id_, "retry").status_code == 200
        assert len(children(api, id_, 2)) == 2


@pytest.mark.parametrize(
    ("follow_ups", "field"),
    [
        ([{"task_type": "nonsense"}], "follow_ups.0.task_type"),
        ([{"task_type": "ai_sentiment"}], "follow_ups.0.params.ticker"),
        ([echo(1), {"task_type": "delay", "params": {"seconds": -1}}], "follow_ups.1.params.seconds"),
        ([echo(1, follow_ups=[{"task_type": "delay", "params": {"x": 1}}])], "follow_ups.0.follow_ups.0.params.x"),
        ([echo(1, follow_ups=[echo(2) for _ in range(10)]) for _ in range(2)], "follow_ups"),
        ([echo(1, when="later")], "follow_ups.0.when"),
    ],
)
def test_mistakes_are_named_and_nothing_is_created(api: Api, follow_ups: list[dict[str, Any]], field: str) -> None:
    tag = f"mistake-{uuid.uuid4().hex}"
    reply = api.http.post("/tasks", json=echo(1, tags=[tag], follow_ups=follow_ups))
    assert reply.status_code == 422
    assert field in [error["field"] for error in reply.json()["errors"]]
    assert api.http.get("/tasks", params={"tag": tag}).json()["total"] == 0


def test_a_chain_has_an_end(api: Api) -> None:
    chain: list[dict[str, Any]] = []
    for number in range(6):
        chain = [echo(number, follow_ups=chain)]
    reply = api.http.post("/tasks", json=echo("too deep", follow_ups=chain))
    assert reply.status_code == 422
    assert "at most 5" in reply.json()["detail"]
