"""Steps of what sentences ask for."""

from typing import Any

from contracts.plans.plan import Plan
from contracts.tasks.plain_language import ProposedFollowUp, ProposedTask
from plans.check import mistakes_in
from plans.from_tasks import plan_of


def task(task_type: str, ticker: str | None, *follow_ups: str, **params: Any) -> ProposedTask:
    own = {"ticker": ticker} if ticker else {}
    behind = [ProposedFollowUp(task_type=each, params=own) for each in follow_ups]
    return ProposedTask(task_type=task_type, params={**own, **params}, follow_ups=behind)


def waits(plan: Plan) -> dict[str, tuple[list[str], str | None, Any]]:
    return {step.id: (step.needs, step.each_of, step.for_each) for step in plan.steps}


def test_what_differs_in_its_ticker_only_is_one_step() -> None:
    crawls = [task(name, ticker) for name in ("reddit_crawl", "news_crawl") for ticker in ("NVDA", "AMD")]
    plan = plan_of("x", [crawls, [task("ai_summary", ticker) for ticker in ("NVDA", "AMD")]])
    assert waits(plan) == {
        "reddit_crawl": ([], None, ["NVDA", "AMD"]),
        "news_crawl": ([], None, ["NVDA", "AMD"]),
        # Each ticker's summary waits for its own reddit, and for all of the news.
        "ai_summary": (["news_crawl"], "reddit_crawl", None),
    }
    assert plan.steps[0].params == {"ticker": "${{ item }}"}
    assert mistakes_in(plan) == []


def test_a_follow_up_is_a_step_behind_its_task() -> None:
    plan = plan_of("x", [[task("reddit_crawl", "GME", "ai_sentiment", limit=7)]])
    assert waits(plan) == {"reddit_crawl": ([], None, None), "ai_sentiment": (["reddit_crawl"], None, None)}
    assert plan.steps[0].params == {"ticker": "GME", "limit": 7}


def test_other_tickers_are_not_waited_for() -> None:
    first = [task("reddit_crawl", "NVDA", limit=1), task("reddit_crawl", "AMD", limit=2)]
    plan = plan_of("x", [first, [task("ai_sentiment", "AMD")]])
    assert waits(plan)["ai_sentiment"] == (["reddit_crawl_2"], None, None)
    about_none = plan_of("x", [first, [task("web_monitor", None, url="https://example.com")]])
    assert waits(about_none)["web_monitor"] == (["reddit_crawl", "reddit_crawl_2"], None, None)
