"""Maps names of news sources to their feeds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from activities.sources.environment import optional
from contracts.errors import InvalidParams
from contracts.tickers.spelling import dashed, dotted

#: `{ticker}` stands for the ticker, `{ticker-}` and `{ticker.}` for it as this site writes share classes (BRK-B or
#: BRK.B). A feed without it is read whole, and searched for the ticker.
BUILT_IN = {
    "yahoo_finance": "https://feeds.finance.yahoo.com/rss/2.0/headline?s={ticker-}&region=US&lang=en-US",
    "nasdaq": "https://www.nasdaq.com/feed/rssoutbound?symbol={ticker.}",
    "seeking_alpha": "https://seekingalpha.com/api/sa/combined/{ticker.}.xml",
    "cnbc": "https://www.cnbc.com/id/100003114/device/rss/rss.html",
    "marketwatch": "https://feeds.content.dowjones.io/public/rss/mw_topstories",
}
#: Read if a task names it. Its addresses lead to Google and, since 2024, from there only a browser to the story: so its
#: rows have the headline, the time and Google's address, and the result counts them as known from the feed only.
ON_REQUEST = {
    "google_news": "https://news.google.com/rss/search?q=%22{ticker.}%22+stock&hl=en-US&gl=US&ceid=US:en",
}
_WRITTEN: dict[str, Callable[[str], str]] = {"": str, "-": dashed, ".": dotted}
_TICKER = re.compile(r"\{ticker([.-]?)\}")
_IS_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: Names stand in the cursor, which is small.
_NAME_LIMIT = 24


@dataclass(frozen=True)
class NewsSource:
    """One feed, ready to be fetched."""

    name: str
    url: str
    #: Whether the feed holds nothing but this ticker's news.
    of_ticker: bool


def news_sources(names: list[str], ticker: str) -> list[NewsSource]:
    """The feeds for the names or addresses of a task; all of this worker's if it names none.

    Raises:
        InvalidParams: a name that no feed is known for.
    """
    configured = _configured()
    known = BUILT_IN | ON_REQUEST | configured
    if not names:
        return [_source(name, url, ticker) for name, url in (configured or BUILT_IN).items()]
    found = []
    for name in names:
        if _IS_ADDRESS.match(name):
            found.append(_source(urlsplit(name).hostname or name, name, ticker))
        elif name in known:
            found.append(_source(name, known[name], ticker))
        else:
            raise InvalidParams(
                f"This worker knows no news source '{name[:50]}'. "
                f"Use the address of a feed, or one of: {', '.join(sorted(known))}."
            )
    return found


def _configured() -> dict[str, str]:
    """`NEWS_SOURCES`: `name=address` with commas between. It adds to the table, and is what "all" means."""
    pairs = re.split(r",\s*(?=[\w.-]+=https?://)", optional("NEWS_SOURCES", ""))
    return {name.strip(): url.strip() for name, equals, url in (pair.partition("=") for pair in pairs) if equals}


def _source(name: str, template: str, ticker: str) -> NewsSource:
    url = _TICKER.sub(lambda found: quote(_WRITTEN[found[1]](ticker)), template)
    return NewsSource(name[:_NAME_LIMIT], url, of_ticker=bool(_TICKER.search(template)))
