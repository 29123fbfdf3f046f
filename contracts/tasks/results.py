"""Results of the handlers: small counts. The rows travel through `TaskContext.store`."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


class ActualRange(BaseModel):
    """First and last day among the rows that were kept; both None while there are none."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def widened(self, *days: date) -> Self:
        """The same range, stretched to hold `days`."""
        known = [day for day in (self.from_, self.to, *days) if day is not None]
        if not known:
            return self
        return type(self)(from_=min(known), to=max(known))


class CrawlResult(BaseModel):
    """Counts over the whole task, all its attempts together."""

    new: int = 0
    #: Rows the table already had, from this task's broken-off attempts, from the same rows found twice, or from an
    #: earlier task.
    duplicates: int = 0
    #: HTTP requests sent, up to the last page or document that was kept.
    requests: int = 0
    date_range_actual: ActualRange = Field(default_factory=ActualRange)


class RedditCrawlResult(CrawlResult):
    """What a `reddit_crawl` found."""

    #: Distinct posts this task kept, whether they were new to the table or not.
    posts_collected: int = 0
    comments_collected: int = 0
    pages: int = 0
    per_subreddit: dict[str, int] = Field(default_factory=dict)
    #: Whether every post of the range was seen in every subreddit.
    complete: bool = True
    #: If not: from when on every post was seen. Of those before, as many as Reddit shows in other orders.
    reached_back_to: datetime | None = None
    #: Subreddits that could not be read, each with the reason; the others were.
    unreadable_subreddits: dict[str, str] = Field(default_factory=dict)
    #: Posts of the range that Reddit found and that do not mention the ticker.
    not_about_ticker: int = 0
    #: Things in listings and threads that lack what a post or a comment has, such as advertisements.
    unreadable: int = 0
    #: Posts of whose comments some, within what was asked for, could not be reached.
    comments_cut: int = 0


class XCost(BaseModel):
    """What X sent in a task, all its attempts together, and what it takes for that."""

    #: Posts and the originals of reposts, quotes and answers; authors.
    posts: int = 0
    users: int = 0
    usd: float = 0

    def add(self, posts: int, users: int, usd: float) -> None:
        """Count one page."""
        self.posts += posts
        self.users += users
        self.usd = round(self.usd + usd, 6)


class TwitterCrawlResult(CrawlResult):
    """What a `twitter_crawl` found."""

    #: Distinct posts this task kept, whether they were new to the table or not.
    posts_collected: int = 0
    pages: int = 0
    #: What of the range could not be searched; None if all of it could.
    left_out: str | None = None
    #: From when on every post was kept, if the limit ended the crawl or X does not search the whole range.
    reached_back_to: datetime | None = None
    #: Posts that X sent without what a post needs, such as its time.
    posts_unreadable: int = 0
    cost: XCost = Field(default_factory=XCost)


class SecFilingCrawlResult(CrawlResult):
    """What a `sec_filing_crawl` found."""

    #: Distinct filings this task kept, whether they were new to the table or not.
    filings_collected: int = 0
    #: Filings whose primary document could be turned into text.
    with_text: int = 0
    #: Of those, filings whose text is longer than a row takes: the rest is in `sec_filing_pieces`.
    in_pieces: int = 0
    #: Of those, filings with more text than all pieces keep; the first of them by their accession numbers.
    truncated: int = 0
    truncated_filings: list[str] = Field(default_factory=list)
    #: Left out: rows of EDGAR's lists that cannot be read.
    unreadable_rows: int = 0
    #: What of the range EDGAR does not have under this registrant; None if it goes back far enough.
    left_out: str | None = None
    per_form: dict[str, int] = Field(default_factory=dict)
    company: str | None = None
    cik: str | None = None


class ApiUpdateResult(BaseModel):
    """What the internal API answered to an `api_update`."""

    status_code: int
    #: The Idempotency-Key that was sent, and the key of the row in api_update_log.
    request_id: str
    duration_ms: int
    #: The beginning of the answer.
    response: str = ""


