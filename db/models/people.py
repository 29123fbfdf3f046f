"""Tables of users, workers, their keys, remembered requests, and the audit log."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class User(Base):
    """A person with a role."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('admin', 'operator', 'viewer')", name="valid_role"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    #: Raised when the role or the password changes or the user is disabled: tokens that name another one are over.
    token_version: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = now_column()
    disabled_at: Mapped[datetime | None]
    #: Sees nothing but the workspaces that they are a member of, be it none (services/workspaces/members.py).
    confined: Mapped[bool] = mapped_column(server_default="false")


class Worker(Base):
    """A machine that takes tasks. Presence is written by the gateway."""

    __tablename__ = "workers"
    __table_args__ = (
        CheckConstraint("held IN ('paused', 'draining')", name="valid_hold"),
        CheckConstraint("cardinality(serves) > 0", name="serves_somebody"),
        # Asked with every task; most serve all.
        Index("ix_workers_serving", "id", postgresql_where=text("serves IS NOT NULL AND retired_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text, unique=True)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: The workspaces that it serves; null: all of them.
    serves: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    max_concurrency: Mapped[int] = mapped_column(server_default="2")
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    registered_at: Mapped[datetime] = now_column()
    last_seen_at: Mapped[datetime | None]
    #: Task queues it asks right now: of capabilities, and those that workspaces have of their own.
    polling: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    #: It is listed no more and has no keys; the row stays for the history of its tasks.
    retired_at: Mapped[datetime | None]
    #: ClawdBot's version there, and how many tasks at once it was started with; said when it asks where the gateway is.
    version: Mapped[str | None] = mapped_column(Text)
    slots: Mapped[int | None]
    #: What it says of itself (contracts.views.VitalsView).
    vitals: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    vitals_at: Mapped[datetime | None]
    #: It said that it stops taking tasks / that it has ended.
    leaving_since: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    #: The state as core noted it last, each change being an event (db/workers/roster.py).
    status: Mapped[str] = mapped_column(Text, server_default="offline")
    status_since: Mapped[datetime] = now_column()
    online_since: Mapped[datetime | None]
    #: Canaries (workers/core/canary.py): since when it takes them, the next one, the last that came back, misses since.
    canary_queue_at: Mapped[datetime | None]
    canary_next_at: Mapped[datetime | None]
    canary_heard_at: Mapped[datetime | None]
    canary_misses: Mapped[int] = mapped_column(server_default="0")
    #: It gets nothing new: ``paused`` or ``draining``, as a person asked.
    held: Mapped[str | None] = mapped_column(Text)
    held_by: Mapped[str | None] = mapped_column(Text)
    held_reason: Mapped[str | None] = mapped_column(Text)
    held_at: Mapped[datetime | None]


class ApiKey(Base):
    """A key of a worker, a user or a service. The secret itself is never stored."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("kind IN ('worker', 'user', 'agent')", name="valid_kind"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    worker_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("workers.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    #: Where it was used from last, as the API or the gateway saw it.
    last_address: Mapped[str | None] = mapped_column(Text)
    revoked_at: Mapped[datetime | None]


class Invitation(Base):
    """A join code: whoever names it first gets a worker's key. The code itself is never stored."""

    __tablename__ = "invitations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: The workspaces that the worker will serve; null: all of them.
    serves: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    max_concurrency: Mapped[int]
    #: None: the machine that joins chooses.
    name: Mapped[str | None] = mapped_column(Text)
    #: How long the worker's key will be valid; None: until it is revoked.
    key_seconds: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    worker_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("workers.id", ondelete="SET NULL"))
    #: The key that was handed out, and the hash of the Idempotency-Key it was asked for with.
    key_id: Mapped[str | None] = mapped_column(Text)
    asked_with: Mapped[bytes | None] = mapped_column(LargeBinary)


class AttemptLimit(Base):
    """How far ahead of its allowance somebody is who guesses passwords or codes; see db.people.allowances."""

    __tablename__ = "attempt_limits"

    #: A hash: what people type into a field for names may be a password.
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_until: Mapped[datetime] = mapped_column(index=True)


class IdempotencyKey(Base):
    """The answer that was given to a request, to be given again to its repetitions."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

    principal: Mapped[str] = mapped_column(Text, primary_key=True)
    route: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status_code: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = now_column()


class AuditEntry(Base):
    """Who did what, when, to what."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_at", text("at DESC")),
        Index("ix_audit_log_actor_id", "actor", "id"),
        Index("ix_audit_log_action_id", "action", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = now_column()
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
