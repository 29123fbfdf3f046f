"""Raises the alerts of a round: open escalations, and limits of the budget that are short."""

from collections import Counter
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.budget_alerts import budget_alerts, unreadable
from agent.choices import Plan
from agent.healing import Healing
from agent.open_escalations import Escalated, open_escalations
from contracts.alerts.rules import RuleKind
from db.agent.ledger import escalations_since
from db.alerts.raised_alerts import clear_raised, keep_raised
from services.agent.agent_state import Standing
from services.agent.observation import MEMORY
from services.agent.spending import books_of


async def raise_alerts(
    connection: AsyncConnection, standing: Standing, healing: Healing, decided: Plan, now: datetime
) -> None:
    """Once the round is written, in its transaction: raise what began and what lasts, clear what is over."""
    told = await _told(connection, now)
    await keep_raised(connection, RuleKind.AGENT_ESCALATION, open_escalations(told, healing))
    if not standing.limits:
        await keep_raised(connection, RuleKind.BUDGET_NEAR, [unreadable(standing.trouble or "It has no budget.")])
        return
    waiting = Counter(need.limit for need in decided.passed_over if need.limit is not None)
    spent = (await books_of(connection, standing.limits, now)).spent
    await keep_raised(connection, RuleKind.BUDGET_NEAR, budget_alerts(standing.limits, spent, waiting, now))


async def end_alert(connection: AsyncConnection, decision: RowMapping, now: datetime) -> None:
    """A person has undone an escalation: its alert is over, unless another escalation says the same."""
    key = _escalated(decision).key
    if not any(escalation.key == key for escalation in await _told(connection, now)):
        await clear_raised(connection, RuleKind.AGENT_ESCALATION, key)


async def _told(connection: AsyncConnection, now: datetime) -> list[Escalated]:
    rows = await escalations_since(connection, now - MEMORY)
    return [_escalated(row) for row in rows if row["undone_at"] is None]


def _escalated(row: RowMapping) -> Escalated:
    evidence = row["observation"]
    return Escalated(
        decision_id=str(row["id"]),
        at=row["created_at"],
        source=row["source"],
        tickers=tuple(evidence.get("tickers", ())),
        reason=row["reason"],
        fingerprint=evidence.get("fingerprint", ""),
        task_ids=tuple(evidence.get("task_ids", ())),
    )
