"""Tables of workspaces: what each may, and who belongs to it."""

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class WorkspaceRow(Base):
    """Tasks, plans and others name theirs in `instance`. The default one has no row."""

    __tablename__ = "workspaces"
    __table_args__ = (
        CheckConstraint("name <> 'default'", name="not_the_default"),
        CheckConstraint("weight BETWEEN 0.001 AND 1000", name="valid_weight"),
    )

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    #: Its share of a queue, as Temporal's fairness weight.
    weight: Mapped[float] = mapped_column(server_default="1")
    #: Null: no limit.
    open_tasks: Mapped[int | None]
    tasks_per_hour: Mapped[int | None]
    cost_per_day: Mapped[float | None]
    #: Only workers that are for it by name serve it.
    own_workers: Mapped[bool] = mapped_column(server_default="false")
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()


class WorkspaceMember(Base):
    """Whoever is in one sees nothing else (`users.confined`)."""

    __tablename__ = "workspace_members"
    __table_args__ = (
        CheckConstraint("role IN ('operator', 'viewer')", name="valid_role"),
        Index("ix_workspace_members_workspace", "workspace"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.name"), primary_key=True)
    role: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = now_column()


class WorkspaceCost(Base):
    """What a task of a workspace has paid, when it said so, and as far as it is more than it had said before.

    A trigger of `tasks` writes it, and it goes after two days. The default workspace has no limits: none of its tasks
    is in it.
    """

    __tablename__ = "workspace_costs"
    __table_args__ = (Index("ix_workspace_costs_workspace_at", "workspace", "at", postgresql_include=["usd"]),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    workspace: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = now_column()
    #: Null: several, of before there was this table.
    task_id: Mapped[uuid.UUID | None]
    usd: Mapped[Decimal]
