"""What a feed's items are: which of them are one story, what they say, and when."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from activities.sources.web.entries import Entry, FeedEntries, entries_of
from activities.sources.web.feed_items import FeedBrokeOff, items_of
from activities.sources.web.feed_symbols import is_filed_under
from activities.sources.web.guarded_http import Reply
from contracts.errors import BadSourceReply

SEEN = datetime(2026, 3, 2, tzinfo=UTC)
_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"'
)
DATED = "<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate>"


def reply(text: str, content_type: str = "application/rss+xml") -> Reply:
    return Reply("https://a.example/feed", 200, httpx.Headers({"content-type": content_type}), text.encode())


def rss(*items: str) -> Reply:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return reply(f'<rss version="2.0" {_NAMESPACES}><channel><title>x</title>{inner}</channel></rss>')


def atom(*entries: str) -> Reply:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/base/">{inner}</feed>'
    return reply(feed, "application/atom+xml")


async def found_in(got: Reply) -> FeedEntries:
    return await entries_of(got, SEEN)


async def only(got: Reply) -> Entry:
    [entry] = (await found_in(got)).entries
    return entry


def item(guid: str, link: str = "https://a.example/live", title: str = "A story") -> str:
    name = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return f"<title>{title} {guid}{link[-2:]}</title><link>{link}</link>{name}{DATED}"


async def test_an_id_of_its_own_makes_a_story() -> None:
    found = await found_in(rss(*(item(guid) for guid in ("a", "b", "c"))))

    assert len({entry.id for entry in found.entries}) == 3
    assert all(entry.shared for entry in found.entries)
    assert found.copies == 0


@pytest.mark.parametrize("guids", [("", "", ""), ("1", "2", "3")])
async def test_a_fragment_makes_a_story_where_nothing_else_does(guids: tuple[str, ...]) -> None:
    links = [f"https://a.example/live#v{n}" for n in (1, 2, 3)]
    found = await found_in(rss(*(item(guid, link) for guid, link in zip(guids, links, strict=True))))

    assert {entry.url for entry in found.entries} == set(links)
    assert len({entry.id for entry in found.entries}) == 3


@pytest.mark.parametrize(
    "items",
    [
        [item("one", f"https://a.example/live#{n}") for n in range(4)],
        [item(f"https://a.example/live#{n}") for n in range(4)],
        [item("", "https://a.example/live#top"), item("", "https://a.example/live?utm_source=rss#top")],
    ],
)
async def test_versions_of_one_story_are_copies(items: list[str]) -> None:
    found = await found_in(rss(*items))

    assert [entry.url for entry in found.entries] == ["https://a.example/live"]
    assert found.copies == len(items) - 1


async def test_one_id_for_all_does_not_make_two_pages_one() -> None:
    found = await found_in(rss(item("0", "https://a.example/1"), item("0", "https://a.example/2")))
    assert {entry.url for entry in found.entries} == {"https://a.example/1", "https://a.example/2"}


async def test_a_story_is_fetched_as_its_address_is_written() -> None:
    for query in ("?wiki=Gesch%E4ft", "?12345", "?a=1;b=2", "?q=a%20b+c", "?a=&b"):
        entry = await only(rss(item("x", f"https://a.example/w{query}")))
        assert (entry.link, entry.url) == (f"https://a.example/w{query}",) * 2


async def test_an_undated_item_is_kept_with_the_time_of_first_sight() -> None:
    found = await found_in(rss("<title>a</title><link>/1</link>", f"<title>b</title><link>/2</link>{DATED}"))
    assert [(entry.title, entry.dated) for entry in found.entries] == [("a", False), ("b", True)]
    assert found.entries[0].published == SEEN


@pytest.mark.parametrize(
    "date",
    [
        "<dcterms:created>2026-03-01T10:00:00Z</dcterms:created>",
        "<dc:date>2026-03-01T10:00:00Z</dc:date>",
        "<dcterms:issued>2026-03-01T11:00:00+01:00</dcterms:issued>",
        "<pubDate>soon</pubDate><dc:date>2026-03-01T10:00:00Z</dc:date>",
        "<pubDate>Sun, 01 Mar 2026 5:00 AM EST</pubDate>",
    ],
)
async def test_where_a_date_may_stand(date: str) -> None:
    entry = await only(rss(f"<title>a</title><link>/1</link>{date}"))
    assert (entry.published, entry.dated) == (datetime(2026, 3, 1, 10, tzinfo=UTC), True)


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ("<guid>1</guid><link>https://a.example/1</link>", "https://a.example/1"),
        ("<guid>x?a=1&amp;b</guid><link>https://a.example/x?a=1&amp;b</link>", "https://a.example/x?a=1&b"),
        ("<link>//b.example/1</link>", "https://b.example/1"),
        ("<link>\n<![CDATA[ https://a.example/1?a=1&b=2 ]]>\n</link>", "https://a.example/1?a=1&b=2"),
    ],
)
async def test_a_link_is_where_it_leads(item: str, link: str) -> None:
    assert (await only(rss(f"<title>a</title>{item}{DATED}"))).link == link


async def test_all_authors_are_named() -> None:
    entry = await only(rss("<title>a</title><link>/1</link><dc:creator>One</dc:creator><dc:creator>Two</dc:creator>"))
    assert entry.author == "One, Two"


async def test_what_leads_nowhere_is_counted() -> None:
    found = await found_in(
        rss(
            "<title>a</title>", "<title>b</title><link>mailto:x@a.example</link>", "<guid>https://a.example/3</guid>",
            # No address, though its author forgot to say that.
            "<title>d</title><guid>tag-17</guid>",
        )
    )  # fmt: skip
    assert ([entry.url for entry in found.entries], found.without_address) == (["https://a.example/3"], 3)


async def test_stories_of_one_page_without_ids_are_told_apart_by_their_titles() -> None:
    live = "<link>https://a.example/live</link>"
    found = await found_in(rss(*(f"<title>{title}</title>{live}" for title in ("a", "b", "b"))))
    assert [entry.title for entry in found.entries].count("a") == 1
    assert (len(found.entries), found.copies) == (2, 1)
    assert all(entry.shared for entry in found.entries)


SHORT = "<description>Short.</description>"
FULL = "<content:encoded><![CDATA[<p>The <b>whole</b> text.</p><p>All of it.</p>]]></content:encoded>"
CAPTION = (
    '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="x.jpg"><media:description>A photo of a factory, '
    "seen from above.</media:description></media:content>"
)
TEXTS = [
    (rss(f"<link>/1</link>{SHORT}{FULL}"), "The whole text.\nAll of it."),
    (rss(f"<link>/1</link>{FULL}<description/>"), "The whole text.\nAll of it."),
    (rss("<link>/1</link><description>&amp;#8220;Here&amp;#8221; &amp;amp; 1 &lt; 2</description>"), "“Here” & 1 < 2"),
    (rss("<link>/1</link><description>&lt;p&gt;One&lt;p&gt;Two</description>"), "One\nTwo"),
    # Escaped once too often; tags that a text speaks of are no such.
    (rss("<link>/1</link><description>&amp;lt;p&amp;gt;1 &amp;amp;amp; 2&amp;lt;/p&amp;gt;</description>"), "1 & 2"),
    (rss("<link>/1</link><description>&lt;b&gt;The&lt;/b&gt; &amp;lt;p&amp;gt; tag</description>"), "The <p> tag"),
    # What stands under a picture is not the story, but of a video that has nothing else.
    (rss(f"<link>/1</link>{CAPTION}{SHORT}"), "Short."),
    (rss(f"<link>/1</link>{SHORT}{CAPTION}"), "Short."),
    (rss(f"<link>/1</link>{CAPTION}"), "A photo of a factory, seen from above."),
    (atom('<link href="1"/><summary/><content type="html">&lt;p&gt;Whole&lt;/p&gt;</content>'), "Whole"),
    (atom('<link href="1"/><content type="text">1 &lt; 2 &lt;b&gt;</content>'), "1 < 2 <b>"),
    (
        atom('<link href="1"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>X</p></div></content>'),
        "X",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("got", "text"), TEXTS)
async def test_the_fullest_text_is_taken(got: Reply, text: str) -> None:
    assert (await only(got)).summary == text


TITLES = [
    (atom('<link href="1"/><title type="text">&lt;AI&gt; stocks</title>'), "<AI> stocks"),
    (atom('<link href="1"/><title>AT&amp;amp;T</title>'), "AT&amp;T"),
    (atom('<link href="1"/><title type="html">&lt;b&gt;AI&lt;/b&gt; &amp;lt;x&amp;gt;</title>'), "AI <x>"),
    (rss("<link>/1</link><title>AT&amp;amp;T &lt;b&gt;up&lt;/b&gt;</title>"), "AT&T up"),
    (rss("<link>/1</link><title>&lt;AI&gt; stocks</title>"), "<AI> stocks"),
    (rss("<link>/1</link><title>Before &lt;![a]&gt; after &lt;br&gt;</title>"), "Before after"),
    (rss("<link>/1</link><title><![CDATA[ <b>x</b> & y ]]></title>"), "x & y"),
    (rss("<link>/1</link><title>M&A at AT&amp;T</title>"), "M&A at AT&T"),
    (
        rss("<link>/1</link><title>&#55357;&#56960; up &#xD83D; &#12354;&#xd83d;&#xDE80;</title>"),
        "\U0001f680 up \ufffd \u3042\U0001f680",
    ),
    (rss("<link>/1</link><title>A &lt;B and C&gt; D</title>"), "A <B and C> D"),
    (rss("<link>/1</link><title>In&nbsp;two\n  lines</title>"), "In two lines"),
]


@pytest.mark.parametrize(("got", "title"), TITLES)
async def test_a_title_is_what_its_author_wrote(got: Reply, title: str) -> None:
    assert (await only(got)).title == title


async def test_of_two_versions_of_a_story_the_later_one_counts() -> None:
    name = "<title>a</title><link>/1</link><guid isPermaLink='false'>g</guid>"
    later = f"{name}<pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate><description>Short, and the facts.</description>"
    poorer = f"{name}<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate><description>None.</description>"
    found = await found_in(rss(f"{name}{DATED}{SHORT}", later, poorer))
    assert ([entry.summary for entry in found.entries], found.copies) == (["Short, and the facts."], 2)


@pytest.mark.parametrize(
    ("ticker", "category", "filed"),
    [
        ("META", '<category domain="https://www.globenewswire.example/rss/stock">Nasdaq:META</category>', True),
        ("CRM", "<category>CRM</category>", False),
        ("CRM", "<category>$CRM</category>", True),
        ("CRM", '<category domain="https://a.example/stock-symbols">CRM</category>', True),
        ("META", '<category type="symbol" domain="stock-symbols">META</category>', True),
        ("META", "<category>$META</category>", True),
        ("META", "<category>META</category><category>Nasdaq:GOOG</category>", False),
        ("META", "<category>Nasdaq</category><category>meta</category>", False),
        ("CRM", "<category>Category: CRM</category>", False),
        ("DNA", "<category>Subject:DNA</category>", False),
        ("META", "<category>Ticker: META</category>", True),
        ("SHOP.TO", "<category>TSX:SHOP</category>", True),
        ("SHOP", "<category>Frankfurt:SHOP</category>", False),
        ("META", "<category>Other OTC:META</category>", True),
        ("ABCD", "<category>OTCPK:ABCD</category>", True),
        ("ASML", "<category>Euronext:ASML</category>", True),
        ("AI", '<category domain="https://a.example/restocking">AI</category>', False),
        ("AI", '<category domain="https://stocknews.example/topic">AI</category>', False),
        ("AI", '<category domain="https://a.example/stock-market-news">AI</category>', False),
        ("AI", '<category domain="https://a.example/rss/stock_ticker/">AI</category>', True),
    ],
)
async def test_a_story_may_be_filed_under_a_share(ticker: str, category: str, filed: bool) -> None:
    entry = await only(rss(f"<title>a</title><link>/1</link>{category}{DATED}"))
    assert is_filed_under(ticker, entry.symbols) is filed


async def test_links_are_resolved_against_their_base() -> None:
    assert (await only(atom('<link rel="enclosure" href="x.mp3"/><link href="1"/>'))).link == "https://a.example/base/1"


async def test_the_address_that_is_not_counted_is_the_story_s() -> None:
    space = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    own = f"<feedburner:origLink {space}>https://a.example/story</feedburner:origLink>"
    entry = await only(rss(f"<title>a</title><link>https://feedproxy.example/~r/x/~3/1/</link>{own}{DATED}"))
    assert (entry.link, entry.url) == ("https://a.example/story",) * 2


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://a.example/"><title>x</title></channel>
<item rdf:about="https://a.example/1"><title>a</title><link>https://a.example/1</link></item></rdf:RDF>"""
OLD = '<rss version="0.91"><channel><title>x</title><item><title>a</title><link>https://a.example/1</link></item></channel></rss>'
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "url": "https://a.example/1", "title": "a", "content_html": "<p>Whole"}],
    }
)


