"""A task goes in, a worker behind the gateway does it, everybody sees it."""

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task
from tests.support import plain_http

BACKWARDS = {"from": "2026-02-01", "to": "2026-01-01"}
RANGE = {"from": "2026-01-20", "to": "2026-03-01"}


def steps(task: Task) -> list[str]:
    return [event["type"] for event in task["events"] if event["type"] != "progress"]


def test_every_step_of_a_task_is_seen(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo") as worker:
        id_ = api.submit("echo", {"message": {"deep": [1, "zwei"]}}, tags=["trial"], notes="first words")
        task = api.wait_for(id_, "succeeded")
    assert task["result"] == {"message": {"deep": [1, "zwei"]}, "attempt": 1}
    assert steps(task) == ["created", "claimed", "started", "succeeded"]
    assert task["worker"] == worker.name
    assert [(a["round"], a["attempt"], a["status"]) for a in task["attempts"]] == [(0, 1, "succeeded")]
    assert task["created_at"] <= task["claimed_at"] <= task["started_at"] <= task["completed_at"]
    assert [note["text"] for note in task["notes"]] == ["first words"]
    assert task["created_by"] == "human:admin"
    assert plain_http.get(task["temporal_url"].split("/namespaces")[0], timeout=5).status_code == 200


def test_a_crawl_stores_the_rows_that_the_source_has(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    params = {"ticker": "$amd", "subreddits": ["stocks", "investing"], "date_range": RANGE, "limit": 5_000}
    with stack.worker("reddit_crawl", environment=sources.environment()):
        task = api.wait_for(api.submit("reddit_crawl", params), "succeeded")
    stored = stack.rows("SELECT reddit_id, task_id::text FROM reddit_posts_raw WHERE ticker = 'AMD'")
    assert task["ticker"] == "AMD"
    assert len(stored) == task["result"]["posts_collected"] > 100
    assert {row["task_id"] for row in stored} == {task["id"]}


def test_filings_are_stored_with_their_text(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    params = {
        "ticker": "NVDA",
        "filing_types": ["10-K", "8-K"],
        "date_range": {"from": "2025-01-01", "to": "2026-03-01"},
    }
    with stack.worker("sec_filing_crawl", environment=sources.environment()):
        task = api.wait_for(api.submit("sec_filing_crawl", params), "succeeded", seconds=60)
    stored = stack.rows("SELECT form, length(text) AS size FROM sec_filings WHERE task_id = %s", task["id"])
    assert len(stored) == task["result"]["filings_collected"] > 0
    assert {row["form"].removesuffix("/A") for row in stored} <= {"10-K", "8-K"}
    assert min(row["size"] for row in stored) > 100


def test_a_type_that_nobody_offers_waits_and_says_so(api: Api) -> None:
    task = api.task(api.submit("twitter_crawl", {"ticker": "TSLA"}))
    assert task["status"] == "pending"
    assert "no worker offers twitter_crawl" in task["waiting_because"] or "Temporal" in task["waiting_because"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"task_type": "reddit_crawl", "params": {"ticker": "not a ticker"}}, "params.ticker"),
        ({"task_type": "reddit_crawl", "params": {"ticker": "NVDA", "limit": 0}}, "params.limit"),
        ({"task_type": "reddit_crawl", "params": {"ticker": "NVDA", "limmit": 5}}, "params.limmit"),
        ({"task_type": "reddit_crawl", "params": {"ticker": "NVDA", "date_range": BACKWARDS}}, "params.date_range"),
        ({"task_type": "dig_holes"}, "task_type"),
        ({"task_type": "echo", "priority": "soonish"}, "priority"),
        ({"task_type": "echo", "params": {"message": "a\u0000b"}}, "params"),
        ({"task_type": "echo", "params": {"message": "x" * 300_000}}, "params"),
        ({"task_type": "echo", "run_at": "2030-01-01T00:00:00"}, "run_at"),
        ({"task_type": "echo", "colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_bad_input_names_the_field_and_changes_nothing(api: Api, body: dict[str, object], field: str) -> None:
    before = api.http.get("/tasks").json()["total"]
    reply = api.http.post("/tasks", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert any(error["field"].startswith(field) for error in reply.json()["errors"]), reply.text
    assert api.http.get("/tasks").json()["total"] == before
