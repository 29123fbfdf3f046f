"""Tables of triggers: what they are, what was delivered to them, what that made, and events that wait for them."""

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column

_WORKSPACE = (
    "COALESCE((definition #>> '{action,task,workspace}'::text[]), (definition #>> '{action,plan,workspace}'::text[]), "
    "(definition #>> '{action,workspace}'::text[]), 'default'::text)"
)


class TriggerRow(Base):
    """One that is deleted stays, with its deliveries; its name is free again."""

    __tablename__ = "triggers"
    __table_args__ = (
        Index(
            "uq_triggers_instance_name", "instance", "name", unique=True, postgresql_where=text("deleted_at IS NULL")
        ),
        Index("uq_triggers_address", "address", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text)
    #: A `TriggerBody`.
    definition: Mapped[dict[str, Any]]
    #: The workspace: the one that its task, plan or template names, so that what it makes cannot be in another.
    instance: Mapped[str] = mapped_column(Text, Computed(_WORKSPACE, persisted=True))
    #: Of a hook: the last part of where it is called.
    address: Mapped[str | None] = mapped_column(Text)
    #: Of a hook: its secret, and until a moment the one before; both sealed (services/triggers/secrets.py).
    secret: Mapped[str | None] = mapped_column(Text)
    old_secret: Mapped[str | None] = mapped_column(Text)
    old_until: Mapped[datetime | None]
    #: Of one that our own events set off: which (`task.failed`), for what notes them; and of which type of tasks alone.
    watches: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    task_type: Mapped[str | None] = mapped_column(Text)
    paused: Mapped[bool] = mapped_column(server_default="false")
    note: Mapped[str] = mapped_column(Text, server_default="")
    #: When ClawdBot paused it, until somebody resumes it.
    halted_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = now_column()
    deleted_at: Mapped[datetime | None]


class TriggerDelivery(Base):
    """What came, and what became of it."""

    __tablename__ = "trigger_deliveries"
    __table_args__ = (
        CheckConstraint("outcome IN ('made', 'filtered', 'failed', 'refused')", name="valid_outcome"),
        # So a delivery that comes again is the same one. What was refused may come again.
        Index(
            "uq_trigger_deliveries_trigger_id_key",
            "trigger_id",
            "key",
            unique=True,
            postgresql_where=text("outcome <> 'refused'"),
        ),
        Index("ix_trigger_deliveries_trigger_id_id", "trigger_id", "id"),
        Index("ix_trigger_deliveries_created_at", "created_at"),
        Index(
            "ix_trigger_deliveries_payloads",
            "trigger_id",
            "outcome",
            "id",
            postgresql_where=text("payload IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    trigger_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("triggers.id", ondelete="CASCADE"))
    #: What the sender calls it.
    key: Mapped[str | None] = mapped_column(Text)
    #: SHA-256 of the body.
    digest: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    #: Without secrets; null if it is too large to be kept, or was refused before it was read.
    payload: Mapped[Any | None] = mapped_column(JSONB)
    headers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    task_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    plan_id: Mapped[uuid.UUID | None]
    depth: Mapped[int] = mapped_column(server_default="1")
    repeats: Mapped[int] = mapped_column(server_default="0")
    replay_of: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = now_column()


class TriggerMade(Base):
    """A task or a plan that a trigger made, and how many triggers in a row led to it: so that none runs in circles."""

    __tablename__ = "trigger_made"
    __table_args__ = (Index("ix_trigger_made_created_at", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    depth: Mapped[int]
    created_at: Mapped[datetime] = now_column()


class TriggerEvent(Base):
    """An event of ours that some trigger watches, written with its cause and deleted with what it sets off."""

    __tablename__ = "trigger_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    #: Such as `task.failed`, `record.sec_filings`.
    event: Mapped[str] = mapped_column(Text)
    #: The task or the plan; of a row that was collected its task.
    subject: Mapped[uuid.UUID]
    content: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = now_column()
    #: How often the transaction that looked at it has failed, and until when it is left alone since.
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime | None]


class TriggerCount(Base):
    """Events that were counted and have set nothing off yet."""

    __tablename__ = "trigger_counts"

    trigger_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("triggers.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    moments: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
