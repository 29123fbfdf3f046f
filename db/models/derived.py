"""Tables of rows that tasks derive from collected rows, or of their effects outside. Keys are natural here, too."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, newest_of_workspace, now_column, workspace_column


class _Sentiment:
    """The columns of both sentiment tables."""

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    post_id: Mapped[str] = mapped_column(Text, primary_key=True)
    scorer: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    score: Mapped[float]
    confidence: Mapped[float | None]
    reason: Mapped[str | None] = mapped_column(Text)
    #: Of the text that was scored. None: written before this was said.
    text_hash: Mapped[str | None] = mapped_column(Text)
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class RedditSentimentRow(_Sentiment, Base):
    __tablename__ = "reddit_sentiment"
    __table_args__ = (
        Index("ix_reddit_sentiment_ticker_fetched_at", "ticker", text("fetched_at DESC")),
        Index("ix_reddit_sentiment_fetched_at", "fetched_at"),
        newest_of_workspace("reddit_sentiment", "fetched_at"),
    )


class SocialSentimentRow(_Sentiment, Base):
    __tablename__ = "social_sentiment"
    __table_args__ = (
        Index("ix_social_sentiment_ticker_fetched_at", "ticker", text("fetched_at DESC")),
        Index("ix_social_sentiment_fetched_at", "fetched_at"),
        newest_of_workspace("social_sentiment", "fetched_at"),
    )


class AiAnalysisRow(Base):
    __tablename__ = "ai_analyses"
    __table_args__ = (
        Index("ix_ai_analyses_ticker_fetched_at", "ticker", text("fetched_at DESC")),
        Index("ix_ai_analyses_fetched_at", "fetched_at"),
        newest_of_workspace("ai_analyses", "fetched_at"),
    )

    analysis_id: Mapped[str] = mapped_column(Text, primary_key=True)
    ticker: Mapped[str | None] = mapped_column(Text)
    analysis: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    cited: Mapped[list[str]] = mapped_column(ARRAY(Text))
    details: Mapped[dict[str, Any]]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class ApiUpdateRow(Base):
    __tablename__ = "api_update_log"
    __table_args__ = (
        Index("ix_api_update_log_fetched_at", "fetched_at"),
        newest_of_workspace("api_update_log", "fetched_at"),
    )

    request_id: Mapped[str] = mapped_column(Text, primary_key=True)
    endpoint: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    status_code: Mapped[int]
    response: Mapped[str] = mapped_column(Text)
    duration_ms: Mapped[int]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class WebSnapshotRow(Base):
    __tablename__ = "web_snapshots"
    __table_args__ = (
        Index("ix_web_snapshots_taken_at", "taken_at"),
        Index("ix_web_snapshots_fetched_at", "fetched_at"),
        newest_of_workspace("web_snapshots", "taken_at"),
    )

    url: Mapped[str] = mapped_column(Text, primary_key=True)
    selector: Mapped[str] = mapped_column(Text, primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(primary_key=True)
    status_code: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    changed: Mapped[bool]
    diff: Mapped[str] = mapped_column(Text)
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class RecordRevision(Base):
    """What a collected row said before its content was replaced; written by a trigger of each table (0020)."""

    __tablename__ = "record_revisions"
    __table_args__ = (
        Index("ix_record_revisions_kind_replaced_at", "kind", text("replaced_at DESC")),
        Index(
            "ix_record_revisions_workspace_kind_replaced_at",
            *("workspace", "kind", text("replaced_at DESC")),
            postgresql_where=text("workspace <> 'default'"),
        ),
    )

    #: SHA-256 of kind, workspace and content: what a row said twice is kept once, with the later time.
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    #: The whole row as it was.
    content: Mapped[dict[str, Any]]
    #: Who had stored it last, and when it was first stored.
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime]
    #: The task that replaced it.
    replaced_by: Mapped[uuid.UUID]
    replaced_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column(is_key=False)


class Freshness(Base):
    """How fresh one source of one ticker is; written with every end of a task that collects."""

    __tablename__ = "ticker_data_freshness"
    __table_args__ = (Index("ix_ticker_data_freshness_last_success_at", "last_success_at"),)

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    data_source: Mapped[str] = mapped_column(Text, primary_key=True)
    last_success_at: Mapped[datetime | None]
    last_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    record_count: Mapped[int] = mapped_column(server_default="0")
    #: The time span that successful crawls of everything have asked for, together.
    covered_from: Mapped[datetime | None]
    covered_to: Mapped[datetime | None]
    #: All such spans. None: written before they were kept.
    covered: Mapped[list[Any] | None] = mapped_column(TSTZMULTIRANGE)
    #: Where the first gap between them begins; None: there is nothing in front of it.
    fresh_to: Mapped[datetime | None]
    #: Places of the source that refuse for good: see `contracts.records.refusals`.
    refusing: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    updated_at: Mapped[datetime] = now_column()
