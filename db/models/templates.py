"""Table of templates of tasks: a row per version, none of which is ever changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class TaskTemplate(Base):
    """One version of a template (contracts/tasks/templates.py)."""

    __tablename__ = "task_templates"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    task: Mapped[dict[str, Any]]
    fields: Mapped[dict[str, Any]]
    description: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