class NewsCrawlResult(CrawlResult):
    """What a `news_crawl` found."""

    #: Distinct articles this task kept, whether they were new to the table or not.
    articles_collected: int = 0
    #: Pages looked at, also those that turned out not to be about the ticker.
    articles_read: int = 0
    #: Pages that the site did not give; of those that the feed has a text of, it is kept.
    articles_failed: int = 0
    #: Seen before in this crawl, under the same address or with the same text.
    copies: int = 0
    #: Known from the feed only: the site asks programs to leave the page to people.
    kept_from_robots: int = 0
    #: Known from the feed only: the page is refused, gone, failed, a wall in front of the story, or another page.
    kept_from_feed: int = 0
    #: Kept of feeds that are not about one ticker, because they tell of the company by its name.
    found_by_name: int = 0
    #: Left out, because they are not about the ticker.
    not_about_it: int = 0
    #: Kept, without a time that the feed writes and that can be read for certain: they have that of first sight.
    undated: int = 0
    #: Left out: undated, while the range ends before now, so that nobody knows whether they are in it.
    undated_left_out: int = 0
    #: Left out: entries whose time, as the feed writes it, is still to come. A run after that time keeps them.
    dated_ahead: int = 0
    #: Left out: entries of a feed that lead nowhere.
    without_address: int = 0
    sources_read: int = 0
    sources_failed: int = 0
    #: Of those that failed or broke off: feeds that refuse for good, are none any more or have no end, with the reason.
    sources_refused: dict[str, str] = Field(default_factory=dict)
    #: Of those read: feeds that broke off, so that some of their entries are missing.
    sources_cut: int = 0
    per_source: dict[str, int] = Field(default_factory=dict)
    #: The first of the failed sources and articles, and of those known from the feed only, each with its reason.
    failures: list[str] = Field(default_factory=list)


class WebMonitorResult(BaseModel):
    """What a `web_monitor` saw."""

    changed: bool = False
    #: There was nothing to compare with.
    first_snapshot: bool = False
    added_lines: int = 0
    removed_lines: int = 0
    characters: int = 0
    #: The page has more text than is kept and compared.
    truncated: bool = False
    title: str | None = None
    #: The beginning of its text (of its article, if one stands out) and of what changed, for the steps of a plan; all
    #: of it is in the snapshot.
    excerpt: str = ""
    diff: str = ""
    content_hash: str = ""


class ModelCost(BaseModel):
    """What a task used of a model, all its attempts together."""

    model: str = ""
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    #: None if the price of the model is not known.
    usd: float | None = 0

    def add(self, input_tokens: int, output_tokens: int, usd: float | None) -> None:
        """Count one answer."""
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
        self.usd = None if usd is None or self.usd is None else round(self.usd + usd, 8)

    def plus(self, later: "ModelCost") -> "ModelCost":
        """Both together, under the later model's name."""
        total = self.model_copy(update={"model": later.model, "calls": self.calls + later.calls})
        total.add(later.input_tokens, later.output_tokens, later.usd)
        return total


class AiSentimentResult(BaseModel):
    """What an `ai_sentiment` found."""

    posts_scored: int = 0
    #: Posts that the model gave no score for.
    posts_skipped: int = 0
    new: int = 0
    duplicates: int = 0
    pages: int = 0
    labels: dict[str, int] = Field(default_factory=dict)
    mean_score: float | None = None
    cost: ModelCost = Field(default_factory=ModelCost)


class AiSummaryResult(BaseModel):
    """What an `ai_summary` wrote, and from what."""

    analysis_id: str
    summary: str
    cited: list[str] = Field(
        default_factory=list, description="<kind>:<id> of each row that is cited; of sentiment <kind>:<day>"
    )
    #: Rows in the window per source, and how many of them the model was given; of sentiment, posts and days.
    found: dict[str, int] = Field(default_factory=dict)
    used: dict[str, int] = Field(default_factory=dict)
    cost: ModelCost = Field(default_factory=ModelCost)


class LlmTaskResult(BaseModel):
    """What an `llm_task` found. Which of the lists is filled depends on the operation."""

    operation: str
    analysis_id: str
    text: str
    cited: list[str] = Field(default_factory=list)
    label: str | None = None
    score: float | None = None
    entities: list[dict[str, Any]] = Field(default_factory=list)
    answers: list[dict[str, Any]] = Field(default_factory=list)
    #: Records that were asked for and are not stored.
    missing: list[str] = Field(default_factory=list)
    cost: ModelCost = Field(default_factory=ModelCost)
