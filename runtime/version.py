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
