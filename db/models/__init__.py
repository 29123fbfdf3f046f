"""All tables, so that migrations see them in one import."""

from db.models.base import Base
from db.models.collected import RedditPostRow, SecFilingRow
from db.models.people import ApiKey, AuditEntry, IdempotencyKey, User, Worker
from db.models.task import OutboxCommand, Task, TaskAttempt, TaskEvent, TaskNote

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Base",
    "IdempotencyKey",
    "OutboxCommand",
    "RedditPostRow",
    "SecFilingRow",
    "Task",
    "TaskAttempt",
    "TaskEvent",
    "TaskNote",
    "User",
    "Worker",
]
