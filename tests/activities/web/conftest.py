"""A local site with feeds and pages that are not what they seem."""

from collections.abc import Iterator

import pytest

from tests.activities.web.odd_news import OddNews, odd_news


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[OddNews]:
    with odd_news() as site:
        places = (site.url.removeprefix("http://"), site.other.removeprefix("http://"))
        monkeypatch.setenv("CRAWL_ALLOW_ADDRESSES", ",".join(places))
        monkeypatch.setenv("NEWS_DELAY_SECONDS", "0")
        yield site
