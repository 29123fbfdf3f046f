"""A crawl of X whose worker is killed halfway stores the same rows as one that is left alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox_server import Sandbox, running_sandbox
from tests.stack.harness import Api, RunningStack, eventually

#: Of no other test: their tasks of this type wait in the same queue, and run here too.
TICKER = "PLTR"
TODAY = datetime.now(UTC).date()
#: Days of their own, so that both tasks see the same window; X reaches back seven days from now.
CRAWL: dict[str, Any] = {
    "ticker": TICKER,
    "date_range": {"from": str(TODAY - timedelta(days=6)), "to": str(TODAY - timedelta(days=1))},
    "limit": 10_000,
}


@pytest.fixture(scope="module")
def x() -> Iterator[Sandbox]:
    """Sources whose data ends today."""
    with running_sandbox(today=TODAY) as sandbox:
        yield sandbox


def stored_posts(stack: RunningStack) -> list[dict[str, Any]]:
    """The rows without what says which attempt fetched them when."""
    return stack.rows(
        "SELECT to_jsonb(p) - 'task_id' - 'attempt' - 'fetched_at' AS post FROM social_posts p "
        "WHERE ticker = %s ORDER BY post_id",
        TICKER,
    )


def searches(x: Sandbox) -> int:
    return sum(f"${TICKER}" in request["query"]["query"] for request in x.requests("x"))


def test_a_killed_crawl_goes_on_elsewhere_and_stores_the_same_rows(stack: RunningStack, api: Api, x: Sandbox) -> None:
    environment = x.environment()
    with stack.worker("twitter_crawl", environment=environment):
        clean = api.wait_for(api.submit("twitter_crawl", CRAWL), "succeeded")
    rows = stored_posts(stack)
    pages = searches(x)
    assert len(rows) == clean["result"]["posts_collected"] > 200
    stack.rows("DELETE FROM social_posts WHERE ticker = %s RETURNING post_id", TICKER)

    x.reset()
    x.fault("x", "delay", delay=0.6)
    with stack.worker("twitter_crawl", environment=environment) as first:
        id_ = api.submit("twitter_crawl", CRAWL, timeouts={"heartbeat_seconds": 3})
        eventually(lambda: len(stored_posts(stack)) >= len(rows) / 3, 30, "a third of the rows is stored")
        first.kill()
    assert len(stored_posts(stack)) < len(rows)
    with stack.worker("twitter_crawl", environment=environment) as second:
        task = api.wait_for(id_, "succeeded", seconds=60)

    assert task["worker"] == second.name
    assert stored_posts(stack) == rows
    assert task["result"]["posts_collected"] == len(rows)
    assert [(a["attempt"], a["status"]) for a in task["attempts"]] == [(1, "lost"), (2, "succeeded")]
    # It resumed: the second attempt did not fetch everything once more.
    assert searches(x) < 2 * pages
