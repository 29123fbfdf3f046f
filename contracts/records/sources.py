"""Which task types keep the data of a ticker fresh, how many rows a run of them has kept, and what span it covers."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.params.common import DateRange
from contracts.records.breadth import limit_reached, looked_everywhere
from contracts.task_type import DataSource
from contracts.task_types import TASK_TYPES

#: By task type, as the rows of `contracts.task_types` say.
SOURCES: dict[str, DataSource] = {name: row.source for name, row in TASK_TYPES.items() if row.source}

_MOST = 1_000_000_000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def rows_kept(task_type: str, result: dict[str, Any] | None) -> int:
    """How many rows the result of a success counts; 0 if it does not say so in a number that can be one."""
    field = SOURCES[task_type].counts
    count = 1 if field is None else result.get(field) if isinstance(result, dict) else 0
    return min(count, _MOST) if type(count) is int and count > 0 else 0


def covered_span(
    task_type: str, params: dict[str, Any], result: dict[str, Any] | None, submitted: datetime
) -> tuple[datetime, datetime] | None:
    """The span of time that a success has covered: what it asked for, less what its result says it did not reach.

    None for a type without a span, a range that had not begun yet, and params that the type does not know
    (tasks that are started from the Temporal side are not validated).
    """
    source = SOURCES[task_type]
    if source.span is None:
        return None
    try:
        wanted: DateRange = getattr(TASK_TYPES[task_type].params.model_validate(params), source.span)
        start, end = wanted.bounds(submitted)
    except (ValueError, OverflowError):
        return None
    start, end = max(start, _reached(result) or start), min(end, submitted)
    return (start, end) if start < end else None


def whole_span(
    task_type: str,
    params: dict[str, Any],
    result: dict[str, Any] | None,
    submitted: datetime,
    left_out: Collection[str] = (),
) -> tuple[datetime, datetime] | None:
    """The span of which a success leaves nothing to collect for a later run: nobody has to ask for it again.

    None for a run that looked at a part only, or could: a feed that failed may answer the next one. What lies further
    back than a usual run reached, the next one would not reach either. A type without a span has everything up to its
    submission.
    """
    if not looked_everywhere(task_type, params, result, left_out):
        return None
    if SOURCES[task_type].span is None:
        return None if limit_reached(task_type, params, result) else (_BEGINNING, submitted)
    if limit_reached(task_type, params, result):
        return covered_span(task_type, params, result, submitted) if _reached(result) else None
    return covered_span(task_type, params, None, submitted)


def usual_span(task_type: str) -> timedelta:
    """How far back a run goes if nobody says; a type without a span has no more than a beginning."""
    span = SOURCES[task_type].span
    usual = TASK_TYPES[task_type].params.model_fields[span].get_default(call_default_factory=True) if span else None
    return timedelta(days=usual.last_days if isinstance(usual, DateRange) and usual.last_days else 1)


def _reached(result: dict[str, Any] | None) -> datetime | None:
    try:
        reached = datetime.fromisoformat(str((result or {}).get("reached_back_to")))
    except ValueError:
        return None
    return reached if reached.tzinfo else None
