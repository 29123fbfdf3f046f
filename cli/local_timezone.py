"""The time zone of this machine, by its IANA name: an offset would be wrong on the other side of a clock change."""

import os
from pathlib import Path

from contracts.timezones import checked_timezone

_LINK = Path("/etc/localtime")


def local_timezone(link: Path = _LINK) -> str | None:
    """None if the machine does not say; `TZ` comes first."""
    named = os.environ.get("TZ", "").lstrip(":")
    try:
        target = named or str(link.readlink())
        return checked_timezone(target.rpartition("zoneinfo/")[2])
    except (OSError, ValueError):
        return None
