"""Further rounds of tasks that are over: however many begin, it is a handful of statements."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def lock_tasks(connection: AsyncConnection, ids: Sequence[uuid.UUID]) -> Sequence[RowMapping]:
    """Those that there are, for this transaction alone."""
    return (await connection.execute(_SQL["lock"], {"ids": list(ids)})).mappings().all()


async def begin_rounds(
    connection: AsyncConnection, rows: Sequence[dict[str, Any]], actor: str, feedback: str | None
) -> Sequence[RowMapping]:
    """``rows``: id, approval, and whether a person is waited for. Whoever calls this has locked them."""
    given = {"rows": json.dumps(rows, default=str), "actor": actor, "feedback": feedback}
    return (await connection.execute(_SQL["begin"], given)).mappings().all()
