"""Rates as people write them: ``5/s``, ``30/min``, ``100/h``, ``none``."""

import math

_UNITS = {"s": 1, "sec": 1, "second": 1, "min": 60, "m": 60, "minute": 60, "h": 3_600, "hour": 3_600}
_SHOWN = (("s", 1), ("min", 60), ("h", 3_600))
_ADVICE = "write a rate such as 5/s, 30/min or 100/h, or none to take the cap away."


def parse_rate(text: str) -> float | None:
    """Hand-outs per second; None for ``none``.

    Raises:
        ValueError: it is no rate.
    """
    if text.strip().lower() == "none":
        return None
    number, _, unit = text.strip().lower().partition("/")
    try:
        rate = float(number) / _UNITS[unit.strip()]
    except (ValueError, KeyError):
        raise ValueError(_ADVICE) from None
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"{_ADVICE} To stop a capability altogether, pause it.")
    return rate


def rate_text(per_second: float) -> str:
    """In the largest unit that makes it at least 1."""
    unit, seconds = next((each for each in _SHOWN if per_second * each[1] >= 1), _SHOWN[-1])
    return f"{per_second * seconds:g}/{unit}"
