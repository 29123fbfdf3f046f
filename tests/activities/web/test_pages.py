"""What is read of pages as news sites write them: all of the story, and nothing beside it."""

import httpx
import pytest

from activities.sources.web.articles import readable
from activities.sources.web.guarded_http import Reply

TEXTS = (
    "The chip maker said that revenue for the quarter rose twelve percent to four billion dollars, more than expected.",
    "Management raised its guidance for the full year and announced a new buyback of one billion dollars by the board.",
    "Shares rose four percent in trading after hours, while those of its competitors were little changed in New York.",
)
#: @1 to @3 are those, #1 to #3 paragraphs of them.
PAGES = [
    # PR Newswire, GlobeNewswire, Business Wire.
    "<article class='news-release'><section class='release-body'><p><span>NEW YORK /PRNewswire/ -- </span>@1</p>#2"
    "<table><tr><td>@3</td></tr></table></section></article>",
    "<div class='article-body' itemprop='articleBody'><p align='left'>@1</p>#2<ul><li>@3</li></ul></div>",
    "<div class='bw-release-story' itemprop='articleBody'>@1<br><br>@2<br><br>@3</div>",
    # Yahoo Finance folds all but the beginning.
    "<article><div class='body'>#1#2#1#2<button>Story continues</button><div class='read-more-wrapper' "
    "data-testid='read-more' style='display: none'>#3</div></div></article>",
    "<article>#1#2#1#2<div class='readmore' hidden>#3</div></article>",
    # In parts, with something in between.
    "<article>#1<aside><ul><li><a href=/1>Unwanted: ten stocks</a></li></ul></aside>#2#3</article>",
    "<article>#1#2#3<div class='read-more'><a href=/1>Unwanted: read this</a></div></article>",
    "<article>#1<div class='newsletter-signup'><p>Unwanted newsletter</p><form><input></form></div>#2#3</article>",
    "<div class='article__content'>#1</div><div class='ad'>ADVERTISEMENT</div><div class='article__content'>#2</div>"
    "<div class='article__content'>#3</div>",
    "<main><article><h2>15:00</h2>#1</article><article><h2>14:00</h2>#2</article><article>#3</article></main>",
    "<div id='cookie-banner'><p>Unwanted: we use cookies for your experience.</p></div><article>#1#2#3</article>",
    "<article>#1#2#3</article><section id='comments'><div class='comment'><p>Unwanted: a fraud.</p></div></section>",
    # Of a paywall what search engines are told.
    "<article>#1<div>Subscribe to read on</div></article><script type='application/ld+json'>"
    '{"@type": "NewsArticle", "articleBody": "@1 @2 @3 @3 @3"}</script>',
]


@pytest.mark.parametrize("body", PAGES)
def test_a_story_is_read_whole(body: str) -> None:
    for number, text in enumerate(TEXTS, 1):
        body = body.replace(f"#{number}", f"<p>{text}</p>").replace(f"@{number}", text)
    page = f"<!doctype html><html><head><title>It beats</title></head><body><nav><a href=/>Home</a></nav>{body}</body>"
    found = readable(Reply("https://a.example/1", 200, httpx.Headers({"content-type": "text/html"}), page.encode()))
    read = " ".join(found.text.split())
    assert all(text in read for text in TEXTS)
    assert "Unwanted" not in read
