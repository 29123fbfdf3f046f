"""Deliveries to triggers, as rows."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def add_delivery(connection: AsyncConnection, row: dict[str, Any]) -> int | None:
    """The id of the delivery; None when it came before. Who does so at the same moment is waited for."""
    given = {
        "key": None, "digest": None, "why": None, "payload": None, "headers": {}, "depth": 1, "replay_of": None, **row,
    }  # fmt: skip
    return (await connection.execute(_SQL["add"], given | _as_json(given))).scalar()


def _as_json(row: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if row[name] is None else json.dumps(row[name]) for name in ("payload", "headers")}


async def find_by_key(connection: AsyncConnection, trigger_id: uuid.UUID, key: str) -> RowMapping | None:
    """One that was looked at, for this transaction alone."""
    found = await connection.execute(_SQL["find_by_key"], {"trigger_id": trigger_id, "key": key})
    return found.mappings().first()


async def find_delivery(connection: AsyncConnection, trigger_id: uuid.UUID, id_: int) -> RowMapping | None:
    found = await connection.execute(_SQL["find"], {"trigger_id": trigger_id, "id": id_})
    return found.mappings().first()


async def came_again(connection: AsyncConnection, id_: int) -> None:
    await connection.execute(_SQL["came_again"], {"id": id_})


async def keep_again(connection: AsyncConnection, id_: int, row: dict[str, Any]) -> None:
    """What came this time is what is carried out, and can be once more."""
    await connection.execute(_SQL["keep_again"], {"id": id_, "digest": row["digest"], **_as_json(row)})


async def note_outcome(
    connection: AsyncConnection,
    id_: int,
    outcome: str,
    why: str | None,
    task_ids: Sequence[uuid.UUID] = (),
    plan_id: uuid.UUID | None = None,
) -> None:
    """What became of it. What it made is remembered with its depth, for what that in turn sets off."""
    row = {"id": id_, "outcome": outcome, "why": why, "task_ids": list(task_ids), "plan_id": plan_id}
    await connection.execute(_SQL["outcome"], row)


async def let_go_of_payloads(connection: AsyncConnection, trigger_id: uuid.UUID, outcome: str, most: int) -> None:
    """Of all deliveries with this outcome but the newest; they themselves stay in the log."""
    await connection.execute(_SQL["let_go"], {"trigger_id": trigger_id, "outcome": outcome, "most": most})


async def list_deliveries(
    connection: AsyncConnection, trigger_id: uuid.UUID, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """The newest first."""
    row = {"trigger_id": trigger_id, "before": before, "limit": limit}
    return (await connection.execute(_SQL["list"], row)).mappings().all()
