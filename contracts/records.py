"""Collected rows as they travel from worker to API. The natural key makes a second delivery harmless."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class RecordKind(StrEnum):
    """Which table the rows are for."""

    REDDIT_POSTS = "reddit_posts"
    SEC_FILINGS = "sec_filings"


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RedditPost(Record):
    """One Reddit submission. Natural key: (ticker, reddit_id)."""

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


class SecFiling(Record):
    """One EDGAR filing. Natural key: (ticker, accession_number)."""

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


RECORD_MODELS: dict[RecordKind, type[Record]] = {
    RecordKind.REDDIT_POSTS: RedditPost,
    RecordKind.SEC_FILINGS: SecFiling,
}


class StoreReply(BaseModel):
    """How many of the delivered rows were new and how many the table already had."""

    inserted: int
    duplicates: int
