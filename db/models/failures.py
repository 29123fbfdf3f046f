"""Tables of failures by cause: the groups, what is not counted in them yet, and what people did about them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.tasks.failures import GroupState
from db.models.base import Base, now_column

_STATES = ", ".join(f"'{state}'" for state in GroupState)


class FailureGroup(Base):
    """Tasks of one type that failed alike. Counted by core from the changes (db/tasks/failure_counts.py)."""

    __tablename__ = "failure_groups"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="valid_state"),
        Index("ix_failure_groups_open", text("open DESC"), "cause", postgresql_where=text("open > 0")),
        Index("ix_failure_groups_last_at", "last_at"),
    )

    #: A hash of type, class of the error, normalised message and place; the same as `tasks.cause`.
    cause: Mapped[str] = mapped_column(Text, primary_key=True)
    task_type: Mapped[str] = mapped_column(Text)
    error_type: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    example: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)
    #: Tasks that are failed with it now; and how often it was seen in all.
    open: Mapped[int] = mapped_column(BigInteger, server_default="0")
    seen: Mapped[int] = mapped_column(BigInteger, server_default="0")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    #: The first of its tasks was created then.
    created_after: Mapped[datetime]
    #: How often at which worker, by name; and the params that all its tasks have in common. Since it was (re)opened.
    workers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    shared: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(Text, server_default="open")
    state_by: Mapped[str | None] = mapped_column(Text)
    state_at: Mapped[datetime] = now_column()
    muted_until: Mapped[datetime | None]
    #: How often it came back after it had been resolved.
    reopened: Mapped[int] = mapped_column(server_default="0")


class FailureChange(Base):
    """A task that has just failed (1), or is failed no longer (-1). Written by a trigger, deleted by core."""

    __tablename__ = "failure_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task_id: Mapped[uuid.UUID]
    cause: Mapped[str] = mapped_column(Text)
    delta: Mapped[int]
    #: What the group needs to know of the failure; null where it is over.
    failure: Mapped[dict[str, Any] | None]
    failed_at: Mapped[datetime]


class FailureEvent(Base):
    """What happened to a group: it came, was resolved, came back …, and the notes of people."""

    __tablename__ = "failure_events"
    __table_args__ = (Index("ix_failure_events_cause_id", "cause", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    cause: Mapped[str] = mapped_column(ForeignKey("failure_groups.cause", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = now_column()
