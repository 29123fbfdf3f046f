"""Tables of crawled rows, and the turns at a source.

The primary key of rows is the workspace and the natural key, so a row delivered twice is stored once.

Each table has an index for each way it is read: a ticker's rows, those of a workspace, and all, newest first
(`db.records.queries`); and by `fetched_at` for the retention.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, newest_of_workspace, now_column, workspace_column


class RedditPostRow(Base):
    __tablename__ = "reddit_posts_raw"
    __table_args__ = (
        Index("ix_reddit_posts_raw_ticker_created_utc", "ticker", text("created_utc DESC")),
        Index("ix_reddit_posts_raw_created_utc", "created_utc"),
        Index("ix_reddit_posts_raw_fetched_at", "fetched_at"),
        newest_of_workspace("reddit_posts_raw", "created_utc"),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    reddit_id: Mapped[str] = mapped_column(Text, primary_key=True)
    subreddit: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    score: Mapped[int]
    num_comments: Mapped[int]
    upvote_ratio: Mapped[float | None]
    flair: Mapped[str | None] = mapped_column(Text)
    permalink: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    created_utc: Mapped[datetime]
    raw: Mapped[dict[str, Any]]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class RedditCommentRow(Base):
    __tablename__ = "reddit_comments"
    __table_args__ = (
        Index("ix_reddit_comments_ticker_created_utc", "ticker", text("created_utc DESC")),
        Index("ix_reddit_comments_created_utc", "created_utc"),
        Index("ix_reddit_comments_fetched_at", "fetched_at"),
        newest_of_workspace("reddit_comments", "created_utc"),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Text, primary_key=True)
    post_id: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[str | None] = mapped_column(Text)
    subreddit: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    score: Mapped[int]
    depth: Mapped[int]
    permalink: Mapped[str] = mapped_column(Text)
    created_utc: Mapped[datetime]
    raw: Mapped[dict[str, Any]]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class SocialPostRow(Base):
    __tablename__ = "social_posts"
    __table_args__ = (
        Index("ix_social_posts_ticker_created_utc", "ticker", text("created_utc DESC")),
        Index("ix_social_posts_created_utc", "created_utc"),
        Index("ix_social_posts_fetched_at", "fetched_at"),
        newest_of_workspace("social_posts", "created_utc"),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    network: Mapped[str] = mapped_column(Text, primary_key=True)
    post_id: Mapped[str] = mapped_column(Text, primary_key=True)
    author_id: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str | None] = mapped_column(Text)
    likes: Mapped[int]
    reposts: Mapped[int]
    replies: Mapped[int]
    quotes: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    created_utc: Mapped[datetime]
    raw: Mapped[dict[str, Any]]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class NewsArticleRow(Base):
    __tablename__ = "news_articles"
    __table_args__ = (
        Index("ix_news_articles_ticker_published", "ticker", text("published DESC")),
        Index("ix_news_articles_published", "published"),
        Index("ix_news_articles_fetched_at", "fetched_at"),
        Index("ix_news_articles_content_hash", "content_hash"),
        newest_of_workspace("news_articles", "published"),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    article_id: Mapped[str] = mapped_column(Text, primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    published: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(Text)
    raw: Mapped[dict[str, Any]]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class SecFilingRow(Base):
    __tablename__ = "sec_filings"
    __table_args__ = (
        Index("ix_sec_filings_ticker_filed_on", "ticker", text("filed_on DESC")),
        Index("ix_sec_filings_filed_on", "filed_on"),
        Index("ix_sec_filings_fetched_at", "fetched_at"),
        newest_of_workspace("sec_filings", "filed_on"),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    accession_number: Mapped[str] = mapped_column(Text, primary_key=True)
    cik: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(Text)
    filed_on: Mapped[date]
    period_of_report: Mapped[date | None]
    primary_document: Mapped[str] = mapped_column(Text)
    document_url: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    characters: Mapped[int] = mapped_column(server_default="0")
    pieces: Mapped[int] = mapped_column(server_default="1")
    truncated: Mapped[bool] = mapped_column(server_default="false")
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class SecFilingPieceRow(Base):
    __tablename__ = "sec_filing_pieces"
    __table_args__ = (
        Index("ix_sec_filing_pieces_ticker_filed_on", "ticker", text("filed_on DESC")),
        Index("ix_sec_filing_pieces_filed_on", "filed_on"),
        Index("ix_sec_filing_pieces_fetched_at", "fetched_at"),
        newest_of_workspace("sec_filing_pieces", "filed_on"),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    piece_id: Mapped[str] = mapped_column(Text, primary_key=True)
    accession_number: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    filed_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


class SourceTurn(Base):
    """When a source that counts the requests of all workers together may be asked next (db/records/turns.py)."""

    __tablename__ = "source_turns"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    free_at: Mapped[datetime]
