"""Stored rows of any collected kind as items for a model. An id is `<kind>:<id>`, which is also how it is cited."""

from dataclasses import dataclass
from typing import Any

from activities.models.answer_schemas import Item
from contracts.records.rows import RecordKind


@dataclass(frozen=True)
class Kind:
    """Where a kind keeps its id, its time and what it says."""

    id: str
    time: str
    texts: tuple[str, ...]
    #: Rows read at once: filings are long.
    page: int = 200


KINDS: dict[RecordKind, Kind] = {
    RecordKind.REDDIT_POSTS: Kind("reddit_id", "created_utc", ("title", "body")),
    RecordKind.SOCIAL_POSTS: Kind("post_id", "created_utc", ("text",)),
    RecordKind.NEWS_ARTICLES: Kind("article_id", "published", ("title", "text"), page=50),
    RecordKind.SEC_FILINGS: Kind("accession_number", "filed_on", ("company", "form", "text"), page=20),
}


def item_of(kind: RecordKind, row: dict[str, Any], limit: int) -> Item:
    """The row's id and the beginning of its text."""
    columns = KINDS[kind]
    text = "\n".join(str(row[name]) for name in columns.texts if row.get(name))
    return Item(f"{kind}:{row[columns.id]}", text[:limit])
