"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo


def checked_timezone(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: there is no such time zone.
    """
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("must be the name of a time zone, such as Europe/Berlin or UTC") from None
    return name
