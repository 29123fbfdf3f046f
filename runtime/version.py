"""The installed version of ClawdBot."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def installed_version() -> str:
    """As the installed package says; empty when it is run from somewhere else."""
    try:
        return version("clawdbot")
    except PackageNotFoundError:
        return ""


def build_id() -> str:
    """How a worker names its code.

    Left to itself, the SDK reads and hashes every imported module at each start of a worker: a third of what a start
    costs, and for nothing, since the gateway keeps the name from Temporal.
    """
    return f"clawdbot-{installed_version()}"
