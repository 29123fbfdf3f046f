"""All tables, so that migrations see them in one import."""

from db.models.base import Base
from db.models.collected import NewsArticleRow, RedditPostRow, SecFilingRow, SocialPostRow
from db.models.controls import CircuitRow, QueueControl
from db.models.derived import (
    AiAnalysisRow,
    ApiUpdateRow,
    Freshness,
    RedditSentimentRow,
    SocialSentimentRow,
    WebSnapshotRow,
)
from db.models.people import ApiKey, AuditEntry, IdempotencyKey, User, Worker
from db.models.task import OutboxCommand, Task, TaskAttempt, TaskEvent, TaskNote

__all__ = [
    "AiAnalysisRow",
    "ApiKey",
    "ApiUpdateRow",
    "AuditEntry",
    "Base",
    "CircuitRow",
    "Freshness",
    "IdempotencyKey",
    "NewsArticleRow",
    "OutboxCommand",
    "QueueControl",
    "RedditPostRow",
    "RedditSentimentRow",
    "SecFilingRow",
    "SocialPostRow",
    "SocialSentimentRow",
    "Task",
    "TaskAttempt",
    "TaskEvent",
    "TaskNote",
    "User",
    "WebSnapshotRow",
    "Worker",
]
