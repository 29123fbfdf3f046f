"""What comes later and tells less does not take the place of what is stored, whichever kind it is."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.records.rows import RecordKind
from db.records.tables import table_of
from services.records.storing import _upsert
from tests.support.facade import Facade

WHOLE, PART = "all of it, word by word", "all of it \u2026"
_DAY = "2026-03-01T00:00:00Z"
_FIELDS: dict[RecordKind, dict[str, Any]] = {
    RecordKind.SOCIAL_POSTS: {"post_id": "1", "url": "https://x", "created_utc": _DAY},
    RecordKind.REDDIT_POSTS: {
        "reddit_id": "1", "subreddit": "s", "title": "a title", "permalink": "/p", "created_utc": _DAY,
    },
    RecordKind.REDDIT_COMMENTS: {
        "comment_id": "1", "post_id": "1", "subreddit": "s", "permalink": "/p", "created_utc": _DAY,
    },
    RecordKind.NEWS_ARTICLES: {
        "article_id": "0" * 64, "url": "https://n", "source": "s", "title": "a title", "published": _DAY,
        "content_hash": "0" * 64,
    },
    RecordKind.SEC_FILINGS: {
        "cik": "0" * 10, "accession_number": "0000000000-26-000001", "company": "c", "form": "10-K",
        "filed_on": "2026-03-01", "primary_document": "d", "document_url": "https://s",
    },
}  # fmt: skip


def row(kind: RecordKind, text: str, **changes: Any) -> dict[str, Any]:
    words = "body" if "body" in kind.spec.model.model_fields else "text"
    fields = {"ticker": "FULL", **_FIELDS[kind], words: text, **changes}
    record = kind.spec.model.model_validate(fields)
    stored_by = {"task_id": "6f0c2f0e-5a52-4b3e-9a0e-0c1a2d7b4e55", "attempt": 1, "workspace": "default"}
    return record.model_dump() | stored_by


async def _one_after_the_other(url: str, kind: RecordKind, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"))
    table, found = table_of(kind), []
    async with engine.connect() as connection:
        for each in rows:
            await _upsert(connection, table, [each])
            stored = (await connection.execute(table.select().where(table.c.ticker == "FULL"))).mappings().one()
            found.append({**stored, "text": stored.get("text", stored.get("body"))})
        await connection.rollback()
    await engine.dispose()
    return found


def stored_after(stack: Facade, kind: RecordKind, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    stack.wait_until_ready()
    return asyncio.run(_one_after_the_other(stack.database_url, kind, list(rows)))


def test_the_fuller_text_stays_and_a_new_one_counts(stack: Facade) -> None:
    kind, cut = RecordKind.SOCIAL_POSTS, {"truncated": True}
    texts: tuple[tuple[str, dict[str, Any]], ...] = ((WHOLE, {}), (PART, cut), ("edited", {}), (PART, cut), (WHOLE, {}))
    found = stored_after(stack, kind, *(row(kind, text, raw=raw) for text, raw in texts))
    # The longer part says more than the shorter whole that it replaces.
    assert [each["text"] for each in found] == [WHOLE, WHOLE, "edited", PART, WHOLE]


def test_an_earlier_edit_of_a_post_changes_nothing(stack: Facade) -> None:
    kind, odd = RecordKind.SOCIAL_POSTS, {"edited_from": "somebody"}
    edits = [
        row(kind, f"edit {number}", url=f"https://x/{number}", likes=number, raw={"edited_from": ["50", "60"][:number]})
        for number in range(3)
    ]
    found = stored_after(stack, kind, edits[1], edits[2], edits[1], edits[0], row(kind, "odd", raw=odd), edits[2])
    assert [each["text"] for each in found] == ["edit 1", *["edit 2"] * 5]
    assert {(each["url"], each["likes"]) for each in found[1:]} == {("https://x/2", 2)}
    # Another look at the same edit.
    _, after = stored_after(stack, kind, edits[2], edits[2] | {"likes": 9})
    assert after["likes"] == 9


@pytest.mark.parametrize("kind", _FIELDS)
def test_what_has_vanished_is_kept(stack: Facade, kind: RecordKind) -> None:
    _, after, edited = stored_after(stack, kind, row(kind, WHOLE), row(kind, ""), row(kind, "new"))
    assert (after["text"], edited["text"]) == (WHOLE, "new")


@pytest.mark.parametrize("kind", [RecordKind.REDDIT_POSTS, RecordKind.REDDIT_COMMENTS])
def test_a_moderator_removes_no_text_and_its_author_does(stack: Facade, kind: RecordKind) -> None:
    removed = row(kind, "", raw={"gone": True}, author=None)
    if kind is RecordKind.REDDIT_POSTS:
        removed["title"] = "[ Removed by moderator ]"
    taken_back = row(kind, "", raw={"gone": True, "taken_back": True})
    first, second, third = stored_after(stack, kind, row(kind, WHOLE, author="ada"), removed, taken_back)
    assert first.get("title") == second.get("title")
    assert (second["text"], second["author"], second["raw"]) == (WHOLE, None, {"gone": True})
    assert (third["text"], third["raw"]) == ("", {"gone": True, "taken_back": True})


def test_a_feed_does_not_replace_the_page(stack: Facade) -> None:
    kind, page, feed = RecordKind.NEWS_ARTICLES, {"text_from": "page"}, {"text_from": "feed"}
    _, walled, titleless, longer = stored_after(
        stack, kind,
        row(kind, WHOLE, raw=page, content_hash="1" * 64, author="ada"),
        row(kind, PART, raw=feed, content_hash="2" * 64),
        row(kind, WHOLE, raw=page, content_hash="1" * 64, title=""),
        row(kind, WHOLE + WHOLE, raw=feed, content_hash="3" * 64),
    )  # fmt: skip
    assert (walled["text"], walled["raw"], walled["content_hash"]) == (WHOLE, page, "1" * 64)
    assert (walled["author"], titleless["title"]) == ("ada", "a title")
    assert (longer["text"], longer["raw"], longer["content_hash"]) == (WHOLE + WHOLE, feed, "3" * 64)


def test_a_filing_keeps_the_count_of_its_pieces(stack: Facade) -> None:
    kind = RecordKind.SEC_FILINGS
    whole = row(kind, WHOLE, characters=500_000, pieces=3)
    found = stored_after(stack, kind, whole, row(kind, ""), row(kind, WHOLE, characters=400_000, pieces=2, truncated=1))
    counts = [(each["characters"], each["pieces"], each["truncated"]) for each in found]
    assert counts == [(500_000, 3, False)] * 3


def test_what_a_post_quotes_stays(stack: Facade) -> None:
    kind = RecordKind.SOCIAL_POSTS
    quoted, reference = {"quoted": {"text": WHOLE}}, {"referenced_tweets": [{"type": "quoted", "id": "2"}]}
    _, found = stored_after(stack, kind, row(kind, "so true", raw=reference | quoted), row(kind, "so", raw=reference))
    assert (found["text"], found["raw"]) == ("so", reference | quoted)
