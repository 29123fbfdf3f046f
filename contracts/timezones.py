"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name.

    Raises:
        ValueError: there is none; with a sentence.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"'{name}' is no time zone; use a name such as Europe/Berlin or UTC") from None


def checked_timezone(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: there is no such time zone; with a sentence.
    """
    return zone_of(name).key
