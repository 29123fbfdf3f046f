"""Workers that die, sleep or come back late: the work goes on elsewhere, its effects stay single."""

import signal
import time
from typing import Any

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.harness import RECOVERY_SECONDS, Api, RunningStack, eventually

CRAWL = {
    "ticker": "NVDA",
    "subreddits": ["wallstreetbets", "stocks"],
    "date_range": {"from": "2026-01-05", "to": "2026-03-01"},
    "limit": 100_000,
}


def stored_posts(stack: RunningStack) -> list[dict[str, Any]]:
    """The rows without what says which attempt fetched them when."""
    return stack.rows(
        "SELECT to_jsonb(p) - 'task_id' - 'attempt' - 'fetched_at' AS post FROM reddit_posts_raw p "
        "WHERE ticker = 'NVDA' ORDER BY reddit_id"
    )


@pytest.mark.alone
def test_a_killed_crawl_goes_on_elsewhere_and_stores_the_same_rows(
    stack: RunningStack, api: Api, sources: Sandbox
) -> None:
    sources.reset()
    environment = sources.environment()
    with stack.worker("reddit_crawl", environment=environment):
        clean = api.wait_for(api.submit("reddit_crawl", CRAWL), "succeeded")
    rows = stored_posts(stack)
    pages = len(sources.requests("reddit"))
    stack.rows("DELETE FROM reddit_posts_raw WHERE ticker = 'NVDA' RETURNING reddit_id")

    sources.reset()
    # Long enough for the second worker to start while the first one crawls.
    sources.fault("reddit", "delay", delay=0.8, path_contains="/search")
    with stack.worker("reddit_crawl", environment=environment) as first:
        id_ = api.submit("reddit_crawl", CRAWL)
        eventually(lambda: len(stored_posts(stack)) > len(rows) / 3, 60, "a third of the rows is stored")
        with stack.worker("reddit_crawl", environment=environment) as second:
            killed = time.monotonic()
            first.kill()
            again = eventually(
                lambda: (t := api.task(id_))["attempt"] == 2 and t["status"] == "running" and t,
                40,
                "it runs again",
            )
            recovery = time.monotonic() - killed
            assert again["worker"] == second.name
            task = api.wait_for(id_, "succeeded", seconds=60)

    assert stored_posts(stack) == rows
    assert task["result"]["posts_collected"] == clean["result"]["posts_collected"] == len(rows)
    assert [(a["attempt"], a["status"]) for a in task["attempts"]] == [(1, "lost"), (2, "succeeded")]
    # It resumed: the second attempt did not fetch everything once more.
    assert len(sources.requests("reddit")) < pages * 1.7
    assert recovery <= RECOVERY_SECONDS
    print(f"kill -9 of a crawling worker: running elsewhere after {recovery:.1f} s")


def test_a_worker_that_slept_comes_back_too_late(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    """The lid was closed in the middle of a crawl: the other attempt wins, the late one is refused everywhere."""
    sources.reset()
    # Long enough for the second worker to start while the first one crawls, on a busy machine too.
    sources.fault("reddit", "delay", delay=1.5, path_contains="/search")
    environment = sources.environment()
    with stack.worker("reddit_crawl", environment=environment) as sleeper:
        id_ = api.submit("reddit_crawl", CRAWL)
        eventually(lambda: (api.task(id_)["progress"] or {}).get("counters"), 30, "the crawl reports progress")
        sleeper.kill(signal.SIGSTOP)
        with stack.worker("reddit_crawl", environment=environment) as other:
            eventually(lambda: api.task(id_)["attempt"] == 2, 40, "another attempt has it")
            sleeper.kill(signal.SIGCONT)
            task = api.wait_for(id_, "succeeded", seconds=90)
    assert task["worker"] == other.name, task["attempts"]
    assert [event["type"] for event in task["events"]].count("succeeded") == 1
    late = stack.rows("SELECT max(attempt) AS attempt FROM reddit_posts_raw WHERE task_id = %s", id_)
    assert late[0]["attempt"] == 2


def test_workers_die_again_and_again(stack: RunningStack, api: Api) -> None:
    """Tasks that lose their worker again and again still end once each."""
    ids = api.submit_many(
        12, "delay", {"seconds": 2, "steps": 8}, retry={"max_attempts": 50, "initial_seconds": 0.1, "max_seconds": 1},
        timeouts={"heartbeat_seconds": 2},
    )  # fmt: skip
    for kill in range(4):
        with stack.worker("delay", concurrency=4):
            eventually(
                lambda: stack.rows("SELECT 1 FROM tasks WHERE id = ANY(%s) AND status = 'running'", ids),
                30,
                "some run",
            )
            time.sleep(0.1 + 0.23 * kill)  # the moment of the kill, not a wait for anything
    with stack.worker("delay", concurrency=12):
        tasks = api.wait_for_all(ids, seconds=90)
    assert {task["status"] for task in tasks} == {"succeeded"}
    for task in tasks:
        assert [event["type"] for event in task["events"]].count("succeeded") == 1
    assert any(task["result"]["resumed_at_step"] > 0 for task in tasks)
