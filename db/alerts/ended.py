"""Reads the ends that rules tell of: of tasks, of single attempts, and watched pages that changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.facts import ChangedPage, EndedTasks
from contracts.alerts.rules import Rule, RuleKind
from contracts.records.sources import SOURCES, rows_kept
from contracts.tasks.work import most_attempts
from db.statements import load

#: More than the rules tell one by one; the rest of them is counted nowhere.
_MOST = 200

_SQL = load(__file__)
_OF_KIND = {
    RuleKind.TASK_FAILED: _SQL["failed"],
    RuleKind.TASK_SUCCEEDED: _SQL["succeeded"],
    RuleKind.ATTEMPT_FAILED: _SQL["attempts"],
}


async def ended(connection: AsyncConnection, rule: Rule, looked: datetime) -> tuple[EndedTasks, ...]:
    """``looked``: when somebody last looked."""
    values: dict[str, Any] = {"window": rule.window_seconds, "looked": looked, "types": rule.task_types, "most": _MOST}
    if rule.kind is not RuleKind.ATTEMPT_FAILED:
        values["rule"] = rule.name
    rows: Sequence[Any] = (await connection.execute(_OF_KIND[rule.kind], values)).mappings().all()
    return tuple(_end(row) for row in rows)


async def changed_pages(connection: AsyncConnection, rule: Rule, looked: datetime) -> tuple[ChangedPage, ...]:
    """The same for pages."""
    values = {"window": rule.window_seconds, "looked": looked, "most": _MOST}
    rows = (await connection.execute(_SQL["changed_pages"], values)).mappings().all()
    return tuple(ChangedPage(**row) for row in rows)


def _end(row: Any) -> EndedTasks:
    took = (row["completed_at"] - row["started_at"]).total_seconds() if row["started_at"] else None
    return EndedTasks(
        type=row["type"],
        error=row["error"],
        tasks=row["tasks"],
        last_at=row["completed_at"],
        task_id=row["id"],
        ticker=row["ticker"],
        message=row["message"] or "",
        attempt=max(row["attempt"], 1),
        max_attempts=most_attempts(row["retry"], row["attempt"]),
        rows=rows_kept(row["type"], row["result"]) if row["type"] in SOURCES else None,
        seconds=took,
    )
