"""Notes rows that are new, where a trigger watches their kind; in the transaction that stores them."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from db.triggers.events import is_watched, note_events
from services.records.own_rows import HeldTask

#: What an expression sees of a text; the row itself has all of it.
_LONGEST_TEXT = 500


async def note_records(
    connection: AsyncConnection, task: HeldTask, kind: RecordKind, rows: Sequence[dict[str, Any]]
) -> None:
    """``rows``: those that were not there before."""
    event = f"record.{kind}"
    if rows and await is_watched(connection, event, task.id):
        contents = [_content(kind, row) | {"workspace": task.workspace} for row in rows]
        await note_events(connection, event, task.id, contents)


def _content(kind: RecordKind, row: dict[str, Any]) -> dict[str, Any]:
    # What the source says in its own words (`raw`) may be large.
    names = [name for name in kind.spec.model.model_fields if name != "raw"]
    texts = {name: row[name][:_LONGEST_TEXT] if isinstance(row[name], str) else row[name] for name in names}
    plain: dict[str, Any] = json.loads(json.dumps(texts, default=str))
    return plain
