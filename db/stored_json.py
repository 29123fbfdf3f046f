"""Reads JSON that comes from Postgres. One value that cannot be read is that value's fault, not that of its rows.

Python gives up in the middle of what is nested too deeply, and with it went all rows of the answer: one rule or one
command like that, written by hand, stopped whoever reads them in turn.
"""

from typing import Any

from pydantic_core import from_json

#: Stands where an object or a list does otherwise, so that it is damaged for whoever reads it (services/reading.py).
UNREADABLE = "(JSON that cannot be read: too deep, or with a number that is too long)"


def read_json(data: bytes | str) -> Any:
    """The value, down to 200 levels; nothing of ours is stored that is deeper (`contracts.storable`)."""
    try:
        return from_json(data)
    except ValueError:
        return UNREADABLE
