"""Kind of row -> its table, the column that says when, and the columns that a text search looks at."""

from dataclasses import dataclass

from contracts.records.rows import RecordKind
from db.models import (
    AiAnalysisRow,
    ApiUpdateRow,
    Base,
    NewsArticleRow,
    RedditCommentRow,
    RedditPostRow,
    RedditSentimentRow,
    SecFilingRow,
    SocialPostRow,
    SocialSentimentRow,
    WebSnapshotRow,
)


@dataclass(frozen=True)
class Collected:
    """One table of collected rows."""

    table: type[Base]
    #: When it happened at the source, or, where there is no such time, when it was stored.
    time: str
    words: tuple[str, ...]
    #: Columns that every look at the source finds changed; a change of any other one leaves a revision.
    counters: tuple[str, ...] = ()


COLLECTED: dict[RecordKind, Collected] = {
    RecordKind.REDDIT_POSTS: Collected(
        RedditPostRow, "created_utc", ("title", "body"), ("score", "num_comments", "upvote_ratio")
    ),
    RecordKind.REDDIT_COMMENTS: Collected(RedditCommentRow, "created_utc", ("body",), ("score",)),
    RecordKind.SOCIAL_POSTS: Collected(
        SocialPostRow, "created_utc", ("text",), ("likes", "reposts", "replies", "quotes")
    ),
    RecordKind.NEWS_ARTICLES: Collected(NewsArticleRow, "published", ("title", "text")),
    RecordKind.SEC_FILINGS: Collected(SecFilingRow, "filed_on", ("company", "form", "text")),
    RecordKind.REDDIT_SENTIMENT: Collected(RedditSentimentRow, "fetched_at", ("reason",)),
    RecordKind.SOCIAL_SENTIMENT: Collected(SocialSentimentRow, "fetched_at", ("reason",)),
    RecordKind.AI_ANALYSES: Collected(AiAnalysisRow, "fetched_at", ("text",)),
    RecordKind.API_UPDATES: Collected(ApiUpdateRow, "fetched_at", ("endpoint", "response"), ("duration_ms",)),
    RecordKind.WEB_SNAPSHOTS: Collected(WebSnapshotRow, "taken_at", ("url", "title", "text")),
}

TABLES: dict[RecordKind, type[Base]] = {kind: each.table for kind, each in COLLECTED.items()}