@pytest.mark.parametrize(("text", "kind"), [(RDF, "text/xml"), (OLD, "text/xml"), (JSON, "application/feed+json")])
async def test_other_formats(text: str, kind: str) -> None:
    entry = await only(reply(text, kind))
    assert (entry.url, entry.title) == ("https://a.example/1", "a")


def test_what_a_site_puts_behind_a_feed_does_not_break_it_off() -> None:
    whole = rss(item("a")).body.decode()
    assert len(items_of(reply(f"{whole}<script>count()</script><!-- 7 ms -->"))) == 1


def test_a_feed_without_its_end_is_no_success() -> None:
    cut = reply(rss(item("a"), item("b")).body.decode()[:-40])
    with pytest.raises(FeedBrokeOff, match="breaks off"):
        items_of(cut)
    assert len(items_of(cut, cut_off=True)) == 2


@pytest.mark.parametrize("text", ['{"version": 1}', '{"items": 7', "{", "<html></html>", ""])
def test_what_is_no_feed(text: str) -> None:
    with pytest.raises(BadSourceReply, match="not a feed"):
        items_of(reply(text))


_PACKED = "CBMiHmh0dHBzOi8vYS5leGFtcGxlL3N0b3J5P2E9MSZiPTLSAQA"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://a.example/story%3Fa%3D1%26b%3D2&amp;ct=ga&amp;usg=X",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;aid=&amp;url=https%3a%2f%2fa.example%2fstory%3fa%3d1%26b%3d2&amp;c=9",
        f"https://news.google.com/rss/articles/{_PACKED}?oc=5",
        f"https://news.google.com/__i/rss/rd/articles/{_PACKED}?oc=5",
    ],
)
async def test_a_link_around_a_link_is_taken_off(link: str) -> None:
    entry = await only(rss(f"<title>a</title><link>{link}</link>{DATED}"))
    assert (entry.link, entry.url) == ("https://a.example/story?a=1&b=2",) * 2


@pytest.mark.parametrize(
    "link", ["https://www.google.com/url?q=javascript:alert(1)", "https://news.google.com/rss/articles/CBMiAAA?oc=5"]
)
async def test_what_holds_no_address_stays_as_it_is(link: str) -> None:
    assert (await only(rss(f"<title>a</title><link>{link}</link>{DATED}"))).link == link
