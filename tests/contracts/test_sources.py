"""Which span of time a task covered, and how many rows it says that it kept."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.records.sources import SOURCES, covered_span, rows_kept
from contracts.task_types import TASK_TYPES
from contracts.tasks.results import CrawlResult, RedditCrawlResult, SecFilingCrawlResult

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def day(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_every_source_is_a_task_type_with_such_a_param() -> None:
    for name, source in SOURCES.items():
        assert source.span is None or source.span in TASK_TYPES[name].params.model_fields
    assert len({source.name for source in SOURCES.values()}) == len(SOURCES)


@pytest.mark.parametrize(
    ("task_type", "params", "span"),
    [
        ("news_crawl", {}, (day(2, 23, 12), NOW)),
        ("ai_summary", {"window": {"last_days": 1}}, (day(3, 1, 12), NOW)),
        ("reddit_crawl", {"date_range": {"from": "2026-02-01", "to": "2026-02-03"}}, (day(2, 1), day(2, 4))),
        ("reddit_crawl", {"date_range": {"from": "2026-02-01"}}, (day(2, 1), NOW)),
        ("reddit_crawl", {"date_range": {"from": "2026-03-02", "to": "2030-01-01"}}, (day(3, 2), NOW)),
        ("reddit_crawl", {"date_range": {"from": "2026-04-01"}}, None),
        ("reddit_crawl", {"date_range": {"from": "2026-02-31"}}, None),
        ("reddit_crawl", {"date_range": {"to": "9999-12-31"}}, None),
        ("reddit_crawl", {"date_range": 7}, None),
        ("ai_sentiment", {}, None),
    ],
)
def test_the_span(task_type: str, params: dict[str, Any], span: tuple[datetime, datetime] | None) -> None:
    assert covered_span(task_type, {"ticker": "NVDA", **params}, {}, NOW) == span
    assert covered_span(task_type, {"ticker": "NVDA", **params}, None, NOW) == span


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("2026-02-20T06:00:00Z", day(2, 20, 6)),
        ("2026-01-01T00:00:00Z", day(2, 1)),
        # As if nobody had said anything.
        (None, day(2, 1)),
        ("soon", day(2, 1)),
        ("2026-02-20T06:00:00", day(2, 1)),
        ({"from": 1}, day(2, 1)),
    ],
)
def test_what_was_not_reached_is_not_covered(said: Any, start: datetime) -> None:
    params = {"ticker": "NVDA", "date_range": {"from": "2026-02-01"}}
    assert covered_span("reddit_crawl", params, {"reached_back_to": said}, NOW) == (start, NOW)


def test_nothing_is_covered_where_nothing_was_reached() -> None:
    params = {"ticker": "NVDA", "date_range": {"from": "2026-02-01"}}
    result = RedditCrawlResult(complete=False, reached_back_to=NOW).model_dump(mode="json")
    assert covered_span("reddit_crawl", params, result, NOW) is None


@pytest.mark.parametrize(
    ("task_type", "result", "count"),
    [
        ("reddit_crawl", {"posts_collected": 3, "new": 9, "pages": 4}, 3),
        ("sec_filing_crawl", {"filings_collected": 2}, 2),
        ("ai_sentiment", {"posts_scored": 7}, 7),
        ("ai_summary", {"summary": "…"}, 1),
        ("reddit_crawl", {"posts_collected": "3"}, 0),
        ("reddit_crawl", {"posts_collected": -1}, 0),
        ("reddit_crawl", {"posts_collected": True}, 0),
        ("reddit_crawl", None, 0),
    ],
)
def test_the_count(task_type: str, result: dict[str, Any] | None, count: int) -> None:
    assert rows_kept(task_type, result) == count


@pytest.mark.parametrize(
    ("task_type", "model"), [("reddit_crawl", RedditCrawlResult), ("sec_filing_crawl", SecFilingCrawlResult)]
)
def test_the_results_have_what_is_counted(task_type: str, model: type[CrawlResult]) -> None:
    assert SOURCES[task_type].counts in model.model_fields
