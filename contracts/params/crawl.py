"""Params of the task types that fetch from the outside."""

from typing import Literal

from pydantic import Field, HttpUrl

from contracts.params.common import DateRange, Names, Params, Ticker, last_days


class RedditCrawlParams(Params):
    """Pull the posts of subreddits that mention a ticker, on request with their comments."""

    ticker: Ticker
    subreddits: Names = Field(
        default_factory=lambda: ["wallstreetbets", "stocks", "investing"], min_length=1, max_length=50
    )
    date_range: DateRange = Field(default_factory=lambda: last_days(30))
    limit: int = Field(default=1000, ge=1, le=100_000, description="Most posts to keep, over all subreddits")
    order: Literal["newest", "best"] = Field(
        default="newest",
        description="Which posts the limit keeps: the newest of each subreddit, or the best by score of all",
    )
    comments: int = Field(
        default=0, ge=0, le=1_000, description="Most comments to keep of each post, the best first; 0: none are read"
    )


class TwitterCrawlParams(Params):
    """Pull posts from X that match a query for a ticker."""

    ticker: Ticker
    query: str | None = Field(default=None, max_length=512, description="X search query; default is the cashtag")
    date_range: DateRange = Field(default_factory=lambda: last_days(7))
    limit: int = Field(default=500, ge=1, le=100_000)


class NewsCrawlParams(Params):
    """Pull news articles for a ticker from feeds or sites."""

    ticker: Ticker
    sources: Names = Field(default_factory=list, max_length=100, description="Feed or site names; empty means all")
    date_range: DateRange = Field(default_factory=lambda: last_days(7))


class SecFilingCrawlParams(Params):
    """Pull a company's SEC filings with their primary documents."""

    ticker: Ticker
    filing_types: Names = Field(default_factory=lambda: ["10-K", "10-Q", "8-K"], min_length=1, max_length=50)
    date_range: DateRange = Field(default_factory=lambda: last_days(365))
    limit: int = Field(default=100, ge=1, le=5_000)


class WebMonitorParams(Params):
    """Fetch a page and compare its readable text to the last snapshot."""

    url: HttpUrl
    selector: str | None = Field(default=None, max_length=500, description="CSS selector; default is the whole page")
    compare_to_last: bool = True
