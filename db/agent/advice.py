"""The cost and the outcome of advice: an entry of the agent's ledger with a reservation of its budget."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.agent.policy import ADVISER, ChoiceKind
from db.models import AgentDecision, AgentReservation


async def add_asked(
    connection: AsyncConnection,
    *,
    after: int,
    at: datetime,
    reason: str,
    choice: Mapping[str, Any],
    cost: Mapping[str, int],
) -> uuid.UUID:
    """Reserve, and say for what; the entry's id.

    ``after``: the last round. The entry stands there until its own is written.
    """
    id_ = uuid.uuid4()
    entry = {
        "id": id_, "round": after, "created_at": at, "kind": ChoiceKind.ADVICE.value, "ticker": "*",
        "source": ADVISER, "task_type": ADVISER, "reason": reason, "observation": {}, "options": [],
        "choice": dict(choice), "outcome": "asked",
    }  # fmt: skip
    await connection.execute(insert(AgentDecision).values(entry))
    # There is no task: the entry's own id stands for one. Nothing is open either, so it counts as settled.
    reservation = {
        "task_id": id_, "decision_id": id_, "at": at, "source": ADVISER, "task_type": ADVISER, "tasks": 0,
        **cost, "estimate": {"tasks": 0, **cost}, "settled_at": at,
    }  # fmt: skip
    await connection.execute(insert(AgentReservation).values(reservation))
    return id_


async def note_answer(
    connection: AsyncConnection,
    id_: uuid.UUID,
    *,
    outcome: str,
    reason: str,
    choice: Mapping[str, Any],
    used: Mapping[str, int] | None,
) -> None:
    """How asking ended. ``used``: what it really cost; None: not known, so it stays as expensive as reserved."""
    values = {"outcome": outcome, "reason": reason, "choice": dict(choice), "ended_at": func.now()}
    await connection.execute(update(AgentDecision).where(AgentDecision.id == id_).values(values))
    if used is not None:
        reserved = AgentReservation.task_id == id_
        await connection.execute(update(AgentReservation).where(reserved).values(dict(used)))


async def move_to_round(connection: AsyncConnection, id_: uuid.UUID, number: int) -> None:
    """Its round is written: there it belongs."""
    await connection.execute(update(AgentDecision).where(AgentDecision.id == id_).values(round=number))
