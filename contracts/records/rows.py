"""Collected rows as they travel from worker to API. The natural key makes a second delivery harmless."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class RecordKind(StrEnum):
    """Which table the rows are for."""

    REDDIT_POSTS = "reddit_posts"
    REDDIT_COMMENTS = "reddit_comments"
    SOCIAL_POSTS = "social_posts"
    NEWS_ARTICLES = "news_articles"
    SEC_FILINGS = "sec_filings"
    REDDIT_SENTIMENT = "reddit_sentiment"
    SOCIAL_SENTIMENT = "social_sentiment"
    AI_ANALYSES = "ai_analyses"
    API_UPDATES = "api_updates"
    WEB_SNAPSHOTS = "web_snapshots"


class Record(BaseModel):
    """Base of all rows. ``key`` names the fields that tell one row from another: the table's primary key."""

    model_config = ConfigDict(extra="forbid")

    key: ClassVar[tuple[str, ...]]


class RedditPost(Record):
    """One Reddit submission."""

    key = ("ticker", "reddit_id")

    ticker: str
    reddit_id: str = Field(max_length=20, description="Fullname without the t3_ prefix")
    subreddit: str
    title: str
    body: str = ""
    author: str | None = None
    score: int = 0
    num_comments: int = 0
    upvote_ratio: float | None = None
    flair: str | None = None
    permalink: str
    url: str | None = None
    created_utc: datetime
    raw: dict[str, Any] = Field(default_factory=dict)


class RedditComment(Record):
    """One comment below a Reddit post that is about the ticker."""

    key = ("ticker", "comment_id")

    ticker: str
    comment_id: str = Field(max_length=20, description="Fullname without the t1_ prefix")
    post_id: str = Field(max_length=20, description="The post's reddit_id")
    parent_id: str | None = Field(default=None, max_length=20, description="The comment it answers; null: the post")
    subreddit: str
    body: str = ""
    author: str | None = None
    score: int = 0
    depth: int = 0
    permalink: str
    created_utc: datetime
    raw: dict[str, Any] = Field(default_factory=dict)


class SocialPost(Record):
    """One post of a social network; today X is the only one."""

    key = ("ticker", "network", "post_id")

    ticker: str
    network: str = Field(default="x", max_length=20)
    post_id: str = Field(max_length=40)
    author_id: str | None = None
    author: str | None = Field(default=None, description="Handle without @")
    text: str
    lang: str | None = None
    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    url: str
    created_utc: datetime
    raw: dict[str, Any] = Field(default_factory=dict)


class NewsArticle(Record):
    """One article. ``article_id`` is a hash of its canonical address, so two feeds that carry it make one row."""

    key = ("ticker", "article_id")

    ticker: str
    article_id: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the canonical address")
    url: str
    source: str = Field(description="Name of the feed or site")
    title: str
    text: str = ""
    author: str | None = None
    published: datetime
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the text; finds copies elsewhere")
    raw: dict[str, Any] = Field(default_factory=dict)


class SecFiling(Record):
    """One EDGAR filing."""

    key = ("ticker", "accession_number")

    ticker: str
    cik: str = Field(pattern=r"^\d{10}$")
    accession_number: str = Field(pattern=r"^\d{10}-\d{2}-\d{6}$")
    company: str
    form: str
    filed_on: date
    period_of_report: date | None = None
    primary_document: str
    document_url: str
    text: str = ""


class Sentiment(Record):
    """How one post sounds. ``scorer`` names model and version: another scorer's opinion is another row."""

    key = ("ticker", "post_id", "scorer")

    ticker: str
    post_id: str
    scorer: str = Field(max_length=200)
    label: str = Field(pattern=r"^(positive|neutral|negative)$")
    score: float = Field(ge=-1, le=1, description="-1 bearish to 1 bullish")
    confidence: float | None = Field(default=None, ge=0, le=1)
    reason: str | None = Field(default=None, max_length=1_000)


class RedditSentiment(Sentiment):
    """Of a Reddit post; ``post_id`` is its ``reddit_id``."""


class SocialSentiment(Sentiment):
    """Of a social post."""


class AiAnalysis(Record):
    """A summary or another finding of a model, with the ids of the rows it rests on. One per task and kind."""

    key = ("analysis_id",)

    analysis_id: str = Field(max_length=200, description="<task id>:<kind>")
    ticker: str | None = None
    analysis: str = Field(max_length=50, description="summary, entities, …")
    model: str = Field(max_length=200)
    text: str
    cited: list[str] = Field(default_factory=list, description="<kind>:<id> of each row that is cited")
    details: dict[str, Any] = Field(default_factory=dict)


class ApiUpdate(Record):
    """One call of the internal API and what it answered."""

    key = ("request_id",)

    request_id: str = Field(max_length=200, description="The Idempotency-Key that was sent")
    endpoint: str
    method: str
    payload: dict[str, Any] = Field(default_factory=dict)
    status_code: int
    response: str = ""
    duration_ms: int = 0


class WebSnapshot(Record):
    """The readable text of a page at one moment, and what changed since the snapshot before."""

    key = ("url", "selector", "taken_at")

    url: str
    selector: str = ""
    taken_at: datetime
    status_code: int
    title: str | None = None
    text: str
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    changed: bool = False
    diff: str = ""


RECORD_MODELS: dict[RecordKind, type[Record]] = {
    RecordKind.REDDIT_POSTS: RedditPost,
    RecordKind.REDDIT_COMMENTS: RedditComment,
    RecordKind.SOCIAL_POSTS: SocialPost,
    RecordKind.NEWS_ARTICLES: NewsArticle,
    RecordKind.SEC_FILINGS: SecFiling,
    RecordKind.REDDIT_SENTIMENT: RedditSentiment,
    RecordKind.SOCIAL_SENTIMENT: SocialSentiment,
    RecordKind.AI_ANALYSES: AiAnalysis,
    RecordKind.API_UPDATES: ApiUpdate,
    RecordKind.WEB_SNAPSHOTS: WebSnapshot,
}


class StoreReply(BaseModel):
    """How many of the delivered rows were new and how many the table already had."""

    inserted: int
    duplicates: int


class MaterialQuery(BaseModel):
    """Which stored rows a handler wants to read. A task of a ticker sees the rows of that ticker only."""

    model_config = ConfigDict(extra="forbid")

    kind: RecordKind
    #: Values of the kind's own id: reddit_id, post_id, article_id, accession_number, …; None: all.
    ids: list[str] | None = Field(default=None, max_length=1_000)
    since: datetime | None = None
    until: datetime | None = None
    #: Only posts that this scorer has not scored yet.
    unscored_by: str | None = None
    #: With `unscored_by`: also those that it scored for this very task, whose count a lost attempt took with it.
    or_by_this_task: bool = False
    #: Of web snapshots: of this address and selector, the newest first.
    url: str | None = None
    selector: str | None = None
    #: The id of the last row of the page before; pages are in the order of ids.
    after: str | None = None
    limit: int = Field(default=100, ge=1, le=200)


class Material(BaseModel):
    """One page of stored rows, in the shape of their kind."""

    records: list[dict[str, Any]]
