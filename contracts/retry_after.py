"""The header by which a server asks for a pause."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: As a moment that was in 2001; as a pause nobody means it.
_LONG_AGO = 1_000_000_000
#: Whoever asks for more is asked again after a day.
LONGEST_SECONDS = 86_400.0


def retry_after_seconds(header: str | None) -> float | None:
    """What a Retry-After header asks for, in either of its two forms; None if it is missing or unreadable.

    Some servers write the moment as seconds since 1970, which is no pause of fifty years.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
        if seconds >= _LONG_AGO:
            seconds -= datetime.now(UTC).timestamp()
    except ValueError:
        seconds = _seconds_until(header)
    return min(max(seconds, 0), LONGEST_SECONDS) if math.isfinite(seconds) else None


def _seconds_until(http_date: str) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return math.nan
    # "-0000" says that nobody knows the zone; the time is in UTC.
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
