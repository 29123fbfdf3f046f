"""Parts of months and years: taken where they have one reading, asked about with days to choose from where not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake.parse import parse

#: A Tuesday; the month began on a Sunday.
NOW = datetime(2026, 11, 24, 15, 16, tzinfo=UTC)
Range = dict[str, Any]


def days(first: str, last: str) -> Range:
    return {"from": first, "to": last}


def ranges(text: str) -> list[Range]:
    return [each.params["date_range"] for each in parse(text, NOW).tasks]


TAKEN = {
    "month to date": {"from": "2026-11-01"},
    "for the quarter to date": {"from": "2026-10-01"},
    "in the first half of October": days("2026-10-01", "2026-10-15"),
    "from the second half of november": days("2026-11-16", "2026-11-30"),
    "first half of February 2025": days("2025-02-01", "2025-02-15"),
    "second half of 2025": days("2025-07-01", "2025-12-31"),
    "first half of the year": days("2026-01-01", "2026-06-30"),
    "since the second half of October": {"from": "2026-10-16"},
    "first 10 days of November": days("2026-11-01", "2026-11-10"),
    "from the last two days of October": days("2026-10-30", "2026-10-31"),
    "last 10 days of last month": days("2026-10-22", "2026-10-31"),
    "since the start of October": {"from": "2026-10-01"},
    "since the beginning of the month": {"from": "2026-11-01"},
    "since the first of October": {"from": "2026-10-01"},
    "from the start of September to the end of October": days("2026-09-01", "2026-10-31"),
    # The month begins on a Monday: both weeks are one.
    "in the first week of June": days("2026-06-01", "2026-06-07"),
    "last week of May": days("2026-05-25", "2026-05-31"),
}


@pytest.mark.parametrize(("words", "meant"), TAKEN.items(), ids=TAKEN)
def test_one_reading_is_taken(words: str, meant: Range) -> None:
    assert ranges(f"news for NVDA {words}") == [meant]


#: What the one question offers.
ASKED: dict[str, list[Range]] = {
    "first week of November": [days("2026-11-01", "2026-11-07"), days("2026-11-02", "2026-11-08")],
    "in the 2nd week of November": [days("2026-11-08", "2026-11-14"), days("2026-11-09", "2026-11-15")],
    "in the third week of october": [days("2026-10-15", "2026-10-21"), days("2026-10-19", "2026-10-25")],
    "last week of October": [days("2026-10-25", "2026-10-31"), days("2026-10-19", "2026-10-25")],
    "first week of last month": [days("2026-10-01", "2026-10-07"), days("2026-10-05", "2026-10-11")],
    "since the first week of November": [{"from": "2026-11-01"}, {"from": "2026-11-02"}],
    "first weekend of November": [days("2026-11-07", "2026-11-08")],
    "mid-November": [days("2026-11-11", "2026-11-20")],
    "since mid October": [{"from": "2026-10-15"}, {"from": "2026-10-11"}],
    "in early November": [days("2026-11-01", "2026-11-10")],
    "late october": [days("2026-10-21", "2026-10-31")],
    "from the end of October": [days("2026-10-25", "2026-10-31"), days("2026-10-21", "2026-10-31")],
    "from the start of October": [days("2026-10-01", "2026-10-10"), {"from": "2026-10-01"}],
    "at the beginning of the year": [days("2026-01-01", "2026-04-30"), {"from": "2026-01-01"}],
    "from the first of October": [{"from": "2026-10-01"}, days("2026-10-01", "2026-10-01")],
    "first half of December": [days("2025-12-01", "2025-12-15")],
    "first quarter of 2026": [days("2026-01-01", "2026-03-31")],
}


@pytest.mark.parametrize(("words", "offered"), ASKED.items(), ids=ASKED)
def test_several_readings_are_offered(words: str, offered: list[Range]) -> None:
    parsed = parse(f"news for NVDA {words}", NOW)
    assert parsed.tasks == []
    [asked] = parsed.questions
    assert words in asked.question
    assert [found for answer in asked.answers for found in ranges(answer)] == offered


@pytest.mark.parametrize(
    "words",
    [
        "by the end of November", "until the second half of October", "before mid-October", "third half of October",
        "after the first week of May", "fifth week of February 2026",
        "first 40 days of October", "first half of March 2027",
        "first week of March 2027", "not in the first half of October", "first half of October at 8",
    ],
)  # fmt: skip
def test_no_days_are_made_up(words: str) -> None:
    parsed = parse(f"news for NVDA {words}", NOW)
    assert (parsed.tasks, bool(parsed.questions)) == ([], True)
