"""How fresh the data of a ticker is follows real crawls."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Outcome
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task

RANGE = {"from": "2026-02-01", "to": "2026-02-20"}
CRAWL = {"ticker": "AMZN", "subreddits": ["stocks"], "date_range": RANGE, "limit": 5_000}

_numbers = itertools.count(1)


@pytest.fixture
def ticker() -> str:
    """One that no other test has."""
    return f"FR{next(_numbers)}"


def fresh(api: Api, ticker: str, source: str = "twitter") -> Any:
    """What the API says of one source."""
    reply = api.http.get("/freshness", params={"ticker": ticker, "source": source})
    assert reply.status_code == 200, reply.text
    [row] = reply.json()["freshness"] or [None]
    return row


def succeeded(ends: Callable[..., Outcome], count: Any = 5) -> Outcome:
    return ends(TaskStatus.SUCCEEDED, {"posts_collected": count, "new": 1})


def test_crawls_that_succeed_fail_and_are_retried(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    # As if nobody had collected it: other files on this stack may have.
    stack.execute("DELETE FROM ticker_data_freshness WHERE ticker = 'AMZN'")
    with stack.worker("reddit_crawl", environment=sources.environment()):
        good: Task = api.wait_for(api.submit("reddit_crawl", CRAWL), "succeeded", seconds=60)
        after_success = fresh(api, "$amzn", "reddit")
        bad = api.wait_for(api.submit("reddit_crawl", {**CRAWL, "subreddits": ["no_such_place"]}), "failed", seconds=60)
        after_failure = fresh(api, "AMZN", "reddit")
        assert api.command(good["id"], "retry").status_code in (200, 202)
        api.wait_for(good["id"], "succeeded", seconds=60)
        after_retry = fresh(api, "AMZN", "reddit")

    collected = good["result"]["posts_collected"]
    assert after_success == {
        "ticker": "AMZN", "data_source": "reddit", "last_error": None, "record_count": collected,
        "last_attempt_at": good["completed_at"], "last_success_at": good["completed_at"],
        # One subreddit of three: that is not fresh.
        "covered_from": None, "covered_to": None, "fresh_to": None, "refusing": [],
    }  # fmt: skip
    assert collected > 0
    assert after_failure == {
        **after_success, "last_error": bad["error"]["message"], "last_attempt_at": bad["completed_at"],
    }  # fmt: skip
    assert after_retry["last_error"] is None
    assert after_retry["record_count"] == 2 * collected
    assert after_retry["last_success_at"] == after_retry["last_attempt_at"] > after_failure["last_attempt_at"]
