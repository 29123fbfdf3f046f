"""`news_crawl` where a page is not the story: the feed's own text is kept, under the story's address, and said."""

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import HTMLResponse, Response

from activities.news_crawl import news_crawl
from activities.sources.web.news_sources import news_sources
from activities.sources.web.walls import led_to_wall
from contracts.params.crawl import NewsCrawlParams
from contracts.records.rows import NewsArticle, RecordKind
from contracts.tasks.results import NewsCrawlResult
from tests.activities.recording_context import Crash, RecordingContext
from tests.activities.web.odd_news import OddNews, article, name_of, to
from tests.sandbox_server import NOW

WALL = "Before you continue. We and our partners keep cookies on your device. Accept all or reject all of them. " * 4
STORIES = (0, 1, 2)


async def crawl(
    site: OddNews, *items: str, context: RecordingContext | None = None, **changes: Any
) -> tuple[NewsCrawlResult, list[NewsArticle]]:
    context = context or RecordingContext(NOW)
    params = {"ticker": "NVDA", "sources": [site.feed(*items)], "date_range": {"last_days": 30}} | changes
    result = await news_crawl(context, NewsCrawlParams.model_validate(params))
    rows = [row for row in context.table.rows.values() if isinstance(row, NewsArticle)]
    return result, sorted(rows, key=lambda row: row.url)


def own_text(number: int) -> str:
    return f"{name_of(number)} rose, says the feed."


def stories(site: OddNews) -> list[str]:
    return [site.story(number, own_text(number)) for number in STORIES]


def assert_as_the_feed_tells(site: OddNews, result: NewsCrawlResult, rows: list[NewsArticle]) -> None:
    assert [row.url for row in rows] == [f"{site.url}/story-{number}" for number in STORIES]
    assert [row.text for row in rows] == [own_text(number) for number in STORIES]
    assert {row.raw["text_from"] for row in rows} == {"feed"}
    assert (result.articles_collected, result.kept_from_feed, result.copies) == (3, 3, 0)
    assert len(result.failures) == 3
    assert all("kept as the feed tells it" in line for line in result.failures)


@pytest.mark.parametrize("canonical", ["/", "/story", "/story-0"])
async def test_what_a_page_calls_itself_is_not_its_identity(site: OddNews, canonical: str) -> None:
    for number in STORIES:
        link = f'<link rel="canonical" href="{site.url}{canonical}">'
        site.pages[f"/story?id={number}"] = article(name_of(number), link)

    result, rows = await crawl(site, *(site.story(n, own_text(n), f"/story?id={n}") for n in STORIES))

    assert [row.url for row in rows] == [f"{site.url}/story?id={number}" for number in STORIES]
    assert {row.raw["text_from"] for row in rows} == {"page"}
    assert (result.copies, result.kept_from_feed) == (0, 0)


WALLS = ["/v2/collectConsent", "/login", "/signin.html", "/cookie-consent/", "/subscribe", "/errors/404"]


@pytest.mark.parametrize("path", WALLS)
async def test_a_wall_on_another_host_is_never_stored(site: OddNews, path: str) -> None:
    for number in STORIES:
        site.pages[f"/story-{number}"] = to(f"{site.other}{path}?back={number}")
    # It says that it is the story.
    site.pages[path] = article(f"Nvidia, Oracle, Boeing: {own_text(0)}")

    result, rows = await crawl(site, *stories(site))

    assert_as_the_feed_tells(site, result, rows)


@pytest.mark.parametrize(
    ("url", "wall"),
    [
        ("https://consent.yahoo.example/v2/collectConsent", True),
        ("https://guce.yahoo.example/x", True),
        ("https://accounts.google.example/x", True),
        ("https://sso-eu.news.co.uk/x", True),
        ("https://id.news.example/x", True),
        ("https://news.example/account/login?x=1", True),
        ("https://news.example/authwall?x=1", True),
        ("https://news.example/register?next=/story-1", True),
        ("https://news.example/accounts/start?continue=https%3A%2F%2Fnews.example%2F1", True),
        ("https://news.example/auth/realms/x/protocol/openid-connect/auth", True),
        ("https://news.example/checkpoint/challenge/abc", True),
        ("https://news.example/errors/404.html", True),
        # A site may be called so, and so may be what it writes of.
        ("https://www.checkpoint.com/press-releases/q3", False),
        ("https://checkpoint.com/blog", False),
        ("https://www.sign-up.co.uk/story", False),
        ("https://id-news.example/story", False),
        ("https://news.example/challenge/how-nvidia-won", False),
        ("https://news.example/accounts/2026/nvidia-reports", False),
        ("https://www.theregister.com/register/2026/11/30/nvidia", False),
        ("https://news.example/gdpr/nvidia-fined?page=2", False),
        ("https://news.example/errors/of-the-past?from=feed", False),
        ("https://news.example/id/12345", False),
        # Steps of a form, and stories below its name.
        ("https://news.example/subscribe/digital", True),
        ("https://news.example/subscription/all-access", True),
        ("https://news.example/subscribe/annual?from=story", True),
        ("https://news.example/register/step1", True),
        ("https://news.example/errors/geo", True),
        ("https://news.example/subscriptions/netflix-raises-its-prices", False),
        ("https://news.example/register/12345", False),
    ],
)
def test_which_address_is_a_form_to_be_filled_in_first(url: str, wall: bool) -> None:
    assert led_to_wall("https://feeds.example/story", url) is wall


