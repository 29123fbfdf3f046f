"""Plans of a single task."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)
_BATCH = 200


async def add_single(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], step: str) -> None:
    """Plans whose one step has this name; their tasks are written by whoever calls this."""
    for begin in range(0, len(rows), _BATCH):
        written = json.dumps(list(rows[begin : begin + _BATCH]), default=str)
        await connection.execute(_SQL["add"], {"rows": written, "step": step})
