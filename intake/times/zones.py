"""Time zones as people name them behind a time: "9am New York time", "7am EST", "8pm UTC"."""

from datetime import datetime
from zoneinfo import ZoneInfo

#: A zone, and the names of it that leave nothing open.
_PLACES = {
    "UTC": "utc gmt z",
    "America/New_York": "est edt et eastern new_york ny nyc us_eastern",
    "America/Chicago": "cdt ct us_central chicago",
    "America/Denver": "mdt mt us_mountain denver",
    "America/Los_Angeles": "pst pdt pt pacific us_pacific california los_angeles san_francisco seattle",
    "Europe/London": "london uk british",
    "Europe/Berlin": "cet cest berlin german frankfurt",
    "Europe/Paris": "paris french",
    "Europe/Zurich": "zurich swiss",
    "Europe/Madrid": "madrid spanish",
    "Asia/Tokyo": "jst tokyo japan",
    "Asia/Hong_Kong": "hkt hong_kong",
    "Asia/Singapore": "sgt singapore",
    "Asia/Shanghai": "shanghai beijing china",
    "Asia/Kolkata": "mumbai delhi india indian",
    "Australia/Sydney": "aest aedt sydney",
}
#: Names that are said in several parts of the world, with what to write instead.
_SEVERAL = {
    "cst": ("Chicago time", "Shanghai time"), "ist": ("Mumbai time", "London time"),
    "mst": ("Denver time", "Singapore time"), "bst": ("London time", "UTC"), "central": ("Chicago time", "Berlin time"),
    "mountain": ("Denver time",),
}  # fmt: skip
#: The letters say whether it is summer.
_SEASONAL = ("est", "edt", "cdt", "mdt", "pst", "pdt", "cet", "cest", "aest", "aedt")
_ZONES = {name.replace("_", " "): zone for zone, names in _PLACES.items() for name in names.split()}
#: Places need the word "time"; letters do not.
_PLACE_NAMES = [name for name in _ZONES if len(name) > 4 or name in ("ny", "nyc", "uk")]
_LETTERS = [name for name in (*_ZONES, *_SEVERAL) if name not in _PLACE_NAMES] + ["eastern", "pacific"]
ZONE = (
    rf"(?:(?:{'|'.join(sorted((*_PLACE_NAMES, 'central', 'mountain'), key=len, reverse=True))}) time"
    rf"|(?:{'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?: time)?)"
)


class OpenZone(ValueError):
    """Several zones are called so; ``instead`` has names that leave nothing open."""

    def __init__(self, name: str, instead: tuple[str, ...]) -> None:
        super().__init__(f"{name} is the name of several time zones. Write {' or '.join(instead)}.")
        self.instead = instead


def zone_called(written: str) -> ZoneInfo:
    """The zone of a `ZONE`.

    Raises:
        OpenZone: it may be one of several.
    """
    name = " ".join(written.lower().split()).removesuffix(" time")
    if name in _SEVERAL:
        raise OpenZone(written, _SEVERAL[name])
    return ZoneInfo(_ZONES[name])


def season_differs(written: str, moment: datetime) -> str | None:
    """What the clocks there show at that moment (EDT), if the letters that were written say something else (EST)."""
    name = written.lower().removesuffix(" time").strip()
    shown = moment.tzname()
    return shown if name in _SEASONAL and shown and shown.isalpha() and shown.lower() != name else None
