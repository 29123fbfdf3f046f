"""Reads what a task has cost so far, by what its worker says: in its result, or, without one, with its place."""

import math
from typing import Any

from sqlalchemy import RowMapping

_NOWHERE = object()
#: The first that is there counts. Of what failed or goes on there is no result: models and X leave what they have paid
#: for the next attempt.
_PLACES = (
    ("result", "cost", "usd"),
    ("result", "cost"),
    ("cursor", "paid", "usd"),
    ("cursor", "result", "cost", "usd"),
)


def paid_usd(row: RowMapping) -> float | None:
    """Dollars; None: it says nothing of them. As `paid_usd` finds it in Postgres, for the limits of a workspace."""
    found = (_at(row[column], *names) for column, *names in _PLACES)
    usd = next((each for each in found if each is not _NOWHERE), None)
    if isinstance(usd, bool) or not isinstance(usd, int | float) or not math.isfinite(usd) or usd < 0:
        return None
    return float(usd)


def _at(value: Any, *names: str) -> Any:
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return _NOWHERE
        value = value[name]
    return value
