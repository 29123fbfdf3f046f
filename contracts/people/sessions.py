"""Answers about sessions by cookie."""

import uuid
from datetime import datetime

from pydantic import Field

from contracts.views import View


class SignedInView(View):
    """Who is signed in."""

    user: str
    role: str
    workspaces: list[str] | None = Field(
        default=None, description="Of a member of workspaces, who sees nothing else; null: they see everything"
    )
    changes: list[str] | None = Field(
        default=None, description="In which of these they change things; in the others they only look"
    )
    label: str = Field(description="How the caller signs what they do", examples=["human:anna"])
    #: None of the four for a caller who brings a token or a key instead of the cookie.
    session_id: uuid.UUID | None = None
    signed_in_at: datetime | None = None
    expires_at: datetime | None = Field(
        default=None, description="When the session ends unless the person does something before that"
    )
    ends_at: datetime | None = Field(default=None, description="When it ends in any case")


class SessionView(View):
    """A session that is not over, without its secret."""

    id: uuid.UUID
    user: str
    #: It is the one that asks.
    current: bool
    created_at: datetime
    #: When the person did something last.
    acted_at: datetime
    expires_at: datetime
    ends_at: datetime
    address: str
    user_agent: str


class SessionsView(View):
    """The most recently used first."""

    sessions: list[SessionView]


class SignInCodeView(View):
    """It signs in one browser, once, at the address that asked for it."""

    code: str
    expires_at: datetime
