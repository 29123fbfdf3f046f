"""Settings of the sources' clients, from the worker's environment."""

import math

from contracts.environment import optional, required
from contracts.errors import CredentialsMissing

__all__ = ["LONGEST_TIMEOUT", "optional", "price", "request_timeout", "required"]

#: Longest silence of a source that a request may sit through, in seconds.
LONGEST_TIMEOUT = 15.0


def request_timeout() -> float:
    """Seconds of `SOURCE_TIMEOUT_SECONDS`, at most 15."""
    return min(float(optional("SOURCE_TIMEOUT_SECONDS", str(LONGEST_TIMEOUT))), LONGEST_TIMEOUT)


def price(variable: str, usual: float) -> float:
    """Dollars of a variable.

    Raises:
        CredentialsMissing: it is no number of at least 0.
    """
    value = optional(variable, str(usual))
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise CredentialsMissing(f"{variable} on this worker must be a number of at least 0.")
    return number
