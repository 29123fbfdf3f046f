"""Table of templates of tasks and plans: a row per version, none of which is ever changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class TaskTemplate(Base):
    """One version of a template (contracts/tasks/templates.py)."""

    __tablename__ = "task_templates"
    __table_args__ = (CheckConstraint("num_nonnulls(task, plan) = 1", name="is_task_or_plan"),)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    task: Mapped[dict[str, Any] | None]
    plan: Mapped[dict[str, Any] | None]
    fields: Mapped[dict[str, Any]]
    description: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
