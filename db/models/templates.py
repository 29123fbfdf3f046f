"""Table of templates of tasks and plans: a row per version, none of which is ever changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column

_WORKSPACE = "COALESCE((task ->> 'workspace'::text), (plan ->> 'workspace'::text), 'default'::text)"


class TaskTemplate(Base):
    """One version of a template (contracts/tasks/templates.py)."""

    __tablename__ = "task_templates"
    __table_args__ = (CheckConstraint("num_nonnulls(task, plan) = 1", name="is_task_or_plan"),)

    #: The workspace: the one that its task or plan names, so that neither can be in another.
    instance: Mapped[str] = mapped_column(Text, Computed(_WORKSPACE, persisted=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    task: Mapped[dict[str, Any] | None]
    plan: Mapped[dict[str, Any] | None]
    fields: Mapped[dict[str, Any]]
    description: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
