"""The definition of a schedule, read from its row."""

from collections.abc import Mapping
from typing import Any

from contracts.schedules.requests import ScheduleBody, stored_body
from services.reading import CannotBeRead, read


def body_of(row: Mapping[Any, Any]) -> ScheduleBody:
    """Raises CannotBeRead: another version has written it."""
    return read(stored_body, row["definition"])


def known_body(row: Mapping[Any, Any]) -> ScheduleBody | None:
    """For whoever writes it anew; None: nobody knows what it was."""
    try:
        return body_of(row)
    except CannotBeRead:
        return None
