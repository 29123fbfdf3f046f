"""Answers of the API about alert rules, channels, notifications and digests."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.alerts.digests import DigestData
from contracts.alerts.rules import Rule
from contracts.views import UnreadableView, View


class RuleView(View):
    """A rule, and who wrote it: ``shipped``, ``file`` or ``api``."""

    rule: Rule
    origin: str
    changed_by: str
    changed_at: datetime
    muted_until: datetime | None
    muted_by: str | None


class RulesView(View):
    rules: list[RuleView]
    unreadable: list[UnreadableView] = Field(default_factory=list)


class ChannelView(View):
    """A channel by name, and the service behind it. Its address is never shown."""

    name: str
    service: str = Field(examples=["slack"])
    quiet: str | None


class ChannelsView(View):
    channels: list[ChannelView]


class NotificationView(View):
    """Something worth telling; while it lasts, all that belongs to it is counted here."""

    id: int
    rule: str
    kind: str
    severity: str
    title: str
    body: str
    #: ``firing``, ``recovered``, or ``told`` for tests and digests.
    state: str
    count: int
    task_id: uuid.UUID | None
    data: dict[str, Any]
    first_seen_at: datetime
    last_seen_at: datetime
    recovered_at: datetime | None
    muted_until: datetime | None
    muted_by: str | None
    #: When the caller ticked it off.
    read_at: datetime | None


class NotificationsPage(View):
    notifications: list[NotificationView]
    unread: int = Field(description="Counted to a thousand")
    next: int | None


class TryView(View):
    at: datetime
    #: None: it was sent.
    error: str | None


class DeliveryView(View):
    """One message to one channel, with its last tries."""

    id: int
    channel: str
    #: ``first``, ``update``, ``recovered``, ``test`` or ``digest``.
    kind: str
    title: str
    #: ``pending``, ``sent``, ``failed``, or ``superseded`` by a newer message.
    state: str
    attempts: int
    tries: list[TryView]
    created_at: datetime
    sent_at: datetime | None


class DeliveriesView(View):
    deliveries: list[DeliveryView]


class TestView(View):
    """A test message is on its way; how it went: ``GET /notifications/{id}/deliveries``."""

    notification_id: int
    channels: list[str]


class DigestView(View):
    """A digest as it would be sent now."""

    title: str
    body: str
    data: DigestData