def test_a_story_below_the_name_of_a_form_may_move() -> None:
    assert not led_to_wall("https://news.example/register/2026/11/nvidia-wins", "https://news.example/register/nvidia")


def _refresh(site: OddNews, number: int) -> Response:
    return HTMLResponse(f'<meta http-equiv="refresh" content="0; url={site.other}/gate?{number}">One moment.')


def _header(site: OddNews, number: int) -> Response:
    return HTMLResponse("One moment.", headers={"refresh": f"0;url={site.other}/gate?{number}"})


def _same(site: OddNews, number: int) -> Response:
    return HTMLResponse(f"<title>{name_of(number)} surprises investors</title><p>{WALL}</p>")


def _front(site: OddNews, number: int) -> Response:
    return to("/")


def _refused(site: OddNews, number: int) -> Response:
    return Response(status_code=(401, 403, 451)[number])


def _gone(site: OddNews, number: int) -> Response:
    return Response(status_code=410)


def _other_kind(site: OddNews, number: int) -> Response:
    return Response(b"%PDF-1.7 ...", media_type="application/pdf")


def _soft_404(site: OddNews, number: int) -> Response:
    return HTMLResponse(
        f"<title>Page not found</title><p>We looked everywhere for you, {number} times. " + "Sorry. " * 40
    )


NOT_THE_STORY = [_refresh, _header, _same, _front, _refused, _gone, _other_kind, _soft_404]


@pytest.mark.parametrize("page", NOT_THE_STORY)
async def test_a_page_that_is_not_the_story(site: OddNews, page: Any) -> None:
    for number in STORIES:
        site.pages[f"/story-{number}"] = page(site, number)
    site.pages["/gate"] = HTMLResponse(f"<title>Hello</title><p>{WALL}</p>")
    site.pages["/"] = article("Nvidia, Oracle and Boeing: all the surprises for investors")

    result, rows = await crawl(site, *stories(site))

    assert_as_the_feed_tells(site, result, rows)


WALLS = [
    "We value your privacy. We and our 842 partners keep cookies on your device. Accept all. Reject all. " * 3,
    "Sign in to continue. E-mail address. Password. Forgot your password? Register now to read this article. " * 3,
    "Subscribe to continue reading. Already a subscriber? Log in. Unlimited access, cancel any time. " * 3,
    "Please verify you are a human. Our systems have seen unusual traffic from your network. " * 3,
    "Wir und unsere 120 Partner verarbeiten Daten. Alle akzeptieren. Mit Werbung weiterlesen. " * 3,
]


@pytest.mark.parametrize("wall", WALLS)
async def test_a_wall_under_the_title_of_a_story_that_the_feed_only_names(site: OddNews, wall: str) -> None:
    title = "Nvidia surprises investors"
    site.pages["/story-0"] = HTMLResponse(f"<title>{title}</title><h1>{title}</h1><p>{wall}</p>")

    result, [row] = await crawl(site, site.story(0, ""))

    assert (row.title, row.text, row.raw["text_from"]) == (title, "", "feed")
    assert "does not tell of it" in result.failures[0]


async def test_the_beginning_of_a_story_above_an_offer_is_kept(site: OddNews) -> None:
    teaser = "Nvidia has surprised its investors with better results than anybody had expected. " * 4
    site.pages["/story-0"] = HTMLResponse(f"<title>x</title><article><p>{teaser}</p><p>{WALLS[2]}</p></article>")

    _, [row] = await crawl(site, site.story(0, ""))

    assert row.text.startswith("Nvidia has surprised")


async def test_a_page_that_sends_on_to_the_story(site: OddNews) -> None:
    site.pages["/story-0"] = HTMLResponse("<meta http-equiv=Refresh content=\"1;URL='/moved?x=1'\">")
    site.pages["/moved?x=1"] = to("/moved-again")
    site.pages["/moved-again"] = article("Nvidia")

    _, [row] = await crawl(site, site.story(0, own_text(0)))

    assert (row.url, row.raw["text_from"]) == (f"{site.url}/story-0", "page")


