"""All tables, so that migrations see them in one import."""

from db.models.agent import AgentCommand, AgentDecision, AgentReservation, AgentRound, AgentState
from db.models.base import Base
from db.models.bots import BotLease
from db.models.bulk import BulkActionRow
from db.models.collected import NewsArticleRow, RedditCommentRow, RedditPostRow, SecFilingRow, SocialPostRow
from db.models.controls import AvoidedWorker, CircuitRow, QueueControl
from db.models.derived import (
    AiAnalysisRow,
    ApiUpdateRow,
    Freshness,
    RecordRevision,
    RedditSentimentRow,
    SocialSentimentRow,
    WebSnapshotRow,
)
from db.models.failures import FailureChange, FailureEvent, FailureGroup
from db.models.fleet import ServiceBeat, WorkerEvent
from db.models.metrics import MetricsMoment, TaskErrorsHourly, TaskMetricsDaily, TaskMetricsHourly
from db.models.notifications import (
    AlertFailure,
    AlertRule,
    AlertSignal,
    Notification,
    NotificationRead,
    TaskNotification,
)
from db.models.people import ApiKey, AttemptLimit, AuditEntry, IdempotencyKey, Invitation, User, Worker
from db.models.plans import PlanEnd, PlanPartRow, PlanRow, PlanSession, PlanStepRow
from db.models.schedules import ScheduleCommand, ScheduleRow, ScheduleRun
from db.models.sessions import SavedView, Session, SignInCode, UserSettings
from db.models.task import OutboxCommand, Task, TaskAttempt, TaskEvent, TaskNote, WatchMark
from db.models.telegram import TelegramCode, TelegramLink, TelegramMove, TelegramUpdate, TelegramWatch
from db.models.templates import TaskTemplate
from db.models.tickers import WatchedTicker
from db.models.triggers import TriggerCount, TriggerDelivery, TriggerEvent, TriggerMade, TriggerRow
from db.models.workspaces import WorkspaceCost, WorkspaceMember, WorkspaceRow

__all__ = [
    "AgentCommand",
    "AgentDecision",
    "AgentReservation",
    "AgentRound",
    "AgentState",
    "AiAnalysisRow",
    "AlertFailure",
    "AlertRule",
    "AlertSignal",
    "ApiKey",
    "ApiUpdateRow",
    "AttemptLimit",
    "AuditEntry",
    "AvoidedWorker",
    "Base",
    "BotLease",
    "BulkActionRow",
    "CircuitRow",
    "FailureChange",
    "FailureEvent",
    "FailureGroup",
    "Freshness",
    "IdempotencyKey",
    "Invitation",
    "MetricsMoment",
    "NewsArticleRow",
    "Notification",
    "NotificationRead",
    "OutboxCommand",
    "PlanEnd",
    "PlanPartRow",
    "PlanRow",
    "PlanSession",
    "PlanStepRow",
    "QueueControl",
    "RecordRevision",
    "RedditCommentRow",
    "RedditPostRow",
    "RedditSentimentRow",
    "SavedView",
    "ScheduleCommand",
    "ScheduleRow",
    "ScheduleRun",
    "SecFilingRow",
    "ServiceBeat",
    "Session",
    "SignInCode",
    "SocialPostRow",
    "SocialSentimentRow",
    "Task",
    "TaskAttempt",
    "TaskErrorsHourly",
    "TaskEvent",
    "TaskMetricsDaily",
    "TaskMetricsHourly",
    "TaskNote",
    "TaskNotification",
    "TaskTemplate",
    "TelegramCode",
    "TelegramLink",
    "TelegramMove",
    "TelegramUpdate",
    "TelegramWatch",
    "TriggerCount",
    "TriggerDelivery",
    "TriggerEvent",
    "TriggerMade",
    "TriggerRow",
    "User",
    "UserSettings",
    "WatchMark",
    "WatchedTicker",
    "WebSnapshotRow",
    "Worker",
    "WorkerEvent",
    "WorkspaceCost",
    "WorkspaceMember",
    "WorkspaceRow",
]
