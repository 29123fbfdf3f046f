"""From when on a place that refuses is left out of what has to be covered."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.records.refusals import Refusals, after_run, left_out, refusals_of, to_store

BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "is_left_out"),
    [
        ([0, 1, 2, 3, 4], False),
        ([0, 80], False),
        ([0, 1, 71], False),
        ([0, 1, 72], True),
        ([0, 30, 60, 90], True),
    ],
)
def test_days_and_runs_both_have_to_pass(hours: list[int], is_left_out: bool) -> None:
    known: Refusals = {}
    for hour in hours:
        now = BEGINNING + timedelta(hours=hour)
        known = refusals_of(to_store(after_run(known, {"cnbc": "403"}, now)))
    assert left_out(known, now) == (frozenset({"cnbc"}) if is_left_out else frozenset())


@pytest.mark.parametrize("stored", [None, {}, {"cnbc": 7}, [], "odd"])
def test_what_cannot_be_read_is_not_believed(stored: object) -> None:
    assert refusals_of(stored) == {}
