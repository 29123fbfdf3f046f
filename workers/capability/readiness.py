"""Checks before a worker takes tasks which capabilities its environment cannot serve."""

import importlib
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, cast

from contracts.errors import CredentialsMissing
from contracts.task_types import TASK_TYPES, TaskType
from workers.capability.reachability import unreachable


class Settings(Protocol):
    """What a handler needs from the environment."""

    @classmethod
    def from_environment(cls) -> object:
        """Raises CredentialsMissing, naming the variable."""


def unready(capabilities: Iterable[str]) -> dict[str, str]:
    """The capabilities that lack something, each with a sentence that names it. Nothing is sent anywhere."""
    found: dict[str, str] = {}
    for row in _rows(capabilities):
        try:
            _settings(row)
        except CredentialsMissing as missing:
            found[row.capability] = str(missing)
    return found


def far_away(capabilities: Iterable[str]) -> set[str]:
    """Those of the capabilities, all of them ready, that need to reach something outside."""
    return {row.capability for row in _rows(capabilities) if _addresses(_settings(row))}


async def out_of_reach(capabilities: Iterable[str]) -> dict[str, str]:
    """The capabilities whose source cannot be connected to right now, each with a sentence.

    Settings say what they need to reach in a method ``addresses``; those without are taken to reach it.
    """
    needed = {row.capability: _addresses(_settings(row)) for row in _rows(capabilities)}
    missing = await unreachable({url for urls in needed.values() for url in urls})
    found = {name: [missing[url] for url in urls if url in missing] for name, urls in needed.items()}
    return {name: " ".join(sentences) for name, sentences in found.items() if sentences}


def _rows(capabilities: Iterable[str]) -> list[TaskType]:
    wanted = set(capabilities)
    return [row for row in TASK_TYPES.values() if row.capability in wanted and row.needs]


def _settings(row: TaskType) -> object:
    module, _, name = row.needs.partition(":")
    settings: type[Settings] = getattr(importlib.import_module(module), name)
    return settings.from_environment()


def _addresses(settings: object) -> Sequence[str]:
    addresses = getattr(cast(Any, settings), "addresses", None)
    return tuple(addresses()) if addresses else ()
