"""The agent's one row of state, and the commands to its workflow that are on their way."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import AgentCommand, AgentState

_TABLE = AgentState.__table__
# One clock for all rounds, and behind the lock: it never goes back from one round to the next.
_CLOCK = text("SELECT clock_timestamp()")
_PUT = text("INSERT INTO agent_commands (content) VALUES (CAST(:content AS jsonb))")


async def read_state(connection: AsyncConnection, *, lock: bool = False) -> RowMapping:
    """The row. ``lock``: until the transaction ends nobody else decides or steers."""
    query = select(_TABLE)
    return (await connection.execute(query.with_for_update() if lock else query)).mappings().one()


async def clock(connection: AsyncConnection) -> Any:
    """What time Postgres has now, not when the transaction began."""
    return (await connection.execute(_CLOCK)).scalar_one()


async def set_paused(connection: AsyncConnection, paused: bool, by: str, reason: str) -> None:
    values = {"paused": paused, "paused_by": by, "paused_reason": reason, "paused_at": func.now()}
    await connection.execute(update(AgentState).values(values))


async def set_budget(connection: AsyncConnection, limits: Sequence[dict[str, Any]], by: str) -> None:
    await connection.execute(update(AgentState).values(budget=list(limits), budget_by=by, budget_at=func.now()))


async def set_policy(connection: AsyncConnection, policy: dict[str, Any], by: str) -> None:
    await connection.execute(update(AgentState).values(policy=policy, policy_by=by, policy_at=func.now()))


async def note_round(connection: AsyncConnection, number: int, at: Any) -> None:
    """A number never steps back, or the round after it would be one that there was."""
    await connection.execute(update(AgentState).values(round=func.greatest(_TABLE.c.round, number), last_round_at=at))


async def put_command(connection: AsyncConnection, content: dict[str, Any]) -> None:
    """A word to the workflow. Whoever calls this commits it together with its cause."""
    await connection.execute(_PUT, {"content": json.dumps(content)})


async def oldest_command(connection: AsyncConnection) -> tuple[int, dict[str, Any]] | None:
    """The word that is next, locked: several cores send them one after the other, in their order."""
    table = AgentCommand.__table__
    query = select(table.c.id, table.c.content).order_by(table.c.id).limit(1).with_for_update()
    row = (await connection.execute(query)).first()
    return (row.id, row.content) if row else None


async def command_done(connection: AsyncConnection, id_: int) -> None:
    await connection.execute(delete(AgentCommand).where(AgentCommand.id == id_))
