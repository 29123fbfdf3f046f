"""What a submitter may say, per task type."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.params.common import DateRange
from contracts.task_types import (
    CAPABILITIES,
    OFFERED,
    TASK_TYPES,
    InvalidTaskParams,
    UnknownTaskType,
    parse_params,
    task_type,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
#: The least that each type takes.
LEAST: dict[str, dict[str, Any]] = {
    "reddit_crawl": {"ticker": "NVDA"},
    "twitter_crawl": {"ticker": "NVDA"},
    "news_crawl": {"ticker": "NVDA"},
    "sec_filing_crawl": {"ticker": "NVDA"},
    "ai_sentiment": {"ticker": "NVDA"},
    "ai_summary": {"ticker": "NVDA"},
    "api_update": {"endpoint": "/prices"},
    "web_monitor": {"url": "https://example.com/a"},
    "llm_task": {"operation": "analyze", "text": "words"},
    "echo": {},
    "delay": {},
    "flaky": {},
    "mock_content": {},
    "folder": {},
    "folder_file": {"name": "a.txt"},
    "bot_task": {},
}


def test_every_type_is_tried_here() -> None:
    assert set(LEAST) == set(TASK_TYPES)


@pytest.mark.parametrize("name", TASK_TYPES)
def test_what_is_stored_reads_back_as_what_was_said(name: str) -> None:
    params = parse_params(name, LEAST[name])
    stored = params.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert parse_params(name, stored) == params


@pytest.mark.parametrize("name", sorted(set(TASK_TYPES) - {"bot_task"}))
def test_an_unknown_field_is_named(name: str) -> None:
    with pytest.raises(InvalidTaskParams) as refused:
        parse_params(name, {**LEAST[name], "limmit": 5})
    assert [field for field, _ in refused.value.errors] == ["params.limmit"]


@pytest.mark.parametrize("name", TASK_TYPES)
def test_every_type_says_what_it_is_for(name: str) -> None:
    row = TASK_TYPES[name]
    assert row.name == name
    assert row.summary.endswith(".")
    assert row.retry.max_seconds >= row.retry.initial_seconds
    assert row.capability in CAPABILITIES
    assert (row.handler is not None) == (row.capability in OFFERED)


def test_an_unknown_type_is_answered_with_the_types_there_are() -> None:
    with pytest.raises(UnknownTaskType, match=r"no task type 'dig_holes'.*reddit_crawl.*mock_content"):
        task_type("dig_holes")


@pytest.mark.parametrize(
    ("name", "params", "field"),
    [
        ("reddit_crawl", {}, "params.ticker"),
        ("reddit_crawl", {"ticker": "NVDA", "subreddits": []}, "params.subreddits"),
        ("reddit_crawl", {"ticker": "NVDA", "subreddits": ["stocks", " "]}, "params.subreddits"),
        ("reddit_crawl", {"ticker": "NVDA", "limit": 100_001}, "params.limit"),
        ("sec_filing_crawl", {"ticker": "NVDA", "filing_types": []}, "params.filing_types"),
        ("ai_sentiment", {"ticker": "NVDA", "source": "tea leaves"}, "params.source"),
        ("api_update", {"endpoint": "https://elsewhere.example"}, "params.endpoint"),
        ("api_update", {"endpoint": "/prices", "method": "GET"}, "params.method"),
        ("web_monitor", {"url": "file:///etc/passwd"}, "params.url"),
        ("llm_task", {"operation": "analyze"}, "params"),
        ("llm_task", {"operation": "answer", "text": "words"}, "params"),
        ("delay", {"seconds": -1}, "params.seconds"),
        ("delay", {"steps": 0}, "params.steps"),
        ("delay", {"seconds": float("nan")}, "params.seconds"),
        ("flaky", {"failures": 101}, "params.failures"),
    ],
)
def test_a_mistake_is_named_by_its_field(name: str, params: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidTaskParams) as refused:
        parse_params(name, params)
    assert [where for where, _ in refused.value.errors] == [field]


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(InvalidTaskParams) as refused:
        parse_params("reddit_crawl", {"ticker": "not one", "limit": 0, "colour": "red"})
    assert {where for where, _ in refused.value.errors} == {"params.ticker", "params.limit", "params.colour"}


@pytest.mark.parametrize(
    ("said", "meant"), [("nvda", "NVDA"), ("$amd", "AMD"), (" brk.b ", "BRK.B"), ("TS LA", None), ("1AB", None)]
)
def test_tickers(said: str, meant: str | None) -> None:
    try:
        ticker = parse_params("reddit_crawl", {"ticker": said}).model_dump()["ticker"]
    except InvalidTaskParams:
        ticker = None
    assert ticker == meant


def test_names_are_stripped_and_kept_once() -> None:
    params = parse_params("reddit_crawl", {"ticker": "NVDA", "subreddits": ["stocks", " stocks", "investing"]})
    assert params.model_dump()["subreddits"] == ["stocks", "investing"]


@pytest.mark.parametrize(
    "range_",
    [
        {"from": "2026-03-01", "to": "2026-02-28"},
        {"from": "2026-03-01", "last_days": 3},
        {"last_days": 0},
        {"from": "yesterday"},
    ],
)
def test_impossible_ranges_are_refused(range_: dict[str, Any]) -> None:
    with pytest.raises(InvalidTaskParams) as refused:
        parse_params("reddit_crawl", {"ticker": "NVDA", "date_range": range_})
    assert all(where.startswith("params.date_range") for where, _ in refused.value.errors)


@given(st.dates(), st.integers(0, 1_000))
def test_both_days_of_a_range_are_included(first: Any, days: int) -> None:
    try:
        last = first + timedelta(days=days)
        after = last + timedelta(days=1)
    except OverflowError:
        return
    start, end = DateRange(from_=first, to=last).bounds(NOW)
    assert (start.date(), end.date()) == (first, after)


def test_open_ranges() -> None:
    assert DateRange(last_days=7).bounds(NOW) == (NOW - timedelta(days=7), NOW)
    assert DateRange.model_validate({"from": "2026-03-01"}).bounds(NOW)[1] == NOW
    assert DateRange.model_validate({"to": "2026-03-01"}).bounds(NOW)[0].year == 1970
