"""Tables of Telegram: links, received updates, and messages that follow tasks."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, LargeBinary, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class TelegramCode(Base):
    """A link code that was not used yet: one per person, a new one replaces the old. The code itself is not stored."""

    __tablename__ = "telegram_codes"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]


class TelegramLink(Base):
    """A Telegram account that acts as a person; one of each at most."""

    __tablename__ = "telegram_links"

    telegram_user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    #: What Telegram called the account then.
    telegram_name: Mapped[str] = mapped_column(Text)
    linked_at: Mapped[datetime] = now_column()


class TelegramUpdate(Base):
    """The inbox: stored before Telegram is told that it arrived, carried out once."""

    __tablename__ = "telegram_updates"
    __table_args__ = (
        Index("ix_telegram_updates_due", "chat_id", "update_id", postgresql_where=text("done_at IS NULL")),
        Index("ix_telegram_updates_done_at", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    #: None once it is done: what people write is not kept.
    payload: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = now_column()
    received_at: Mapped[datetime] = now_column()
    done_at: Mapped[datetime | None]


class TelegramMove(Base):
    """A group that became a supergroup, as Telegram told us: what the old id may, the new one may."""

    __tablename__ = "telegram_moves"

    old_chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    new_chat_id: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[datetime] = now_column()


class TelegramWatch(Base):
    """A message that shows how some tasks are doing, until all of them are over."""

    __tablename__ = "telegram_watches"
    __table_args__ = (Index("ix_telegram_watches_due", "next_at", postgresql_where=text("ended_at IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    #: The update that asked for it: carried out twice, it still makes one message.
    update_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    telegram_user_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    #: Of a group that is divided into topics.
    topic: Mapped[int | None] = mapped_column(BigInteger)
    #: None until it was sent.
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    task_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    #: A line above the tasks, for people.
    heading: Mapped[str] = mapped_column(Text, server_default="")
    #: What the message says, and when to look again.
    shown: Mapped[str | None] = mapped_column(Text)
    next_at: Mapped[datetime] = now_column()
    created_at: Mapped[datetime] = now_column()
    ended_at: Mapped[datetime | None]
    #: How often in a row it could not be brought up to date, and what was wrong when that was given up.
    tries: Mapped[int] = mapped_column(server_default="0")
    given_up: Mapped[str | None] = mapped_column(Text)
