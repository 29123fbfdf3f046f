"""Keeps the fuller of two texts: what comes later and tells less does not take the place of what is stored.

A document that has vanished, a page that has become a wall, a post that a moderator removed, a part of a text: each
looks like a text that was changed. What an author took back (`taken_back` in `raw`) goes, since sources want that.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, false, func, or_

#: Of two raw values the later one counts, but for what describes the text that is not taken.
_OF_TEXT = ("truncated", "text_from")
#: What a later look at a post may no longer show, though the post still names it.
_KEPT_IN_RAW = ("quoted", "crosspost")
#: Go with the text.
_WITH_TEXT = ("content_hash", "characters", "pieces", "truncated")


def kept_columns(table: Table, new: Any) -> dict[str, ColumnElement[Any]]:
    """What is written of the columns of a text; `new` is the row that is delivered. Other kinds have none."""
    words = next((name for name in ("text", "body") if name in table.c), None)
    if words is None:
        return {}
    poorer = _is_poorer(table, new, words)
    kept: dict[str, ColumnElement[Any]] = {
        name: case((poorer, table.c[name]), else_=new[name]) for name in (words, *_WITH_TEXT) if name in table.c
    }
    if "title" in table.c:
        no_title = func.coalesce(new.title, "") == ""
        kept["title"] = case((or_(no_title, and_(poorer, _said(new, table, "gone"))), table.c.title), else_=new.title)
    if "content_hash" in table.c and "author" in table.c:
        # Of an article: the page names its author more often than the feed does.
        kept["author"] = case((poorer, func.coalesce(new.author, table.c.author)), else_=new.author)
    if "raw" in table.c:
        kept["raw"] = case((poorer, table.c.raw.op("||")(_without(new.raw, _OF_TEXT))), else_=_whole_raw(table, new))
    return kept


def is_as_late(table: Table, new: Any) -> ColumnElement[bool] | None:
    """Whether the new row is no earlier edit of the post than the stored one, of which it would take the place: a
    search gives both, on pages of their own, and a slow task stores late. None: rows of the kind are not edited so."""
    return _edits(table.c) <= _edits(new) if "raw" in table.c else None


def _edits(columns: Any) -> ColumnElement[int]:
    """How often it was edited before."""
    before = columns.raw["edited_from"]
    return case((func.jsonb_typeof(before) == "array", func.jsonb_array_length(before)), else_=0)


def _is_poorer(table: Table, new: Any, words: str) -> ColumnElement[bool]:
    before, now = table.c[words], new[words]
    lost = and_(now == "", before != "", ~_said(new, table, "taken_back"))
    part = and_(_truncated(table, new), _length(table.c, words) >= _length(new, words))
    return or_(lost, part, _fell_back(table, new, words))


def _fell_back(table: Table, new: Any, words: str) -> ColumnElement[bool]:
    """Whether a feed tells less than the page did."""
    if "content_hash" not in table.c or "raw" not in table.c:
        return false()
    from_page, from_feed = (columns.raw["text_from"].astext for columns in (table.c, new))
    return and_(from_page == "page", from_feed == "feed", func.length(table.c[words]) > func.length(new[words]))


def _truncated(table: Table, new: Any) -> ColumnElement[bool]:
    if "truncated" in table.c:
        said: ColumnElement[bool] = new.truncated
        return said
    return _said(new, table, "truncated")


def _said(new: Any, table: Table, name: str) -> ColumnElement[bool]:
    """Whether the raw value of the new row says so; false for kinds without one."""
    return func.coalesce(new.raw[name].astext == "true", false()) if "raw" in table.c else false()


def _length(columns: Any, words: str) -> ColumnElement[int]:
    length: ColumnElement[int] = func.length(columns[words])
    return func.greatest(columns.characters, length) if "characters" in columns else length


def _whole_raw(table: Table, new: Any) -> ColumnElement[Any]:
    raw: ColumnElement[Any] = new.raw
    for name in _KEPT_IN_RAW:
        lost = and_(table.c.raw.has_key(name), ~new.raw.has_key(name), ~_said(new, table, "taken_back"))
        raw = case((lost, raw.op("||")(func.jsonb_build_object(name, table.c.raw[name]))), else_=raw)
    return raw


def _without(raw: ColumnElement[Any], names: tuple[str, ...]) -> ColumnElement[Any]:
    for name in names:
        raw = raw.op("-")(name)
    return raw
