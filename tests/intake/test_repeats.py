"""Sentences that say of a repetition: when, and what is left of them."""

from datetime import UTC, datetime

import pytest

from contracts.tasks.plain_language import Question
from intake.times.repeats import Repetition, read_repetition

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "timing", "rest"),
    [
        ("every morning at 7 crawl reddit for NVDA", "0 7 * * *", "crawl reddit for NVDA"),
        ("crawl reddit for NVDA every day at 7:15", "15 7 * * *", "crawl reddit for NVDA"),
        ("Every evening at 8, news of AAPL", "0 20 * * *", "news of AAPL"),
        ("news of AAPL daily at 5pm", "0 17 * * *", "news of AAPL"),
        ("at 7:15 every sunday sec filings of AAPL", "15 7 * * SUN", "sec filings of AAPL"),
        ("every mon, wed and friday at 9am: news for AMD", "0 9 * * MON,WED,FRI", "news for AMD"),
        ("news for AMD on weekdays at 9am", "0 9 * * MON-FRI", "news for AMD"),
        ("reddit for NVDA every 2 hours", 7_200, "reddit for NVDA"),
        ("every monday morning at 8 news of AAPL", "0 8 * * MON", "news of AAPL"),
        ("every weekday evening at 7, news of AAPL", "0 19 * * MON-FRI", "news of AAPL"),
        ("hourly reddit for NVDA", 3_600, "reddit for NVDA"),
        ("every 30 minutes reddit for NVDA", 1_800, "reddit for NVDA"),
        ("each hour reddit for NVDA", 3_600, "reddit for NVDA"),
    ],
)
def test_when_and_the_rest(text: str, timing: str | int, rest: str) -> None:
    read = read_repetition(text, BERLIN)
    assert isinstance(read, Repetition)
    assert (read.timing.cron or read.timing.every, read.rest) == (timing, rest)
    if read.timing.cron:
        assert read.timing.zone == BERLIN


def test_the_zone_that_is_named_goes_before_that_of_the_writer() -> None:
    read = read_repetition("news of AAPL every weekday at 8:30 New York time", BERLIN)
    assert isinstance(read, Repetition)
    assert (read.timing.cron, read.timing.zone) == ("30 8 * * MON-FRI", "America/New_York")


def test_it_ends_after_the_days_that_are_named() -> None:
    now = datetime(2026, 11, 24, 15, 16, tzinfo=UTC)
    read = read_repetition("for the next two weeks crawl news of NVDA each day at 9", BERLIN, now)
    assert isinstance(read, Repetition)
    assert (read.timing.cron, read.rest) == ("0 9 * * *", "crawl news of NVDA")
    assert read.timing.ends_at == datetime(2026, 12, 8, 15, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("every evening news for TSLA", "every evening at 18:00 news for TSLA"),
        ("news for TSLA every day", "news for TSLA every day at 7:00"),
        ("get apple news at 8am and 4pm every weekday", "get apple news 4pm every weekday"),
        ("every day at 8am and 6pm news for TSLA", "every day at 8am news for TSLA"),
        ("every day at 3 news of AMD", "every day at 3am news of AMD"),
    ],
)
def test_what_is_open_is_asked_with_an_answer_that_is_understood(text: str, answer: str) -> None:
    asked = read_repetition(text, BERLIN)
    assert isinstance(asked, Question)
    assert answer in asked.answers
    assert isinstance(read_repetition(answer, BERLIN), Repetition)


@pytest.mark.parametrize("text", ["pull reddit for NVDA tomorrow at 8", "all posts of every ticker", "", "news"])
def test_others_are_left_alone(text: str) -> None:
    assert read_repetition(text, BERLIN) is None
