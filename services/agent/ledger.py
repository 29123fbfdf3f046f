"""Reads the agent's ledger for people: its state, its decisions, and undoing one."""

import base64
import binascii
import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.budgets import left
from contracts.agent.policy import ADVISER, BudgetUnit, ChoiceKind
from contracts.agent.views import (
    AgentDecisionDetailView,
    AgentDecisionsPage,
    AgentDecisionView,
    AgentTaskView,
    AgentView,
    BudgetUseView,
    RoundView,
    UndoView,
)
from contracts.names import AGENT_ID
from contracts.settings import ServerSettings
from contracts.tasks.statuses import TERMINAL
from db.agent.ledger import DecisionFilter, find_decision, find_round, list_decisions, note_undone, open_tasks, tasks_of
from db.agent.state import clock, read_state
from services.agent.agent_alerts import end_alert
from services.agent.agent_state import Standing, standing_of
from services.agent.round_writer import ADVICE_NOTE
from services.agent.spending import books_of
from services.errors import BadInput, DomainError, WrongState
from services.tasks import steer
from services.temporal_links import WebUi


class DecisionNotFound(DomainError):
    """There is no such decision."""

    status = 404
    see = "GET /api/v1/agent/decisions"


async def agent_view(connection: AsyncConnection, settings: ServerSettings) -> AgentView:
    standing = standing_of(await read_state(connection), settings)
    last = await find_round(connection, standing.row["round"])
    return AgentView(
        state=standing.state,
        paused=standing.paused,
        policy=standing.policy,
        budget=await budget_use(connection, standing),
        next_round_at=_next(standing),
        last_round=_round(last) if last else None,
        open_tasks=await open_tasks(connection),
        trouble=standing.trouble,
        temporal_url=WebUi.of(settings).workflow(AGENT_ID),
    )


async def decisions_page(
    connection: AsyncConnection, wanted: DecisionFilter, after: str | None, limit: int
) -> AgentDecisionsPage:
    """Raises BadInput: ``after`` is not the `next` of a page."""
    rows = await list_decisions(connection, wanted, before=_place(after) if after else None, limit=limit + 1)
    views = await decision_views(connection, rows[:limit])
    return AgentDecisionsPage(decisions=views, next=_mark(rows[limit - 1]) if len(rows) > limit else None)


async def decision_views(connection: AsyncConnection, rows: Sequence[RowMapping]) -> list[AgentDecisionView]:
    tasks = await _tasks(connection, [row["id"] for row in rows])
    return [AgentDecisionView.model_validate({**row, "tasks": tasks[row["id"]]}) for row in rows]


async def decision_detail(connection: AsyncConnection, id_: uuid.UUID) -> AgentDecisionDetailView:
    """Raises DecisionNotFound."""
    row = await find_decision(connection, id_)
    if row is None:
        raise DecisionNotFound
    tasks = await _tasks(connection, [id_])
    return AgentDecisionDetailView.model_validate({**row, "tasks": tasks[id_]})


async def undo(connection: AsyncConnection, id_: uuid.UUID, by: str) -> UndoView:
    """Cancel exactly the tasks that this decision created and that are not over; of an escalation end the alert.

    Raises:
        DecisionNotFound, WrongState: it created none.
    """
    row = await find_decision(connection, id_, lock=True)
    if row is None:
        raise DecisionNotFound
    if row["kind"] == ChoiceKind.ESCALATE:
        return await _undo_escalation(connection, row, by)
    tasks = [each for each in await tasks_of(connection, [id_]) if each["status"] is not None]
    if not tasks:
        raise WrongState("This decision has no task; there is nothing to undo.")
    cancelled, over = [], []
    for each in sorted(tasks, key=lambda task: task["task_id"]):
        if await _cancelled(connection, each["task_id"], each["status"], by):
            cancelled.append(each["task_id"])
        else:
            over.append(each["task_id"])
    if cancelled and row["undone_at"] is None:
        await note_undone(connection, id_, by)
    return UndoView(id=id_, cancelled=cancelled, over=over)


async def _undo_escalation(connection: AsyncConnection, row: RowMapping, by: str) -> UndoView:
    # Locked, so that no round raises it again that has not seen this.
    await read_state(connection, lock=True)
    if row["undone_at"] is None:
        await note_undone(connection, row["id"], by)
        await end_alert(connection, row, await clock(connection))
    return UndoView(id=row["id"], cancelled=[], over=[])


async def _cancelled(connection: AsyncConnection, task_id: uuid.UUID, status: str, by: str) -> bool:
    if status in TERMINAL:
        return False
    try:
        await steer.cancel(connection, task_id, by)
    except WrongState:
        # It ended in this moment.
        return False
    return True


def _round(row: RowMapping) -> RoundView:
    counts = dict(row["not_chosen"])
    advice = counts.pop(ADVICE_NOTE, None)
    return RoundView.model_validate({**row, "not_chosen": counts, "advice": advice})


async def budget_use(connection: AsyncConnection, standing: Standing) -> list[BudgetUseView]:
    """Each limit with what is used of it now."""
    spent = (await books_of(connection, standing.limits, await clock(connection))).spent
    return [BudgetUseView(limit=limit, used=spent[limit], left=left(limit, spent) or 0) for limit in standing.limits]


async def _tasks(connection: AsyncConnection, decisions: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[AgentTaskView]]:
    found: defaultdict[uuid.UUID, list[AgentTaskView]] = defaultdict(list)
    for row in await tasks_of(connection, decisions):
        # Advice costs, but creates no task.
        if row["task_type"] == ADVISER:
            continue
        found[row["decision_id"]].append(_task(row))
    return found


def _task(row: RowMapping) -> AgentTaskView:
    cost = {unit.value: row[unit.value] for unit in BudgetUnit} if row["settled_at"] else None
    return AgentTaskView(
        id=row["task_id"], task_type=row["task_type"], status=row["status"], estimate=row["estimate"], cost=cost
    )


def _next(standing: Standing) -> datetime | None:
    if standing.paused:
        return None
    last = standing.row["last_round_at"]
    now = datetime.now(UTC)
    return max(last + timedelta(minutes=standing.policy.interval_minutes), now) if last else now


def _mark(row: RowMapping) -> str:
    return base64.urlsafe_b64encode(json.dumps([row["created_at"].isoformat(), str(row["id"])]).encode()).decode()


def _place(mark: str) -> tuple[datetime, uuid.UUID]:
    try:
        at, id_ = json.loads(base64.urlsafe_b64decode(mark.encode()))
        moment = datetime.fromisoformat(at)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), uuid.UUID(id_)
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error, RecursionError):
        raise BadInput("There is no such page.", [("after", "take the mark that the page before ends with")]) from None
