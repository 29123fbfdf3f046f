"""What the sources' clients take from the worker's environment."""

import os

from contracts.errors import CredentialsMissing

#: Longest silence of a source that a request may sit through, in seconds.
LONGEST_TIMEOUT = 15.0


def required(variable: str, source: str) -> str:
    """The value of a variable that `source` cannot do without.

    Raises:
        CredentialsMissing: the variable is unset or blank.
    """
    value = os.environ.get(variable, "").strip()
    if not value:
        raise CredentialsMissing(f"{variable} is not set on this worker: {source} cannot be used without it.")
    return value


def optional(variable: str, default: str) -> str:
    """The value of a variable, or the default if it is unset or blank."""
    return os.environ.get(variable, "").strip() or default


def request_timeout() -> float:
    """Seconds of `SOURCE_TIMEOUT_SECONDS`, at most 15."""
    return min(float(optional("SOURCE_TIMEOUT_SECONDS", str(LONGEST_TIMEOUT))), LONGEST_TIMEOUT)
