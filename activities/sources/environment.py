"""Settings of the sources' clients, from the worker's environment."""

from contracts.environment import optional, required

__all__ = ["LONGEST_TIMEOUT", "optional", "request_timeout", "required"]

#: Longest silence of a source that a request may sit through, in seconds.
LONGEST_TIMEOUT = 15.0


def request_timeout() -> float:
    """Seconds of `SOURCE_TIMEOUT_SECONDS`, at most 15."""
    return min(float(optional("SOURCE_TIMEOUT_SECONDS", str(LONGEST_TIMEOUT))), LONGEST_TIMEOUT)