async def test_robots_txt_holds_after_a_redirect(site: OddNews) -> None:
    site.pages["/robots.txt"] = Response("\ufeffUser-agent: *\nDisallow: /hidden")
    site.pages["/story-0"] = to("/hidden")
    site.pages["/hidden"] = article("Nvidia")

    result, [row] = await crawl(site, site.story(0, own_text(0)))

    assert (row.text, result.kept_from_robots) == (own_text(0), 1)
    assert "/hidden" not in site.asked


async def test_a_byte_order_mark_does_not_open_a_site(site: OddNews) -> None:
    site.pages["/robots.txt"] = Response("\ufeffUser-agent: *\r\nDisallow: /")
    site.pages["/story-0"] = article("Nvidia")

    result, _ = await crawl(site, site.story(0, own_text(0)))

    assert result.kept_from_robots == 1
    assert "/story-0" not in site.asked


async def test_three_stories_of_one_page_have_their_own_texts(site: OddNews) -> None:
    site.pages["/live"] = article("Nvidia, Oracle, Boeing")

    result, rows = await crawl(site, *(site.story(n, own_text(n), f"/live#v{n}") for n in STORIES))

    assert [(row.url, row.text) for row in rows] == [(f"{site.url}/live#v{n}", own_text(n)) for n in STORIES]
    assert (result.copies, result.kept_from_feed) == (0, 3)
    assert "/live" not in site.asked


async def test_the_fuller_text_is_kept(site: OddNews) -> None:
    site.pages["/story-0"] = article("Nvidia surprises investors")
    whole = f"Nvidia surprises investors. {'There is more to say. ' * 80}".strip()

    _, [row] = await crawl(site, site.story(0, whole))

    assert (row.text, row.raw["text_from"]) == (whole, "feed")


async def test_what_is_stored_is_not_replaced_by_less(site: OddNews) -> None:
    site.pages["/story-0"] = article("Nvidia")
    _, [first] = await crawl(site, site.story(0, own_text(0)))
    context = RecordingContext(NOW)
    context.materials[RecordKind.NEWS_ARTICLES] = [[first.model_dump(mode="json")]]
    site.pages["/story-0"] = Response(status_code=403)

    _, [second] = await crawl(site, site.story(0, own_text(0)), context=context)

    assert second == first
    [query] = context.queries
    assert (query.kind, query.ids) == (RecordKind.NEWS_ARTICLES, [first.article_id, first.raw["own_id"]])


async def test_the_story_of_another_day_under_the_same_address_replaces_none(site: OddNews) -> None:
    def column(number: int, guid: str) -> str:
        return site.story(number, own_text(number), "/column").replace(f"<guid>{number}", f"<guid>{guid}")

    context = RecordingContext(NOW)
    for number, guid in ((0, "monday"), (1, "tuesday"), (1, "tuesday")):
        context.materials[RecordKind.NEWS_ARTICLES] = [
            [row.model_dump(mode="json") for row in context.table.rows.values()]
        ]
        context.cursor = None
        _, rows = await crawl(site, column(number, guid), context=context)
    assert sorted(row.text for row in rows) == [own_text(0), own_text(1)]
    assert {row.url for row in rows} == {f"{site.url}/column"}

    # Of the same one, with a new title, there is one.
    context.materials[RecordKind.NEWS_ARTICLES] = [[row.model_dump(mode="json") for row in rows]]
    context.cursor = None
    await crawl(site, column(2, "monday"), context=context)
    assert sorted(row.title for row in context.table.rows.values() if isinstance(row, NewsArticle)) == [
        "Boeing surprises investors", "Oracle surprises investors"
    ]  # fmt: skip


UNDATED = "<title>Nvidia surprises</title><link>/story-0</link><description>Nvidia rose.</description>"


async def test_an_undated_story_keeps_the_time_of_first_sight(site: OddNews) -> None:
    site.pages["/story-0"] = article("Nvidia")
    result, [first] = await crawl(site, UNDATED, context=RecordingContext(NOW))
    later = RecordingContext(NOW.replace(day=9))
    later.materials[RecordKind.NEWS_ARTICLES] = [[first.model_dump(mode="json")]]

    _, [second] = await crawl(site, UNDATED, context=later)

    assert (result.undated, first.published, first.raw["published_from"]) == (1, NOW, "first_seen")
    assert second == first


async def test_of_a_range_in_the_past_undated_stories_are_left_out_and_counted(site: OddNews) -> None:
    result, rows = await crawl(site, UNDATED, date_range={"from": "2026-01-01", "to": "2026-01-31"})
    assert (rows, result.undated, result.undated_left_out) == ([], 0, 1)


