"""Groups of failures as rows: found, shown, and what people think of them. Counting them is `failure_counts`."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.failures import GroupEvent, GroupState
from contracts.tasks.statuses import TaskStatus
from db.beginnings import digits_of
from db.models import Task
from db.statements import load
from db.tasks.failure_parts import failure_parts, one_by_one
from db.workspaces.scope import current_scope

_EXAMPLES = 5
_C = Task.__table__.c
_SQL = load(__file__)

_CLASS = func.coalesce(func.nullif(func.left(_C.error["type"].astext, 200), ""), "Error")


def of_failure(error_type: str | None, cause: str | None) -> list[ColumnElement[bool]]:
    """Conditions for tasks that failed like this."""
    conditions: list[ColumnElement[bool]] = []
    if error_type is not None or cause is not None:
        conditions.append(_C.status == TaskStatus.FAILED.value)
    if error_type is not None:
        conditions.append(_CLASS == error_type)
    if cause is not None:
        conditions.append(_C.cause == cause)
    return conditions


async def failure_groups(
    connection: AsyncConnection,
    states: Sequence[GroupState],
    limit: int,
    *,
    since: datetime | None = None,
    task_type: str | None = None,
    empty: bool = False,
    id_prefix: str | None = None,
) -> tuple[Sequence[RowMapping], int]:
    """(groups, the largest first; how many tasks are failed in all that match).

    ``since``: only those that were seen from then on. ``empty``: also those of which no task is failed any more.
    A member of workspaces is given the parts of theirs, all of which are open and none of which is empty.
    """
    if current_scope() is not None:
        parts = await failure_parts(
            connection, limit if GroupState.OPEN in states else 0, examples=_EXAMPLES, since=since,
            task_type=task_type, beginning=digits_of(id_prefix or ""),
        )  # fmt: skip
        return parts, int(parts[0]["looked_at"]) if parts else 0
    values: dict[str, Any] = {"since": since, "task_type": task_type, "limit": limit, "examples": _EXAMPLES}
    values |= {"states": [state.value for state in states], "empty": empty, "beginning": digits_of(id_prefix or "")}
    found = (await connection.execute(_SQL["list"], values)).mappings().all()
    return found, int(found[0]["looked_at"]) if found else 0


async def failure_group(connection: AsyncConnection, cause: str) -> RowMapping | None:
    """Of a member of workspaces, the part of theirs."""
    if current_scope() is not None:
        parts = await failure_parts(connection, 1, examples=_EXAMPLES, beginning=cause)
        return parts[0] if parts else None
    return (await connection.execute(_SQL["show"], {"cause": cause, "examples": _EXAMPLES})).mappings().first()


async def lock_group(connection: AsyncConnection, cause: str) -> RowMapping | None:
    """For this transaction. Of members of workspaces each locks a part of their own."""
    scope = current_scope()
    if scope is not None:
        await one_by_one(connection, cause, scope.user)
        return await failure_group(connection, cause)
    return (await connection.execute(_SQL["lock"], {"cause": cause})).mappings().first()


async def set_state(
    connection: AsyncConnection, cause: str, state: GroupState, actor: str, until: datetime | None = None
) -> None:
    """``until``: the end of a mute."""
    values = {"cause": cause, "state": state.value, "actor": actor, "until": until}
    await connection.execute(_SQL["set_state"], values)


async def add_group_event(
    connection: AsyncConnection, cause: str, type_: GroupEvent, actor: str, text: str | None = None, **details: Any
) -> RowMapping:
    values = {"cause": cause, "type": type_.value, "actor": actor, "text": text, "details": json.dumps(details)}
    return (await connection.execute(_SQL["tell"], values)).mappings().one()


async def group_events(connection: AsyncConnection, cause: str, limit: int) -> Sequence[RowMapping]:
    """What members of workspaces do is not in there, nor are they shown what others did."""
    if current_scope() is not None:
        return ()
    return (await connection.execute(_SQL["events"], {"cause": cause, "limit": limit})).mappings().all()
