"""Groups of failures: shown with a likely cause; resolved, muted, opened again, and noted upon by people."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.failures import (
    FailureEventView,
    FailureGroupDetailView,
    FailureGroupView,
    GroupEvent,
    GroupState,
)
from db.tasks import failures
from services.errors import FailureGroupNotFound, WrongState
from services.tasks.likely_causes import likely_cause

#: Of what happened to a group, the newest.
_EVENTS = 100


def view(row: RowMapping) -> FailureGroupView:
    return FailureGroupView.model_validate(_shown(row))


async def detail(connection: AsyncConnection, cause: str) -> FailureGroupDetailView:
    """Raises FailureGroupNotFound."""
    row = await failures.failure_group(connection, cause)
    if row is None:
        raise FailureGroupNotFound
    events = await failures.group_events(connection, cause, _EVENTS)
    return FailureGroupDetailView.model_validate({**_shown(row), "events": [dict(each) for each in events]})


async def resolve(connection: AsyncConnection, cause: str, actor: str) -> None:
    """It is put right; the next task that fails like this opens it again. Raises FailureGroupNotFound."""
    if await _state(connection, cause) is GroupState.RESOLVED:
        return
    await failures.set_state(connection, cause, GroupState.RESOLVED, actor)
    await failures.add_group_event(connection, cause, GroupEvent.RESOLVED, actor)


async def mute(connection: AsyncConnection, cause: str, until: datetime, actor: str) -> None:
    """Nobody is shown it until then, however often it is seen. Raises FailureGroupNotFound."""
    await _state(connection, cause)
    await failures.set_state(connection, cause, GroupState.MUTED, actor, until)
    await failures.add_group_event(connection, cause, GroupEvent.MUTED, actor, until=until.astimezone(UTC).isoformat())


async def reopen(connection: AsyncConnection, cause: str, actor: str) -> None:
    """Neither resolved nor muted any more.

    Raises:
        FailureGroupNotFound, WrongState: it is open.
    """
    if await _state(connection, cause) is GroupState.OPEN:
        raise WrongState("This group is open already.")
    await failures.set_state(connection, cause, GroupState.OPEN, actor)
    await failures.add_group_event(connection, cause, GroupEvent.REOPENED, actor)


async def add_note(connection: AsyncConnection, cause: str, text: str, actor: str) -> FailureEventView:
    """Raises FailureGroupNotFound."""
    await _state(connection, cause)
    made = await failures.add_group_event(connection, cause, GroupEvent.NOTE, actor, text)
    return FailureEventView.model_validate(dict(made))


async def _state(connection: AsyncConnection, cause: str) -> GroupState:
    row = await failures.lock_group(connection, cause)
    if row is None:
        raise FailureGroupNotFound
    return GroupState(row["state"])


def _shown(row: RowMapping) -> dict[str, Any]:
    state = GroupState(row["state_now"])
    return {
        **row,
        "state": state,
        "muted_until": row["muted_until"] if state is GroupState.MUTED else None,
        "shared": row["shared"] or {},
        "likely": likely_cause(row["error_type"], row["example"]),
    }
