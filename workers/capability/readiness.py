"""What a worker finds out about itself before it takes tasks: which capabilities its environment cannot serve."""

import importlib
from collections.abc import Iterable
from typing import Protocol

from contracts.errors import CredentialsMissing
from contracts.task_types import TASK_TYPES, TaskType


class Settings(Protocol):
    """What a handler needs from the environment."""

    @classmethod
    def from_environment(cls) -> object:
        """Raises CredentialsMissing, naming the variable."""


def unready(capabilities: Iterable[str]) -> dict[str, str]:
    """The capabilities that lack something, each with a sentence that names it. Nothing is sent anywhere."""
    wanted = set(capabilities)
    found: dict[str, str] = {}
    for row in TASK_TYPES.values():
        if row.capability in wanted and row.needs and (missing := _missing(row)):
            found[row.capability] = missing
    return found


def _missing(row: TaskType) -> str | None:
    module, _, name = row.needs.partition(":")
    settings: type[Settings] = getattr(importlib.import_module(module), name)
    try:
        settings.from_environment()
    except CredentialsMissing as error:
        return str(error)
    return None
