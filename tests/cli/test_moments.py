"""Times as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from cli.moments import bound, moment

SOON = timedelta(minutes=1)


@pytest.mark.parametrize(("text", "ahead"), [("in 2 hours", timedelta(hours=2)), ("2h", timedelta(hours=2))])
def test_from_now_on(text: str, ahead: timedelta) -> None:
    assert abs(moment(text) - datetime.now(UTC) - ahead) < SOON


def test_a_moment_is_a_time_with_its_zone() -> None:
    assert moment("2030-01-31T08:00+01:00") == datetime(2030, 1, 31, 7, tzinfo=UTC)
    assert moment("tomorrow 8:00").hour == 8
    assert moment("2030-01-31 08:00").tzinfo is not None
    for text in ("tomorrow", "2030-01-31", "31.01.2030"):
        with pytest.raises(typer.BadParameter, match="is a day"):
            moment(text)


def test_a_range_begins_with_the_day() -> None:
    yesterday = bound("yesterday")
    assert (yesterday.hour, yesterday.minute, yesterday.tzinfo is None) == (0, 0, False)
    assert timedelta(0) < datetime.now(UTC) - yesterday < timedelta(days=2, hours=1)
    assert bound("2030-01-31").day == 31
    assert abs(bound("3 hours ago") - datetime.now(UTC) + timedelta(hours=3)) < SOON


@pytest.mark.parametrize("text", ["", "soon", "lastweek", "31", "May", "x"])
def test_what_would_have_to_be_guessed_is_no_time(text: str) -> None:
    for read in (moment, bound):
        with pytest.raises(typer.BadParameter, match="is no time"):
            read(text)
