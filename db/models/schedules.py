"""Tables of schedules: what they are, what became of each moment at which they were due, and words to Temporal."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column

_WORKSPACE = (
    "COALESCE((definition #>> '{action,task,workspace}'::text[]), (definition #>> '{action,plan,workspace}'::text[]), "
    "'default'::text)"
)


class ScheduleRow(Base):
    """One that is deleted stays, with its runs; its name is free again."""

    __tablename__ = "schedules"
    __table_args__ = (
        Index(
            "uq_schedules_instance_name", "instance", "name", unique=True, postgresql_where=text("deleted_at IS NULL")
        ),
        Index("ix_schedules_again_at", "again_at", postgresql_where=text("deleted_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text)
    #: A `ScheduleBody`.
    definition: Mapped[dict[str, Any]]
    #: The workspace: the one that its task or plan names, so that neither can be in another.
    instance: Mapped[str] = mapped_column(Text, Computed(_WORKSPACE, persisted=True))
    paused: Mapped[bool] = mapped_column(server_default="false")
    note: Mapped[str] = mapped_column(Text, server_default="")
    #: Runs that are left; none: without a limit.
    remaining: Mapped[int | None]
    #: Up to here each moment at which it was due has its row in `schedule_runs`, or needs none.
    seen_until: Mapped[datetime] = now_column()
    #: When Temporal was told; none: not yet.
    told_at: Mapped[datetime | None]
    #: What Temporal then said that it is, as a digest: told apart from what somebody makes of it there.
    told_print: Mapped[str | None] = mapped_column(Text)
    #: When Temporal was last told by us to run it beside its times: a second run within two seconds is refused.
    run_told_at: Mapped[datetime | None]
    #: When it has to be told anew, though nothing was changed (`contracts/schedules/calendars.py`).
    again_at: Mapped[datetime | None]
    #: Of one whose times were changed on the Temporal side: the next ones there.
    other_runs: Mapped[list[datetime] | None] = mapped_column(ARRAY(DateTime(timezone=True)))
    #: What Temporal refuses about it.
    problem: Mapped[str] = mapped_column(Text, server_default="")
    #: Deleted on the Temporal side.
    gone_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = now_column()
    deleted_at: Mapped[datetime | None]


class ScheduleRun(Base):
    """What became of one moment. One row for each, so that it is run once, whoever dies in between."""

    __tablename__ = "schedule_runs"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('running', 'succeeded', 'failed', 'missed', 'skipped', 'cancelled')", name="valid_outcome"
        ),
        Index("uq_schedule_runs_schedule_id_due_at", "schedule_id", "due_at", unique=True),
        Index("ix_schedule_runs_running", "id", postgresql_where=text("outcome = 'running'")),
        Index("ix_schedule_runs_untold", "id", postgresql_where=text("waiting_workflow IS NOT NULL")),
        Index("ix_schedule_runs_ended_at", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    schedule_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    task_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    #: What it made instead, where that is a plan.
    plan_id: Mapped[uuid.UUID | None]
    #: How many did not succeed, once it is over; of a run that was cancelled, how many failed before that.
    failed: Mapped[int] = mapped_column(server_default="0")
    #: The schedule asked for its end, or somebody in Temporal did: that its tasks are cancelled is no failure.
    cancelled: Mapped[bool] = mapped_column(server_default="false")
    #: The workflow that waits for the end of the tasks, until it was told.
    waiting_workflow: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    ended_at: Mapped[datetime | None]


class ScheduleCommand(Base):
    """A word to Temporal about a schedule, written with its cause; deleted when it was said."""

    __tablename__ = "schedule_commands"
    __table_args__ = (Index("ix_schedule_commands_schedule_id", "schedule_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    schedule_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    verb: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    next_try_at: Mapped[datetime] = now_column()
    tries: Mapped[int] = mapped_column(server_default="0")