async def test_a_story_whose_time_is_still_to_come_is_left_out_and_counted(site: OddNews) -> None:
    ahead = f"{UNDATED}<pubDate>{NOW + timedelta(hours=5):%a, %d %b %Y %H:%M} GMT</pubDate>"
    result, rows = await crawl(site, ahead)
    assert (rows, result.dated_ahead, result.undated) == ([], 1, 0)


async def test_a_date_that_appears_later_is_the_date(site: OddNews) -> None:
    site.pages["/story-0"] = article("Nvidia")
    _, [first] = await crawl(site, UNDATED)
    context = RecordingContext(NOW)
    context.materials[RecordKind.NEWS_ARTICLES] = [[first.model_dump(mode="json")]]

    _, [second] = await crawl(site, f"{UNDATED}<pubDate>Sun, 01 Mar 2026 10:00 GMT</pubDate>", context=context)

    assert (second.published.isoformat(), second.raw) == ("2026-03-01T10:00:00+00:00", {"text_from": "page"})


async def test_of_a_page_that_fails_the_feed_s_text_is_kept(site: OddNews) -> None:
    site.pages["/story-0"] = article("Nvidia")
    site.pages |= {f"/story-{number}": Response(status_code=(500, 999)[number - 1]) for number in (1, 2)}
    bare = site.story(3, "").replace("<description></description>", "")
    site.pages["/story-3"] = Response(status_code=503)

    result, rows = await crawl(site, *stories(site), bare)

    assert [(row.url[-1], row.raw["text_from"]) for row in rows] == [("0", "page"), ("1", "feed"), ("2", "feed")]
    assert [row.text for row in rows[1:]] == [own_text(1), own_text(2)]
    assert (result.articles_failed, result.kept_from_feed, len(result.failures)) == (3, 2, 3)


async def test_behind_a_teaser_the_page_has_the_story_for_search_engines(site: OddNews) -> None:
    whole = " ".join(f"In part {n} Nvidia told its investors more of what it had sold." for n in range(40))
    data = json.dumps({"@graph": [{"@type": "NewsArticle", "articleBody": f"<p>{whole}</p>"}]})
    told = "".join(f"It sold more chips in quarter {n} than it had thought. " for n in range(12))
    teaser = f"<p>Nvidia surprises investors. {told}</p>"
    several = json.dumps([{"articleBody": whole}, {"articleBody": f"{whole} And more."}])
    for number, said in enumerate((data, several, "{")):
        head = f'<title>{name_of(0)}</title><script type="application/ld+json">{said}</script>'
        page = f"<html><head>{head}</head><body><article>{teaser}</article></body></html>"
        site.pages[f"/story-{number}"] = HTMLResponse(page)

    _, rows = await crawl(site, *(site.story(number, "Nvidia surprises.") for number in STORIES))

    assert rows[0].text == whole
    assert not any("In part" in row.text for row in rows[1:])


async def test_a_feed_that_breaks_off_is_counted(site: OddNews) -> None:
    address = site.feed()
    whole = f'<rss version="2.0"><channel><item>{site.story(0, own_text(0))}</item>'
    site.pages["/feed"] = Response(whole, media_type="application/rss+xml")

    params = {"ticker": "NVDA", "sources": [address], "date_range": {"last_days": 30}}
    result = await news_crawl(RecordingContext(NOW), NewsCrawlParams.model_validate(params))

    assert (result.sources_read, result.sources_cut, result.articles_collected) == (1, 1, 1)
    assert "breaks off" in next(iter(result.sources_refused.values()))


async def test_a_feed_that_breaks_off_for_a_later_attempt_is_counted_once(site: OddNews) -> None:
    whole, broken = site.feed(*stories(site)), f'<rss version="2.0"><channel><item>{site.story(0, own_text(0))}</item>'
    params = {"ticker": "NVDA", "sources": [whole], "date_range": {"last_days": 30}}
    cursor = None
    for _ in range(2):
        lost = RecordingContext(NOW, crash_before_checkpoint=2 if cursor is None else 1, cursor=cursor)
        with pytest.raises(Crash):
            await news_crawl(lost, NewsCrawlParams.model_validate(params))
        cursor = lost.cursor
        site.pages["/feed"] = Response(broken, media_type="application/rss+xml")

    result = await news_crawl(RecordingContext(NOW, cursor=cursor), NewsCrawlParams.model_validate(params))

    assert (result.sources_cut, len(result.sources_refused)) == (1, 1)


async def test_addresses_of_google_news_lead_nowhere(site: OddNews) -> None:
    link = "https://news.google.com/rss/articles/CBMiAAA?oc=5"
    result, [row] = await crawl(site, site.story(0, own_text(0)).replace(f"{site.url}/story-0", link))

    assert (row.url, row.text, result.kept_from_feed) == (link, own_text(0), 1)
    assert "google_news" not in {source.name for source in news_sources([], "NVDA")}
