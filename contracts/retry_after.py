"""The header by which a server asks for a pause."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_seconds(header: str | None) -> float | None:
    """What a Retry-After header asks for, in either of its two forms; None if it is missing or unreadable."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    return max(seconds, 0) if math.isfinite(seconds) else None


def _seconds_until(http_date: str) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return math.nan
    return (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
