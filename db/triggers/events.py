"""Our own events that triggers watch, as rows: noted with their cause, deleted with what they set off."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def is_watched(connection: AsyncConnection, event: str, subject: uuid.UUID) -> bool:
    """Whether some trigger hears of rows. ``event``: of their kind; ``subject``: their task."""
    return bool((await connection.execute(_SQL["is_watched"], {"event": event, "subject": subject})).scalar())


async def note_events(
    connection: AsyncConnection, event: str, subject: uuid.UUID, contents: Sequence[dict[str, Any]]
) -> None:
    """These happened. Whoever calls this commits them together with their cause."""
    row = {"event": event, "subject": subject, "contents": json.dumps(contents)}
    await connection.execute(_SQL["note"], row)


async def oldest_events(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """In their order, without those that were put off. None while the transaction of another core looks at some: counts
    need that order."""
    return (await connection.execute(_SQL["oldest"], {"limit": limit})).mappings().all()


async def try_later(connection: AsyncConnection, id_: int, pause: float) -> int | None:
    """Not before so many seconds; how often that was so. None: another core has done with it."""
    return (await connection.execute(_SQL["try_later"], {"id": id_, "pause": pause})).scalar()


async def forget_events(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(_SQL["forget"], {"ids": list(ids)})


async def watching(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Triggers that our own events set off."""
    return (await connection.execute(_SQL["watching"])).mappings().all()


async def workspace_of(connection: AsyncConnection, id_: uuid.UUID) -> str | None:
    """Of a task or a plan; None: it is gone."""
    return (await connection.execute(_SQL["workspace"], {"id": id_})).scalar()


async def task_of(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["task"], {"id": id_})).mappings().first()


async def plan_of(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["plan"], {"id": id_})).mappings().first()


async def depth_of(connection: AsyncConnection, id_: uuid.UUID) -> int:
    """How many triggers in a row led to this task or plan; 0: a person, a schedule or the agent did."""
    return int((await connection.execute(_SQL["depth"], {"id": id_})).scalar() or 0)


async def count_event(
    connection: AsyncConnection, trigger_id: uuid.UUID, subject: str, at: datetime, within: float
) -> int:
    """Count it with those of the last ``within`` seconds; how many there are."""
    row = {"trigger_id": trigger_id, "subject": subject, "at": at, "within": within}
    return int((await connection.execute(_SQL["count"], row)).scalar() or 0)


async def counted_out(connection: AsyncConnection, trigger_id: uuid.UUID, subject: str) -> None:
    """They have set it off: the next one is the first."""
    await connection.execute(_SQL["counted_out"], {"trigger_id": trigger_id, "subject": subject})
