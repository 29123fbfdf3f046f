"""The plans of the examples run to their ends against the sandbox, as the README says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from psycopg import sql

from tests.sandbox_server import Sandbox
from tests.stack.commands import REPOSITORY, clawdbot
from tests.stack.harness import Api, RunningStack, eventually

TYPES = ("reddit_crawl", "ai_sentiment", "ai_summary", "llm_task", "api_update")
PLANS = REPOSITORY / "examples" / "plans"
#: Of the morning.
TICKERS = ["NVDA", "AAPL", "TSLA", "AMD", "MSFT"]


@pytest.fixture
def nothing_stays(stack: RunningStack) -> Iterator[None]:
    """Of what is collected: other files on this stack collect some of that, too, and count it."""
    yield
    for table in ("reddit_sentiment", "reddit_posts_raw", "ticker_data_freshness"):
        stack.execute(sql.SQL("DELETE FROM {} WHERE ticker = ANY(%s)").format(sql.Identifier(table)), TICKERS)


@pytest.mark.usefixtures("nothing_stays")
def test_the_morning_runs_to_its_end(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    environment = {**sources.environment(), "MODEL_PROVIDER": "offline"}
    with stack.worker(*TYPES, environment=environment, concurrency=4):
        ran = clawdbot(stack, "plans", "add", str(PLANS / "morning.yaml"), "--watch")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "morning succeeded: 5/5 steps" in ran.stdout
    assert told(sources, "/v1/morning")


def test_the_policies_wait_for_a_review(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    environment = {**sources.environment(), "MODEL_PROVIDER": "offline"}
    with (
        stack.worker("llm_task", "api_update", environment=environment, concurrency=4),
        ThreadPoolExecutor(1) as beside,
    ):
        ran = beside.submit(clawdbot, stack, "plans", "add", str(PLANS / "policies.yaml"), "--watch")
        [waiting] = eventually(lambda: reviews(api), 60, "the comparison waits for a person")
        assert not told(sources, "/v1/policies")
        assert waiting["result"]["text"]
        assert clawdbot(stack, "plans", "approve", waiting["plan_id"][:8], waiting["step"]).returncode == 0
        watched = ran.result(60)
    assert watched.returncode == 0, watched.stdout + watched.stderr
    assert "policies succeeded: 3/3 steps" in watched.stdout
    assert told(sources, "/v1/policies")


def reviews(api: Api) -> list[dict[str, Any]]:
    found = api.http.get("/plans/reviews").json()["reviews"]
    return [each for each in found if each["plan_name"] == "policies"]


def told(sources: Sandbox, path: str) -> bool:
    """Whether the internal API was sent a text there."""
    effects = sources.http.get("/internal/_seen").json()["effects"]
    return any(effect["path"].endswith(path) and effect["payload"]["text"] for effect in effects)
