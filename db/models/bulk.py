"""Table of bulk actions: a frozen filter, and how far it has come."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class BulkActionRow(Base):
    """What is done to all tasks that match. The place is moved on in the transaction of each batch."""

    __tablename__ = "bulk_actions"
    __table_args__ = (
        CheckConstraint("state IN ('previewed', 'running', 'done', 'stopped')", name="valid_state"),
        CheckConstraint("phase IN ('checking', 'canary', 'doing')", name="valid_phase"),
        Index("ix_bulk_actions_running", "next_at", postgresql_where=text("state = 'running'")),
        Index("ix_bulk_actions_cause", "cause", "created_at", postgresql_where=text("cause IS NOT NULL")),
        Index("ix_bulk_actions_created_at", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    action: Mapped[str] = mapped_column(Text)
    arguments: Mapped[dict[str, Any]]
    #: As asked, for people; and as a `TaskFilter` that no task created later matches.
    filter: Mapped[dict[str, Any]]
    frozen: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(Text)
    #: The person who began it, and of a member of workspaces those in which they could change something then.
    user_id: Mapped[uuid.UUID | None]
    scope: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(Text, server_default="previewed")
    count: Mapped[int]
    capped: Mapped[bool]
    done: Mapped[int] = mapped_column(server_default="0")
    skipped: Mapped[int] = mapped_column(server_default="0")
    #: Before it is done: each task is checked, or one of them is tried.
    phase: Mapped[str] = mapped_column(Text, server_default="doing")
    #: The group of failures that it is about, if it was begun there.
    cause: Mapped[str | None] = mapped_column(Text)
    canary_task_id: Mapped[uuid.UUID | None]
    canary_round: Mapped[int | None]
    canary_ok: Mapped[bool | None]
    canary_at: Mapped[datetime | None]
    #: Why it was stopped, or waits.
    reason: Mapped[str | None] = mapped_column(Text)
    #: The last task that was looked at; the newest goes first.
    place_at: Mapped[datetime | None]
    place_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    moved_at: Mapped[datetime] = now_column()
    #: Not before then goes its next batch: it waits for a canary, or goes at the pace of a source.
    next_at: Mapped[datetime] = now_column()
    ended_at: Mapped[datetime | None]
