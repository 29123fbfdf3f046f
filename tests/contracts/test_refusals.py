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


def test_a_timeout_takes_no_refusal_back_and_an_answer_does() -> None:
    known: Refusals = {}
    for day in range(4):
        now = BEGINNING + timedelta(days=day)
        known = after_run(known, {"cnbc": "403"}, now)
    silent = after_run(known, {"wire": "404"}, now, some_silent=True)
    assert silent == known | after_run({}, {"wire": "404"}, now), "neither one more nor forgotten"
    assert left_out(silent, now) == {"cnbc"}
    assert after_run(silent, {"wire": "404"}, now).keys() == {"wire"}


def test_as_many_are_kept_as_before() -> None:
    known = after_run({}, {f"known-{number}": "403" for number in range(60)}, BEGINNING)
    kept = after_run(known, {"wire": "404"}, BEGINNING, some_silent=True)
    assert len(known) == len(kept) == 50
    assert "wire" in kept


@pytest.mark.parametrize("stored", [None, {}, {"cnbc": 7}, [], "odd"])
def test_what_cannot_be_read_is_not_believed(stored: object) -> None:
    assert refusals_of(stored) == {}
