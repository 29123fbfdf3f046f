"""Task packs: installed distributions that bring task types, under the entry point group `clawdbot.task_types`.

An entry point loads to a `TaskType` or a list of them. A pack that cannot be used is left out, with a sentence that
says why, and does not keep the others from working.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from contracts.names import CORE_QUEUE
from contracts.params.common import Params
from contracts.records.rows import RecordKind
from contracts.task_type import TaskType

logger = logging.getLogger(__name__)

GROUP = "clawdbot.task_types"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_HANDLER = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True)
class TaskPack:
    """One entry point of an installed distribution."""

    name: str
    version: str
    entry_point: str
    types: tuple[TaskType, ...] = ()
    #: Why it is left out; empty if it is fine.
    problem: str = ""


class BadPack(Exception):
    """The pack cannot be used; the message ends the sentence that begins with its name."""


def installed_packs(built_in: Iterable[TaskType]) -> tuple[TaskPack, ...]:
    """Every pack of this Python environment, in the order of their names. Handlers are not imported."""
    taken = {name: "ClawdBot" for row in built_in for name in (row.name, row.capability)}
    taken[CORE_QUEUE] = "ClawdBot"
    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda each: (_distribution(each), each.name)):
        pack = _load(point, taken)
        if pack.problem:
            logger.warning("%s", pack.problem)
        taken |= {name: pack.name for row in pack.types for name in (row.name, row.capability)}
        found.append(pack)
    return tuple(found)


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value


def _load(point: EntryPoint, taken: dict[str, str]) -> TaskPack:
    name, version = _distribution(point), point.dist.version if point.dist else ""
    try:
        return TaskPack(name, version, point.name, _checked(_rows(point), name, taken))
    except BadPack as bad:
        problem = f"The task pack {name} ({point.name}) is left out: {bad}."
        return TaskPack(name, version, point.name, problem=problem)


def _rows(point: EntryPoint) -> list[Any]:
    try:
        loaded = point.load()
    except (Exception, SystemExit) as error:
        raise BadPack(f"{point.value} cannot be loaded ({type(error).__name__}: {error})") from None
    return loaded if isinstance(loaded, list) else [loaded]


def _checked(rows: list[Any], pack: str, taken: dict[str, str]) -> tuple[TaskType, ...]:
    names: set[str] = set()
    for row in rows:
        if not isinstance(row, TaskType):
            raise BadPack(f"it brings a {type(row).__name__} where a TaskType is expected")
        _check(row)
        owner = next((taken[name] for name in (row.name, row.capability) if name in taken), None)
        if owner is None and row.name in names:
            owner = pack
        if owner is not None:
            raise BadPack(f"the name of its type {row.name} or of its capability is taken by {owner}")
        names.add(row.name)
    return tuple(replace(row, pack=pack) for row in rows)


def _check(row: TaskType) -> None:
    for name in (row.name, row.capability):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BadPack(f"{name!r} is not a name of small letters, digits and underscores")
    if not isinstance(row.params, type) or not issubclass(row.params, Params):
        raise BadPack(f"the params of {row.name} are no model made from contracts.params.common.Params")
    if row.handler is not None and not (isinstance(row.handler, str) and _HANDLER.fullmatch(row.handler)):
        raise BadPack(f"the handler of {row.name} is not written as 'module:function'")
    if row.source is not None:
        raise BadPack(f"{row.name} says that it keeps a source fresh, which only ClawdBot's own types may")
    for word, kinds in (("reads", row.reads), ("writes", row.writes)):
        if not isinstance(kinds, tuple) or not all(isinstance(kind, RecordKind) for kind in kinds):
            raise BadPack(f"{word} of {row.name} is no tuple of contracts.records.rows.RecordKind")
