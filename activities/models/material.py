"""Stored rows of any collected kind as items for a model. An id is `<kind>:<id>`, which is also how it is cited."""

from collections.abc import Sequence
from typing import Any

from activities.context import TaskContext
from activities.models.answer_schemas import Item
from activities.models.filing_sections import passages
from contracts.records.rows import MaterialQuery, RecordKind

#: By the name that params have for it: the kinds that a model can read.
SOURCES: dict[str, RecordKind] = {kind.spec.source: kind for kind in RecordKind if kind.spec.source}


async def items_of(context: TaskContext, kind: RecordKind, rows: Sequence[dict[str, Any]], limit: int) -> list[Item]:
    """The rows as items; of a filing in pieces, all of them are looked through."""
    items = []
    for row in rows:
        if kind is RecordKind.SEC_FILINGS and row.get("pieces", 1) > 1:
            row = {**row, "text": row["text"] + await _other_pieces(context, row)}
        items.append(item_of(kind, row, limit))
    return items


async def _other_pieces(context: TaskContext, row: dict[str, Any]) -> str:
    kind, texts = RecordKind.SEC_FILING_PIECES, dict[str, str]()
    ids = [f"{row['accession_number']}:{number}" for number in range(2, row["pieces"] + 1)]
    for first in range(0, len(ids), kind.spec.page):
        query = MaterialQuery(kind=kind, ids=ids[first : first + kind.spec.page], limit=kind.spec.page)
        texts |= {piece["piece_id"]: piece["text"] for piece in await context.material(query)}
    return "".join(texts.get(id_, "") for id_ in ids)


def item_of(kind: RecordKind, row: dict[str, Any], limit: int) -> Item:
    """The row's id and the beginning of its text; of a filing, its telling sections."""
    if kind is RecordKind.SEC_FILINGS:
        head = f"{row['company']}\n{row['form']}\n"
        text = head + passages(row["form"], row["text"], limit - len(head))
    else:
        text = "\n".join(str(row[name]) for name in kind.spec.words if row.get(name))
    return Item(f"{kind}:{row[kind.spec.id]}", text[:limit])
