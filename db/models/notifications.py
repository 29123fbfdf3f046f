"""Alert rules, what they found (the in-app list), who has read it, and every delivery to a channel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class AlertRule(Base):
    __tablename__ = "alert_rules"
    __table_args__ = (CheckConstraint("origin IN ('shipped', 'file', 'api')", name="valid_origin"),)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    #: A `contracts.alerts.rules.RuleBody`; only what somebody set.
    body: Mapped[dict[str, Any]]
    #: Who wrote it last: what the API wrote is not overwritten by a file.
    origin: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = now_column()
    muted_until: Mapped[datetime | None]
    muted_by: Mapped[str | None] = mapped_column(Text)


class Notification(Base):
    """One thing worth telling; while it lasts, all that belongs to it goes into this row."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("state IN ('firing', 'recovered', 'told')", name="valid_state"),
        # Two cores never open the same alert twice.
        Index("uq_notifications_firing", "fingerprint", unique=True, postgresql_where=text("state = 'firing'")),
        Index("uq_notifications_digest", "fingerprint", unique=True, postgresql_where=text("kind = 'digest'")),
        Index("ix_notifications_fingerprint_id", "fingerprint", "id"),
        Index("ix_notifications_unsettled", "id", postgresql_where=text("NOT settled")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    #: Rule, and kind of the rule; kind ``test`` or ``digest`` for those that no rule made.
    rule: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    #: What is said when it is over.
    recovered_title: Mapped[str] = mapped_column(Text, server_default="")
    #: Figures of a digest.
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    task_id: Mapped[UUID | None]
    count: Mapped[int] = mapped_column(server_default="1")
    #: ``told`` is for what does not last: tests and digests.
    state: Mapped[str] = mapped_column(Text)
    #: Nothing is left to be decided about its messages.
    settled: Mapped[bool] = mapped_column(server_default="false")
    first_seen_at: Mapped[datetime] = now_column()
    last_seen_at: Mapped[datetime] = now_column()
    #: How often it came back within the hour, and since when it is well, while it has to stay so (alerts/damping.py).
    returns: Mapped[int] = mapped_column(server_default="0")
    well_since: Mapped[datetime | None]
    recovered_at: Mapped[datetime | None]
    muted_until: Mapped[datetime | None]
    muted_by: Mapped[str | None] = mapped_column(Text)


class AlertFailure(Base):
    """A failed task that keeps an alert open until the same thing has succeeded (db/alerts/failing.py)."""

    __tablename__ = "alert_failures"

    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), primary_key=True)
    #: No foreign key: what is deleted is looked for.
    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    #: The ticker, or without one what the params say: of the same type, it is the same work.
    thing: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime]
    noted_at: Mapped[datetime] = now_column()


class NotificationRead(Base):
    """That somebody has seen a notification in the in-app list."""

    __tablename__ = "notification_reads"
    # For deleting notifications.
    __table_args__ = (Index("ix_notification_reads_notification_id", "notification_id"),)

    reader: Mapped[str] = mapped_column(Text, primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime] = now_column()


class TaskNotification(Base):
    """One message to one channel: what it says, every try, and how it ended. Sent by the Notify workflow."""

    __tablename__ = "task_notifications"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'sent', 'failed', 'superseded')", name="valid_state"),
        Index("ix_task_notifications_notification_id", "notification_id", "channel", "id"),
        Index("ix_task_notifications_pending", "handed_over_at", "id", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    #: The task it is about, if it is about one.
    task_id: Mapped[UUID | None]
    #: By name; its address is in the settings only.
    channel: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    #: What the service calls the message, if it can be edited later.
    message_id: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(server_default="0")
    #: The last tries: ``{"at", "error"}``.
    tries: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    created_at: Mapped[datetime] = now_column()
    #: Since when it is being sent; none between tries.
    trying_since: Mapped[datetime | None]
    #: When Temporal took it.
    handed_over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class AlertSignal(Base):
    """Raised by other parts of ClawdBot for rules of this kind, until it is cleared or runs out."""

    __tablename__ = "alert_signals"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, server_default="")
    count: Mapped[int] = mapped_column(server_default="1")
    raised_at: Mapped[datetime] = now_column()
    until: Mapped[datetime | None]
