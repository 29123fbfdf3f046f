"""What the fields of a collected row may hold at most, so that one row can neither fill the disk nor spoil a page.

Each bound lies well above what the handlers and their sources give: only a row that was made up meets one.
"""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

#: Of a nested value, in characters of its JSON.
JSON_LIMIT = 262_144
#: Of a text, in characters.
TEXT_LIMIT = 200_000

#: Names, titles, ids that are not part of a key.
Short = Annotated[str, Field(max_length=1_000)]
#: An address, percent signs included.
Address = Annotated[str, Field(max_length=20_000)]
LongText = Annotated[str, Field(max_length=TEXT_LIMIT)]
TickerText = Annotated[str, Field(min_length=1, max_length=20)]
#: What an integer column takes.
Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


def _readable(value: datetime) -> datetime:
    """A moment at either end of the calendar can be stored, but in another time zone no longer be read."""
    if not 2 <= value.year <= 9998:
        raise ValueError("must lie in the years 2 to 9998")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(value, ensure_ascii=False, default=str)) > JSON_LIMIT:
        raise ValueError(f"must have at most {JSON_LIMIT} characters as JSON")
    return value


Moment = Annotated[datetime, AfterValidator(_readable)]
SmallJson = Annotated[dict[str, Any], AfterValidator(_small)]
