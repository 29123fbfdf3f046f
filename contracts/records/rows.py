"""Collected rows as they travel from worker to API, and the kinds of them. The natural key makes a second delivery
harmless. To add a kind, see docs/task-authoring.md.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from contracts.records.fields import Address, LongText, Moment, Short, SmallJson, TickerText, Whole
from contracts.records.kind import BadKind, KindSpec, Opinions, Owner
from contracts.records.kind import Record as Record


class RedditPost(Record):
    """One Reddit submission."""

    key = ("ticker", "reddit_id")

    ticker: TickerText
    reddit_id: str = Field(max_length=20, description="Fullname without the t3_ prefix")
    subreddit: Short
    title: Short
    body: LongText = ""
    author: Short | None = None
    score: Whole = 0
    num_comments: Whole = 0
    upvote_ratio: float | None = None
    flair: Short | None = None
    permalink: Short
    url: Address | None = None
    created_utc: Moment
    raw: SmallJson = Field(default_factory=dict)


class RedditComment(Record):
    """One comment below a Reddit post that is about the ticker."""

    key = ("ticker", "comment_id")

    ticker: TickerText
    comment_id: str = Field(max_length=20, description="Fullname without the t1_ prefix")
    post_id: str = Field(max_length=20, description="The post's reddit_id")
    parent_id: str | None = Field(default=None, max_length=20, description="The comment it answers; null: the post")
    subreddit: Short
    body: LongText = ""
    author: Short | None = None
    score: Whole = 0
    depth: Whole = 0
    permalink: Short
    created_utc: Moment
    raw: SmallJson = Field(default_factory=dict)


class SocialPost(Record):
    """One post of a social network; today X is the only one."""

    key = ("ticker", "network", "post_id")

    ticker: TickerText
    network: str = Field(default="x", max_length=20)
    post_id: str = Field(max_length=40)
    author_id: Short | None = None
    author: Short | None = Field(default=None, description="Handle without @")
    text: LongText
    lang: Short | None = None
    likes: Whole = 0
    reposts: Whole = 0
    replies: Whole = 0
    quotes: Whole = 0
    url: Address
    created_utc: Moment
    raw: SmallJson = Field(default_factory=dict)


class NewsArticle(Record):
    """One article. ``article_id`` is a hash of its canonical address, so two feeds that carry it make one row.

    Where several entries of a feed share a page, it also has what tells them apart. ``raw`` says where the text is from
    (``text_from``: page, feed), ``published_from: first_seen`` if no time is written, and ``own_id``, a hash of the id
    that its author gave it beside the address.
    """

    key = ("ticker", "article_id")

    ticker: TickerText
    article_id: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the entry's identity")
    url: Address
    source: Short = Field(description="Name of the feed or site")
    title: Short
    text: LongText = ""
    author: Short | None = None
    published: Moment
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the text; finds copies elsewhere")
    raw: SmallJson = Field(default_factory=dict)


class SecFiling(Record):
    """One EDGAR filing. Of a text that is longer than a row takes, it has the first piece."""

    key = ("ticker", "accession_number")

    ticker: TickerText
    cik: str = Field(pattern=r"^\d{10}$")
    accession_number: str = Field(pattern=r"^\d{10}-\d{2}-\d{6}$")
    company: Short
    form: Short
    filed_on: date
    period_of_report: date | None = None
    primary_document: Short
    document_url: Address
    text: LongText = ""
    characters: Whole = Field(default=0, description="Of all pieces together; 0 if nobody counted")
    pieces: Whole = Field(default=1, description="The others are `sec_filing_pieces`, from number 2 on")
    truncated: bool = Field(default=False, description="The document has more text than all pieces together")


class SecFilingPiece(Record):
    """A later piece of the text of a long filing. All pieces, one behind the other, are the text."""

    key = ("ticker", "piece_id")

    ticker: TickerText
    piece_id: str = Field(pattern=r"^\d{10}-\d{2}-\d{6}:\d{1,4}$", description="<accession_number>:<number>")
    accession_number: str = Field(pattern=r"^\d{10}-\d{2}-\d{6}$")
    number: Whole = Field(description="From 2 on; the first piece is the `text` of the filing")
    filed_on: date
    text: LongText


class Sentiment(Record):
    """How one post sounds. ``scorer`` names model and version: another scorer's opinion is another row."""

    key = ("ticker", "post_id", "scorer")

    ticker: TickerText
    post_id: str = Field(max_length=40)
    scorer: str = Field(max_length=200)
    label: str = Field(pattern=r"^(positive|neutral|negative)$")
    score: float = Field(ge=-1, le=1, description="-1 bearish to 1 bullish")
    confidence: float | None = Field(default=None, ge=0, le=1)
    reason: str | None = Field(default=None, max_length=1_000)
    text_hash: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the text that was scored; null: not said"
    )


class RedditSentiment(Sentiment):
    """Of a Reddit post; ``post_id`` is its ``reddit_id``."""


class SocialSentiment(Sentiment):
    """Of a social post."""


class AiAnalysis(Record):
    """A summary or another finding of a model, with the ids of the rows it rests on. One per task and kind."""

    key = ("analysis_id",)

    analysis_id: str = Field(max_length=200, description="<task id>:<kind>")
    ticker: TickerText | None = None
    analysis: str = Field(max_length=50, description="summary, entities, …")
    model: str = Field(max_length=200)
    text: LongText
    cited: list[Annotated[str, Field(max_length=500)]] = Field(
        default_factory=list, max_length=2_000, description="<kind>:<id> of each row that is cited"
    )
    details: SmallJson = Field(default_factory=dict)


