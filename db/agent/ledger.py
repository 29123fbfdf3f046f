"""The agent's rounds and decisions: written once, read by people."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.agent.policy import ChoiceKind
from db.beginnings import range_of
from db.models import AgentDecision, AgentReservation, AgentRound, Task

_ROUNDS, _DECISIONS = AgentRound.__table__, AgentDecision.__table__
_RESERVATIONS, _TASKS = AgentReservation.__table__, Task.__table__
_DETAILS = ("observation", "options", "choice")
_OPEN = text("SELECT count(*) FROM agent_reservations WHERE settled_at IS NULL")


@dataclass(frozen=True)
class DecisionFilter:
    """Every one that is given must match."""

    ticker: str | None = None
    kind: str | None = None
    outcome: str | None = None
    #: The first characters of the id.
    id_prefix: str | None = None


async def find_round(connection: AsyncConnection, number: int) -> RowMapping | None:
    return (await connection.execute(select(_ROUNDS).where(_ROUNDS.c.number == number))).mappings().first()


async def add_round(connection: AsyncConnection, row: dict[str, Any]) -> None:
    await connection.execute(insert(AgentRound).values(row))


async def add_decisions(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(AgentDecision), list(rows))


async def decisions_of_round(connection: AsyncConnection, number: int) -> Sequence[RowMapping]:
    query = select(_DECISIONS).where(_DECISIONS.c.round == number).order_by(_DECISIONS.c.id)
    return (await connection.execute(query)).mappings().all()


async def list_decisions(
    connection: AsyncConnection, wanted: DecisionFilter, *, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """The newest first, those older than ``before``, without what only a detail shows."""
    c = _DECISIONS.c
    query = select(*(each for each in c if each.name not in _DETAILS)).order_by(c.created_at.desc(), c.id.desc())
    for condition in _conditions(wanted):
        query = query.where(condition)
    if before is not None:
        query = query.where(tuple_(c.created_at, c.id) < tuple_(*before))
    return (await connection.execute(query.limit(limit))).mappings().all()


async def find_decision(connection: AsyncConnection, id_: uuid.UUID, *, lock: bool = False) -> RowMapping | None:
    query = select(_DECISIONS).where(_DECISIONS.c.id == id_)
    return (await connection.execute(query.with_for_update() if lock else query)).mappings().first()


async def tasks_of(connection: AsyncConnection, decisions: Sequence[uuid.UUID]) -> Sequence[RowMapping]:
    """The tasks that these decisions created, with what they cost."""
    reserved = _RESERVATIONS.c
    query = (
        select(*reserved, _TASKS.c.status)
        .join_from(_RESERVATIONS, _TASKS, _TASKS.c.id == reserved.task_id, isouter=True)
        .where(reserved.decision_id.in_(decisions))
        .order_by(reserved.task_id)
    )
    return (await connection.execute(query)).mappings().all()


async def decision_of_task(connection: AsyncConnection, task_id: uuid.UUID) -> RowMapping | None:
    """The decision that a task comes from, if the agent created it."""
    c = _DECISIONS.c
    query = select(c.id, c.round, c.kind, c.reason).join(_RESERVATIONS, _RESERVATIONS.c.decision_id == c.id)
    return (await connection.execute(query.where(_RESERVATIONS.c.task_id == task_id))).mappings().first()


async def note_undone(connection: AsyncConnection, id_: uuid.UUID, by: str) -> None:
    await connection.execute(
        update(AgentDecision).where(AgentDecision.id == id_).values(undone_by=by, undone_at=func.now())
    )


async def open_tasks(connection: AsyncConnection) -> int:
    """Tasks of the agent that are not over."""
    return int((await connection.execute(_OPEN)).scalar_one())


async def escalations_since(connection: AsyncConnection, since: datetime) -> Sequence[RowMapping]:
    """What a person was told, and why: the oldest first, those that were undone as well."""
    c = _DECISIONS.c
    query = select(c.id, c.source, c.created_at, c.reason, c.observation, c.undone_at)
    query = query.where(c.kind == ChoiceKind.ESCALATE.value, c.created_at > since).order_by(c.created_at)
    return (await connection.execute(query)).mappings().all()


async def discoveries_since(connection: AsyncConnection, since: datetime) -> Sequence[RowMapping]:
    """Symbols that were found to trend, the newest first."""
    c = _DECISIONS.c
    query = select(c.ticker, c.created_at, c.reason, c.outcome, c.observation)
    query = query.where(c.kind == ChoiceKind.DISCOVER.value, c.created_at > since).order_by(c.created_at.desc())
    return (await connection.execute(query)).mappings().all()


def _conditions(wanted: DecisionFilter) -> list[ColumnElement[bool]]:
    c = _DECISIONS.c
    pairs = ((c.ticker, wanted.ticker), (c.kind, wanted.kind), (c.outcome, wanted.outcome))
    conditions: list[ColumnElement[bool]] = [column == value for column, value in pairs if value is not None]
    if wanted.id_prefix is not None:
        conditions.append(c.id.between(*range_of(wanted.id_prefix)))
    return conditions
