"""Answers of the API about people, keys, invitations and the audit log."""

import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from contracts.views import View


class UserView(View):
    """A person who may sign in."""

    id: uuid.UUID
    name: str
    role: str
    created_at: datetime
    #: None: may sign in.
    disabled_at: datetime | None
    #: Told when their rights are changed: schedules and triggers that they have made or changed last. These belong to
    #: everybody and go on; their hooks can still be called by whoever knows the secret.
    goes_on: list[str] = Field(default_factory=list, examples=[["schedule:mornings", "trigger:on-push"]])


class UsersView(View):
    users: list[UserView]


class MeView(View):
    """Whoever is asking."""

    name: str
    role: str
    #: How it signs what it does.
    label: str
    #: None: signed in with a token.
    key_id: str | None
    #: Of a member of workspaces, who sees nothing else; None: they see everything.
    workspaces: list[str] | None = None
    #: In which of these they change things; in the others they only look. None: as with `workspaces`.
    changes: list[str] | None = None


class KeyView(View):
    """A key without its secret."""

    id: str
    kind: str
    owner: str
    label: str
    #: valid, expired, revoked, or disabled with its owner.
    status: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    last_address: str | None
    revoked_at: datetime | None


class KeyPage(View):
    """A page of keys, the newest first."""

    keys: list[KeyView]
    page: int
    more: bool


class NewKeyView(View):
    """A key that was just made; it is shown only here."""

    id: str
    api_key: str
    expires_at: datetime | None
    #: Until when the key that it replaces is valid.
    old_expires_at: datetime | None = None


class InvitationView(View):
    """A join code without the code."""

    id: uuid.UUID
    #: open, used, expired or withdrawn.
    status: str
    capabilities: list[str]
    max_concurrency: int
    #: The workspaces that the worker serves; null: all of them.
    serves: list[str] | None = None
    name: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    worker_id: uuid.UUID | None


class InvitationsView(View):
    """A page of join codes, the newest first."""

    invitations: list[InvitationView]
    next: uuid.UUID | None = None


class NewInvitationView(InvitationView):
    """A join code that was just made; it is shown only here."""

    code: str


class JoinedView(View):
    """A worker that has just joined, and its key, which is shown only here."""

    id: uuid.UUID
    name: str
    capabilities: list[str]
    max_concurrency: int
    #: The workspaces that the worker serves; null: all of them.
    serves: list[str] | None = None
    api_key: str
    key_expires_at: datetime | None


class WorkerSettingsView(View):
    """What an admin has set for a worker."""

    id: uuid.UUID
    name: str
    capabilities: list[str]
    max_concurrency: int
    #: The workspaces that the worker serves; null: all of them.
    serves: list[str] | None = None


class AuditEntryView(View):
    id: int
    at: datetime
    actor: str
    action: str
    object: str
    details: dict[str, Any]


class AuditPage(View):
    """The newest first. ``next`` leads to older ones; None on the last page."""

    entries: list[AuditEntryView]
    next: int | None


class TelegramCodeView(View):
    """A link code that was just made; it is shown only here."""

    code: str
    expires_at: datetime


class TelegramLinkView(View):
    """The Telegram account that acts as the caller, if there is one."""

    linked: bool
    telegram_user_id: int | None = None
    telegram_name: str | None = None
    linked_at: datetime | None = None


class TokenView(View):
    access_token: str
    token_type: Literal["bearer"] = Field(default="bearer")
    expires_in: int = Field(description="Seconds")
    role: str
