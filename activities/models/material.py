"""Stored rows of any collected kind as items for a model. An id is `<kind>:<id>`, which is also how it is cited."""

from typing import Any

from activities.models.answer_schemas import Item
from activities.models.filing_sections import passages
from contracts.records.rows import RecordKind

#: By the name that params have for it: the kinds that a model can read.
SOURCES: dict[str, RecordKind] = {kind.spec.source: kind for kind in RecordKind if kind.spec.source}


def item_of(kind: RecordKind, row: dict[str, Any], limit: int) -> Item:
    """The row's id and the beginning of its text; of a filing, its telling sections."""
    if kind is RecordKind.SEC_FILINGS:
        head = f"{row['company']}\n{row['form']}\n"
        text = head + passages(row["form"], row["text"], limit - len(head))
    else:
        text = "\n".join(str(row[name]) for name in kind.spec.words if row.get(name))
    return Item(f"{kind}:{row[kind.spec.id]}", text[:limit])
