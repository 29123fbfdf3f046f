"""Tables of plans: one row per plan, per step, per part of a step, and per word that something of a plan has ended.

A step with `for_each` has one part for each entry, any other has one. The counters are kept by whoever holds the plan's
row (db/plans/): so an advance reads what has changed, and not ten thousand steps.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.plans.statuses import PlanStatus, StepStatus
from db.models.base import Base, now_column

_PLAN_STATUSES = ", ".join(f"'{status}'" for status in PlanStatus)
_STEP_STATUSES = ", ".join(f"'{status}'" for status in StepStatus)


class PlanRow(Base):
    """Whoever advances or steers a plan locks its row: that happens one after another."""

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint(f"status IN ({_PLAN_STATUSES})", name="valid_status"),
        Index("ix_plans_created_at", text("created_at DESC"), text("id DESC")),
        Index("ix_plans_status_created_at", "status", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_plans_instance_created_at",
            *("instance", text("created_at DESC"), text("id DESC")),
            postgresql_where=text("instance <> 'default'"),
        ),
        # What is old enough goes some day (db/retention.sql).
        Index("ix_plans_completed_at", "completed_at", postgresql_where=text("completed_at IS NOT NULL")),
        # Whether its workflow still runs is asked of the one that was asked about longest ago.
        Index("ix_plans_looked_at", "looked_at", postgresql_where=text("status = 'running'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    #: A `contracts.plans.plan.Plan` as it was submitted.
    document: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(Text)
    #: 0 for the first run; a person's repair adds 1.
    round: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[str] = mapped_column(Text)
    #: The workspace of all its tasks.
    instance: Mapped[str] = mapped_column(Text, server_default="default")
    deadline: Mapped[datetime | None]
    #: Most tasks at once.
    parallel: Mapped[int | None]
    #: Begins nothing more, except what compensates.
    stopping: Mapped[bool] = mapped_column(server_default="false")
    #: Tasks under way are still to be cancelled.
    cancelling: Mapped[bool] = mapped_column(server_default="false")
    cancelled_by: Mapped[str | None] = mapped_column(Text)
    #: The first failure that stopped it: type, message, step, place.
    failure: Mapped[dict[str, Any] | None]
    steps: Mapped[int]
    #: Steps that are not over, without those that compensate.
    open_steps: Mapped[int]
    #: Steps that compensate and are not over.
    open_compensations: Mapped[int] = mapped_column(server_default="0")
    #: Parts under way, and parts that failed in a way that stops the plan.
    active: Mapped[int] = mapped_column(server_default="0")
    stopped_by: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()
    completed_at: Mapped[datetime | None]
    looked_at: Mapped[datetime] = now_column()


class PlanStepRow(Base):
    """One step: what it is, and how many of its parts stand where."""

    __tablename__ = "plan_steps"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STEP_STATUSES})", name="valid_status"),
        Index("ix_plan_steps_plan_id_ordinal", "plan_id", "ordinal"),
        # Which steps have something to begin.
        Index("ix_plan_steps_ready", "plan_id", "ordinal", postgresql_where=text("ready > 0")),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(Text, primary_key=True)
    ordinal: Mapped[int]
    #: A `contracts.plans.plan.Step`.
    definition: Mapped[dict[str, Any]]
    needed_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: The step whose entries it has; null: it is one task.
    family: Mapped[str | None] = mapped_column(Text)
    #: Of a step with `for_each`: all that have its entries, itself included.
    members: Mapped[list[str]] = mapped_column(ARRAY(Text))
    compensates: Mapped[bool]
    #: Of a step that is to be compensated: by what, with all that those need.
    compensations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str] = mapped_column(Text)
    #: Needs that are not over, without those of which each entry waits for its own.
    waits_for: Mapped[int]
    #: Whether one of its needs was not skipped.
    ran: Mapped[bool]
    #: Null: its entries are not known yet.
    parts: Mapped[int | None]
    open_parts: Mapped[int] = mapped_column(server_default="0")
    ready: Mapped[int] = mapped_column(server_default="0")
    active: Mapped[int] = mapped_column(server_default="0")
    succeeded: Mapped[int] = mapped_column(server_default="0")
    failed: Mapped[int] = mapped_column(server_default="0")
    #: Null: `definition` says no limit.
    parallel: Mapped[int | None]
    #: Of a step that failed before it had parts.
    error: Mapped[dict[str, Any] | None]


class PlanPartRow(Base):
    """One task of a step, before, while and after it is there."""

    __tablename__ = "plan_parts"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STEP_STATUSES})", name="valid_status"),
        Index("ix_plan_parts_pending", "plan_id", "step", "place", postgresql_where=text("status = 'pending'")),
        Index("ix_plan_parts_unstarted", "plan_id", postgresql_where=text("awaits_start")),
        Index("ix_plan_parts_under_way", "plan_id", "deadline", postgresql_where=text("status = 'running'")),
        Index("ix_plan_parts_review", "plan_id", "review_before", postgresql_where=text("status = 'review'")),
        Index(
            "ix_plan_parts_decided",
            "updated_at",
            postgresql_where=text("decided_by IS NOT NULL AND status = 'succeeded'"),
        ),
        Index("ix_plan_parts_stopped", "plan_id", postgresql_where=text("status IN ('failed', 'cancelled', 'review')")),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(Text)
    #: The same entry of other steps that it waits for.
    waits_for: Mapped[int]
    ran: Mapped[bool] = mapped_column(server_default="false")
    #: Those who wait for it have been told.
    told: Mapped[bool] = mapped_column(server_default="false")
    #: Its entry as `item`; null: it has none.
    entry: Mapped[dict[str, Any] | None]
    task_id: Mapped[uuid.UUID | None]
    #: Its workflow may not have been started yet.
    awaits_start: Mapped[bool] = mapped_column(server_default="false")
    result: Mapped[dict[str, Any] | None]
    #: What the result says that it cost; JSON's null: nothing. Null: written before this was kept beside the result.
    cost: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    #: Who said what the result is, or that it is skipped.
    decided_by: Mapped[str | None] = mapped_column(Text)
    deadline: Mapped[datetime | None]
    #: Of a result that waits for review. Null: it waits since before there was an end to that.
    review_before: Mapped[datetime | None]
    #: Its task was told to end; because it took too long.
    ending: Mapped[bool] = mapped_column(server_default="false")
    overdue: Mapped[bool] = mapped_column(server_default="false")
    #: It failed in a way that stops the plan after those who wait for it had been told of its success.
    stops: Mapped[bool] = mapped_column(server_default="false")
    updated_at: Mapped[datetime] = now_column()


class PlanSession(Base):
    """A session that was opened: which worker has it, by the attempt that holds it open.

    It is held for as long as that task is not over; each opening by another attempt is a generation of its own.
    """

    __tablename__ = "plan_sessions"
    # For what goes with its plan.
    __table_args__ = (UniqueConstraint("plan_id", "task_id"),)

    task_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    worker_id: Mapped[uuid.UUID]
    round: Mapped[int]
    run_id: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    generation: Mapped[int]
    opened_at: Mapped[datetime] = now_column()


class PlanEnd(Base):
    """Something of a plan ended or began again: written with it, by a trigger; deleted by the advance that saw it."""

    __tablename__ = "plan_ends"
    __table_args__ = (
        Index("ix_plan_ends_plan_id_id", "plan_id", "id"),
        Index("ix_plan_ends_signal_at", "signal_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    plan_id: Mapped[uuid.UUID]
    #: Null: the plan itself has to be looked at.
    task_id: Mapped[uuid.UUID | None]
    #: The task had ended before, so that it has begun again, or ended otherwise.
    was_over: Mapped[bool] = mapped_column(server_default="false")
    #: When its workflow is told (again).
    signal_at: Mapped[datetime] = now_column()
