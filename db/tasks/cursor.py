"""Cursors of lists: the place of a task in its order, so that the next page begins there whatever was added meanwhile.

An offset passes over all that lies before the page, and shows rows twice that have moved on. A cursor holds the values
that the list is sorted by, not the row: it stays where it is when the row changes.
"""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, RowMapping, literal, tuple_

from db.models import Task

_C = Task.__table__.c


class BadCursor(ValueError):
    """This is not the `next` of a page in this order."""


@dataclass(frozen=True)
class Cursor:
    """Behind which row to go on. ``value`` is what the list is sorted by; None: of a task that has not ended."""

    sort: str
    value: datetime | int | str | None
    created_at: datetime
    id: uuid.UUID

    @classmethod
    def of(cls, row: RowMapping, sort: str) -> Self:
        return cls(sort, row[sort.removeprefix("-")], row["created_at"], row["id"])

    @classmethod
    def read(cls, text: str, sort: str) -> Self:
        """Raises BadCursor."""
        name = sort.removeprefix("-")
        try:
            known, value, created_at, id_ = json.loads(base64.urlsafe_b64decode(text.encode()))
            at, id_ = datetime.fromisoformat(created_at), uuid.UUID(id_)
            if name.endswith("_at") and not (value is None and name == "completed_at"):
                value = datetime.fromisoformat(value)
                is_right = value.tzinfo is not None
            else:
                is_right = type(value) is (int if name == "priority" else str) or value is None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise BadCursor(BadCursor.__doc__) from None
        if known != sort or at.tzinfo is None or not is_right:
            raise BadCursor(BadCursor.__doc__)
        return cls(sort, value, at, id_)

    def __str__(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        parts = [self.sort, value, self.created_at.isoformat(), str(self.id)]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    def behind(self) -> Sequence[tuple[ColumnElement[bool], str]]:
        """What comes after it: ranges of one index each, one after the other, and the order of each.

        All of them in one condition, with OR, would read no index in its order.
        """
        name, descends = self.sort.removeprefix("-"), self.sort.startswith("-")
        column = _C[name]
        if name == "completed_at":
            # What has not ended stands at the end, in the order of its creation.
            still_open = _C.completed_at.is_(None)
            if self.value is None:
                return [(still_open & _beyond(_C.created_at, self.created_at, self.id, True), "-created_at")]
            # The index has only those that have ended, and Postgres does not conclude that from the comparison of rows.
            ended = column.is_not(None) & _beyond(column, self.value, self.id, descends)
            return [(ended, self.sort), (still_open, "-created_at")]
        if name.endswith("_at"):
            return [(_beyond(column, self.value, self.id, descends), self.sort)]
        same = (column == self.value) & _beyond(_C.created_at, self.created_at, self.id, not descends)
        return [(same, self.sort), (column < self.value if descends else column > self.value, self.sort)]


def _beyond(column: ColumnElement[Any], value: Any, id_: uuid.UUID, descends: bool) -> ColumnElement[bool]:
    here, there = tuple_(column, _C.id), tuple_(literal(value, column.type), literal(id_, _C.id.type))
    return here < there if descends else here > there
