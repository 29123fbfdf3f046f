"""Tables of worker events, and of the gateway's last sign of life."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class WorkerEvent(Base):
    """A change of a worker's state that people care about; bounded per worker (db/workers/roster.py)."""

    __tablename__ = "worker_events"
    __table_args__ = (Index("ix_worker_events_worker_id_id", "worker_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    worker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workers.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = now_column()


class ServiceBeat(Base):
    """When a part last wrote what it sees. Silence of workers means nothing while the gateway is silent itself."""

    __tablename__ = "service_beats"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[datetime]
    at: Mapped[datetime]
