"""Params of the task types that fetch from the outside."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl

from contracts.params.common import DateRange, Names, Params, Ticker, last_days
from contracts.params.sec_forms import form_of


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
    company: str | None = Field(
        default=None,
        max_length=200,
        description="Its name, for feeds that are about more than one ticker: NVIDIA Corp",
    )
    date_range: DateRange = Field(default_factory=lambda: last_days(7))


_CIK = re.compile(r"(?:CIK)?[\s#:]*0*(\d{1,10})", re.IGNORECASE)


def _number_as_ticker(value: object) -> object:
    """A CIK in place of the ticker, with or without zeros in front: `CIK320193`."""
    found = _CIK.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"CIK{found[1]}" if found else value


def _number(value: object) -> object:
    found = _CIK.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    if value is not None and found is None:
        raise ValueError("must be the number that the SEC gave a registrant, such as 320193")
    return found[1] if found else None


def _edgar_forms(forms: list[str]) -> list[str]:
    return list(dict.fromkeys(form_of(form) for form in forms))


class SecFilingCrawlParams(Params):
    """Pull a company's SEC filings with their primary documents."""

    ticker: Annotated[Ticker, BeforeValidator(_number_as_ticker)]
    cik: Annotated[str | None, BeforeValidator(_number)] = Field(
        default=None,
        description="Of another registrant than the one that has the ticker today, such as the one before a merger",
    )
    filing_types: Annotated[Names, AfterValidator(_edgar_forms)] = Field(
        default_factory=lambda: ["10-K", "10-Q", "8-K"],
        min_length=1,
        max_length=50,
        description="Forms, as EDGAR or as people write them: 10-K, 8k, DEF14A, Form 4",
    )
    date_range: DateRange = Field(default_factory=lambda: last_days(365))
    limit: int = Field(default=100, ge=1, le=5_000)


class WebMonitorParams(Params):
    """Fetch a page and compare its text to the last snapshot."""

    url: HttpUrl
    selector: str | None = Field(
        default=None,
        max_length=500,
        description="CSS selector of what to compare, such as #prices li; default is the text of the whole page, with "
        "all that changes at each look",
    )
    compare_to_last: bool = True
