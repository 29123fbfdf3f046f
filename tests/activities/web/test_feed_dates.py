"""Dates of three numbers: what they mean is told by what stands beside them, or they are left unread."""

from datetime import UTC, datetime

import pytest

from activities.sources.web.entries import entries_of
from activities.sources.web.guarded_http import Reply
from tests.activities.web.test_feed_entries import reply

SEEN = datetime(2026, 5, 20, 12, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00")


def feed(dates: list[str], language: str = "") -> Reply:
    items = "".join(
        f"<item><title>{n}</title><link>https://a.example/{n}</link><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    said = f"<language>{language}</language>" if language else ""
    return reply(f'<rss version="2.0"><channel><title>x</title>{said}{items}</channel></rss>')


async def read(got: Reply) -> list[datetime | None]:
    """In the order of the feed; None: undated, and marked so."""
    entries = sorted((await entries_of(got, SEEN)).entries, key=lambda entry: entry.url)
    assert all(entry.dated or entry.published == SEEN for entry in entries)
    return [entry.published if entry.dated else None for entry in entries]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["03/02/2026", "25/02/2026"], "2026-02-03"),
        (["03/02/2026", "02/25/2026"], "2026-03-02"),
        (["02.03.26", "27.02.26"], "2026-03-02"),
        (["26.03.02", "26.02.30", "26.02.27"], None),
        (["26-03-02", "25-12-31"], "2026-03-02"),
        # It has come out.
        (["03/12/2026"], "2026-03-12"),
        (["04/03/2026", "01/04/2026"], None),
        # How others are written says nothing of these, and who writes in both ways is not believed.
        (["03/02/2026", "25.02.2026"], None),
        (["03/02/2026", "25/02/2026", "02/25/2026"], None),
        (["03/02/2026"], None),
    ],
)
async def test_the_other_dates_of_a_feed_tell_the_day_from_the_month(dates: list[str], first: str | None) -> None:
    assert (await read(feed(dates)))[0] == (day(first) if first else None)


@pytest.mark.parametrize(
    ("language", "date", "meant"),
    [
        ("en-us", "03/02/2026", "2026-03-02"),
        ("en-GB", "03/02/2026", "2026-02-03"),
        ("en_AU", "03/02/26", "2026-02-03"),
        ("fr-FR", "03/02/2026", "2026-02-03"),
        ("de", "02.03.26", "2026-03-02"),
        ("ko", "26.03.02", "2026-03-02"),
        ("ja-JP", "26/03/02", "2026-03-02"),
        # It is written in both ways, or in none of these.
        ("en", "03/02/2026", None),
        ("en-CA", "03/02/2026", None),
        ("ja", "03/02/2026", None),
        # What the software of a site says of itself is less than the calendar.
        ("en-US", "05/12/2026", "2026-05-12"),
        # But an event may lie ahead.
        ("en-US", "12/05/2026", None),
        # Nobody there begins with the year.
        ("de", "25.12.26", None),
    ],
)
async def test_so_does_the_language_of_the_feed(language: str, date: str, meant: str | None) -> None:
    assert await read(feed([date], language)) == [day(meant) if meant else None]


async def test_one_date_ahead_does_not_move_all_others() -> None:
    """A task that has waited for its worker, and a story of what is to come."""
    assert await read(feed(["04/05/2026", "03/06/2026"], "en-GB")) == [day("2026-05-04"), day("2026-06-03")]
    assert await read(feed(["04/05/2026", "04/06/2026"], "en-GB")) == [None, None]
    # A day of which there is no such month speaks against what is usual.
    assert await read(feed(["05/04/2026", "05/14/2026"], "en-GB")) == [day("2026-05-04"), day("2026-05-14")]


async def test_software_that_says_american_of_a_site_elsewhere_is_not_believed() -> None:
    found = feed(["03/02/2026"], "en-us")
    assert await read(Reply("https://www.a.co.uk/feed", found.status, found.headers, found.body)) == [None]
    assert await read(Reply("https://www.a.com/feed", found.status, found.headers, found.body)) == [day("2026-03-02")]


async def test_so_does_another_date_of_the_same_story() -> None:
    both = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{}'
        "<entry><title>b</title><link href='https://a.example/1'/><published>04/02/2026</published></entry></feed>"
    )
    changed = (
        "<entry><title>a</title><link href='https://a.example/0'/><published>03/02/2026</published>"
        "<updated>2026-02-04T10:00:00Z</updated></entry>"
    )
    assert await read(reply(both.format(changed))) == [day("2026-02-03"), day("2026-02-04")]


async def test_so_does_the_country_of_the_site() -> None:
    found = feed(["03/02/2026"])
    british = Reply("https://www.a.co.uk/feed", found.status, found.headers, found.body)
    assert await read(british) == [day("2026-02-03")]