class ApiUpdate(Record):
    """One call of the internal API and what it answered."""

    key = ("request_id",)

    request_id: str = Field(max_length=200, description="The Idempotency-Key that was sent")
    endpoint: Address
    method: str = Field(max_length=20)
    payload: SmallJson = Field(default_factory=dict)
    status_code: Whole
    response: LongText = ""
    duration_ms: Whole = 0


class WebSnapshot(Record):
    """The text of a page at one moment, or of a part of it, and what changed since the snapshot before."""

    key = ("url", "selector", "taken_at")

    url: Address
    selector: Short = ""
    taken_at: Moment
    status_code: Whole
    title: Short | None = None
    text: LongText
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    changed: bool = False
    diff: LongText = ""


class RecordKind(StrEnum):
    """Which table the rows are for."""

    #: What is known of a kind stands here once; whatever stores, reads, shows or deletes rows goes by it.
    spec: KindSpec

    def __new__(cls, name: str, *spec: KindSpec) -> Self:
        kind = str.__new__(cls, name)
        kind._value_ = name
        # RecordKind(name), which finds a kind, does not come here.
        [kind.spec] = spec
        return kind

    REDDIT_POSTS = (
        "reddit_posts",
        KindSpec(
            RedditPost,
            table="reddit_posts_raw",
            time="created_utc",
            id="reddit_id",
            shown=("ticker", "subreddit", "score", "title"),
            words=("title", "body"),
            counters=("score", "num_comments", "upvote_ratio"),
            source="reddit",
            author="author",
            opinions=Opinions("reddit_sentiment", about="Reddit posts"),
        ),
    )
    REDDIT_COMMENTS = (
        "reddit_comments",
        KindSpec(
            RedditComment,
            table="reddit_comments",
            time="created_utc",
            id="comment_id",
            shown=("ticker", "subreddit", "score", "body"),
            words=("body",),
            counters=("score",),
            author="author",
        ),
    )
    SOCIAL_POSTS = (
        "social_posts",
        KindSpec(
            SocialPost,
            table="social_posts",
            time="created_utc",
            id="post_id",
            shown=("ticker", "author", "likes", "text"),
            words=("text",),
            counters=("likes", "reposts", "replies", "quotes"),
            source="social",
            author="author_id",
            opinions=Opinions("social_sentiment", about="posts on X"),
        ),
    )
    NEWS_ARTICLES = (
        "news_articles",
        KindSpec(
            NewsArticle,
            table="news_articles",
            time="published",
            id="article_id",
            shown=("ticker", "source", "title"),
            words=("title", "text"),
            source="news",
            page=50,
        ),
    )
    SEC_FILINGS = (
        "sec_filings",
        KindSpec(
            SecFiling,
            table="sec_filings",
            time="filed_on",
            id="accession_number",
            shown=("ticker", "form", "company", "document_url"),
            words=("company", "form", "text"),
            source="sec",
            page=20,
        ),
    )
    SEC_FILING_PIECES = (
        "sec_filing_pieces",
        KindSpec(
            SecFilingPiece,
            table="sec_filing_pieces",
            time="filed_on",
            id="piece_id",
            shown=("ticker", "piece_id"),
            words=("text",),
            page=20,
            part_of="sec_filings",
        ),
    )
    REDDIT_SENTIMENT = (
        "reddit_sentiment",
        KindSpec(
            RedditSentiment,
            table="reddit_sentiment",
            time="fetched_at",
            id="post_id",
            shown=("ticker", "post_id", "label", "score", "scorer"),
            words=("reason",),
            counters=("text_hash",),
        ),
    )
    SOCIAL_SENTIMENT = (
        "social_sentiment",
        KindSpec(
            SocialSentiment,
            table="social_sentiment",
            time="fetched_at",
            id="post_id",
            shown=("ticker", "post_id", "label", "score", "scorer"),
            words=("reason",),
            counters=("text_hash",),
        ),
    )
    AI_ANALYSES = (
        "ai_analyses",
        KindSpec(
            AiAnalysis,
            table="ai_analyses",
            time="fetched_at",
            id="analysis_id",
            shown=("ticker", "analysis", "model", "text"),
            words=("text",),
            owner=Owner.TASK,
        ),
    )
    API_UPDATES = (
        "api_updates",
        KindSpec(
            ApiUpdate,
            table="api_update_log",
            time="fetched_at",
            id="request_id",
            shown=("method", "endpoint", "status_code", "duration_ms"),
            words=("endpoint", "response"),
            counters=("duration_ms",),
            owner=Owner.TASK,
        ),
    )
    WEB_SNAPSHOTS = (
        "web_snapshots",
        KindSpec(
            WebSnapshot,
            table="web_snapshots",
            time="taken_at",
            id="url",
            shown=("url", "changed", "title"),
            words=("url", "title", "text"),
            owner=Owner.PAGE,
        ),
    )

    @property
    def opinions(self) -> "RecordKind | None":
        """Where the scores of these posts are; None: they are not scored."""
        if self.spec.opinions is None:
            return None
        kind = RecordKind(self.spec.opinions.kind)
        if not issubclass(kind.spec.model, Sentiment):
            raise BadKind(f"{self} cannot be scored as {kind}: {kind.spec.model.__name__} is no Sentiment.")
        return kind

    @property
    def posts(self) -> "RecordKind | None":
        """What these scores are about; None: they are no scores."""
        return next((kind for kind in RecordKind if kind.opinions is self), None)
