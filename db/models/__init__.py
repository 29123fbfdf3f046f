"""All tables, so that migrations see them in one import."""

from db.models.base import Base
from db.models.collected import NewsArticleRow, RedditPostRow, SecFilingRow, SocialPostRow
from db.models.derived import (
    AiAnalysisRow,
    ApiUpdateRow,
    Freshness,
    RedditSentimentRow,
    SocialSentimentRow,
    WebSnapshotRow,
)
from db.models.fleet import ServiceBeat, WorkerEvent
from db.models.people import ApiKey, AuditEntry, IdempotencyKey, User, Worker
from db.models.task import OutboxCommand, Task, TaskAttempt, TaskEvent, TaskNote

__all__ = [
    "AiAnalysisRow",
    "ApiKey",
    "ApiUpdateRow",
    "AuditEntry",
    "Base",
    "Freshness",
    "IdempotencyKey",
    "NewsArticleRow",
    "OutboxCommand",
    "RedditPostRow",
    "RedditSentimentRow",
    "SecFilingRow",
    "ServiceBeat",
    "SocialPostRow",
    "SocialSentimentRow",
    "Task",
    "TaskAttempt",
    "TaskEvent",
    "TaskNote",
    "User",
    "WebSnapshotRow",
    "Worker",
    "WorkerEvent",
]
