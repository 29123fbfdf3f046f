"""Tables of the page: sessions, codes that begin one, what a person has set, saved views."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class Session(Base):
    """A person who is signed in with a cookie. The secret in it is never stored; a session that is over has no row."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id_created_at", "user_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    #: That of its user when it began; it is over when the user has another one.
    token_version: Mapped[int]
    created_at: Mapped[datetime] = now_column()
    #: When the person did something last, as opposed to a page that asks by itself.
    acted_at: Mapped[datetime] = now_column()
    #: Moves on whenever the person does something, up to ``ends_at``.
    expires_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: From where it was begun, and what the browser called itself.
    address: Mapped[str] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text)


class SignInCode(Base):
    """Signs in a browser once, within a minute. The code itself is never stored."""

    __tablename__ = "sign_in_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_version: Mapped[int]
    #: The key it was made with; the code ends with it.
    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"))
    #: From where it was asked for, which is from where it must be brought.
    place: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]


class UserSettings(Base):
    """How a person wants the page (contracts.people.page)."""

    __tablename__ = "user_settings"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    settings: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = now_column()


class SavedView(Base):
    """A page with filters that a person has given a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "page", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    #: The part of the address behind the question mark.
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    changed_at: Mapped[datetime] = now_column()
