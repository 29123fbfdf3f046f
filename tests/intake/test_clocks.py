"""Times that depend on when and where they are said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from contracts.params.common import DateRange
from contracts.tasks.plain_language import ParsedText
from intake.parse import parse

BERLIN, NEW_YORK, KIRITIMATI = (ZoneInfo(each) for each in ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati"))


def said(words: str, now: datetime) -> ParsedText:
    return parse(f"reddit for $NVDA {words}", now)


@pytest.mark.parametrize(
    ("words", "now", "expected"),
    [
        ("tomorrow at 8", datetime(2026, 7, 1, 12, tzinfo=NEW_YORK), "2026-07-02T12:00Z"),
        ("tomorrow at 8", datetime(2026, 12, 31, 12, tzinfo=UTC), "2027-01-01T08:00Z"),
        # The clocks are changed in between.
        ("tomorrow at 8", datetime(2027, 3, 27, 12, tzinfo=BERLIN), "2027-03-28T06:00Z"),
        ("in 24 hours", datetime(2027, 3, 27, 12, tzinfo=BERLIN), "2027-03-28T11:00Z"),
        ("at midnight", datetime(2026, 11, 24, 12, tzinfo=KIRITIMATI), "2026-11-24T10:00Z"),
        ("tonight", datetime(2026, 11, 24, 19, 59, tzinfo=UTC), "2026-11-24T20:00Z"),
        ("tomorrow 9am New York time", datetime(2026, 11, 24, 12, tzinfo=BERLIN), "2026-11-25T14:00Z"),
        ("tomorrow at 7am EST", datetime(2026, 11, 24, 12, tzinfo=BERLIN), "2026-11-25T12:00Z"),
        ("tomorrow at 7am EDT", datetime(2026, 7, 24, 12, tzinfo=BERLIN), "2026-07-25T11:00Z"),
        ("in 2 days at noon", datetime(2026, 11, 24, 12, tzinfo=UTC), "2026-11-26T12:00Z"),
        ("24.12.2026 at 9:00", datetime(2026, 11, 24, 12, tzinfo=UTC), "2026-12-24T09:00Z"),
        ("at 8pm UTC", datetime(2026, 11, 24, 20, tzinfo=BERLIN), "2026-11-24T20:00Z"),
        ("on 24 November at 9pm", datetime(2026, 11, 24, 12, tzinfo=UTC), "2026-11-24T21:00Z"),
        ("on 25 November at 9", datetime(2026, 11, 24, 12, tzinfo=UTC), "2026-11-25T09:00Z"),
        ("next tuesday at 9", datetime(2026, 11, 24, 12, tzinfo=UTC), "2026-12-01T09:00Z"),
        ("on 1 January at 9:00", datetime(2026, 11, 24, 12, tzinfo=UTC), "2027-01-01T09:00Z"),
    ],
)
def test_start(words: str, now: datetime, expected: str) -> None:
    (task,) = said(words, now).tasks
    assert task.run_at == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("words", "now", "question"),
    [
        ("tomorrow at 02:30", datetime(2027, 3, 27, 12, tzinfo=BERLIN), "this time is left out"),
        ("tomorrow at 1:30am", datetime(2026, 10, 31, 12, tzinfo=NEW_YORK), "2026-11-01 at 05:30 UTC or 06:30 UTC"),
        ("on sunday at 02:00", datetime(2026, 10, 24, 12, tzinfo=BERLIN), "this time comes twice"),
        ("tomorrow at 7am EST", datetime(2026, 7, 24, 12, tzinfo=BERLIN), "the clocks there show EDT"),
        ("tomorrow at 9am CST", datetime(2026, 7, 24, 12, tzinfo=BERLIN), "Chicago time or Shanghai time"),
        ("tomorrow at 9pm New York time", datetime(2026, 11, 24, 2, tzinfo=UTC), "Write the date, too"),
        ("at 8pm yesterday", datetime(2026, 11, 24, 8, tzinfo=UTC), "whole days"),
        ("tonight", datetime(2026, 11, 24, 20, tzinfo=UTC), "has passed"),
        ("tuesday at 9", datetime(2026, 11, 24, 8, tzinfo=UTC), "this week or next"),
        ("tomorrow at midnight", datetime(2026, 11, 24, 8, tzinfo=UTC), "which end of the day"),
        ("on 2025-01-01 at 9", datetime(2026, 11, 24, 8, tzinfo=UTC), "has passed"),
        ("in 500 days", datetime(2026, 11, 24, 8, tzinfo=UTC), "within a year"),
        ("in 999999 weeks", datetime(2026, 11, 24, 8, tzinfo=UTC), "within a year"),
        ("on 29 February at 9:00", datetime(2026, 11, 24, 8, tzinfo=UTC), ""),
    ],
)
def test_start_that_is_asked_about(words: str, now: datetime, question: str) -> None:
    parsed = said(words, now)
    assert parsed.tasks == []
    assert any(question in each.question for each in parsed.questions), parsed.questions


@pytest.mark.parametrize(
    ("words", "today", "expected"),
    [
        ("since 24 November", (2026, 11, 24), {"from": "2026-11-24"}),
        ("since November", (2026, 11, 24), {"from": "2026-11-01"}),
        ("since 29 February", (2026, 11, 24), {"from": "2024-02-29"}),
        ("past month", (2026, 3, 31), {"from": "2026-02-28"}),
        ("last 2 months", (2026, 1, 15), {"from": "2025-11-15"}),
        ("this week", (2026, 11, 29), {"from": "2026-11-23"}),
        ("from 20 December to 10 January", (2027, 1, 5), {"from": "2026-12-20", "to": "2027-01-10"}),
        ("from November to February 2026", (2026, 11, 24), {"from": "2025-11-01", "to": "2026-02-28"}),
        ("from 1 November to 30 November", (2026, 11, 24), {"from": "2026-11-01", "to": "2026-11-30"}),
        ("from 24 November to 24 November", (2026, 11, 24), {"from": "2026-11-24", "to": "2026-11-24"}),
        ("between March and March", (2026, 11, 24), {"from": "2026-03-01", "to": "2026-03-31"}),
        ("in November", (2026, 11, 24), {"from": "2026-11-01", "to": "2026-11-30"}),
    ],
)
def test_range(words: str, today: tuple[int, int, int], expected: dict[str, str]) -> None:
    (task,) = said(words, datetime(*today, 12, tzinfo=UTC)).tasks
    assert task.params["date_range"] == expected


SYDNEY, LOS_ANGELES = (ZoneInfo(each) for each in ("Australia/Sydney", "America/Los_Angeles"))


@pytest.mark.parametrize(
    ("text", "now", "start", "end"),
    [
        (
            "today's reddit posts about $NVDA", datetime(2026, 11, 24, 9, tzinfo=SYDNEY),
            "2026-11-23T13:00Z", "2026-11-24T13:00Z",
        ),
        (
            "yesterday's news for $NVDA", datetime(2026, 11, 24, 20, tzinfo=LOS_ANGELES),
            "2026-11-23T08:00Z", "2026-11-24T08:00Z",
        ),
        # A day of 25 hours.
        (
            "news for $NVDA from 1 November to 1 November", datetime(2026, 11, 24, 20, tzinfo=LOS_ANGELES),
            "2026-11-01T07:00Z", "2026-11-02T08:00Z",
        ),
        ("reddit for $NVDA since yesterday", datetime(2026, 11, 24, 9, tzinfo=SYDNEY), "2026-11-22T13:00Z", None),
        ("reddit for $NVDA this month", datetime(2026, 11, 1, 1, tzinfo=SYDNEY), "2026-10-31T13:00Z", None),
        ("yesterday's news for $NVDA", datetime(2026, 11, 24, 9, tzinfo=UTC), "2026-11-23T00:00Z", "2026-11-24T00:00Z"),
    ],
)  # fmt: skip
def test_a_calendar_word_is_a_day_of_who_said_it(text: str, now: datetime, start: str, end: str | None) -> None:
    (task,) = parse(text, now).tasks
    range_ = DateRange.model_validate(task.params["date_range"])
    submitted = now.astimezone(UTC)
    until = datetime.fromisoformat(end) if end else submitted
    assert range_.bounds(submitted) == (datetime.fromisoformat(start), until)
    assert range_.bounds(submitted)[0] < submitted


def test_what_follows_reads_the_same_days() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=SYDNEY)
    (task,) = parse("pull yesterday's reddit for $NVDA, then summarize", now).tasks
    assert task.follow_ups[0].params["window"] == task.params["date_range"] == {
        "from": "2026-11-23", "to": "2026-11-23", "zone": "Australia/Sydney",
    }  # fmt: skip
