"""Bulk actions as rows: previewed, begun, moved on batch by batch, stopped."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.beginnings import range_of
from db.statements import load
from db.workspaces.scope import current_scope

_SQL = load(__file__)


_PLAIN: dict[str, Any] = {"cause": None, "phase": "doing", "reason": None, "skipped": 0, "user_id": None}
_NO_CANARY: dict[str, Any] = {"canary_task_id": None, "canary_round": None, "user_id": None}


async def add_preview(connection: AsyncConnection, row: dict[str, Any]) -> RowMapping:
    """``user_id``: of the person who asks for it, if it is one."""
    await connection.execute(_SQL["forget"])
    return (await connection.execute(_SQL["preview"], _PLAIN | row | _packed(row) | _scope())).mappings().one()


async def begin_bulk(connection: AsyncConnection, row: dict[str, Any]) -> RowMapping:
    """One that runs at once. ``phase``: whether with a canary, whose task and round are given then."""
    return (await connection.execute(_SQL["begin"], _NO_CANARY | row | _packed(row) | _scope())).mappings().one()


def _scope() -> dict[str, Any]:
    """Of a member of workspaces, with which rights core goes on with it."""
    scope = current_scope()
    return {"scope": None if scope is None else list(scope.changes)}


def _packed(row: dict[str, Any]) -> dict[str, str]:
    return {name: json.dumps(row[name]) for name in ("arguments", "filter", "frozen")}


async def releases_of(connection: AsyncConnection, cause: str) -> RowMapping:
    """The release that runs, if any, and when a canary of the group succeeded last."""
    row = {"cause": cause, "of_member": current_scope() is not None}
    return (await connection.execute(_SQL["of_group"], row)).mappings().one()


async def start_bulk(connection: AsyncConnection, id_: uuid.UUID, actor: str) -> RowMapping | None:
    """None when there is no such preview of this actor any more."""
    return (await connection.execute(_SQL["start"], {"id": id_, "actor": actor})).mappings().first()


async def running_beside(connection: AsyncConnection, bulk: RowMapping) -> int:
    """How many of the person who began this one run now, with it; nobody else of them begins one in the meantime."""
    person = {"person": str(bulk["user_id"] or bulk["actor"])}
    await connection.execute(_SQL["one_by_one"], person)
    return int((await connection.execute(_SQL["running_of"], person)).scalar_one())


async def stop_bulk(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    """None when it does not run."""
    return (await connection.execute(_SQL["stop"], {"id": id_})).mappings().first()


async def get_bulk(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["show"], {"id": id_})).mappings().first()


async def list_bulks(connection: AsyncConnection, limit: int, id_prefix: str | None = None) -> Sequence[RowMapping]:
    """Those that have begun, the newest first."""
    first, last = range_of(id_prefix or "")
    return (await connection.execute(_SQL["list"], {"first": first, "last": last, "limit": limit})).mappings().all()


async def take_bulk(connection: AsyncConnection) -> RowMapping | None:
    """One that runs, for this transaction."""
    return (await connection.execute(_SQL["take"])).mappings().first()


async def move_bulk(
    connection: AsyncConnection,
    id_: uuid.UUID,
    place: tuple[datetime, uuid.UUID] | None,
    done: int,
    skipped: int,
    *,
    rest: float = 0,
) -> None:
    """``place``: the last task that was looked at; None: there were no more. ``rest``: seconds to the next batch."""
    place_at, place_id = place or (None, None)
    row = {"id": id_, "place_at": place_at, "place_id": place_id, "done": done, "skipped": skipped, "rest": rest}
    await connection.execute(_SQL["move"], row)


async def note_check(
    connection: AsyncConnection, id_: uuid.UUID, place: tuple[datetime, uuid.UUID], unfit: int, mistake: str | None
) -> None:
    """The tasks up to this place have been checked."""
    row = {"id": id_, "place_at": place[0], "place_id": place[1], "skipped": unfit, "reason": mistake}
    await connection.execute(_SQL["check"], row)


async def postpone_bulk(connection: AsyncConnection, id_: uuid.UUID, rest: float, reason: str) -> None:
    await connection.execute(_SQL["postpone"], {"id": id_, "rest": rest, "reason": reason})


async def go_on(
    connection: AsyncConnection,
    id_: uuid.UUID,
    *,
    canary_ok: bool | None = None,
    arguments: dict[str, Any] | None = None,
) -> None:
    """From checking or trying to doing. ``arguments``: what is to be remembered beside the others."""
    row = {"id": id_, "canary_ok": canary_ok, "arguments": json.dumps(arguments or {})}
    await connection.execute(_SQL["go_on"], row)


async def finish_bulk(
    connection: AsyncConnection,
    id_: uuid.UUID,
    state: str,
    reason: str | None,
    *,
    canary_ok: bool | None = None,
    skipped: int | None = None,
) -> None:
    """``skipped``: how many in all, if that has changed."""
    row = {"id": id_, "state": state, "reason": reason, "canary_ok": canary_ok, "skipped": skipped}
    await connection.execute(_SQL["finish"], row)
