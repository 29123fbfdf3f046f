"""The site's pages and feeds as text."""

from collections.abc import Iterable
from email.utils import format_datetime
from html import escape

from sandbox.news.articles import Article

#: Name -> path of a feed, as a worker is to be told of it.
FEEDS = {"wire": "/news/feeds/{ticker}.xml", "market": "/news/feeds/market.atom"}

#: Where readers are sent that have not agreed to anything yet.
WALL = "/news/consent"
CRAWL_DELAY = 0.05
ROBOTS = f"""User-agent: *
Crawl-delay: {CRAWL_DELAY}
Disallow: /news/private/
"""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - Sandbox Wire</title>
{head}<style>body {{ font-family: serif }}</style><script>var tracked = "tracked";</script></head>
<body>
<header><nav><ul><li><a href="/news">Home</a></li><li><a href="/news/markets">Markets</a></li>
<li><a href="/news/login">Sign in to read everything</a></li></ul></nav></header>
<main>{main}</main>
<aside><h3>Most read</h3><ul><li><a href="/news/a">Ten stocks to forget</a></li>
<li><a href="/news/b">Win a toaster</a></li></ul></aside>
<footer><p>Subscribe to our newsletter. All rights reserved.</p></footer>
</body></html>
"""


def article_page(article: Article, base: str) -> str:
    """The page of an article, with all that surrounds one."""
    head = (
        f'<link rel="canonical" href="{base}{article.path}">\n'
        f'<meta name="author" content="{escape(article.author)}">\n'
        f'<meta property="article:published_time" content="{article.published.isoformat()}">\n'
    )
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    main = f"<article><h1>{escape(article.title)}</h1>\n{text}</article>"
    return _PAGE.format(title=escape(article.title), head=head, main=main)


def consent_page() -> str:
    """What stands in front of every page for who has no cookie."""
    text = "".join(f"<p>We and our {n} partners keep cookies on your device to know you better.</p>" for n in range(9))
    return _PAGE.format(title="Before you continue", head="", main=f"<h1>Before you continue</h1>{text}")


def changing_page(version: int) -> str:
    """A page for who watches pages: its prices differ between versions, its history does not."""
    prices = "".join(f'<li class="price">Plan {name}: {version * 10 + n} dollars</li>' for n, name in enumerate("ABC"))
    main = (
        "<article><h1>Prices of the sandbox</h1>"
        f'<p id="status">Version {version} of this page is the one that you are reading now.</p>'
        f'<ul id="prices">{prices}</ul>'
        "<p>The sandbox has sold plans since its first day, and its customers have always known what they cost. "
        "This paragraph is the same in all versions of the page.</p></article>"
    )
    return _PAGE.format(title="Prices", head="", main=main)


def rss(ticker: str, articles: Iterable[Article], base: str) -> str:
    """A company's feed."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title>"
        f"<link>{base}{a.path}?utm_source=rss&amp;utm_medium=feed#top</link>"
        f'<guid isPermaLink="false">{a.slug}</guid><author>{escape(a.author)}</author>'
        f"<pubDate>{format_datetime(a.published)}</pubDate>"
        f"<description>{escape(f'<p>{a.paragraphs[0]}</p>')}</description></item>\n"
        for a in articles
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{escape(ticker)} news</title>'
        f"<link>{base}/news</link><description>About {escape(ticker)}</description>\n{items}</channel></rss>\n"
    )


def atom(articles: Iterable[Article], base: str) -> str:
    """The general feed."""
    entries = "".join(
        f"<entry><title>{escape(a.title)}</title><id>tag:sandbox,2020:{a.slug}</id>"
        f'<link href="{base}{a.path}?utm_campaign=market"/><author><name>{escape(a.author)}</name></author>'
        f"<updated>{a.published.isoformat()}</updated><summary>{escape(a.title)}.</summary></entry>\n"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Markets</title>'
        f"<id>tag:sandbox,2020:market</id><updated>2020-01-01T00:00:00Z</updated>\n{entries}</feed>\n"
    )
