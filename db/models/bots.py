"""Leases of HTTP bots: they know task ids only, so that their task tokens are kept here."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class BotLease(Base):
    """The last attempt at a task that was handed to a worker over HTTP. Worthless without the worker's key.

    Not bound to `tasks`: a task that was started from the Temporal side may be claimed before it has a row there.
    """

    __tablename__ = "bot_leases"
    # Old ones are deleted by core (db/retention.sql): a claim that did so read all that its worker was ever handed.
    __table_args__ = (Index("ix_bot_leases_claimed_at", "claimed_at"),)

    worker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workers.id", ondelete="CASCADE"), primary_key=True)
    task_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    round: Mapped[int]
    run_id: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    #: As the gateway sealed it.
    token: Mapped[bytes] = mapped_column(LargeBinary)
    #: Seconds of silence after which the attempt is given up.
    heartbeat_timeout: Mapped[float]
    #: Progress and cursor that were reported last: each heartbeat carries both, a bot may say one of them.
    beat: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    #: Of the outcome that the bot reported, noted before it is passed on.
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    acknowledged_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime] = now_column()
