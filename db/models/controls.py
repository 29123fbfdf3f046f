"""Tables that steer queues: pauses, caps on the rate, circuits of failing sources, and workers to avoid.

Core makes Temporal equal to the first three (workers/core/queues/limits.py), the gateway lets no worker to avoid take
such a task. A trigger (see the migrations) tells listeners of every change.
"""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class QueueControl(Base):
    """Pause and rate of one capability, or the pause of everything (capability ``*``)."""

    __tablename__ = "queue_controls"
    __table_args__ = (CheckConstraint("rate_per_second > 0", name="positive_rate"),)

    capability: Mapped[str] = mapped_column(Text, primary_key=True)
    paused_by: Mapped[str | None] = mapped_column(Text)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    paused_at: Mapped[datetime | None]
    rate_per_second: Mapped[float | None]
    rate_by: Mapped[str | None] = mapped_column(Text)
    rate_at: Mapped[datetime | None]


class CircuitRow(Base):
    """The circuit of one capability; one that never opened has no row."""

    __tablename__ = "circuits"
    __table_args__ = (CheckConstraint("state IN ('closed', 'open', 'half_open')", name="valid_state"),)

    capability: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    #: The last error of the source.
    reason: Mapped[str] = mapped_column(Text)
    #: Openings in a row; the cool-down doubles with each.
    openings: Mapped[int]
    opened_at: Mapped[datetime]
    probe_at: Mapped[datetime]
    #: Half open since then: the first attempt that begins is the probe.
    probing_since: Mapped[datetime | None]
    probe_task_id: Mapped[uuid.UUID | None]
    probe_round: Mapped[int | None]
    probe_run_id: Mapped[str | None] = mapped_column(Text)
    probe_attempt: Mapped[int | None]
    #: The queues whose attempts were probes since it opened, each once, the one of the last probe last.
    probed: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    #: Failures before that are forgotten.
    closed_at: Mapped[datetime | None]


class AvoidedWorker(Base):
    """A worker that one task must not go to, if there is another (db/workers/retry_on_another_worker.py)."""

    __tablename__ = "kept_away"

    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    worker_id: Mapped[uuid.UUID]
    capability: Mapped[str] = mapped_column(Text)
    #: Any may have it then.
    until: Mapped[datetime]
