"""Reads what a task has cost so far, by what its worker says: in its result, or, without one, with its place."""

import math
from typing import Any

from sqlalchemy import RowMapping


def paid_usd(row: RowMapping) -> float | None:
    """Dollars; None: it says nothing of them. As `db/workspaces/workspaces.sql` counts it."""
    result, cursor = row["result"], row["cursor"]
    # Of what failed or goes on there is no result: models and X leave what they have paid for the next attempt.
    said = _at(result, "cost") if isinstance(result, dict) else _at(cursor, "paid") or _at(cursor, "result", "cost")
    usd = _at(said, "usd") if isinstance(said, dict) else said
    if isinstance(usd, bool) or not isinstance(usd, int | float) or not math.isfinite(usd) or usd < 0:
        return None
    return float(usd)


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
