"""Settings that clients of sources and models take from this process's environment."""

import os

from contracts.errors import CredentialsMissing


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
