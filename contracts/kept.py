"""Days for which ClawdBot keeps what it writes down of its own work: rows that grow with every task and every day.

Collected rows have kinds and days of their own (`contracts.records`).
"""

from enum import StrEnum


class Book(StrEnum):
    """What is deleted together once it is old enough (db/retention.sql)."""

    #: Tasks that are over, with their attempts, events and notes.
    TASKS = "tasks"
    #: Those of them that a person has deleted: no list shows them any more.
    DELETED_TASKS = "deleted_tasks"
    #: Events that say how far a task is, once it is over; what else happened to it stays.
    PROGRESS = "progress"
    #: Plans that are over, with their steps and events; their tasks are kept as other tasks.
    PLANS = "plans"
    IDEMPOTENCY_KEYS = "idempotency_keys"
    AUDIT = "audit"
    #: Rounds of the agent, with their decisions and what those took from its budget.
    AGENT = "agent"
    #: Runs of schedules that are over, and schedules that were deleted.
    SCHEDULES = "schedules"
    #: What was delivered to triggers, and triggers that were deleted.
    TRIGGERS = "triggers"


#: Days, unless the settings say otherwise; what is not named is kept for ever.
DEFAULT_DAYS = {
    Book.DELETED_TASKS: 90,
    Book.PROGRESS: 30,
    Book.IDEMPOTENCY_KEYS: 90,
    Book.AGENT: 400,
    Book.SCHEDULES: 400,
    Book.TRIGGERS: 30,
}
#: A row that goes before Temporal has forgotten its workflow would be adopted again, as begun by hand.
AFTER_TEMPORAL = frozenset({Book.TASKS, Book.DELETED_TASKS})
