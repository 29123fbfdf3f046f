"""When schedules are due: against dateutil's own answers, on the days when the clocks are changed and on others."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from time import process_time

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.schedules.calendars import FED, told
from contracts.schedules.occurrences import due_after, due_between, first_due_between, next_due
from contracts.schedules.recurrence import local_times
from contracts.schedules.timing import Timing

#: A day before the clocks are changed: zone, and times of the day around the change.
_CHANGES = [
    ("Europe/Berlin", "2027-03-27"), ("Europe/Berlin", "2027-10-30"),
    ("America/New_York", "2027-03-13"), ("America/New_York", "2027-11-06"),
    ("Australia/Sydney", "2027-10-02"), ("Australia/Sydney", "2027-04-03"),
    ("Australia/Lord_Howe", "2027-10-02"), ("Australia/Lord_Howe", "2027-04-03"),
    # A whole day was left out.
    ("Pacific/Apia", "2011-12-28"),
]  # fmt: skip
_TIMES = ["01:30", "01:45", "02:00", "02:15", "02:30", "02:59", "03:00", "23:30"]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _of_dateutil(rule: str, zone: str, after: datetime) -> Iterator[datetime]:
    """What dateutil says: times on the wall, and which moments those are."""
    place = tz.gettz(zone)
    begin = (after - timedelta(days=3)).replace(tzinfo=None, hour=0, minute=0)
    seen = set()
    for time in rrulestr(rule, dtstart=begin):
        at = tz.resolve_imaginary(time.replace(tzinfo=place)).astimezone(UTC)
        if at > after and at not in seen:
            seen.add(at)
            yield at


@pytest.mark.parametrize(("zone", "day"), _CHANGES)
def test_around_a_change_of_the_clocks_it_is_due_when_dateutil_says(zone: str, day: str) -> None:
    for time in _TIMES:
        hour, minute = map(int, time.split(":"))
        rule, after = f"FREQ=DAILY;BYHOUR={hour};BYMINUTE={minute};BYSECOND=0", _moment(day)
        expected = list(islice(_of_dateutil(rule, zone, after), 6))
        by_cron = Timing(cron=f"{minute} {hour} * * *", zone=zone)
        by_rule = Timing(rrule=rule.removesuffix(";BYSECOND=0"), zone=zone)
        assert [due.at for due in next_due(by_cron, after, 6)] == expected
        assert [due.at for due in next_due(by_rule, after, 6)] == expected


@pytest.mark.parametrize(("zone", "day"), _CHANGES)
def test_a_line_with_a_star_goes_by_the_time_that_passes(zone: str, day: str) -> None:
    quarters = next_due(Timing(cron="*/15 * * * *", zone=zone), _moment(day), 300)
    assert {later.at - due.at for due, later in pairwise(quarters)} == {timedelta(minutes=15)}


def test_what_the_clocks_do_is_said() -> None:
    spring = next_due(Timing(cron="30 2 * * *", zone="Europe/Berlin"), _moment("2027-03-27T12:00"), 2)
    assert [due.note for due in spring] == ["the clocks go forward: 02:30 does not exist, runs at 03:30", ""]
    autumn = next_due(Timing(cron="30 2 * * *", zone="Europe/Berlin"), _moment("2027-10-30T12:00"), 2)
    assert [due.note for due in autumn] == ["the clocks go back: 02:30 comes twice, runs the first time", ""]
    halves = next_due(Timing(cron="*/30 * * * *", zone="Australia/Lord_Howe"), _moment("2027-04-03T14:15"), 3)
    assert [due.note for due in halves] == [*["the clocks go back: 01:30 comes twice, runs both times"] * 2, ""]


def test_times_that_are_skipped_stay_in_order_and_are_due_once() -> None:
    # 02:00 and 02:30 become 03:00 and 03:30, which are there already, and 03:10 is between them.
    rule = "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,10,30"
    due = next_due(Timing(rrule=rule, zone="Europe/Berlin"), _moment("2027-03-28T00:00"), 4)
    assert [f"{each.at:%H:%M}" for each in due] == ["01:00", "01:10", "01:30", "00:00"]


def test_days_that_are_not_in_every_year_or_month() -> None:
    now = _moment("2027-01-01")
    leap = Timing(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=9")
    assert [f"{due.at:%Y-%m-%d}" for due in next_due(leap, now, 2)] == ["2028-02-29", "2032-02-29"]
    assert next_due(Timing(cron="0 9 29 2 *"), now, 2) == next_due(leap, now, 2)
    last = Timing(rrule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=7")
    found = [f"{due.at:%a %d %b}" for due in next_due(last, now, 3)]
    assert found == ["Fri 29 Jan", "Fri 26 Feb", "Wed 31 Mar"]
    assert next_due(Timing(cron="0 7 LW * *"), now, 3) == next_due(last, now, 3)


def test_every_other_week_counts_from_its_start() -> None:
    start = _moment("2027-01-05T08:15")
    timing = Timing(rrule="FREQ=WEEKLY;INTERVAL=2", starts_at=start, ends_at=_moment("2027-02-10"), zone="UTC")
    found = [due.at for due in due_after(timing, _moment("2026-01-01"))]
    assert found == [start, start + timedelta(days=14), start + timedelta(days=28)]
    every = Timing(every="36h", starts_at=start)
    assert next_due(every, _moment("2026-12-01"), 1)[0].at == start
    assert next_due(every, start, 1)[0].at == start + timedelta(hours=36)


def test_once_is_once() -> None:
    at = _moment("2027-01-05T08:15")
    assert [due.at for due in due_after(Timing(at=at), _moment("2027-01-01"))] == [at]
    assert next_due(Timing(at=at), at, 1) == []


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"cron": "61 7 * * *"}, "cron", "look at its minute"),
        ({"cron": "0 7 30 2 *"}, "cron", "look at its day of month"),
        ({"cron": "0 7 * *"}, "cron", "a cron line has 5 fields"),
        ({"rrule": "FREQ=HOURLY"}, "rrule", "for less than a day take 'every' or 'cron'"),
        ({"rrule": "FREQ=DAILY"}, "rrule", "say at what time"),
        ({"rrule": "FREQ=WEEKLY;BYHOUR=8"}, "rrule", "say on which days"),
        ({"rrule": "FREQ=DAILY;INTERVAL=2;BYHOUR=8"}, "rrule", "give 'starts_at'"),
        ({"rrule": "FREQ=DAILY;COUNT=2;BYHOUR=8"}, "rrule", "say that as 'ends_at' and 'runs'"),
        ({"rrule": "FREQ=DAILY;BYHOUR=8;FOO=1"}, "rrule", "this is no rule of RFC 5545"),
        ({"rrule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=1"}, "rrule", "never due"),
        ({"rrule": "FREQ=DAILY;INTERVAL=0;BYHOUR=1"}, "rrule", "INTERVAL must be a whole number from 1 on"),
        ({"rrule": "FREQ=DAILY;BYEASTER=0;BYHOUR=1"}, "rrule", "BYEASTER goes with FREQ=YEARLY"),
        ({"rrule": "FREQ=YEARLY;BYEASTER=400;BYHOUR=1"}, "rrule", "this is no rule of RFC 5545"),
        ({"every": "1d", "starts_at": "0001-01-01T00:00:00Z"}, "starts_at", "must lie in the years 1970 to 2200"),
        ({"at": "9999-12-31T00:00:00Z"}, "at", "must lie in the years 1970 to 2200"),
        ({"cron": "0 7 * * *", "zone": "Berlin"}, "zone", "'Berlin' is no time zone"),
        ({"every": "two weeks"}, "every", "must be a time such as 30s"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(wrong: dict[str, str], field: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Timing.model_validate(wrong)
    [error] = refused.value.errors()
    assert error["loc"] == (field,)
    assert said in error["msg"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=3;BYHOUR=7,19",
        "FREQ=DAILY;BYMONTHDAY=29,30;BYHOUR=1",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU",
        "FREQ=WEEKLY;INTERVAL=5",
        "FREQ=MONTHLY;INTERVAL=7",
        "FREQ=MONTHLY;BYDAY=2MO,-1FR;BYMINUTE=30,45",
        "FREQ=YEARLY;INTERVAL=3",
        "FREQ=YEARLY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
        "FREQ=YEARLY;BYEASTER=-2;BYHOUR=9",
    ],
)
def test_a_rule_that_began_long_ago_says_what_dateutil_does(rule: str) -> None:
    for start in map(datetime.fromisoformat, ("1996-02-29T08:15", "2011-05-31T23:59", "2026-12-28T00:01")):
        for after in map(datetime.fromisoformat, ("2026-11-30T03:00", "2096-03-01")):
            horizon = max(start, after) + timedelta(days=12 * 366)
            expected = rrulestr(rule, dtstart=start).between(after, horizon, inc=True)[:5]
            assert list(islice(local_times(rule, start, after), 5)) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        {"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=1"},
        {"rrule": "FREQ=DAILY;BYSETPOS=5;BYHOUR=1"},
        {"rrule": "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "starts_at": "2026-12-01T00:00:00Z"},
        {"rrule": f"FREQ=DAILY;BYMINUTE={','.join(map(str, range(60)))}", "starts_at": "1970-01-01T00:00:00Z"},
        {"rrule": "FREQ=DAILY;INTERVAL=0;BYHOUR=1", "starts_at": "1970-01-01T00:00:00Z"},
    ],
)
def test_no_timing_keeps_everybody_waiting(hostile: dict[str, str]) -> None:
    """It is reckoned where all requests are answered, and anybody who may read can have it previewed."""
    began = process_time()
    with suppress(ValidationError):
        next_due(Timing.model_validate(hostile), datetime.now(UTC), 100)
    assert process_time() - began < 2


def test_the_first_of_a_long_time_are_found_without_the_others() -> None:
    began, timing = process_time(), Timing(every=10)
    first = first_due_between(timing, _moment("1970-01-01"), _moment("2100-01-01"), 101)
    assert (len(first), first[-1]) == (101, _moment("1970-01-01T00:16:50"))
    assert process_time() - began < 1


def test_one_way_of_saying_when() -> None:
    for given_ in ({}, {"cron": "0 7 * * *", "every": "1h"}):
        with pytest.raises(ValidationError, match="exactly one of"):
            Timing.model_validate(given_)


def test_temporal_is_told_natively_except_around_a_change_of_the_clocks() -> None:
    timing = Timing(cron="0 7 * * MON-FRI", zone="Europe/Berlin")
    native = told(timing, _moment("2027-04-05"))
    assert (native.zone, native.is_fed) == ("Europe/Berlin", False)
    [calendar] = native.calendars
    assert (calendar.minutes, calendar.hours, calendar.weekdays) == ((0,), (7,), (1, 2, 3, 4, 5))
    # Long before the clocks are changed it is told anew, and then moment by moment.
    assert native.again_at
    assert native.again_at < _moment("2027-10-01")
    fed = told(timing, _moment("2027-10-01"))
    assert (fed.zone, fed.is_fed, len(fed.calendars)) == ("UTC", True, FED)
    assert fed.again_at == next_due(timing, _moment("2027-10-01"), FED)[FED // 2].at
    # There no clock is changed.
    assert not told(Timing(cron="0 7 * * *", zone="Asia/Tokyo"), _moment("2027-10-01")).is_fed


def test_a_day_of_the_month_or_of_the_week_is_two_calendars() -> None:
    calendars = told(Timing(cron="0 7 1 * MON"), _moment("2027-01-01")).calendars
    assert [(each.days, each.weekdays) for each in calendars] == [((1,), ()), ((), (1,))]


def test_rules_that_are_no_calendar_are_fed_and_those_that_are_not() -> None:
    now = _moment("2027-01-01")
    assert not told(Timing(rrule="FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=7,19"), now).is_fed
    for rule in ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY;BYYEARDAY=200"):
        fed = told(Timing(rrule=f"{rule};BYHOUR=7"), now)
        assert fed.is_fed
        assert fed.again_at


_WORDS = st.sampled_from(["*", "*/2", "1", "2", "2,3", "1-3"])


@settings(max_examples=60, deadline=None)
@given(
    minute=st.sampled_from(["0", "*/20", "30", "15,45", "59"]), hour=_WORDS,
    day=st.sampled_from(["*", "1", "28", "31"]), weekday=st.sampled_from(["*", "SUN", "1-5"]),
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "UTC"]),
    days=st.integers(0, 1_500), minutes=st.integers(0, 1_440),
)  # fmt: skip
def test_any_line_is_due_in_order_from_wherever_one_looks(
    minute: str, hour: str, day: str, weekday: str, zone: str, days: int, minutes: int
) -> None:
    start = _moment("2026-01-01") + timedelta(days=days, minutes=minutes)
    timing = Timing(cron=f"{minute} {hour} {day} * {weekday}", zone=zone)
    due = [each.at for each in next_due(timing, start, 40)]
    assert due == sorted(set(due))
    assert due[0] > start
    for place in (0, 13, 38):
        assert next_due(timing, due[place], 1)[0].at == due[place + 1]
    assert due_between(timing, start, due[20], 5) == due[16:21]
    assert list(takewhile(lambda at: at <= due[5], (each.at for each in due_after(timing, start)))) == due[:6]
