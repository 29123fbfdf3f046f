"""Questions about the mirror's position."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def current_run(connection: AsyncConnection, task_id: str) -> tuple[str | None, int] | None:
    """(run id, round) that a row follows, or None when there is no such row."""
    found = await connection.execute(text("SELECT run_id, round FROM tasks WHERE id = :id"), {"id": task_id})
    row = found.first()
    return (row.run_id, row.round) if row else None
