"""Reads what an earlier or a newer version has stored. One row that cannot be read is told beside the others."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import RowMapping

from contracts.mistakes import in_words
from contracts.views import UnreadableView
from services.errors import DomainError

T = TypeVar("T")
_LONGEST = 500


class CannotBeRead(DomainError):
    """Another version of ClawdBot has written this, or it was damaged. Write it anew, or delete it."""

    status = 409


def read(reading: Callable[[Any], T], stored: Any) -> T:
    """Raises CannotBeRead, which says where."""
    try:
        return reading(stored)
    except ValidationError as error:
        mistake = error.errors()[0]
        where = ".".join(str(each) for each in mistake["loc"]) or "it"
        said = f"It cannot be read ({where} {in_words(mistake)})."[:_LONGEST]
        raise CannotBeRead(f"{said} {CannotBeRead.__doc__}") from error


def read_each(reading: Callable[[RowMapping], T], rows: Sequence[RowMapping]) -> tuple[list[T], list[UnreadableView]]:
    """Those that can be read, and the others by their ``name``."""
    found: list[T] = []
    unreadable: list[UnreadableView] = []
    for row in rows:
        try:
            found.append(read(reading, row))
        except CannotBeRead as error:
            unreadable.append(UnreadableView(name=row["name"], why=error.detail))
    return found, unreadable
