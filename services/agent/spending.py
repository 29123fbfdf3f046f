"""Reads the use of each limit of the budget, and settles the cost of finished tasks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.actual_cost import UsedCost, actual_cost
from agent.budgets import Spent
from contracts.agent.policy import BudgetLimit, BudgetWindow
from contracts.tasks.statuses import TaskStatus
from db.agent.budget import over_tasks, settle, sums

_UNITS = ("calls", "tokens", "usd_micros")


@dataclass(frozen=True)
class Books:
    #: What is reserved or used of each limit in its window.
    spent: Spent
    #: Tasks of the last hour, by source.
    recent: Mapping[str, int]


async def books_of(connection: AsyncConnection, limits: Sequence[BudgetLimit], now: datetime) -> Books:
    """What the windows that end now hold. Exact only while the state is locked."""
    rows = await sums(connection, now)
    recent: Counter[str] = Counter()
    for row in rows:
        recent[row["source"]] += int(row["tasks"]) if row["in_hour"] else 0
    spent = {limit: sum(int(row[limit.unit.value]) for row in rows if _counts(limit, row)) for limit in limits}
    return Books(spent, recent)


async def settle_all(connection: AsyncConnection) -> int:
    """Put the real cost in the place of the estimate, for tasks that are over. Returns how many there were."""
    rows = await over_tasks(connection)
    await settle(connection, [{**_identity(row), **_used(row)} for row in rows])
    return len(rows)


def _counts(limit: BudgetLimit, row: RowMapping) -> bool:
    in_window = row["in_hour"] or limit.window is BudgetWindow.DAY
    return in_window and limit.counts(row["source"], row["task_type"])


def _identity(row: RowMapping) -> dict[str, object]:
    return {"task_id": row["task_id"], "status": row["status"], "completed_at": row["completed_at"]}


def _used(row: RowMapping) -> dict[str, int]:
    reserved = UsedCost(*(row[unit] for unit in _UNITS))
    used = actual_cost(reserved, begun=row["begun"], requests=row["requests"], cost=row["cost"])
    counted = {unit: getattr(used, unit) for unit in _UNITS}
    if row["begun"] and row["status"] != TaskStatus.SUCCEEDED:
        # Its last attempt may have paid more than it could say: no less than was reserved.
        return {unit: max(amount, getattr(reserved, unit)) for unit, amount in counted.items()}
    return counted
