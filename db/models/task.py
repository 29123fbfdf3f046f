"""Tasks as the facade shows them, their attempts, events and notes, and the outbox towards Temporal."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.tasks.statuses import TaskStatus
from db.models.base import Base, TransactionId, now_column

_STATUSES = ", ".join(f"'{status}'" for status in TaskStatus)


def _newest_first(*columns: str, **options: Any) -> Index:
    """For a list by one column. With `deleted_at` inside, counting and leafing need not look at the rows."""
    name = "_".join(("ix_tasks", *columns, "created_at"))
    newest = text("created_at DESC"), text("id DESC")
    return Index(name, *columns, *newest, postgresql_include=["deleted_at"], **options)


class Task(Base):
    """One row per task. `round`, `run_id` and `state_order` keep the mirror monotone (db/tasks/mirror.py)."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="valid_status"),
        CheckConstraint("priority BETWEEN 0 AND 100", name="valid_priority"),
        _newest_first(),
        _newest_first("status"),
        _newest_first("type"),
        _newest_first("ticker"),
        _newest_first("worker_id"),
        _newest_first("created_by"),
        _newest_first("priority"),
        Index("ix_tasks_updated_at", "updated_at", "id", postgresql_include=["deleted_at"]),
        # Only what has ended, so only the end of a task touches it.
        Index(
            "ix_tasks_completed_at",
            "completed_at",
            "id",
            postgresql_include=["deleted_at"],
            postgresql_where=text("completed_at IS NOT NULL"),
        ),
        # What alerts count: failures are few, and a success does not touch it.
        Index("ix_tasks_failed", "completed_at", postgresql_where=text("status = 'failed' AND deleted_at IS NULL")),
        # The tasks of a group of failures; with the status before the time, however many of them have been retried.
        Index(
            "ix_tasks_cause",
            *("cause", "status", text("created_at DESC"), text("id DESC")),
            postgresql_include=["deleted_at"],
            postgresql_where=text("cause IS NOT NULL"),
        ),
        # Failures of before there were groups: empty, once core has gone over them.
        Index("ix_tasks_without_cause", "id", postgresql_where=text("status = 'failed' AND cause IS NULL")),
        # Of workspaces; a task of the default one touches none of these.
        _newest_first("instance", postgresql_where=text("instance <> 'default'")),
        Index(
            "ix_tasks_instance_completed_at", "instance", "completed_at", postgresql_where=text("instance <> 'default'")
        ),
        Index(
            "ix_tasks_instance_failed",
            "instance",
            "completed_at",
            postgresql_where=text("status = 'failed' AND deleted_at IS NULL AND instance <> 'default'"),
        ),
        _newest_first("worker_name", postgresql_where=text("worker_name IS NOT NULL")),
        Index("ix_tasks_tags", "tags", postgresql_using="gin"),
        Index("ix_tasks_words", text("to_tsvector('simple', words)"), postgresql_using="gin"),
        # What waits, of each queue of a capability by itself: the backlog of one workspace is in nobody's way.
        Index(
            "ix_tasks_waiting_by_queue",
            *("capability", text("COALESCE(queue, capability)"), "priority", "created_at", "id"),
            postgresql_where=text("status = 'pending' AND deleted_at IS NULL"),
        ),
        # The timeline: what is to start when.
        Index(
            "ix_tasks_scheduled",
            "run_at",
            postgresql_where=text("status = 'scheduled' AND deleted_at IS NULL"),
        ),
        Index(
            "ix_tasks_parent_task_id",
            "parent_task_id",
            "created_at",
            postgresql_where=text("parent_task_id IS NOT NULL"),
        ),
        Index("ix_tasks_plan_id", "plan_id", "created_at", postgresql_where=text("plan_id IS NOT NULL")),
        # What a person deleted goes some day (db/retention.sql).
        Index("ix_tasks_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index(
            "ix_tasks_reconcile_after",
            "reconcile_after",
            postgresql_where=text("reconcile_after IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: The id as text, except for workflows that were started by hand under another name.
    workflow_id: Mapped[str] = mapped_column(Text, unique=True)
    type: Mapped[str] = mapped_column(Text)
    capability: Mapped[str] = mapped_column(Text)
    #: Its workspace's own task queue, where its work was put last; null: that of its capability, or of its session.
    queue: Mapped[str | None] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    ticker: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    created_by: Mapped[str] = mapped_column(Text)
    #: Its workspace.
    instance: Mapped[str] = mapped_column(Text, server_default="default")
    parent_task_id: Mapped[uuid.UUID | None]
    #: The plan that it belongs to, which of its steps it is, and for which entry. A trigger tells the plan of its end.
    plan_id: Mapped[uuid.UUID | None]
    plan_step: Mapped[str | None] = mapped_column(Text)
    plan_place: Mapped[int | None]
    #: The task that holds open the session in which it runs; null: it runs in none.
    session_id: Mapped[uuid.UUID | None]
    #: What a person wants to be different from the round before.
    feedback: Mapped[str | None] = mapped_column(Text)
    #: Tasks that are created when this one ends, ready to be inserted (services/tasks/follow_ups.py).
    follow_ups: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    #: A `contracts.tasks.approval.Approval`; null: needs none.
    approval: Mapped[dict[str, Any] | None]
    #: What a text search looks at: words of type, params, tags, creator and first note.
    words: Mapped[str] = mapped_column(Text, server_default="")

    status: Mapped[str] = mapped_column(Text)
    #: Why it waits, as far as the last attempt knows.
    reason: Mapped[str | None] = mapped_column(Text)
    #: 0 for the first run; a person's retry adds 1. Shown as retry_count.
    round: Mapped[int] = mapped_column(server_default="0")
    run_id: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(server_default="0")
    #: How far this run is (see db/tasks/mirror.py); writes only ever raise it.
    state_order: Mapped[int] = mapped_column(server_default="0")
    #: When core asks Temporal about it; null: it has ended, or rests (workers/core/mirror/waiting_rows.py).
    reconcile_after: Mapped[datetime | None]

    retry: Mapped[dict[str, Any]]
    timeouts: Mapped[dict[str, Any]]
    run_at: Mapped[datetime | None]
    start_deadline: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]

    worker_id: Mapped[uuid.UUID | None]
    worker_name: Mapped[str | None] = mapped_column(Text)
    progress: Mapped[dict[str, Any] | None]
    cursor: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    #: The group of failures that it belongs to since it failed last (a trigger writes it, see `FailureGroup`).
    cause: Mapped[str | None] = mapped_column(Text)

    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()
    claimed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    last_heartbeat_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class TaskAttempt(Base):
    """One attempt of one round, as seen at the gateway."""

    __tablename__ = "task_attempts"
    __table_args__ = (
        # How a worker has done lately. Only ended ones: handing out a task does not touch it.
        Index(
            "ix_task_attempts_worker_id_ended_at",
            "worker_id",
            text("ended_at DESC"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
        # How sources do (db/workers/circuits.py): failures and successes of late, the first claim since then.
        Index("ix_task_attempts_status_ended_at", "status", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
        Index("ix_task_attempts_claimed_at", "claimed_at"),
    )

    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    #: A reset from the Temporal side runs a round again under another run id.
    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    worker_id: Mapped[uuid.UUID | None]
    worker_name: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    claimed_at: Mapped[datetime] = now_column()
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None]


class TaskEvent(Base):
    """Append-only: all that happened to a task. A trigger (see the migration) notifies the listeners."""

    __tablename__ = "task_events"
    __table_args__ = (
        Index("ix_task_events_task_id_id", "task_id", "id"),
        Index("ix_task_events_xact_id", "xact_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    #: The plan's id in an event of a plan, the schedule's in one whose type begins with `schedule_`.
    task_id: Mapped[uuid.UUID]
    #: Set: it is about a plan, or one of its steps.
    plan_id: Mapped[uuid.UUID | None]
    type: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    round: Mapped[int] = mapped_column(server_default="0")
    attempt: Mapped[int | None]
    worker_id: Mapped[uuid.UUID | None]
    actor: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    #: The transaction that wrote it: readers go on by what was committed (db/tasks/event_places.py).
    xact_id: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))


class TaskNote(Base):
    """One entry of a task's notes thread."""

    __tablename__ = "task_notes"
    __table_args__ = (Index("ix_task_notes_task_id_id", "task_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()


class WatchMark(Base):
    """How far what Temporal lists has been compared with the mirror, by Temporal's own time."""

    __tablename__ = "watch_marks"

    #: The status that was asked for (workers/core/mirror/visibility.py).
    question: Mapped[str] = mapped_column(Text, primary_key=True)
    seen_until: Mapped[datetime]


class OutboxCommand(Base):
    """A command to Temporal, written in the same transaction as what it follows from. Sent by the relay."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_task_id_id", "task_id", "id"),
        Index("ix_outbox_next_try_at_id", "next_try_at", "id"),
        # How many are under way; no other command touches it.
        Index("ix_outbox_moves", "id", postgresql_where=text("command = 'move'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task_id: Mapped[uuid.UUID]
    command: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = now_column()
    tries: Mapped[int] = mapped_column(server_default="0")
    #: Also the lease of the relay that works on it: a relay that dies gives it back by time.
    next_try_at: Mapped[datetime] = now_column()
    last_error: Mapped[str | None] = mapped_column(Text)
