"""Dates as feeds write them: read as they are written, or not at all."""

from datetime import UTC, datetime

import pytest

from activities.sources.web.dates import moment_of

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = datetime(2026, 3, 2, 10, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


WRITTEN = [
    ("2026/11/23 15:07:41", at(23, 15, 7, 41)),
    ("Mon, 23 Nov 2026 3:07 PM EST", at(23, 20, 7)),
    ("Tue,24 Nov 2026 10:28:36 +0000", at(24, 10, 28, 36)),
    ("Mo, 23 Nov 2026 10:00:00 GMT", TEN),
    ("lun., 23 nov. 2026 11:00:00 +0100", TEN),
    ("Mo, 23 Dez 2026 10:00", datetime(2026, 12, 23, 10, tzinfo=UTC)),
    ("вт, 24 ноя 2026 10:28:36 +0300", at(24, 7, 28, 36)),
    ("Monday, November 23, 2026 - 3:07pm", at(23, 15, 7)),
    ("Mon, 23 Nov 2026 10:00:00 GMT-5", at(23, 15)),
    ("Mon, 23 Nov 2026 10:00 GMT+0530", at(23, 4, 30)),
    ("Mon, 23 Nov 2026 10:00:00 UTC+8", at(23, 2)),
    ("Mon, 23 Nov 2026 22:00:00 -0500 (EST)", at(24, 3)),
    ("Mon, 23 Nov 2026 24:00:00 GMT", at(24, 0)),
    ("2026-11-23T24:00:00Z", at(24, 0)),
    ("Mar 2, 2026 10:00 AM", SECOND),
    ("2026-03-02 10:00:00 UTC", SECOND),
    ("2026-03-02 10:00:00.123456789 +0000 UTC", SECOND.replace(microsecond=123456)),
    ("20260302T100000Z", SECOND),
    ("1772445600", SECOND),
    ("202603021000", SECOND),
    ("20260302100000", SECOND),
    ("1772445600000", SECOND),
    ("Mon Mar  2 02:00:00 PST 2026", SECOND),
    ("02.03.2026 10:00", SECOND),
    ("25/12/2026 10:00", datetime(2026, 12, 25, 10, tzinfo=UTC)),
    ("12/25/2026 10:00 PM CST", datetime(2026, 12, 26, 4, tzinfo=UTC)),
    ("2 Mar 26 10:00 Z", SECOND),
    ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
    ("2026-03-02T11:00:00+01:00[Europe/Berlin]", SECOND),
    ("1772445600000000", SECOND),
    ("1772445600000000000", SECOND),
    ("2026\u5e743\u67082\u65e5 10:00", SECOND),
    ("2026\ub144 3\uc6d4 2\uc77c 10:00", SECOND),
    ("11/23/26 10:00", TEN),
    ("Mon, 02 Mar 26 0015 GMT", SECOND.replace(hour=0, minute=15)),
    ("02-Mar-26 0015 GMT", SECOND.replace(hour=0, minute=15)),
    ("Mon, 26-03-02 0015", SECOND.replace(hour=0, minute=15)),
    ("Mon, 26-03-02 1000", SECOND),
    # Three numbers of which a day of the week, or the dots and the whole year, tell what they are.
    ("Mon, 03/02/2026 10:00", SECOND),
    ("lundi 02/03/2026 \u00e0 10h00", SECOND),
    ("Montag, 02.03.26, 10:00 Uhr", SECOND),
    ("02.03.2026 um 10.00 Uhr", SECOND),
    ("10:00, 02.03.2026", SECOND),
    ("12/25/2026 - 10:00 PM CST", datetime(2026, 12, 26, 4, tzinfo=UTC)),
    ("2026. 03. 02. 10:00", SECOND),
    ("2026\u5e7403\u670802\u65e5 10\u664200\u5206", SECOND),
    ("2026\ub144 3\uc6d4 2\uc77c 10\uc2dc 00\ubd84 00\ucd08", SECOND),
    ("Monday 2 March 2026 10.00 GMT", SECOND),
    ("2026-03-02+14:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ("2026-03-02Z", datetime(2026, 3, 2, tzinfo=UTC)),
    # What dateutil would turn the wrong way round, or cut.
    ("Mon, 23 Nov 2026 10:00:00 EST-0500", at(23, 15)),
    ("Mon, 23 Nov 2026 10:00:00 CET+1", at(23, 9)),
    ("Mon, 23 Nov 2026 10:00 pm IST+5:30", at(23, 16, 30)),
    ("23 November 2026 10.30am", at(23, 10, 30)),
    ("23 November 2026, 3.07 p.m. EST", at(23, 20, 7)),
    ("Nov 23, 2026 10:00 a.m.", TEN),
    ("23-NOV-2026 10:00", TEN),
    ("2026-03-02T10:00:00+00:00Z", SECOND),
    ("2026030210", SECOND),
    ("Mon, 02 Mar 2026 10:00:00 UTC (GMT+1)", SECOND),
    # The zone's name and its hours, without a space, in brackets.
    ("Mon, 23 Nov 2026 10:00:00 ET-5", at(23, 15)),
    ("Mon, 23 Nov 2026 10:00:00 CT-0600", at(23, 16)),
    ("Mon, 23 Nov 2026 10:00:00 MT-7", at(23, 17)),
    ("Mon, 23 Nov 2026 10:00 PT -8", at(23, 18)),
    ("Mon, 23 Nov 2026 10:00 UT+1", at(23, 9)),
    ("Mon, 23 Nov 2026 10 am EST-5", at(23, 15)),
    ("Mon, 23 Nov 2026 10:00:00 EST+5", at(23, 15)),
    ("Mon, 23 Nov 2026 10:00 PM-5", at(24, 3)),
    ("Mon, 23 Nov 2026 04:00 -05:00", at(23, 9)),
    ("Mon, 23 Nov 2026 10:00:00 -0400 EST", at(23, 14)),
    ("2026-11-23T10:00:00UTC+2", at(23, 8)),
    ("2026-11-23 10:00GMT+0200", at(23, 8)),
    ("23 Nov 2026 10:00:00UTC-5", at(23, 15)),
    ("2026-11-23T10:00:00.000Z+0000", TEN),
    ("Nov 23, 2026 10:00 (UTC+8)", at(23, 2)),
    ("Nov 23, 2026 10:00 (GMT +01:00)", at(23, 9)),
    ("Nov 23, 2026 10:00 (+0800)", at(23, 2)),
    ("Nov 23, 2026 10:00 AM (ET)", at(23, 15)),
    ("Nov 23, 2026 10:00 [CET]", at(23, 9)),
    ("Nov 23, 2026 10:00 (PST-8)", at(23, 18)),
    ("10:00 (EST) Nov 23, 2026", at(23, 15)),
    ("Nov 23, 2026 (Monday) 10:00", TEN),
    ("Nov 23, 2026 10:00 PST (UTC-8)", at(23, 18)),
    ("Nov 23, 2026 10:00 ET (15:00 GMT)", at(23, 15)),
    ("Mon Nov 23 2026 11:00:00 GMT+0100 (Central European Standard Time)", TEN),
    ("2026-11-23T04:00-05:00", at(23, 9)),
    ("2026-11-23T10:00:00\u221205:00", at(23, 15)),
    ("20261123-10:00:00", TEN),
    ("Nov 23, 2026 10:00 UTC\u22125", at(23, 15)),
    ("11/23/2026 10:00 (EST)", at(23, 15)),
    ("23 novembre 2026 \u00e0 10h00", TEN),
    ("23. November 2026, 10:00 Uhr", TEN),
    ("lunes, 23 de noviembre de 2026 - 10:00", TEN),
    ("23 \u043d\u043e\u044f\u0431\u0440\u044f 2026 \u0433. 10:00", TEN),
    # A clock with a dot, or without its zeros.
    ("13. Januar 2026, 10.30 Uhr", datetime(2026, 1, 13, 10, 30, tzinfo=UTC)),
    ("Dienstag, 13. Januar 2026, 10.30 Uhr", datetime(2026, 1, 13, 10, 30, tzinfo=UTC)),
    ("13 gennaio 2026 ore 10.30", datetime(2026, 1, 13, 10, 30, tzinfo=UTC)),
    ("13. tammikuuta 2026 klo 10.30", datetime(2026, 1, 13, 10, 30, tzinfo=UTC)),
    ("13. januar 2026 kl. 10.30", datetime(2026, 1, 13, 10, 30, tzinfo=UTC)),
    ("13 januari 2026 om 10.30 uur", datetime(2026, 1, 13, 10, 30, tzinfo=UTC)),
    ("13. M\u00e4rz 2026, 10.30 Uhr", datetime(2026, 3, 13, 10, 30, tzinfo=UTC)),
    ("13 novembre 2026 - 10.30", at(13, 10, 30)),
    ("13 listopada 2026 godz. 10.30", at(13, 10, 30)),
    ("13 \u043d\u043e\u044f\u0431\u0440\u044f 2026, 10.30", at(13, 10, 30)),
    ("13 de noviembre de 2026 a las 10.30", at(13, 10, 30)),
    ("13 Nov 2026, 10.30", at(13, 10, 30)),
    ("10.30 Uhr, 13. November 2026", at(13, 10, 30)),
    ("2026 Nov 13 10.30", at(13, 10, 30)),
    ("13 Nov 2026, 10.30 Uhr +0100", at(13, 9, 30)),
    ("Fri, 13 Nov 2026 9:5:0 GMT", at(13, 9, 5)),
    ("13 Nov 2026 10:30:5", at(13, 10, 30, 5)),
    ("2026-11-13T9:5:3Z", at(13, 9, 5, 3)),
    ("11/13/2026 9:5:3 AM", at(13, 9, 5, 3)),
    ("13/11/2026 9:5", at(13, 9, 5)),
    # What in brackets says nothing of the zone.
    ("Nov 30, 2026 10:00 (updated 11:00)", at(30, 10)),
    ("30 Nov 2026 10:00 (updated 30 Nov 2026 11:00)", at(30, 10)),
    ("30 Nov 2026 10:00 (Updated: Dec 2, 2026, 11:00 am)", at(30, 10)),
    ("Nov 30, 2026 10:00 AM (4 min read)", at(30, 10)),
    ("Nov 30, 2026 10:00 AM (3 hours ago)", at(30, 10)),
    ("Nov 30, 2026 10:00 AM (5 minutes ago)", at(30, 10)),
    ("Nov 30, 2026 10:00 AM (Reuters)", at(30, 10)),
    ("Nov 30, 2026 10:00 AM (edited)", at(30, 10)),
    ("30. November 2026, 10.00 Uhr (aktualisiert 11.00 Uhr)", at(30, 10)),
    ("Dec 1, 2026 10:00am (Updated: Dec 2, 2026)", datetime(2026, 12, 1, 10, tzinfo=UTC)),
    ("13 novembre 2026 \u00e0 10:30 (mis \u00e0 jour \u00e0 11:00)", at(13, 10, 30)),
    ("Nov 30, 2026 10:00 (EST) (updated 11:00)", at(30, 15)),
    # What looks like a span and is none.
    ("2026-11-30 03:00-05:00", at(30, 8)),
    ("Fri, 13 Nov 2026 01:00-08:00", at(13, 9)),
    ("30 Nov 26 - 10 AM", at(30, 10)),
]
#: Hours before UTC of each zone of RFC 822, and of those that feeds write beside them.
ZONES = {
    "UT": 0, "GMT": 0, "UTC": 0, "Z": 0, "EST": 5, "EDT": 4, "CST": 6, "CDT": 5, "MST": 7, "MDT": 6, "PST": 8, "PDT": 7,
    "A": 0, "M": 0, "N": 0, "Y": 0, "CET": -1, "CEST": -2, "BST": -1, "JST": -9, "MSK": -3, "AEDT": -11, "ET": 5,
    "PT": 8,
}  # fmt: skip
#: Two moments, or none.
UNSURE = [
    "03/02/2026 10:00", "November 2026", "Nov 23", "Mon, 23 Nov 2026 10:00 XYZT", "yesterday", "2 hours ago", "soon",
    "", "0000-00-00 00:00:00", "Mon, 30 Nov -0001 00:00:00 +0000", "Thu, 31 Feb 2026 10:00 GMT", "10:00", "9" * 40,
    "0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "1900-01-01", "000000000", "9999-12-31T23:59:59Z",
    "23-11-26", "260302", "260302 10:00", "2603021000", "46083.5", "Mon, 23 Nov 2569 10:00:00 +0700",
    "Mon, 23 Nov 2026 10:00 XYZT+3", "23 Abcd 2026 10:00 1",
    "26-03-02 0015", "26-03-02 1000", "Jan 01 0001",
    "10/11/12 10:00", "02.03.26 10:00", "26.03.02", "Wed, 03/02/2026 10:00", "10:00 PM 02/03/2026",
    "1/1/0001 12:00:00 AM", "01.01.0001 00:00:00", "Mon, 01 Jan 0001 00:00:00 GMT", "Jan 01, 0001",
    # Two zones, one that nobody knows, hours that no place has.
    "2026-11-30T10:00:00Z-05:00", "2026-11-30T10:00:00Z+0100", "30 Nov 2026 10:00 Z-5", "30 Nov 2026 10:00 A+5",
    "30 Nov 2026 10:00:00 CST+8", "30 Nov 2026 10:00:00 +0200 EST", "2026-11-30T10:00:00-0500-0600",
    "Nov 30, 2026 10:00 (London time)", "Nov 30, 2026 10:00 (Europe/Berlin)", "2026-11-30T10:00:00[Europe/Berlin]",
    "Nov 30, 2026 10:00 (15:00 GMT)", "2026-11-30 10:00:00-15:00", "2026-11-30T10:00:00+19:00",
    # From one time or day to another.
    "Nov 30, 2026 10:00-11:00 AM", "Nov 30, 2026 10-11 AM", "Nov 30, 2026 10am-11am", "Nov 30, 2026 10:00\u201311:00",
    "Nov 30, 2026 9:00 - 11:00", "2026-11-30 10:00-11:00", "2026-11-30 10:00/11:00", "Nov 30, 2026 10:00 to 11:00",
    "Nov 30, 2026 10:00 a.m. - 11:00 a.m.", "March 1-2, 2026", "1-2 March 2026", "March 12-15, 2026", "3 4 Nov 2026",
    "1/2 March 2026", "March 1, 2, 2026", "March 1 and 2, 2026", "3rd-4th March 2026", "3. - 4. November 2026",
    "03 - 04 November 2026 10:00", "30 Nov - 2 Dec 2026", "2026-11-30/2026-12-01", "2026-11-30 - 2026-12-01",
    "20261130-20261201", "2026-11-30 20261201", "3 Nov 26 2026", "2026-11-03T15.3", "2026-11-30-12", "Dec 25/26 2026",
    "11/30/2026 10:00-11:00 AM", "30.11.2026 10:00-11:00 Uhr", "12/25-12/27/2026",
    "3-4 novembre 2026", "23 Nov 2026 24 Nov 2026",
    "13 Nov 2026, 10.00-11.00", "13. November 2026, 10.30 bis 11.30 Uhr", "13 Nov 2026, 10.30 - 11.30",
    "Nov 30, 2026 06:00-08:00", "2026-11-30 06:00-07:30", "30 Nov 26 - 10-11 AM",
    # Numbers with a dot that are no clock, or not for certain; a clock that is lost, or whose zone is that of a note.
    "10.30 13 Nov 2026", "13 Nov 10.30 2026", "13 Nov 20.26", "Nov 13.26 2026", "13 Nov 2026, 10.75",
    "13 Nov 2026 25.30", "01-Dec-2026 (10:00:00)", "Nov 30, 2026 10:00 (updated 11:00 EST)",
    "Nov 30, 2026 10:00 (updated 11:00 London time)", "Nov 30, 2026 10:00 (Berlin)",
    "Nov 30, 2026 10:00 (updated 11:00 +0100)", "Nov 30, 2026 10:00 (updated 11:00 EST, Dec 2, 2026)",
    "2026030210000000", "2026\u5e743\u67082\u65e5 \u5348\u5f8c3:07",
]  # fmt: skip


@pytest.mark.parametrize(("text", "moment"), WRITTEN)
def test_a_date_means_what_is_written(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_is_its_hours(zone: str) -> None:
    found = moment_of(f"Mon, 23 Nov 2026 10:00:00 {zone}")
    assert found
    assert (found - TEN).total_seconds() == 3600 * ZONES[zone]


def test_the_zone_of_india_has_half_an_hour() -> None:
    assert moment_of("Mon, 23 Nov 2026 15:30 IST") == TEN


@pytest.mark.parametrize("text", UNSURE)
def test_what_could_be_two_moments_is_none(text: str) -> None:
    assert moment_of(text) is None
