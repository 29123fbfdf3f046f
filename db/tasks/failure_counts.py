"""Counts failures into their groups: what it costs follows from what has changed, not from how many there are.

A trigger notes each task that fails, or is failed no longer (`failure_changes`); this adds the notes up and deletes
them in one transaction, so that each counts once, whoever dies.
"""

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.failures import GroupEvent, GroupState
from db.statements import load

#: Changes of one transaction, and failures of before there were groups.
MOST = 500
#: Who signs what the system does by itself.
SYSTEM = "system:failures"
#: Of a group, those where it was seen most often.
_WORKERS = 20

_SQL = load(__file__)


@dataclass
class _Changes:
    """Of one group."""

    open: int = 0
    failures: list[RowMapping] = field(default_factory=list)
    params: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last_at(self) -> datetime | None:
        return max((each["failed_at"] for each in self.failures), default=None)


async def count_changes(connection: AsyncConnection, most: int = MOST) -> int:
    """Count the oldest changes; how many. The caller commits, and asks again while there are so many."""
    if not (await connection.execute(_SQL["take_turn"])).scalar():
        # Another core counts.
        return 0
    rows = (await connection.execute(_SQL["take"], {"most": most})).mappings().all()
    if not rows:
        return 0
    changes: defaultdict[str, _Changes] = defaultdict(_Changes)
    for row in rows:
        of = changes[row["cause"]]
        of.open += row["delta"]
        if row["failure"] is not None:
            of.failures.append(row)
            if row["params"] is not None:
                of.params.append(row["params"])
    await _begin(connection, changes)
    await _save(connection, changes)
    return len(rows)


async def leave_out_oldest(connection: AsyncConnection) -> uuid.UUID | None:
    """Count the oldest change nowhere: it cannot be. The task that it is about; None while another core counts."""
    if not (await connection.execute(_SQL["take_turn"])).scalar():
        return None
    return (await connection.execute(_SQL["leave_out_oldest"])).scalar()


async def go_over(connection: AsyncConnection) -> int:
    """Give some failures of before there were groups theirs; how many."""
    return (await connection.execute(_SQL["go_over"], {"most": MOST})).rowcount


async def _begin(connection: AsyncConnection, changes: Mapping[str, _Changes]) -> None:
    new = [_first(cause, of) for cause, of in changes.items() if of.failures]
    if new:
        await connection.execute(_SQL["begin"], {"groups": json.dumps(new)})


def _first(cause: str, of: _Changes) -> dict[str, Any]:
    failure = of.failures[0]["failure"]
    named = ("task_type", "error_type", "message", "example", "place", "created_at")
    task_type, error_type, message, example, place, created_at = (failure[name] for name in named)
    return {
        **{"cause": cause, "task_type": task_type, "error_type": error_type, "message": message, "example": example},
        **{"place": place, "created_after": created_at, "first_at": of.failures[0]["failed_at"].isoformat()},
    }


async def _save(connection: AsyncConnection, changes: Mapping[str, _Changes]) -> None:
    locked = (await connection.execute(_SQL["lock"], {"causes": sorted(changes)})).mappings().all()
    merged = [_merged(dict(group), changes[group["cause"]]) for group in locked]
    await connection.execute(_SQL["save"], {"groups": json.dumps([group for group, _ in merged], default=_as_text)})
    events = [{"cause": group["cause"], **event} for group, event in merged if event]
    if events:
        await connection.execute(_SQL["tell"], {"events": json.dumps(events, default=_as_text)})


def _merged(group: dict[str, Any], of: _Changes) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The group after these changes, and what happened to it thereby."""
    event: dict[str, Any] | None = None
    if of.last_at is not None:
        if group["seen"] == 0:
            event = {"type": GroupEvent.CAME, "details": {}}
        elif group["state"] == GroupState.RESOLVED and of.last_at > group["state_at"]:
            event = {"type": GroupEvent.CAME_BACK, "details": {"resolved_at": group["state_at"]}}
            group |= {"state": GroupState.OPEN, "state_by": SYSTEM, "reopened": group["reopened"] + 1}
            # What it has in common now may be something else.
            group |= {"workers": {}, "shared": None}
        created = [datetime.fromisoformat(each["failure"]["created_at"]) for each in of.failures]
        failed = [each["failed_at"] for each in of.failures]
        group["first_at"] = min(group["first_at"], *failed)
        group["last_at"] = max(group["last_at"], *failed)
        group["created_after"] = min(group["created_after"], *created)
        group["seen"] += len(of.failures)
        group["workers"] = _workers(group["workers"], [each["failure"]["worker"] for each in of.failures])
        group["shared"] = shared(group["shared"], of.params)
    group["open"] += of.open
    return group, event


def _workers(before: Mapping[str, int], names: Sequence[str | None]) -> dict[str, int]:
    return dict((Counter(before) + Counter(name for name in names if name)).most_common(_WORKERS))


def shared(before: dict[str, Any] | None, params: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What all of them have in common. ``before``: of the earlier ones, None if there were none."""
    for each in params:
        before = each if before is None else {name: value for name, value in before.items() if _same(each, name, value)}
    return before


def _same(params: Mapping[str, Any], name: str, value: Any) -> bool:
    # 1 and true are the same to Python.
    return name in params and params[name] == value and type(params[name]) is type(value)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
